"""PostgreSQL's CSV log (`log_destination = csvlog`), 22 columns (8.4) to 26 (14 and later).

    2026-11-22 18:42:33.619 UTC,"shop","shop",14559,"[local]",6b033799.38df,2,"INSERT",2026-11-22 18:42:33 UTC,8/46202,
    0,LOG,00000,"execute P_19: INSERT INTO stock ...","parameters: $1 = '9'",,,,,,,,"web","client backend",,0

(one record, folded here). A quoted field may hold line ends. The first eight columns are so particular that a record's
begin is known anywhere in the file: a lost head or a damaged record costs itself only.
Columns: PostgreSQL documentation, "Using CSV-Format Log Output".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.blocks import blocks
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions, head_lines
from decompose.sources.logs.postgresql_echoes import Echoes
from decompose.sources.logs.postgresql_english import english_message, english_severity
from decompose.sources.logs.postgresql_messages import (
    IN_TRANSACTION,
    OTHER_LANGUAGE,
    SEVERITIES,
    STATEMENT,
    UNNAMED,
    known,
    read_message,
)
from decompose.sources.logs.timestamps import iso_time

_NAME = r'(?:"(@[^"\n]*+(?:""[^"\n]*+)*+)")?'
_TEXT = r'(?:"(@[^"]*+(?:""[^"]*+)*+)")?'
_ANY = r'(?:"[^"]*+(?:""[^"]*+)*+"|[^",\n]*+)'
_BEGIN = (
    r"(@\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? [A-Za-z0-9+\-]{1,9}),"
    rf"{_NAME},{_NAME},\d{{1,10}},{_NAME},(@[0-9a-f]{{1,16}}\.[0-9a-f]{{1,8}}),(@\d{{1,10}}),{_NAME},"
)
_HEADER = _BEGIN.replace("(@", "(?:")
_RECORD = (
    rf"{_BEGIN}{_ANY},{_ANY},{_ANY},(@[A-Z0-9]*|[^\x00-\x7f][^\",\n]{{0,40}}),{_ANY},{_TEXT},"
    rf"(?:,,,,,,,|{_ANY},{_ANY},{_ANY},{_ANY},{_ANY},{_TEXT},{_ANY},{_ANY})(?:,{_NAME}[^\n]*+)?\n"
).replace("(@", "(")
_LINES = re.compile(rf"({_RECORD})|([^\n]*+(?:\n(?!{_HEADER}|\Z)[^\n]*+)*+)\n")
START = re.compile(_HEADER.encode())
_AFTER_STATEMENT = len(STATEMENT)
_IS_STATEMENT = Event.STATEMENT

DAMAGED = Gap("damaged CSV record")
OVERSIZED = Gap("record longer than the limit")


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `LogEntry` per CSV record, in file order; what is no record (a lost head, a cut tail) is a gap."""
    echoes = Echoes(options.head)
    for block in blocks(stream, START, options):
        if block.dropped:
            yield OVERSIZED
        yield from read_block(block.text, block.line, echoes)


def read_block(text: str, line: int, echoes: Echoes) -> list[Item]:
    """The block's items. The expression matches everything, so nothing is passed over in silence."""
    items: list[Item] = []
    append = items.append
    for row in _LINES.findall(text):
        record, time, _, database, _, session, number, state, severity, message, _, label, junk = row
        if severity == "LOG" and message.startswith(STATEMENT):
            sql = message[_AFTER_STATEMENT:]
            if '""' in sql:
                sql = sql.replace('""', '"')
            if label == UNNAMED:
                label = ""
            in_transaction = IN_TRANSACTION.get(state)
            at = iso_time(time)
            append(LogEntry(session, sql, _IS_STATEMENT, database, label, at, line, in_transaction, int(number)))
        elif record:
            append(_entry(row, line, echoes) if english_severity(severity) in SEVERITIES else OTHER_LANGUAGE)
        elif junk.strip():
            append(DAMAGED)
        line += record.count("\n") if record else junk.count("\n") + 1
    return items


def _entry(row: tuple[str, ...], line: int, echoes: Echoes) -> LogEntry:
    """Any record, from the groups of `_LINES`."""
    _, time, _, database, _, session, number, state, severity, message, query, label, _ = row
    severity, message = english_severity(severity), english_message(message.replace('""', '"'))
    event, sql, done = read_message(severity, message, query.replace('""', '"'))
    if event is Event.OTHER and severity == "LOG":
        event, sql, done = echoes.read(session, message)
    in_transaction = IN_TRANSACTION.get(state) if event is _IS_STATEMENT else None
    database, label, at = known(database), known(label), iso_time(time)
    return LogEntry(session, sql, event, database, label, at, line, in_transaction, int(number), done=done)


def recognises(head: bytes) -> float:
    """Whether some line begins with the columns of a record."""
    return 0.98 if any(START.match(line.encode()) for line in head_lines(head)) else 0.0


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """All columns are always there; the application's name since 9.0."""
    fields = ["at", "database", "in_transaction", "number", "session"]
    widths = {line.count(",") for line in head_lines(head) if START.match(line.encode())}
    return HeadFacts(tuple(sorted([*fields, "label"] if max(widths, default=0) > 21 else fields)))


POSTGRESQL_CSV = LogFormat(
    name="postgresql-csv",
    title="PostgreSQL CSV log (csvlog)",
    dialect="postgresql",
    sample=(
        '2026-11-22 18:42:33.619 UTC,"shop","shop",14559,"[local]",6b033799.38df,2,"idle",2026-11-22 18:42:33 UTC,'
        '8/46202,0,LOG,00000,"statement: SELECT 1",,,,,,,,,"web","client backend",,0'
    ),
    how_to_capture="log_destination = 'csvlog', logging_collector = on, log_statement = 'all'",
    cannot_tell="Rows that a statement touched; what functions and triggers did inside the server.",
    recognises=recognises,
    entries=entries,
    facts=facts,
)
