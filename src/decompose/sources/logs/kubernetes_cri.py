"""Kubernetes' container logs (CRI): time, stream and a flag in front of each line.

    2026-11-22T18:41:18.491534221Z stderr F 2026-11-22 18:41:18.491 UTC [13479] LOG:  statement: SELECT 1

`P` marks a part of a line that goes on with the next one of its stream, `F` its end. Source: Kubernetes, "CRI: Log
Management for Container Stdout/Stderr Streams".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from decompose.sources.logs.format import ByteStream
from decompose.sources.logs.line_parts import LineParts
from decompose.sources.logs.wrapping import (
    DAMAGED,
    Piece,
    Unwrapping,
    outer_lines,
    share_of,
    wrapped_format,
)

_LINE = re.compile(
    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) (stdout|stderr) ([FP])(?::\w{1,16})? ?([^\n]*)"
)


def unwrap(stream: ByteStream, work: Unwrapping) -> Iterator[Piece]:
    """What the container wrote, its two streams in the order of the file."""
    parts: LineParts[bytes] = LineParts(work)
    for row, number in outer_lines(stream, work):
        match = _LINE.fullmatch(row)
        if match is None:
            work.gaps[DAMAGED] += bool(row.strip())
        elif piece := parts.add(match[1], match[3], match[2] == b"F", number):
            yield piece
    yield from parts.rest()


KUBERNETES_CRI = wrapped_format(
    unwrap,
    partial(share_of, _LINE),
    name="kubernetes-cri",
    title="Kubernetes container log (CRI) around a database's log",
    sample="2026-11-22T18:41:18.491534221Z stderr F 2026-11-22 18:41:18.491 UTC [13479] LOG:  statement: SELECT 1",
    how_to_capture="/var/log/containers/POD_NAMESPACE_CONTAINER.log on the node; the server logs as without Kubernetes",
    cannot_tell="What the log inside cannot tell.",
)
