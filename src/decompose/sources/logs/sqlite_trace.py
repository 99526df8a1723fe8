"""SQLite's statement trace: `.trace` of the sqlite3 program, or sqlite3_trace_v2 written one statement after another.

    BEGIN IMMEDIATE;
    INSERT INTO orders VALUES(1,'two
    lines');
    -- TRIGGER count_orders;
    -- UPDATE stock SET on_hand = on_hand - 1;
    COMMIT;

A statement ends with `;` at the end of a line outside quotes; `--profile` adds `-- 12345 ns`. Lines that begin with
`--` are steps of a trigger, which the schema tells. There is neither session nor time: a trace is one connection's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions, head_lines
from decompose.sources.logs.growing_text import records

CUT_OFF = Gap("statement without its end")
FOREIGN = Gap("line is not a log record")

_INSIDE = (
    r"(?:[^;'\"`\[/\-]++|'[^']*+'|\"[^\"]*+\"|`[^`]*+`|\[[^\]\n]{0,200}+\]|--[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/|[/\-\[]"
    r"|;(?![ \t]*(?:-- \d{1,20} ns)?\n))"
)
_STATEMENT = re.compile(rf"({_INSIDE}*+);[ \t]*(?:-- \d{{1,20}} ns)?\n")
_STEP = re.compile(r"--[^\n]*+\n")
_TRIGGER = re.compile(r"(?i)\s*CREATE\s+(?:TEMP(?:ORARY)?\s+)?TRIGGER\b")
_END = re.compile(r"(?i)\bEND\s*\Z")
_VERB = re.compile(
    r"(?i)(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA|CREATE|DROP|ALTER"
    r"|ATTACH|DETACH|ANALYZE|VACUUM|REINDEX|EXPLAIN|VALUES)\b"
)
_DEFINITION = re.compile(r"(?i)CREATE\s")
_WORK = re.compile(r"(?i)(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|BEGIN|COMMIT)\b")
_DUMP = re.compile(r"PRAGMA foreign_keys=OFF;\s+BEGIN TRANSACTION;\s+CREATE ")
"""How the `.dump` of the sqlite3 program begins: tables with their rows, no work on them."""
_SESSION = "sqlite"


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `LogEntry` per statement, in file order."""
    found: Iterator[Item] = records(stream, options, _whole)
    yield from found


def _whole(text: str, line: int, ended: bool) -> Iterator[tuple[int, Item | None]]:
    """The statements that end in this text, each with where."""
    position = 0
    while position < len(text):
        if step := _STEP.match(text, position):
            end, item = step.end(), None
        elif text[position] in " \t\n":
            end, item = position + 1, None
        elif match := _statement(text, position):
            end, sql = match
            item = LogEntry(_SESSION, sql, Event.STATEMENT, line=line) if _VERB.match(sql) else FOREIGN
        else:
            if ended:
                yield len(text), CUT_OFF
            return
        yield end, item
        line += text.count("\n", position, end)
        position = end


def _statement(text: str, position: int) -> tuple[int, str] | None:
    """Where the statement that begins here ends, and its text; a trigger's definition holds statements."""
    begin = position
    while match := _STATEMENT.match(text, position):
        if not _TRIGGER.match(text, begin) or _END.search(match[1][-40:]):
            return match.end(), text[begin : match.end(1)]
        position = match.end()
    return None


def _is_schema(head: bytes) -> bool:
    """Whether there are definitions and not one statement that an application sends."""
    text = "\n".join(head_lines(head)) + "\n"
    statements = [item.sql for _, item in _whole(text, 1, False) if isinstance(item, LogEntry)]
    if _DUMP.match(text):
        return True
    return any(map(_DEFINITION.match, statements)) and not any(map(_WORK.match, statements))


def recognises(head: bytes) -> float:
    """Whether nothing but statements is there; other dialects would do as well, so never with certainty."""
    text = "\n".join(head_lines(head)[:200]) + "\n"
    found = [item for _, item in _whole(text, 1, False) if item is not None]
    statements = sum(1 for item in found if isinstance(item, LogEntry))
    if not statements or statements < 0.9 * len(found) or _is_schema(head):
        return 0.0
    return 0.6 if re.search(r"(?m)^(?:-- TRIGGER |PRAGMA |BEGIN (?:IMMEDIATE|EXCLUSIVE|DEFERRED))", text) else 0.5


def facts(_: bytes, __: ReadOptions) -> HeadFacts:
    """Nothing but statements."""
    return HeadFacts(())


SQLITE_TRACE = LogFormat(
    name="sqlite-trace",
    title="SQLite statement trace",
    dialect="sqlite",
    sample="SELECT 1;",
    how_to_capture=".trace trace.sql in the sqlite3 program, or sqlite3_trace_v2 in yours; back: .trace off",
    cannot_tell=(
        "Sessions and times: connections that share one trace mix; whether a statement failed; statements that did not "
        "compile are not in it."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
