"""Records that repeat a statement: auto_explain's plans and pgaudit's lines, in PostgreSQL's text, CSV and JSON logs.

    LOG:  duration: 0.042 ms  plan:
    <TAB>Query Text: SELECT name FROM customer WHERE id = 1
    <TAB>Index Scan using customer_pkey on customer  (cost=0.15..8.17 rows=1 width=32)

    LOG:  AUDIT: SESSION,2,1,READ,SELECT,TABLE,public.customer,"SELECT name FROM customer WHERE id = 1",<not logged>

Such a record counts as its statement only where the log does not hold the statement itself, which its head shows.
Shapes: auto_explain.c and explain.c of PostgreSQL (formats text, json, xml, yaml); pgaudit's README, "Format".
"""

from __future__ import annotations

import html
import json
import re

from decompose.evidence.log_entry import Event
from decompose.sources.logs.postgresql_english import english_message
from decompose.sources.logs.postgresql_messages import Message

_AUDIT = "AUDIT: "
_PLAN = " ms  plan:\n"
_FIELD = r'("[^"]*+(?:""[^"]*+)*+"|[^,]*+)'
_AUDIT_FIELDS = re.compile(rf"AUDIT: (?:SESSION|OBJECT),(\d{{1,18}}),(\d{{1,18}}),[^,]*,[^,]*,[^,]*,{_FIELD},{_FIELD},")
_QUERY_TEXT = re.compile(r"Query Text: ")
_JSON_TEXT = re.compile(r'(?:\{\n *"Query Text"|Query Text): ("[^"\\\n]*+(?:\\.[^"\\\n]*+)*+")(?:,?\n|$)')
_XML_TEXT = re.compile(r"<explain[^>]*>\s*<Query-Text>([^<]*+)</Query-Text>")
_PLAN_BEGINS = re.compile(r"\n(?:Query Parameters: |[^\n]*  \(cost=\d+\.\d\d\.\.\d+\.\d\d rows=\d+ width=\d+\))")
_MESSAGES = re.compile(r'(?::  |,[0-9A-Z]{5},"|"message": ?")(?=(.{1,500}))', re.DOTALL)
_LOGGED = re.compile(
    r"(?:duration: [\d.]+ ms  )?(?:statement|execute [^:\n]{1,80}): (?:\s|\\n|\(|/\*.{0,200}?\*/)*([A-Za-z]+)"
)
_VERB = re.compile(r"(?:\s|\(|/\*.{0,1000}?\*/|--[^\n]*\n)*([A-Za-z]+)", re.DOTALL)
_WRITES = frozenset(("INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "COPY"))
_DDL = frozenset(("CREATE", "ALTER", "DROP", "GRANT", "REVOKE", "COMMENT"))
_READ, _WRITE, _DEFINITION = "read", "write", "ddl"
_ALL = frozenset((_READ, _WRITE, _DEFINITION))
_MOST_SESSIONS = 1 << 16
_OTHER = Message(Event.OTHER)


class Echoes:
    """Reads plans and audit lines; `head` is the log's beginning, which shows the statements it also holds itself."""

    def __init__(self, head: bytes) -> None:
        self._logged = _logged_kinds(head)
        self._audited: dict[str, str] = {}

    def read(self, session: str, message: str) -> Message:
        """The event of a LOG record that is no plain statement."""
        if message.startswith(_AUDIT):
            return self._audit(session, message)
        if message.startswith("duration: ") and _PLAN in message[:64]:
            sql = _planned(message[message.index(_PLAN) + len(_PLAN) :])
            return Message(Event.STATEMENT, sql, True) if sql and _kind(sql) not in self._logged else _OTHER
        return _OTHER

    def _audit(self, session: str, message: str) -> Message:
        """The first line of a statement stands for it; the others name more tables, or what its functions ran."""
        match = _AUDIT_FIELDS.match(message)
        if match is None:
            return _OTHER
        number, step, _, sql = match.groups()
        repeated = self._audited.pop(session, "") == number
        self._audited[session] = number
        if len(self._audited) > _MOST_SESSIONS:
            del self._audited[next(iter(self._audited))]
        if sql[:1] == '"':
            sql = sql[1:-1].replace('""', '"')
        if repeated or step != "1" or sql == "<previously logged>" or _kind(sql) in self._logged:
            return _OTHER
        return Message(Event.STATEMENT, sql)


def _logged_kinds(head: bytes) -> frozenset[str]:
    """Which kinds of statements the log holds as records of their own.

    A logged read or BEGIN means log_statement = all or log_min_duration_statement; else it is `mod`, `ddl` or nothing.
    """
    messages = (english_message(match[1]) for match in _MESSAGES.finditer(head.decode("utf-8", "replace")))
    kinds = {_kind_of_verb(match[1]) for match in map(_LOGGED.match, messages) if match}
    return _ALL if _READ in kinds else frozenset(kinds)


def _kind(sql: str) -> str:
    match = _VERB.match(sql)
    return _kind_of_verb(match[1]) if match else _READ


def _kind_of_verb(verb: str) -> str:
    verb = verb.upper()
    return _WRITE if verb in _WRITES else _DEFINITION if verb in _DDL else _READ


def _planned(text: str) -> str:
    """The statement of a plan in any of auto_explain's formats; empty where there is none."""
    if match := _XML_TEXT.match(text):
        return html.unescape(match[1])
    if match := _JSON_TEXT.match(text):
        try:
            return str(json.loads(match[1], strict=False)).encode("utf-8", "replace").decode()
        except ValueError:
            return ""
    if match := _QUERY_TEXT.match(text):
        end = _PLAN_BEGINS.search(text)
        return text[match.end() : end.start()] if end else ""
    return ""
