"""Heroku Postgres in an application's log stream (`heroku logs --ps postgres`).

    2026-11-22T18:41:18.491534+00:00 app[postgres.4882]: [GREEN] [15-1]  sql_error_code = 00000 LOG:  statement: BEGIN
    2026-11-22T18:41:18.491534+00:00 app[postgres.4882]: [GREEN] [15-1]  sql_error_code = 00000 time_ms =
     "2026-11-22 18:41:18.491 UTC" pid="4882" session_id="6b03374e.1312" ... user="u" application_name="web" LOG:  ...

(the second one folded here). `[15-1]` numbers message and chunk as in syslog (`syslog_chunks`); 4882 is the process.
Shapes: Heroku's documentation, "Heroku Postgres Metrics Logs" and the log_line_prefix of its servers.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import partial

from decompose.sources.logs.format import ByteStream, ReadOptions
from decompose.sources.logs.postgresql_record_lines import RECORD_LINE, server_time
from decompose.sources.logs.syslog_chunks import Assembly, Chunk, opening
from decompose.sources.logs.wrapping import (
    DAMAGED,
    FOREIGN,
    Piece,
    Unwrapping,
    outer_lines,
    share_of,
    wrapped_format,
)

_LINE = re.compile(
    rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (app|heroku)\[([\w.\-]{1,64})\]: ?([^\n]*)"
)
_DATABASE = re.compile(rb"postgres\.(\d{1,10})$")
_COLOUR = re.compile(rb"\[[A-Z_]{1,40}\] (?=\[\d)")
_SPACED = re.compile(rb"(\w{1,24}) ?= ?")
_QUOTED = re.compile(rb'(\w{1,24})="([^"\n]{0,255})" ?')


def unwrap(stream: ByteStream, work: Unwrapping) -> Iterator[Piece]:
    """The server's text log, its prefix written without quotes."""
    head = work.options.head
    complete = head[: head.rfind(b"\n") + 1] or head
    added = opening(_chunks(io.BytesIO(complete), Unwrapping(ReadOptions())), work.options.prefix)
    work.prefix = added.template
    return Assembly(added, work).pieces(_chunks(stream, work))


def _chunks(stream: ByteStream, work: Unwrapping) -> Iterator[Chunk]:
    """The database's lines; those of the application's other processes are counted."""
    for row, number in outer_lines(stream, work):
        match = _LINE.fullmatch(row)
        database = _DATABASE.match(match[3]) if match else None
        if match is None:
            work.gaps[DAMAGED] += bool(row.strip())
        elif database is None:
            work.gaps[FOREIGN] += 1
        else:
            time = server_time(match[1].decode()).rstrip()
            yield Chunk(database[1], time, _plain(_COLOUR.sub(b"", match[4], count=1)), number)


def _plain(text: bytes) -> bytes:
    """A line whose prefix reads `name=value,` throughout."""
    record = RECORD_LINE.match(text)
    if record is None:
        return text
    begin = text.find(b"sql_error_code", 0, record.end())
    if begin < 0:
        return text
    prefix = _QUOTED.sub(rb"\1=\2,", _SPACED.sub(rb"\1=", text[begin : record.end()]))
    prefix = re.sub(rb"^(sql_error_code=\w+) ", rb"\1,", prefix)
    severity = re.search(rb",? ?(\w+:  )$", prefix)
    prefix = prefix[: severity.start()] + b", " + severity[1] if severity else prefix
    return text[:begin].rstrip(b" ") + (b" " if text[:begin].strip() else b"") + prefix + text[record.end() :]


HEROKU = wrapped_format(
    unwrap,
    partial(share_of, _LINE),
    name="heroku",
    title="Heroku Postgres in the application's log stream",
    sample=(
        "2026-11-22T18:41:18.491534+00:00 app[postgres.4882]: [GREEN] [15-1]  sql_error_code = 00000 "
        "LOG:  statement: SELECT 1"
    ),
    how_to_capture=(
        "heroku pg:settings:log-statement all, then heroku logs --ps postgres --tail > FILE, or a log drain; back: "
        "heroku pg:settings:log-statement ddl"
    ),
    cannot_tell="Lines that the log stream dropped under load, but for their count.",
)
