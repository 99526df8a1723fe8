"""Extended Events of SQL Server as log entries, however they were exported.

One piece of work may be told at several levels: a batch or call, its statements, the statements of procedures. Events
come when their work is over, the inner ones first, so a level is counted only where no deeper one came before.
Drivers begin and end transactions without SQL text: `sql_transaction` events of type User then stand for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.format import Item
from decompose.sources.logs.sqlserver_text import read_sent
from decompose.sources.logs.timestamps import iso_time

_LEVELS = {
    "sql_batch_completed": 1,
    "rpc_completed": 1,
    "sql_statement_completed": 2,
    "sp_statement_completed": 3,
    "module_end": 0,
}
_SESSIONS = 50_000
_HANDLES = 20_000
_ENDS = re.compile(r"(?i)\s*(?:IF\s+@@TRANCOUNT\s*>\s*0\s+)?(?:COMMIT|ROLLBACK)\b(?!\s+TRAN\w*\s+\[?\w)")
_EXECUTES = re.compile(r"(?i)\s*exec(?:ute)?\b")
_TRANSACTION_EVENTS = {
    "begin_tran_completed": "BEGIN TRANSACTION",
    "commit_tran_completed": "COMMIT TRANSACTION",
    "rollback_tran_completed": "ROLLBACK TRANSACTION",
}
_TRIGGERS = ("TRIGGER", "TR", "21076")
_STATES = {"begin": "BEGIN TRANSACTION", "commit": "COMMIT TRANSACTION", "rollback": "ROLLBACK TRANSACTION"}

UNPREPARED = Gap("statement run by a handle that was prepared before the capture")


class ServerEvent(NamedTuple):
    """One extended event: its data and actions by lower-case name."""

    name: str
    at: str
    values: Mapping[str, str]
    line: int


@dataclass(slots=True)
class _Session:
    deepest: int = 0
    """The deepest level told since the last batch or call."""
    failed: bool = False
    ended: bool = False
    """Whether an event has ended the transaction that a text may end once more."""


class EventReader:
    """Keeps, per session, what decides whether an event is counted; bounded."""

    def __init__(self) -> None:
        self._sessions: dict[str, _Session] = {}
        self._prepared: dict[tuple[str, str], str] = {}

    def items(self, event: ServerEvent) -> list[Item]:
        """What one event amounts to; usually one entry."""
        values = event.values
        session = values.get("session_id") or f"line {event.line}"
        name = event.name.lower()
        database, label = values.get("database_name", ""), values.get("client_app_name", "")
        entry = LogEntry(session, "", Event.OTHER, database, label, iso_time(event.at), event.line)
        if name in ("login", "logout"):
            self._sessions.pop(session, None)
            return [entry._replace(event=Event.CONNECT if name == "login" else Event.END)]
        state = self._session(session)
        if name == "error_reported":
            severity = values.get("severity", "")
            state.failed |= severity.isdecimal() and int(severity[:4]) > 10
        elif verb := _transaction_verb(name, values):
            state.ended = verb[0] != "B"
            return [entry._replace(sql=verb, event=Event.STATEMENT, done=True)]
        elif name in _LEVELS:
            return [self._work(state, entry, _LEVELS[name], values)]
        return [entry]

    def _session(self, key: str) -> _Session:
        state = self._sessions.get(key)
        if state is None:
            if len(self._sessions) >= _SESSIONS:
                self._sessions.clear()
            state = self._sessions[key] = _Session()
        return state

    def _work(self, state: _Session, entry: LogEntry, level: int, values: Mapping[str, str]) -> Item:
        """A completed batch, call or statement."""
        text = values.get("statement") or values.get("batch_text") or values.get("sql_text") or ""
        if values.get("object_type", "").upper() in _TRIGGERS:
            return entry
        counted = level >= state.deepest
        failed = state.failed or values.get("result", "OK").upper() in ("ERROR", "ABORT", "1", "2")
        inner = level == 3 and _EXECUTES.match(text) and "sp_executesql" not in text.lower()
        state.deepest = 0 if level < 2 else level
        state.failed = False
        if not counted or inner or not text:
            return entry
        sent = read_sent(text)
        sql = sent.sql
        if sent.handle:
            sql = self._by_handle(entry.session, sent.handle, sql)
            if not sql:
                return UNPREPARED
        if not sql or (state.ended and _ENDS.match(sql)):
            return entry
        state.ended = False
        return entry._replace(sql=sql, event=Event.FAILURE if failed else Event.STATEMENT, done=not failed)

    def _by_handle(self, session: str, handle: str, sql: str) -> str:
        """The text of a prepared statement, learnt when it is made."""
        if not sql:
            return self._prepared.get((session, handle), "")
        if len(self._prepared) >= _HANDLES:
            self._prepared.clear()
        self._prepared[session, handle] = sql
        return sql


def _transaction_verb(name: str, values: Mapping[str, str]) -> str:
    """The control statement that an event stands for, empty if none."""
    if name in _TRANSACTION_EVENTS:
        return _TRANSACTION_EVENTS[name]
    if name == "sql_transaction" and values.get("transaction_type", "User").lower() in ("user", "1"):
        return _STATES.get(values.get("transaction_state", "").lower(), "")
    return ""


def header_fields(names: frozenset[str] | set[str]) -> tuple[str, ...]:
    """The `LogEntry` fields that these data and action names fill, sorted."""
    known = {
        "session_id": "session",
        "database_name": "database",
        "client_app_name": "label",
        "error_number": "failure",
        "result": "failure",
    }
    return tuple(sorted({"at", *(field for name, field in known.items() if name in names)}))
