"""Docker's json-file driver: one JSON object around each line a container writes.

    {"log":"2026-11-22 18:41:18.491 UTC [13479] LOG:  statement: SELECT 1\\n","stream":"stderr","time":"2026-11-..."}

A line beyond 16 KiB comes in parts; only the last one ends in a newline. Source: Docker's documentation, "JSON File
logging driver".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from decompose.sources.logs.format import ByteStream
from decompose.sources.logs.json_lines import decode_line
from decompose.sources.logs.line_parts import LineParts
from decompose.sources.logs.wrapping import (
    DAMAGED,
    Piece,
    Unwrapping,
    outer_lines,
    share_of,
    wrapped_format,
)

_LINE = re.compile(rb'\{ ?"log": ?"[^\n]*"(?:stream|time)": ?"')


def unwrap(stream: ByteStream, work: Unwrapping) -> Iterator[Piece]:
    """What the container wrote, its two streams in the order of the file."""
    parts: LineParts[str] = LineParts(work)
    for row, number in outer_lines(stream, work):
        record = decode_line(row.decode("utf-8", "replace")) if row.strip() else {}
        text = record.get("log") if record else None
        if record and isinstance(text, str):
            data = text.encode("utf-8", "replace")
            piece = parts.add(str(record.get("stream"))[:16], data.removesuffix(b"\n"), text.endswith("\n"), number)
            if piece:
                yield piece
        else:
            work.gaps[DAMAGED] += bool(row.strip())
    yield from parts.rest()


DOCKER_JSON = wrapped_format(
    unwrap,
    partial(share_of, _LINE),
    name="docker-json",
    title="Docker json-file driver around a database's log",
    sample=(
        '{"log":"2026-11-22 18:41:18.491 UTC [13479] LOG:  statement: SELECT 1\\n","stream":"stderr",'
        '"time":"2026-11-22T18:41:18.491534221Z"}'
    ),
    how_to_capture="docker inspect --format '{{.LogPath}}' CONTAINER names the file; the server logs as without Docker",
    cannot_tell="What the log inside cannot tell.",
)
