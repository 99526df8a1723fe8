"""Oracle's unified audit trail: an export of UNIFIED_AUDIT_TRAIL as CSV.

    EVENT_TIMESTAMP,SESSIONID,STATEMENT_ID,TRANSACTION_ID,ACTION_NAME,OBJECT_SCHEMA,OBJECT_NAME,SQL_TEXT,RETURN_CODE
    2026-03-02 08:00:00.201003,4711,12,05000C0067120000,UPDATE,SHOP,STOCK,UPDATE stock SET on_hand = :1,0

A statement has one row per object it touched; they share SESSIONID and STATEMENT_ID. COMMIT and ROLLBACK have rows only
where a policy audits them: without, a transaction ends where its session goes on under another TRANSACTION_ID. Built
from the documentation of the view, not from a server's own output.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.csv_rows import Names, columns, rows
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.timestamps import iso_time

WITHOUT_TEXT = Gap("audit row without SQL text")
_SESSIONS = 50_000


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `LogEntry` per audited statement, in file order, with the transactions' ends that the ids imply."""
    reader = _Reader()
    for item in rows(stream, options, _is_header):
        if isinstance(item, Gap):
            yield item
        else:
            yield from reader.row(item[1], item[0])


@dataclass(slots=True)
class _Session:
    transaction: str = ""
    statement: str = ""


class _Reader:
    """The transaction each session is in."""

    def __init__(self) -> None:
        self._sessions: dict[str, _Session] = {}

    def row(self, row: Mapping[str, str], line: int) -> list[Item]:
        """What one row amounts to."""
        key, action = row["sessionid"], row.get("action_name", "").upper()
        at, label = iso_time(row.get("event_timestamp", "")), row.get("client_program_name", "")
        entry = LogEntry(key, "", Event.OTHER, "", label, at, line)
        if action in ("LOGON", "LOGOFF", "LOGOFF BY CLEANUP"):
            self._sessions.pop(key, None)
            return [entry._replace(event=Event.CONNECT if action == "LOGON" else Event.END)]
        session = self._session(key)
        statement = row.get("statement_id", "")
        if statement and statement == session.statement:
            return []
        session.statement = statement
        if action in ("COMMIT", "ROLLBACK"):
            ended, session.transaction = session.transaction, ""
            return [entry._replace(sql=action, event=Event.STATEMENT)] if ended else []
        return [*self._turn(session, row, entry), _statement(row, entry)]

    def _session(self, key: str) -> _Session:
        session = self._sessions.get(key)
        if session is None:
            if len(self._sessions) >= _SESSIONS:
                del self._sessions[next(iter(self._sessions))]
            session = self._sessions[key] = _Session()
        return session

    def _turn(self, session: _Session, row: Mapping[str, str], entry: LogEntry) -> list[LogEntry]:
        """The control statements that a change of the transaction id stands for."""
        now = row.get("transaction_id", "").strip("0 ") and row["transaction_id"]
        if now == session.transaction:
            return []
        verbs = (["COMMIT"] if session.transaction else []) + (["START TRANSACTION"] if now else [])
        session.transaction = now
        return [entry._replace(sql=verb, event=Event.STATEMENT) for verb in verbs]


def _statement(row: Mapping[str, str], entry: LogEntry) -> Item:
    sql = row.get("sql_text", "").rstrip("\0 \n;")
    if not sql:
        return WITHOUT_TEXT
    failed = row.get("return_code", "0") not in ("", "0")
    return entry._replace(sql=sql, event=Event.FAILURE if failed else Event.STATEMENT, done=not failed)


def _is_header(names: Names) -> bool:
    return "sessionid" in names and "sql_text" in names and ("action_name" in names or "transaction_id" in names)


def recognises(head: bytes) -> float:
    """Whether the view's columns are there."""
    return 0.95 if columns(head, _is_header) else 0.0


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """The columns that an export holds."""
    known = {"event_timestamp": "at", "client_program_name": "label", "return_code": "failure", "sessionid": "session"}
    names = columns(head, _is_header)
    return HeadFacts(tuple(sorted(field for name, field in known.items() if name in names)))


ORACLE_AUDIT = LogFormat(
    name="oracle-audit",
    title="Oracle unified audit trail export (CSV)",
    dialect="oracle",
    sample=(
        "EVENT_TIMESTAMP,SESSIONID,STATEMENT_ID,TRANSACTION_ID,ACTION_NAME,SQL_TEXT,RETURN_CODE\n"
        "2026-03-02 08:00:00.201003,4711,12,,SELECT,SELECT 1 FROM dual,0"
    ),
    how_to_capture=(
        "CREATE AUDIT POLICY decompose ACTIONS SELECT, INSERT, UPDATE, DELETE, COMMIT, ROLLBACK; AUDIT POLICY "
        "decompose; SET MARKUP CSV ON; SELECT event_timestamp, sessionid, statement_id, transaction_id, action_name, "
        "sql_text, return_code FROM unified_audit_trail ORDER BY event_timestamp, sessionid, entry_id; back: NOAUDIT "
        "POLICY decompose; DROP AUDIT POLICY decompose"
    ),
    cannot_tell=(
        "What no policy audits; where COMMIT and ROLLBACK are not audited, a transaction counts as committed; reads "
        "before a transaction's first write stand alone."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
