"""What `docker compose logs` prints: the container's name and a bar in front of each line, in colours or without.

    postgres-1  | 2026-11-22 18:41:18.491 UTC [13479] LOG:  statement: SELECT 1

Of several containers in one file the one is read whose lines look most like a database's log.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial

from decompose.sources.logs.format import ByteStream
from decompose.sources.logs.postgresql_record_lines import RECORD_LINE
from decompose.sources.logs.wrapping import (
    DAMAGED,
    FOREIGN,
    Piece,
    Unwrapping,
    outer_lines,
    share_of,
    wrapped_format,
)

_COLOUR = re.compile(rb"\x1b\[[0-9;]{0,20}[mK]")
_LINE = re.compile(
    rb"(?:\x1b\[[0-9;]{0,20}[mK])*([A-Za-z0-9][\w.\-]{0,99}+)(?: {2,99}|(?<=[\-_]\d) ?|(?<=[\-_]\d\d) ?)"
    rb"(?:\x1b\[[0-9;]{0,20}[mK])*\|(?: ([^\n]*)|$)"
)
"""Two blanks at least are between name and bar, or a name that ends in a number: a log_line_prefix has neither."""

_MARKS = re.compile(rb',LOG,[0-9A-Z]{5},|"error_severity"|"logger":"postgres"|\tQuery\t|# Query_time: ')


def unwrap(stream: ByteStream, work: Unwrapping) -> Iterator[Piece]:
    """The lines of the database's container."""
    wanted = _database_container(work.options.head)
    for row, number in outer_lines(stream, work):
        if b"\x1b" in row:
            row = _COLOUR.sub(b"", row)
        match = _LINE.fullmatch(row)
        if match is None:
            work.gaps[DAMAGED] += bool(row.strip())
        elif wanted and match[1] != wanted:
            work.gaps[FOREIGN] += 1
        else:
            yield (match[2] or b"") + b"\n", number


def _database_container(head: bytes) -> bytes:
    """The container with the largest share of lines that look like a database's; on equal ones that with more lines."""
    lines: Counter[bytes] = Counter()
    marks: Counter[bytes] = Counter()
    for row in head.split(b"\n"):
        if match := _LINE.match(_COLOUR.sub(b"", row)):
            text = match[2] or b""
            lines[match[1]] += 1
            marks[match[1]] += bool(RECORD_LINE.match(text) or _MARKS.search(text))
    return max(lines, key=lambda name: (marks[name] / lines[name], lines[name], name), default=b"")


DOCKER_COMPOSE = wrapped_format(
    unwrap,
    partial(share_of, _LINE),
    name="docker-compose",
    title="docker compose logs around a database's log",
    sample="postgres-1  | 2026-11-22 18:41:18.491 UTC [13479] LOG:  statement: SELECT 1",
    how_to_capture="docker compose logs --no-color SERVICE; the server logs as without Docker",
    cannot_tell="What the log inside cannot tell; of several database containers in one file only one is read.",
)
