"""The binary log of MySQL or MariaDB as text: `mysqlbinlog -v --base64-output=DECODE-ROWS`.

    #261122 21:30:20 server id 7  end_log_pos 381 CRC32 0x174146ee  GTID 0-7-7 trans
    START TRANSACTION                                     (MariaDB; MySQL: BEGIN in a Query event)
    /*!*/;
    ### INSERT INTO `shop`.`orders`
    ### SET
    ###   @1=1
    #261122 21:30:20 server id 7  end_log_pos 2291 CRC32 0x86eef319  Xid = 18
    COMMIT/*!*/;

The best evidence of writes, and none of reads. Row events of one transaction become one ready-made transaction; the
values behind `###   @1=` and the statements that annotate rows are passed over. Statements that were logged as such
(binlog_format STATEMENT or MIXED, DDL) are entries of one session, for the log is serial. The ROLLBACK that mysqlbinlog
itself adds ends nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from decompose.evidence.log_entry import Event, Gap, LogEntry, RecordedTransaction
from decompose.sources.logs.blocks import blocks
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.json_lines import LINE_START
from decompose.sources.logs.timestamps import epoch_time

OVERSIZED = Gap("record longer than the limit")
CUT_OFF = Gap("transaction cut off by the end of the binary log")
UNKNOWN_PREPARED = Gap("XA transaction prepared before the binary log")

_HEADER = re.compile(r"#\d{6} [ \d]\d:\d\d:\d\d server id \d+  end_log_pos \d+ ")
_ROW = re.compile(r"### (INSERT INTO|UPDATE|DELETE FROM) (`(?:[^`]|``)+`)\.(`(?:[^`]|``)+`)")
_MODES = {"INSERT INTO": "I", "UPDATE": "U", "DELETE FROM": "D"}
_SYNTHETIC = {"I": "INSERT INTO {} VALUES (?)", "U": "UPDATE {} SET `?` = ?", "D": "DELETE FROM {}"}
_USE = re.compile(r"use (`(?:[^`]|``)+`|[^\s;/]+)/\*!\*/;")
_TIMESTAMP = re.compile(r"SET TIMESTAMP=(\d{1,12})")
_XA = re.compile(r"(?i)XA (START|BEGIN|END|PREPARE|COMMIT|ROLLBACK) ([^\n]{1,400}?)( ONE PHASE)?$")
_DELIMITER = "/*!*/;"
_SETTINGS = ("SET ", "use ", "/*!", "/*M!")
_SESSION = "binlog"
_PREPARED = 10_000
_STATEMENT_BYTES = 1 << 24
_TABLES = 10_000

_Accesses = dict[tuple[str, str], None]


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """A `RecordedTransaction` per transaction of row events, a `LogEntry` per logged statement, in file order."""
    reader, is_begun = _Reader(), False
    for block in blocks(stream, LINE_START, options):
        if block.dropped:
            yield OVERSIZED
            reader.lose_line()
        for number, line in enumerate(block.text.removesuffix("\n").split("\n"), block.line):
            for item in reader.line(line, number):
                if type(item) is LogEntry and not is_begun:
                    is_begun = True
                    yield LogEntry(_SESSION, "", Event.CONNECT, line=number)
                yield item
    yield from reader.end()


class _Reader:
    """The state between two lines."""

    def __init__(self) -> None:
        self._open: _Accesses | None = None
        self._streaming = False
        self._database = ""
        self._at = ""
        self._begun = 0
        self._query: list[str] | None = None
        self._size = 0
        self._prepared: dict[str, _Accesses] = {}

    def line(self, line: str, number: int) -> list[Item]:
        """What one line completes."""
        if self._query is not None and not _HEADER.match(line):
            return self._in_query(line, number)
        if row := _ROW.match(line):
            return self._row(row, number)
        if line.startswith("#") and _HEADER.match(line):
            self._query = [] if "\tQuery\t" in line else None
            self._size = 0
        elif line in ("START TRANSACTION", "BEGIN"):
            return self._begin(number)
        elif line == f"COMMIT{_DELIMITER}":
            return self._commit(number)
        return []

    def lose_line(self) -> None:
        """A line was left out: if it belonged to a statement, so is that."""
        self._size = _STATEMENT_BYTES

    def end(self) -> list[Item]:
        """What the end of the log leaves open."""
        return [CUT_OFF] if self._open is not None and not self._streaming else []

    def _in_query(self, line: str, number: int) -> list[Item]:
        """A line of a Query event: settings, then the statement, then the delimiter on a line of its own."""
        query = self._query if self._query is not None else []
        if line == _DELIMITER:
            self._query = None
            whole = query and self._size <= _STATEMENT_BYTES
            return self._statement("\n".join(query).strip(), number) if whole else []
        if not query and line.endswith(_DELIMITER) and line.startswith(_SETTINGS):
            if used := _USE.match(line):
                self._database = _plain(used[1])
            elif time := _TIMESTAMP.match(line):
                self._at = epoch_time(time[1])
            return []
        self._size += len(line) + 1
        if self._size <= _STATEMENT_BYTES:
            query.append(line)
        return []

    def _statement(self, sql: str, number: int) -> list[Item]:
        verb = sql[:20].upper()
        if xa := _XA.match(sql):
            return self._xa(xa[1].upper(), xa[2], bool(xa[3]), number)
        if verb in ("BEGIN", "START TRANSACTION"):
            return self._begin(number)
        if verb == "COMMIT":
            return self._commit(number)
        if verb == "ROLLBACK":
            return self._roll_back(number)
        if self._streaming:
            return [self._entry(sql, number)]
        if verb.startswith(("SAVEPOINT", "ROLLBACK TO")):
            return []
        if self._open is None:
            return [self._entry(sql, number)]
        return [*self._stream(number), self._entry(sql, number)]

    def _stream(self, number: int) -> list[Item]:
        """From here on the open transaction is told entry by entry, because a statement of it needs reading."""
        self._streaming = True
        accesses = self._open or {}
        rows = [self._entry(_SYNTHETIC[mode].format(table), number) for table, mode in accesses]
        return [self._entry("BEGIN", self._begun), *rows]

    def _row(self, row: re.Match[str], number: int) -> list[Item]:
        mode = _MODES[row[1]]
        if self._open is None:
            self._begin(number)
        if self._streaming:
            return [self._entry(_SYNTHETIC[mode].format(f"{row[2]}.{row[3]}"), number)]
        if self._open is not None and len(self._open) < _TABLES:
            self._open[f"{row[2]}.{row[3]}", mode] = None
        return []

    def _begin(self, number: int) -> list[Item]:
        left = self.end()
        self._open, self._streaming, self._begun = {}, False, number
        return left

    def _commit(self, number: int) -> list[Item]:
        accesses, self._open = self._open, None
        if accesses is None:
            return []
        if self._streaming:
            self._streaming = False
            return [self._entry("COMMIT", number)]
        return _transaction(accesses, self._begun)

    def _roll_back(self, number: int) -> list[Item]:
        """Only transactions that touched non-transactional tables are logged with their ROLLBACK."""
        items = [] if self._open is None else ([] if self._streaming else self._stream(number))
        if self._streaming:
            items.append(self._entry("ROLLBACK", number))
        self._open, self._streaming = None, False
        return items

    def _xa(self, verb: str, name: str, one_phase: bool, number: int) -> list[Item]:
        if verb in ("START", "BEGIN"):
            return self._begin(number)
        if verb == "PREPARE" and self._open is not None and not self._streaming:
            if len(self._prepared) < _PREPARED:
                self._prepared[name] = self._open
            self._open = None
        elif verb == "COMMIT" and one_phase:
            return self._commit(number)
        elif verb == "COMMIT":
            accesses = self._prepared.pop(name, None)
            return [UNKNOWN_PREPARED] if accesses is None else _transaction(accesses, number)
        elif verb == "ROLLBACK":
            self._prepared.pop(name, None)
        return []

    def _entry(self, sql: str, number: int) -> LogEntry:
        return LogEntry(_SESSION, sql, Event.STATEMENT, self._database, "", self._at, number, done=True)


def _transaction(accesses: _Accesses, line: int) -> list[Item]:
    return (
        [RecordedTransaction("", 1, tuple((_bare(table), mode) for table, mode in accesses), line)] if accesses else []
    )


def _bare(table: str) -> str:
    return ".".join(_plain(part) for part in re.findall(r"`(?:[^`]|``)+`", table))


def _plain(name: str) -> str:
    return name[1:-1].replace("``", "`") if name[:1] == "`" else name


def recognises(head: bytes) -> float:
    """Whether mysqlbinlog's first lines or an event's header are there."""
    if re.search(rb"(?:\A|\n)#\d{6} [ \d]\d:\d\d:\d\d server id \d+  end_log_pos \d+ ", head):
        return 0.97
    return 0.9 if b"\nDELIMITER /*!*/;" in head else 0.0


def facts(_: bytes, __: ReadOptions) -> HeadFacts:
    """Ready-made transactions with their tables."""
    return HeadFacts(("accesses",))


MYSQL_BINLOG = LogFormat(
    name="mysql-binlog",
    title="MySQL/MariaDB binary log as text (mysqlbinlog -v)",
    dialect="mysql",
    sample=(
        "#261122 21:30:20 server id 7  end_log_pos 381 CRC32 0x174146ee \tQuery\tthread_id=7\texec_time=0\n"
        "SET TIMESTAMP=1795383020/*!*/;\nBEGIN\n/*!*/;\n### UPDATE `shop`.`stock`\nCOMMIT/*!*/;"
    ),
    how_to_capture=(
        "mysqlbinlog -v --base64-output=DECODE-ROWS binlog.000042 > binlog.txt; needs log_bin and binlog_format = ROW "
        "at the server's start (MySQL 8: the default)"
    ),
    cannot_tell=(
        "Reads, joins, rolled back transactions, sessions; writes that touched no row; which writes a trigger made; "
        "cascades of foreign keys (the schema tells them)."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
