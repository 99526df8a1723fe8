"""PostgreSQL's text log (`log_destination = stderr`), under any `log_line_prefix`.

    2026-11-22 18:41:18.491 UTC [13479] shop@shop/web vxid=3/2728 sess=6b03374e.34a7 LOG:  statement: UPDATE stock
    <TAB>SET on_hand = on_hand - 1 WHERE sku = 'A1'

Lines that begin with a TAB continue the record; DETAIL, HINT, STATEMENT ... lines belong to the record before them.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.blocks import blocks
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.postgresql_echoes import Echoes
from decompose.sources.logs.postgresql_english import SECONDARY, english_message, english_severity
from decompose.sources.logs.postgresql_messages import FAILURES, IN_TRANSACTION, STATEMENT, UNNAMED, known, read_message
from decompose.sources.logs.postgresql_prefix import RECORD_FIELDS, Prefix, compile_prefix
from decompose.sources.logs.postgresql_prefix_detection import anchored_share, detect_prefix
from decompose.sources.logs.postgresql_sessions import ProcessSessions
from decompose.sources.logs.timestamps import epoch_time, iso_time

_SECONDARY = frozenset(SECONDARY)
_AFTER_STATEMENT = len(STATEMENT)
_IS_STATEMENT = Event.STATEMENT
_FIELD_OF = {
    "a": "label",
    "c": "session",
    "d": "database",
    "i": "in_transaction",
    "l": "number",
    "m": "at",
    "n": "at",
    "p": "session",
    "t": "at",
}
_HOLD_ITEMS = 32
"""How many records may come between an ERROR and its STATEMENT line when sessions interleave."""

_MOST_COUNTERS = 1 << 16
"""Sessions whose DETAIL and STATEMENT lines are counted at a time; the longest silent one is forgotten first."""

NO_SESSION = Gap("log_line_prefix names no session (%c or %p): transactions cannot be rebuilt")
FOREIGN = Gap("line is not a log record")
OVERSIZED = Gap("record longer than the limit")


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `LogEntry` per log record, in file order; a foreign line is a gap."""
    template = options.prefix if options.prefix is not None else detect_prefix(options.head)
    prefix = compile_prefix(template or "")
    reader = _Reader(prefix, Echoes(options.head))
    if not set("cp") & set(prefix.letters):
        yield NO_SESSION
    for block in blocks(stream, prefix.start(), options):
        if block.dropped:
            reader.items.append(OVERSIZED)
        reader.read(block.text, block.line)
        yield from reader.take_settled()
    yield from reader.items


def awaits(before: bytes, options: ReadOptions) -> bool:
    """Whether a failure at the end of these bytes may still get its statement from a line after them."""
    prefix = compile_prefix((options.prefix if options.prefix is not None else detect_prefix(options.head)) or "")
    reader = _Reader(prefix, Echoes(options.head))
    reader.read(before.decode("utf-8", "replace"), 1)
    reader.take_settled()
    return reader.waits


class _Line(NamedTuple):
    """The groups of `RECORD_FIELDS`; empty where the prefix lacks one."""

    label: str
    session: str
    database: str
    state: str
    number: str
    time: str
    pid: str
    start: str
    severity: str
    message: str
    junk: str


class _Reader:
    """Reads block after block; an ERROR is held back in `items` until its STATEMENT line cannot come any more."""

    def __init__(self, prefix: Prefix, echoes: Echoes) -> None:
        pattern = prefix.record()
        self.items: list[Item] = []
        self._lines = pattern.findall
        self._pick = itemgetter(*(pattern.groupindex[name] - 1 for name in RECORD_FIELDS))
        self._time_of = epoch_time if prefix.time_letter == "n" else iso_time
        self._waiting: dict[str, int] = {}
        self._extra_lines: dict[str, int] = {}
        self._sessions = ProcessSessions()
        self._echoes = echoes

    def read(self, text: str, line: int) -> None:
        """Appends the items of a block that begins on the given line of the log."""
        pick, append, time_of = self._pick, self.items.append, self._time_of
        waiting, extra_lines = self._waiting, self._extra_lines
        for row in self._lines(text):
            fields = pick(row)
            label, session, database, state, number, time, _, _, severity, message, _ = fields
            if session and severity == "LOG" and not waiting and message.startswith(STATEMENT):
                lines = message.count("\n")
                sql = message[_AFTER_STATEMENT:].replace("\n\t", "\n") if lines else message[_AFTER_STATEMENT:]
                count = int(number) - extra_lines.get(session, 0) if number else 0
                in_transaction = IN_TRANSACTION.get(state)
                if label == UNNAMED:
                    label = ""
                at = time_of(time)
                append(LogEntry(session, sql, _IS_STATEMENT, database, label, at, line, in_transaction, count))
                line += lines + 1
            else:
                self._read_other(_Line._make(fields), line)
                line += message.count("\n") + 1

    @property
    def waits(self) -> bool:
        """Whether an ERROR is held back."""
        return bool(self._waiting)

    def take_settled(self) -> list[Item]:
        """The items that no later line can change, in order; the rest stays."""
        oldest = len(self.items) - _HOLD_ITEMS
        self._waiting = {key: index for key, index in self._waiting.items() if index >= oldest}
        cut = min(self._waiting.values(), default=len(self.items))
        settled, self.items = self.items[:cut], self.items[cut:]
        self._waiting = {key: index - cut for key, index in self._waiting.items()}
        return settled

    def _read_other(self, fields: _Line, line: int) -> None:
        """Whatever is not a plain statement of a session with an id."""
        fields = fields._replace(severity=english_severity(fields.severity))
        process = fields.session or fields.pid
        if not fields.severity:
            if fields.junk.strip():
                self.items.append(FOREIGN)
        elif fields.severity in _SECONDARY:
            self._read_secondary(fields, process)
        else:
            self._waiting.pop(process, None)
            self._append_record(fields, process, line)
            if fields.severity in FAILURES:
                self._waiting[process] = len(self.items) - 1

    def _read_secondary(self, fields: _Line, process: str) -> None:
        """Counts the line out of the session's numbers, gives an ERROR its statement; parameters end here."""
        if fields.number:
            self._extra_lines[process] = self._extra_lines.pop(process, 0) + 1
            if len(self._extra_lines) > _MOST_COUNTERS:
                del self._extra_lines[next(iter(self._extra_lines))]
        if fields.severity == "STATEMENT" and process in self._waiting:
            index = self._waiting.pop(process)
            entry = self.items[index]
            if isinstance(entry, LogEntry) and index >= len(self.items) - _HOLD_ITEMS:
                sql = fields.message.replace("\n\t", "\n")
                self.items[index] = entry._replace(event=Event.FAILURE, sql=sql)

    def _append_record(self, fields: _Line, process: str, line: int) -> None:
        message = english_message(fields.message.replace("\n\t", "\n"))
        event, sql, done = read_message(fields.severity, message, "")
        if fields.session:
            session = fields.session
        elif fields.start:
            session = f"{fields.pid} {fields.start}"
        else:
            session = self._sessions.key(fields.pid, event, message)
        if event is Event.OTHER and fields.severity == "LOG":
            event, sql, done = self._echoes.read(session, message)
        number = int(fields.number) - self._extra_lines.get(process, 0) if fields.number else 0
        in_transaction = IN_TRANSACTION.get(fields.state) if event is Event.STATEMENT else None
        at = self._time_of(fields.time)
        label, database = known(fields.label), known(fields.database)
        entry = LogEntry(session, sql, event, database, label, at, line, in_transaction, number, done=done)
        self.items.append(entry)


def recognises(head: bytes) -> float:
    """Whether lines have a severity behind something that reads as a prefix."""
    share = anchored_share(head)
    return 0.3 + 0.6 * share if share and detect_prefix(head) is not None else 0.2 * share


def facts(head: bytes, options: ReadOptions) -> HeadFacts:
    """The fields that the prefix carries."""
    prefix = options.prefix if options.prefix is not None else detect_prefix(head)
    letters = compile_prefix(prefix or "").letters
    fields = {_FIELD_OF[letter] for letter in letters if letter in _FIELD_OF}
    return HeadFacts(tuple(sorted(fields)), prefix or "")


POSTGRESQL_STDERR = LogFormat(
    name="postgresql-stderr",
    title="PostgreSQL text log (stderr)",
    dialect="postgresql",
    sample=(
        "2026-11-22 18:41:18.491 UTC [13479] shop@shop/web vxid=3/2728 sess=6b03374e.34a7 "
        "LOG:  statement: UPDATE stock SET on_hand = 3 WHERE sku = 'A1'"
    ),
    how_to_capture=(
        "log_destination = 'stderr', logging_collector = on, log_statement = 'all', "
        "log_line_prefix = '%m [%p] %q%c %l %v %x %e user=%u,db=%d,app=%a,client=%h '; instead of log_statement also "
        "pgaudit.log = 'read, write, misc' or auto_explain.log_min_duration = 0, whose lines repeat a logged statement"
    ),
    cannot_tell=(
        "What the prefix leaves out: without %c or %p no session and so no transaction, without %d no database, "
        "without %i whether a transaction was open before the log began. Rows that a statement touched. Of pgaudit: "
        "the ROLLBACK after an error. Of auto_explain: BEGIN and COMMIT."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
