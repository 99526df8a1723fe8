"""The general query log of MySQL (5.6 to 9) and MariaDB.

    2018-09-07T18:45:40.098124Z<TAB>   42 Query<TAB>SELECT 1                          (MySQL 5.7 and later)
    261122 19:22:56<TAB>    53 Connect<TAB>shop@localhost on shop using TCP/IP          (MariaDB, MySQL 5.6)
    <TAB><TAB>    53 Query<TAB>SELECT 1                                                 (the same second again)

A statement of several lines goes on without any mark. The three header lines come again at every start of the log, at a
server's start as at FLUSH LOGS, so they end no session; a thread id that connects again begins a new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.blocks import blocks
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions, head_lines
from decompose.sources.logs.timestamps import iso_time

TIME = r"(?:\d{6} [ \d]\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?|\t)"
_COMMANDS = (
    "Query|Execute|Connect|Quit|Init DB|Prepare|Close stmt|Reset stmt|Statistics|Ping|Field List|Change user|"
    "Reset Connection|Kill|Refresh|Processlist|Long Data|Fetch|Set option|Sleep|Create DB|Drop DB|Shutdown|Debug|Time|"
    "Delayed insert|Binlog Dump GTID|Binlog Dump|Table Dump|Connect Out|Register Slave|Register Replica|Daemon|Clone|"
    "Bulk_execute|Stmt_bulk_execute|Unimpl get tid|Error"
)
BEGIN = rf"{TIME}\t? *\d{{1,20}} (?:{_COMMANDS})\t"
BANNER = r"[^\n]{0,300}, Version: [^\n]{0,300} started with:\n"
_LINES = re.compile(
    rf"(?:({TIME})\t? *(\d{{1,20}}) ({_COMMANDS})\t([^\n]*+(?:\n(?!{BEGIN}|{BANNER}|\Z)[^\n]*+)*+)"
    rf"|({BANNER}[^\n]*\n[^\n]*)|([^\n]*+))\n"
)
START = re.compile(rf"{BEGIN}|{BANNER}".encode())
_CONNECT_DATABASE = re.compile(r"\S*(?: as \S+)? on (\S*)")
_USE = re.compile(r"use\s+(`(?:[^`]|``)+`|[^\s;`]+)\s*;?\s*$", re.IGNORECASE)

_STATEMENTS = ("Query", "Execute", "Stmt_bulk_execute", "Bulk_execute")

FOREIGN = Gap("line is not a log record")
OVERSIZED = Gap("record longer than the limit")


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `LogEntry` per logged command, in file order; lines before the first command are gaps."""
    reader = GeneralLogReader()
    for block in blocks(stream, START, options):
        if block.dropped:
            yield OVERSIZED
        yield from reader.read(block.text, block.line)


class GeneralLogReader:
    """Keeps what the log says only once: the time, and each thread's session key and database."""

    def __init__(self) -> None:
        self._at = ""
        self._threads: dict[str, tuple[str, str]] = {}

    def read(self, text: str, line: int) -> list[Item]:
        """The items of a block that begins on the given line of the log."""
        items: list[Item] = []
        append, threads = items.append, self._threads
        for time, thread, command, argument, banner, foreign in _LINES.findall(text):
            if time and time != "\t":
                self._at = _time_of(time)
            if command == "Query" and thread in threads and argument[:4].lower() != "use ":
                session, database = threads[thread]
                append(LogEntry(session, argument, Event.STATEMENT, database, "", self._at, line))
            elif command:
                append(self._entry(thread, command, argument, line))
            elif not banner and foreign.strip():
                append(FOREIGN)
            line += argument.count("\n") + banner.count("\n") + 1
        return items

    def _entry(self, thread: str, command: str, argument: str, line: int) -> LogEntry:
        """One command that is no plain statement, with what it changes in its thread."""
        event, sql, database = _read_command(command, argument)
        if event is Event.CONNECT:
            self._threads[thread] = (thread, database or "")
        session, current = self._threads.get(thread, (thread, ""))
        database = current if database is None else database
        if command == "Reset Connection":
            self._threads[thread] = (thread, database)
        elif event is Event.END:
            self._threads.pop(thread, None)
        else:
            self._threads[thread] = (session, database)
        return LogEntry(session, sql, event, database, "", self._at, line)


def _read_command(command: str, argument: str) -> tuple[Event, str, str | None]:
    """Event, SQL and, where the command changes it, the database. `Connect` names account and host: not kept."""
    if command in _STATEMENTS:
        match = _USE.match(argument)
        if match is None:
            return Event.STATEMENT, argument, None
        name = match[1]
        return Event.USE, argument, name[1:-1].replace("``", "`") if name[0] == "`" else name
    if command == "Init DB":
        return Event.USE, "", argument
    if command in ("Connect", "Change user") and not argument.startswith("Access denied"):
        match = _CONNECT_DATABASE.match(argument)
        return Event.CONNECT, "", match[1] if match and match[1] != "using" else ""
    if command in ("Connect", "Quit", "Reset Connection"):
        return Event.END, "", None
    return Event.OTHER, "", None


def _time_of(time: str) -> str:
    """`261122 19:22:56` (the server's local time, zone unknown) or ISO 8601, made ISO 8601."""
    if time[10:11] == "T":
        return iso_time(time)
    return f"20{time[:2]}-{time[2:4]}-{time[4:6]}T{time[7:].replace(' ', '0')}"


def recognises(head: bytes) -> float:
    """Whether the banner or some line of a command is there."""
    lines = head_lines(head)
    begun = sum(1 for line in lines if START.match(line.encode() + b"\n"))
    header = any(re.match(r"Time\s+Id\s+Command\s+Argument", line) for line in lines[:5])
    slow = any(line.startswith("# Query_time: ") for line in lines)
    return 0.0 if slow or not begun else 0.95 if header or begun * 2 > len(lines) else 0.6


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """The database is known for sessions whose Connect or Init DB was seen."""
    known = re.search(rb" (?:Connect\t[^\n]+ on \S|Init DB\t)", head) is not None
    return HeadFacts(tuple(sorted(["at", "session", *(["database"] if known else [])])))


MYSQL_GENERAL = LogFormat(
    name="mysql-general",
    title="MySQL/MariaDB general query log",
    dialect="mysql",
    sample="261122 19:22:56\t    53 Query\tSELECT 1",
    how_to_capture="SET GLOBAL log_output = 'FILE'; SET GLOBAL general_log = ON; back: SET GLOBAL general_log = OFF",
    cannot_tell="Whether a statement failed; rows touched; what ran inside procedures and triggers.",
    recognises=recognises,
    entries=entries,
    facts=facts,
)
