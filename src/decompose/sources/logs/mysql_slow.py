"""The slow query log of MySQL (5.5 to 9), MariaDB and Percona Server, with whatever they add to its headers.

    # Time: 261122 19:22:56                        (MariaDB, MySQL 5.6: only when the second changes; later ISO 8601)
    # User@Host: shop[shop] @ localhost []  Id:    42                                  (MySQL: the thread's id)
    # Thread_id: 53  Schema: shop  QC_hit: No                                          (MariaDB, Percona Server)
    # Query_time: 0.000429  Lock_time: 0.000062  Rows_sent: 201  Rows_examined: 410    (further `#` lines may follow)
    use `shop`;                                                                        (only when it changes)
    SET timestamp=1795375377;
    SELECT 1;

A record is written when its statement is over, so a thread's records are in the order of execution, COMMIT included,
but those of different threads are not. `log_slow_extra` tells `Errno`, Percona Server `Last_errno`; Percona Server's
`Log_slow_rate_limit` leaves records out, which then count as missing from their sessions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.blocks import blocks
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions, head_lines
from decompose.sources.logs.timestamps import epoch_time, iso_time

USER, TIME = r"# User@Host: ", r"# Time: (?=\d)"
BANNER = r"[^\n,#]{1,200}, Version: [^\n]{0,300} started with:\n"
_STOP = rf"(?!{USER}|{TIME}|{BANNER}|\Z)"
_LINES = re.compile(
    rf"{USER}(?:[^\n]*\])?+ *(?:Id: *(\d{{1,20}}))?[^\n]*+\n"
    rf"(?:# (?:Thread_id: (\d{{1,20}}) +)?Schema: (\S*)([^\n]*+)\n)?"
    rf"((?:#(?! administrator command: | User@Host: | Time: \d)[^\n]*+\n)*+)"
    rf"(?:use (`(?:[^`\n]|``)*+`|[^\s;`]*+);\n(?=SET ))?+"
    rf"(?:SET (?:[a-z_]+=\d+,)*timestamp=(\d{{1,12}})(?:\.\d+)?;\n)?+"
    rf"(?:({_STOP}[^\n]*+(?:\n{_STOP}[^\n]*+)*+)(?:\n|\Z))?+"
    rf"|{TIME}([^\n]*+)\n|({BANNER}[^\n]*+\n[^\n]*+)\n|([^\n]+)\n|\n"
)
START = re.compile(f"{USER}|{TIME}|{BANNER}".encode())
_ADMINISTRATOR = "# administrator command: "
_ERROR = re.compile(r"rrno: ([1-9]\d{0,9})\b")
_RATE = re.compile(r"_rate_type: (\w+) .*_rate_limit: (\d{1,9})\b")
_THREADS = 50_000

FOREIGN = Gap("line is not a log record")
OVERSIZED = Gap("record longer than the limit")
SAMPLED = Gap("slow log holds a sample of the statements (log_slow_rate_limit)")
SAMPLED_SESSIONS = Gap("slow log holds a sample of the sessions (log_slow_rate_limit)")


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `LogEntry` per record, in file order; what is no record is a gap."""
    reader = SlowLogReader(options.database or "")
    for block in blocks(stream, START, options):
        if block.dropped:
            yield OVERSIZED
        yield from reader.read(block.text, block.line)


class SlowLogReader:
    """Keeps what the log says only when it changes: the time and the database; and what sampling leaves out."""

    def __init__(self, database: str = "") -> None:
        self.database = database
        """The database in use, as the log last said."""
        self._at = ""
        self._numbers: dict[str, int] = {}
        self._sampled: set[Gap] = set()

    def read(self, text: str, line: int) -> list[Item]:
        """The items of a block that begins on the given line of the log."""
        items: list[Item] = []
        append = items.append
        position = 0
        for match in _LINES.finditer(text):
            thread, session, schema, more, rest, used, epoch, sql, time, banner, foreign = match.groups()
            if sql:
                if used is not None:
                    self.use(used)
                key = session or thread or f"line {line}"
                database = self.database if schema is None else schema
                at = self._at or epoch_time(epoch or "")
                if "rrno" in rest or "_rate_" in rest or (more and "rrno" in more) or sql.startswith(_ADMINISTRATOR):
                    items += self._particular(LogEntry(key, sql, database=database, at=at, line=line), f"{more}{rest}")
                else:
                    sql = sql.removesuffix(";")
                    append(LogEntry(key, sql, Event.STATEMENT, database, "", at, line, done=True))
            elif time is not None:
                self._at = iso_time(time) if time[10:11] == "T" else ""
            elif foreign and foreign.strip() and not banner:
                append(FOREIGN)
            end = match.end()
            line += text.count("\n", position, end)
            position = end
        return items

    def use(self, name: str) -> None:
        """The database in use changes, to a name as the log spells it."""
        self.database = name[1:-1].replace("``", "`") if name[:1] == "`" else name

    def _particular(self, entry: LogEntry, header: str) -> list[Item]:
        """A failure, an administrator's command or a sampled record."""
        items: list[Item] = []
        number = 0
        if rate := _RATE.search(header):
            number = self._number(entry.session, rate[1], int(rate[2]), items)
        sql, event = entry.sql.removesuffix(";"), Event.STATEMENT
        if sql.startswith(_ADMINISTRATOR):
            command, sql = sql.removeprefix(_ADMINISTRATOR), ""
            event = Event.END if command == "Quit" else Event.OTHER
        elif _ERROR.search(header):
            event = Event.FAILURE
        items.append(entry._replace(sql=sql, event=event, number=number, done=event is Event.STATEMENT))
        return items

    def _number(self, session: str, kind: str, rate: int, items: list[Item]) -> int:
        """A record number that jumps where statements may be missing before it, 0 where none are."""
        if rate < 2:
            return 0
        gap = SAMPLED_SESSIONS if kind == "session" else SAMPLED
        if gap not in self._sampled:
            self._sampled.add(gap)
            items.append(gap)
        if kind == "session":
            return 0
        if session not in self._numbers and len(self._numbers) >= _THREADS:
            self._numbers.clear()
        self._numbers[session] = number = self._numbers.get(session, 0) + rate
        return number


def recognises(head: bytes) -> float:
    """Whether the two header lines that every version writes are there."""
    lines = head_lines(head)
    user = any(line.startswith("# User@Host: ") for line in lines)
    timed = any(line.startswith("# Query_time: ") for line in lines)
    return 0.97 if user and timed else 0.4 if user else 0.0


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """The session is known from MySQL 5.6 on, the database where the header names it or a `use` came before."""
    fields = {"at"}
    if re.search(rb"\n?# (?:User@Host: [^\n]* Id: *\d|Thread_id: \d)", head):
        fields.add("session")
    if re.search(rb"\n(?:use [^\n]+;\nSET |# [^\n]*Schema: \S)", head):
        fields.add("database")
    if re.search(rb"\n# [^\n]*rrno: ", head):
        fields.add("failure")
    return HeadFacts(tuple(sorted(fields)))


MYSQL_SLOW = LogFormat(
    name="mysql-slow",
    title="MySQL/MariaDB/Percona slow query log",
    dialect="mysql",
    sample=(
        "# Time: 2026-03-02T08:00:00.201003Z\n# User@Host: shop[shop] @ localhost []  Id:    42\n"
        "# Query_time: 0.000429  Lock_time: 0.000062 Rows_sent: 1  Rows_examined: 1\nuse shop;\n"
        "SET timestamp=1772438400;\nSELECT 1;"
    ),
    how_to_capture=(
        "SET GLOBAL long_query_time = 0; SET GLOBAL slow_query_log = ON; (MySQL 8) SET GLOBAL log_slow_extra = ON; new "
        "sessions only; back: SET GLOBAL slow_query_log = OFF"
    ),
    cannot_tell=(
        "Statements faster than long_query_time or left out by MariaDB's log_slow_rate_limit, COMMIT among them; "
        "whether a statement failed, unless log_slow_extra or Percona Server says so; the end of a session; what ran "
        "inside procedures unless log_slow_sp_statements is on."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
