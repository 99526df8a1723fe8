"""The slow query log of MySQL, MariaDB and Percona Server as columns; see `mysql_slow` for the format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from decompose.evidence.columns import Columns, Record
from decompose.evidence.fold.parts import SeamError
from decompose.sources.logs import mysql_slow
from decompose.sources.logs.blocks import raw_blocks
from decompose.sources.logs.column_rows import ColumnBlock
from decompose.sources.logs.format import ByteStream, ReadOptions

_USER, _TIME, _BANNER = (part.encode() for part in (mysql_slow.USER, mysql_slow.TIME, mysql_slow.BANNER))
_SESSION = (
    rb"(?:[^\n]*\])?+ *+(?:Id: *+(?!\d{1,20}(?:[^\n]*+\n# Thread_id: \d| +Schema: ))"
    rb"|[^\n]*+\n# Thread_id: (?=\d{1,20} +Schema: ))(\d{1,20})"
)
_SCHEMA = rb"(?:(?: +|[^\n]*+\n# )Schema:( \S*))?+"
_USE = rb"(?:use (`(?:[^`\n]|``)*+`|[^\s;`]*+);\n(?=SET ))?+(?:SET (?:[a-z_]+=\d+,)*timestamp=\d{1,12}(?:\.\d+)?;\n)?+"
_FAILED, _SAMPLED = re.compile(rb"rrno: [1-9]"), b"_rate_"
_SAMPLE = re.compile(rb"\n# [^\n]*_rate_limit: ")
_ANONYMOUS = re.compile(_USER + rb"(?:[^\n]*\])?+ *+(?!Id: *\d)[^\n]*+\n(?!# Thread_id: \d{1,20} +Schema: )")


@cache
def _rows(banner: bool, unusual: bool) -> re.Pattern[bytes]:
    """Rows of session, schema (with a space before it), database in use, text, and whatever is no plain statement.

    `banner` looks for the lines of a server's start, `unusual` for failures and samples in each header.
    """
    stop = b"(?:" + _USER + b"|" + _TIME + (b"|" + _BANNER if banner else b"") + rb"|\Z)"
    line = rb"(?:[^\n_r]++|_(?!rate_)|r(?!rno: [1-9]))*+" if unusual else rb"[^\n]*+"
    header = _USER + _SESSION + _SCHEMA + line + rb"\n(?:#(?! administrator command: | User@Host: | Time: \d)"
    text = rb"[^\n;]*+(?:;(?!\n" + stop + rb")[^\n;]*+|\n(?!" + stop + rb")[^\n;]*+)*+"
    statement = rb"(?!\n|# administrator command: |" + stop + rb")(" + text + rb");?+"
    record = b"(?:" + _TIME + rb"[^\n]*+\n)?+" + header + line + rb"\n)*+(?!#)" + _USE + statement
    return re.compile(rb"(?:" + record + rb"|([^\n]*+(?:\n(?!" + stop + rb")[^\n]*+)*+))\n")


def readable(options: ReadOptions) -> bool:
    """Whether records name their sessions, and are no sample."""
    return "session" in mysql_slow.facts(options.head, options).fields and _SAMPLED not in options.head


def carried(before: bytes, options: ReadOptions) -> ReadOptions | None:
    """How to read what follows these bytes: with the database last in use; None if they do not tell it.

    Without bytes: how to read a piece if nothing before it tells.
    """
    if not before:
        return replace(options, database=options.database or "")
    end = len(before)
    while (place := before.rfind(b"\nuse ", 0, end)) >= 0:
        header = before.rfind(b"\n" + _USER, 0, place)
        record = before[max(header, 0) : before.find(b"\n# ", place)]
        reader = mysql_slow.SlowLogReader("\n")
        reader.read(record.decode("utf-8", "replace") + "\n", 0)
        if reader.database != "\n":
            return replace(options, database=reader.database)
        end = place
    return None


def columns(stream: ByteStream, options: ReadOptions) -> Iterator[ColumnBlock]:
    """The log's blocks; what they hold is what `mysql_slow.entries` tells.

    Raises SeamError for a piece with records that are counted from the log's beginning: samples, or without a thread.
    """
    reader = mysql_slow.SlowLogReader(options.database or "")
    for block in raw_blocks(stream, mysql_slow.START, options):
        if block.dropped:
            yield (mysql_slow.OVERSIZED,)
        data = block.data
        sampled = _SAMPLED in data and _SAMPLE.search(data) is not None
        rows = _rows(b", Version: " in data, sampled or _FAILED.search(data) is not None)
        found = list(zip(*rows.findall(data), strict=True))
        if not found:
            continue
        sessions, schemas, used, texts, others = found
        anonymous = any(others) and _ANONYMOUS.search(data)
        if options.database is not None and (sampled or anonymous):
            raise SeamError("some records of the slow log cannot be read from a piece of it", "use --jobs 1")
        if anonymous:
            yield tuple(reader.read(data.decode("utf-8", "replace"), block.line))
        else:
            yield _block(reader, sessions, schemas, used, texts, others)


def _block(
    reader: mysql_slow.SlowLogReader,
    sessions: Sequence[bytes],
    schemas: Sequence[bytes],
    used: Sequence[bytes],
    texts: Sequence[bytes],
    others: Sequence[bytes],
) -> Columns:
    """The columns. What is no plain statement is read here, since it may change the database in use."""
    read: dict[bytes, Sequence[Record]] = {}
    if any(others) or any(used):
        places, databases = list(others), []
        for index, (schema, name, other) in enumerate(zip(schemas, used, others, strict=True)):
            if other:
                places[index] = b"%d" % index
                read[places[index]] = reader.read(other.decode("utf-8", "replace") + "\n", 0)
            elif name:
                reader.use(name.decode("utf-8", "replace"))
            databases.append(schema[1:] if schema else reader.database.encode())
        others = places
    else:
        current = reader.database.encode()
        databases = (
            [schema[1:] if schema else current for schema in schemas] if any(schemas) else [current] * len(texts)
        )
    return Columns(sessions, texts, others, read.__getitem__, databases=databases, done=[b"1"] * len(texts))
