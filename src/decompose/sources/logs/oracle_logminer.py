"""Oracle LogMiner: an export of V$LOGMNR_CONTENTS as CSV. What was written, committed or undone; no reads.

    XIDUSN,XIDSLT,XIDSQN,OPERATION,ROLLBACK,SEG_OWNER,TABLE_NAME,CSF
    5,12,4711,START,0,,,0
    5,12,4711,UPDATE,0,SHOP,STOCK,0
    5,12,4711,COMMIT,0,,,0

`ROLLBACK` = 1 marks the undoing of an earlier change (ROLLBACK TO SAVEPOINT), `CSF` = 1 a row that the next one goes
on. SQL_REDO is not needed and never looked at but for DDL. Built from the documentation of the view, not from a
server's own output.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from decompose.evidence.log_entry import Event, Gap, LogEntry, RecordedTransaction
from decompose.sources.logs.csv_rows import Names, columns, rows
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.timestamps import iso_time

ROLLED_BACK = Gap("transaction that was rolled back")
HEADLESS = Gap("transaction began before the log")
CUT_OFF = "transaction still open when its session or the log ended"
MISSING = Gap("redo that LogMiner could not find or read")

_MODES = {"INSERT": "I", "UPDATE": "U", "DELETE": "D", "SELECT_FOR_UPDATE": "L", "LOB_WRITE": "U", "XML DOC WRITE": "U"}
_UNDONE = {"INSERT": "D", "UPDATE": "U", "DELETE": "I"}
_OWN = ("SYS", "SYSTEM", "AUDSYS", "XDB")
_OPEN = 50_000
_TABLES = 10_000


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """A `RecordedTransaction` per COMMIT, in the order of commits; DDL as entries; the rest as gaps."""
    reader = _Reader()
    for item in rows(stream, options, _is_header):
        if isinstance(item, Gap):
            yield item
        elif found := reader.row(item[1], item[0]):
            if type(found) is LogEntry:
                yield LogEntry(found.session, "", Event.CONNECT, line=found.line)
            yield found
    if reader.open:
        yield Gap(CUT_OFF, len(reader.open))


class _Reader:
    """Open transactions by their id."""

    def __init__(self) -> None:
        self.open: dict[str, Counter[tuple[str, str]]] = {}
        self._continued: set[str] = set()

    def row(self, row: Mapping[str, str], line: int) -> Item | None:
        """What one row completes."""
        key = row.get("xid") or ".".join(row.get(part, "") for part in ("xidusn", "xidslt", "xidsqn"))
        operation = row["operation"].strip().upper()
        goes_on = key in self._continued
        if row.get("csf") == "1" and len(self._continued) < _OPEN:
            self._continued.add(key)
        else:
            self._continued.discard(key)
        if goes_on:
            return None
        if operation in ("COMMIT", "ROLLBACK"):
            return self._end(key, operation == "COMMIT", line)
        if operation in ("MISSING_SCN", "UNSUPPORTED"):
            return MISSING
        if operation == "DDL":
            sql, at = row.get("sql_redo", ""), iso_time(row.get("timestamp", ""))
            return LogEntry("DDL", sql, at=at, line=line, done=True) if sql else None
        if operation == "START":
            self._counts(key)
        elif operation in _MODES and row.get("seg_owner", "").upper() not in _OWN:
            self._change(key, row, operation)
        return None

    def _change(self, key: str, row: Mapping[str, str], operation: str) -> None:
        owner, name = row.get("seg_owner", ""), row.get("table_name") or row.get("seg_name", "")
        table = f"{owner}.{name}" if owner else name
        counts = self._counts(key)
        if row.get("rollback") == "1":
            undone = (table, _UNDONE.get(operation, ""))
            if counts[undone] > 1:
                counts[undone] -= 1
            else:
                del counts[undone]
        elif name and (len(counts) < _TABLES or (table, _MODES[operation]) in counts):
            counts[table, _MODES[operation]] += 1

    def _counts(self, key: str) -> Counter[tuple[str, str]]:
        counts = self.open.get(key)
        if counts is None:
            if len(self.open) >= _OPEN:
                del self.open[next(iter(self.open))]
            counts = self.open[key] = Counter()
        return counts

    def _end(self, key: str, commits: bool, line: int) -> Item | None:
        counts = self.open.pop(key, None)
        if counts is None:
            return HEADLESS
        if not commits:
            return ROLLED_BACK if counts else None
        return RecordedTransaction("", 1, tuple(counts), line) if counts else None


def _is_header(names: Names) -> bool:
    return "operation" in names and ("xid" in names or {"xidusn", "xidslt", "xidsqn"} <= names)


def recognises(head: bytes) -> float:
    """Whether operation and transaction id are among the columns."""
    return 0.95 if columns(head, _is_header) else 0.0


def facts(_: bytes, __: ReadOptions) -> HeadFacts:
    """Ready-made transactions with their tables."""
    return HeadFacts(("accesses",))


ORACLE_LOGMINER = LogFormat(
    name="oracle-logminer",
    title="Oracle LogMiner export (CSV)",
    dialect="oracle",
    sample=(
        "XID,OPERATION,ROLLBACK,SEG_OWNER,TABLE_NAME,CSF\n05000C0067120000,START,0,,,0\n"
        "05000C0067120000,UPDATE,0,SHOP,STOCK,0\n05000C0067120000,COMMIT,0,,,0"
    ),
    how_to_capture=(
        "EXEC DBMS_LOGMNR.START_LOGMNR(options => DBMS_LOGMNR.DICT_FROM_ONLINE_CATALOG) over the redo of the days; "
        "SET MARKUP CSV ON; SELECT xidusn, xidslt, xidsqn, operation, rollback, seg_owner, table_name, csf FROM "
        "v$logmnr_contents ORDER BY scn; back: EXEC DBMS_LOGMNR.END_LOGMNR"
    ),
    cannot_tell="Reads, joins, statements, sessions; which writes a trigger made; tables without supplemental logging.",
    recognises=recognises,
    entries=entries,
    facts=facts,
)
