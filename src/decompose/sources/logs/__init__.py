"""Log formats: each turns a stream of bytes into log entries, ready-made transactions and gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from decompose.errors import InputError
from decompose.evidence.log_entry import Gap, LogEntry, RecordedTransaction
from decompose.sources.logs.format import BLOCK_BYTES, HEAD_BYTES, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.jsonl import JSON_LINES
from decompose.sources.logs.mysql_general import MYSQL_GENERAL
from decompose.sources.logs.opening import LogSource, LogStream, log_sources
from decompose.sources.logs.postgresql_csv import POSTGRESQL_CSV
from decompose.sources.logs.postgresql_json import POSTGRESQL_JSON
from decompose.sources.logs.postgresql_stderr import POSTGRESQL_STDERR

LOG_FORMATS: tuple[LogFormat, ...] = (
    POSTGRESQL_CSV,
    POSTGRESQL_JSON,
    POSTGRESQL_STDERR,
    MYSQL_GENERAL,
    JSON_LINES,
)
"""Every format; on equal scores the earlier one is taken."""

_ENOUGH = 0.3

EMPTY = Gap("log is empty")


@dataclass(frozen=True, slots=True)
class LogDescription:
    """What a head of a log tells: its format, the fields it fills, and the PostgreSQL prefix if it has one."""

    format: LogFormat
    facts: HeadFacts


def detect(head: bytes, name: str | None = None) -> LogFormat:
    """The format called `name`, or else the one that recognises this head best.

    Raises InputError for an unknown name and for a head that no format recognises.
    """
    if name is not None:
        found = next((each for each in LOG_FORMATS if each.name == name), None)
        if found is None:
            raise InputError(f"There is no log format {name!r}.", f"Known: {', '.join(_names())}.")
        return found
    scores = [each.recognises(head) for each in LOG_FORMATS]
    best = max(range(len(scores)), key=lambda index: (scores[index], -index))
    if scores[best] >= _ENOUGH:
        return LOG_FORMATS[best]
    raise InputError("The log is in no format that is known here.", _advice(LOG_FORMATS[best], scores[best]))


def describe(head: bytes, *, format: str | None = None, prefix: str | None = None) -> LogDescription:
    """Format and fields of a log from its first 64 KiB. Raises InputError like `detect`."""
    found = detect(head, format)
    return LogDescription(found, found.facts(head, ReadOptions(prefix=prefix, head=head)))


def read_log(
    source: LogSource | str,
    *,
    format: str | None = None,
    prefix: str | None = None,
    database: str | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[Item]:
    """The items of one log, in file order; what cannot be read is a gap.

    `format` names a row of `LOG_FORMATS`, `prefix` is a PostgreSQL `log_line_prefix`; both are detected when None.
    `database` leaves out entries known to be of another one. Raises InputError where the log cannot be opened or is
    in no known format.
    """
    if isinstance(source, str):
        source = LogSource(source, is_url="://" in source)
    with source.open() as stream:
        items = _items(stream, format, prefix, block_bytes)
        if database is None:
            yield from items
        else:
            yield from (item for item in items if _is_of(item, database))
        if stream.damage:
            yield Gap(stream.damage)


def _items(stream: LogStream, name: str | None, prefix: str | None, block_bytes: int) -> Iterator[Item]:
    head = stream.head(HEAD_BYTES)
    if not head.strip():
        return iter(() if stream.damage else (EMPTY,))
    found = detect(head, name or ("postgresql-stderr" if prefix is not None else None))
    return found.entries(stream, ReadOptions(prefix, head, block_bytes))


def _is_of(item: Item, database: str) -> bool:
    return not isinstance(item, LogEntry) or item.database in ("", database)


def _names() -> list[str]:
    return [each.name for each in LOG_FORMATS]


def _advice(nearest: LogFormat, score: float) -> str:
    """What to do about a log that nothing recognises."""
    known = f"Known formats: {', '.join(_names())}."
    if not score:
        return f"{known} Name one with --log-format, or convert the log to JSON Lines."
    if nearest is POSTGRESQL_STDERR:
        return "It looks like PostgreSQL's text log: give the server's log_line_prefix with --log-line-prefix."
    return f"Nearest is {nearest.name}, whose lines look like: {nearest.sample} {known}"


__all__ = [
    "EMPTY",
    "LOG_FORMATS",
    "Gap",
    "HeadFacts",
    "Item",
    "LogDescription",
    "LogEntry",
    "LogFormat",
    "LogSource",
    "LogStream",
    "ReadOptions",
    "RecordedTransaction",
    "describe",
    "detect",
    "log_sources",
    "read_log",
]
