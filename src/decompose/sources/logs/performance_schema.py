"""MySQL's and MariaDB's performance_schema: an export of events_statements_history_long as CSV, tabs or JSON.

    THREAD_ID,EVENT_ID,EVENT_NAME,SQL_TEXT,DIGEST_TEXT,CURRENT_SCHEMA,MYSQL_ERRNO,NESTING_EVENT_TYPE
    16,4,statement/sql/insert,"INSERT INTO orders VALUES (1, 'ann@example.org', 10)",INSERT INTO `orders` VALUES (...)
    ,shop,0,TRANSACTION

(one row, folded here). Nesting goes both ways: a statement that runs in an open transaction lies in a TRANSACTION
event, one that opens a transaction holds it. A text that ends in `...` was cut off: its DIGEST_TEXT, which knows no
literals, stands in. The sizes and columns: MySQL documentation, "Performance Schema Statement Event Tables".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.csv_rows import Names, columns, rows
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.json_objects import objects, value_text

CUT_OFF = Gap("statement text cut off by the server")
FOREIGN = Gap("JSON object of another kind")

_KEYS = re.compile(rb'"(?i:THREAD_ID)"\s*:.{0,400}?"(?i:DIGEST_TEXT|SQL_TEXT)"\s*:', re.DOTALL)
_LIST = re.compile(r"(?:\?\s*,\s*)?\.\.\.")
_COMMAND = "statement/com/"
_RUNS = ("statement/com/Execute", "statement/com/Query", "statement/com/Stmt_bulk_execute")


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `LogEntry` per event, in file order, which must be THREAD_ID, EVENT_ID."""
    reader = _Reader()
    if columns(options.head, _is_header) or not _KEYS.search(options.head):
        for item in rows(stream, options, _is_header):
            yield item if isinstance(item, Gap) else reader.item(item[1], item[0])
        return
    for found in objects(stream, options):
        if isinstance(found, Gap):
            yield found
        else:
            values = {name.lower(): value_text(value) for name, value in found[1].items()}
            yield reader.item(values, found[0]) if "thread_id" in values else FOREIGN


class _Reader:
    """Knows whether transactions are instrumented: until one is seen, a missing one means nothing."""

    def __init__(self) -> None:
        self._instrumented = False

    def item(self, row: Mapping[str, str], line: int) -> Item:
        """One event; a statement whose text is lost is a gap."""
        name, sql = row.get("event_name", ""), row.get("sql_text", "")
        session, database = row["thread_id"], row.get("current_schema", "")
        if name == "statement/com/Quit":
            return LogEntry(session, "", Event.END, database, line=line)
        if name.startswith("statement/sp/") or (name.startswith(_COMMAND) and name not in _RUNS):
            return LogEntry(session, "", Event.OTHER, database, line=line)
        if not sql or sql.endswith("..."):
            sql = _from_digest(row.get("digest_text", ""))
            if not sql:
                return CUT_OFF
        inside = self._inside(row.get("nesting_event_type", ""))
        if row.get("mysql_errno", "0") not in ("", "0"):
            return LogEntry(session, sql, Event.FAILURE, database, line=line)
        return LogEntry(session, sql, database=database, line=line, in_transaction=inside, done=True)

    def _inside(self, nesting: str) -> bool | None:
        """Whether a transaction was open before; a procedure's statement lies in its CALL, which does not say."""
        self._instrumented |= nesting == "TRANSACTION"
        return nesting == "TRANSACTION" if self._instrumented and nesting != "STATEMENT" else None


def _from_digest(digest: str) -> str:
    """A digest as a statement: its lists become one placeholder; empty if it is cut off itself."""
    digest = digest.rstrip()
    if digest.endswith("..."):
        return ""
    return _LIST.sub("?", digest.replace("/* , ... */", "")).rstrip()


def _is_header(names: Names) -> bool:
    return "thread_id" in names and "digest_text" in names and "sql_text" in names


def recognises(head: bytes) -> float:
    """Whether the columns are there."""
    return 0.95 if columns(head, _is_header) or _KEYS.search(head) else 0.0


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """The columns that an export holds."""
    names = {b"current_schema": "database", b"mysql_errno": "failure", b"nesting_event_type": "in_transaction"}
    low = head.lower()
    return HeadFacts(tuple(sorted(["session", *(field for name, field in names.items() if name in low)])))


PERFORMANCE_SCHEMA = LogFormat(
    name="performance-schema",
    title="MySQL/MariaDB performance_schema export (CSV, tabs or JSON)",
    dialect="mysql",
    sample=(
        "THREAD_ID,EVENT_ID,EVENT_NAME,SQL_TEXT,DIGEST_TEXT,CURRENT_SCHEMA,MYSQL_ERRNO,NESTING_EVENT_TYPE\n"
        "16,4,statement/sql/select,SELECT 1,SELECT ? ,shop,0,"
    ),
    how_to_capture=(
        "UPDATE performance_schema.setup_consumers SET ENABLED = 'YES' WHERE NAME = 'events_statements_history_long'; "
        "SELECT THREAD_ID, EVENT_ID, EVENT_NAME, SQL_TEXT, DIGEST_TEXT, CURRENT_SCHEMA, MYSQL_ERRNO, "
        "NESTING_EVENT_TYPE FROM performance_schema.events_statements_history_long ORDER BY THREAD_ID, EVENT_ID; "
        "back: the same UPDATE with 'NO'"
    ),
    cannot_tell=(
        "Whatever the ring of some 10,000 events has overwritten; the value of SET autocommit in a text that was cut "
        "off; the transaction of statements inside procedures."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
