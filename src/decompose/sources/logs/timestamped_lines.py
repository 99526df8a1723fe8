"""A collector's own time in front of each line: `aws logs tail`, `docker logs -t`, `kubectl logs --timestamps`.

    2026-11-22T18:41:19 2026-11-22 18:41:18 UTC:10.0.0.7(50906):shop@shop:[13479]:LOG:  statement: SELECT 1
    2026-11-22T18:41:19.000000+00:00 shop-db.0 2026-11-22 18:41:18 UTC:10.0.0.7(50906):shop@shop:[13479]:LOG:  ...

`aws logs tail` writes the first form with `--format short`, else the second, with the log stream's name. An event of
several lines has the time in front of its first one only. Of several streams the first is read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from decompose.sources.logs.format import ByteStream
from decompose.sources.logs.postgresql_record_lines import RECORD_LINE
from decompose.sources.logs.wrapping import (
    FOREIGN,
    Piece,
    Unwrapping,
    outer_lines,
    share_of,
    wrapped_format,
)

_TIME = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?"
_LINE = re.compile(_TIME + rb"(?: ([^\n]*)|$)")
_STREAM = re.compile(_TIME + rb" ([\w./\-]{1,200}\.\d{1,3}|[\w./\-]{1,200}/[\w./\-]{1,200}) (?=\d{4}-|\t|\[|[^\n]*: )")
_WITH_CONTENT = re.compile(
    _TIME + rb" (?!app\[|heroku\[|std(?:out|err) [FP])(?:[\w./\-]{1,200} )?"
    rb"(?:\t|\{|\d{4}-\d\d-\d\d |[^\n]{0,300}(?:LOG|ERROR|DETAIL):  )"
)


def unwrap(stream: ByteStream, work: Unwrapping) -> Iterator[Piece]:
    """The lines without the collector's time; a line without one goes on with the event before."""
    streams = Counter(match[1] for row in work.options.head.split(b"\n") if (match := _STREAM.match(row)))
    wanted = max(streams, key=lambda name: (streams[name], name)) + b" " if streams else b""
    for row, number in outer_lines(stream, work):
        match = _LINE.fullmatch(row)
        if match is None:
            yield (b"\t" + row if _goes_on(row) else row) + b"\n", number
            continue
        text = match[1] or b""
        if not wanted:
            yield text + b"\n", number
        elif text.startswith(wanted):
            text = text[len(wanted) :]
            yield (b"\t" + text if _goes_on(text) else text) + b"\n", number
        else:
            work.gaps[FOREIGN] += 1


def _goes_on(text: bytes) -> bool:
    """Whether a line belongs to the record before, and has lost its TAB."""
    return text[:1] not in (b"\t", b"{", b"") and not RECORD_LINE.match(text)


def _share(head: bytes) -> float:
    """Whether most lines that begin an event have a time in front of a line of a log."""
    rows = b"\n".join(row for row in head.split(b"\n") if row[:1] not in (b"\t", b" ", b""))
    return share_of(_WITH_CONTENT, rows + b"\n")


TIMESTAMPED_LINES = wrapped_format(
    unwrap,
    _share,
    name="timestamped-lines",
    title="log lines behind a collector's time (aws logs tail, docker logs -t, kubectl logs --timestamps)",
    sample=("2026-11-22T18:41:19 2026-11-22 18:41:18 UTC:10.0.0.7(50906):shop@shop:[13479]:LOG:  statement: SELECT 1"),
    how_to_capture=(
        "aws logs tail /aws/rds/instance/NAME/postgresql --since 1d --format short, with log_statement = 'all' in the "
        "parameter group; docker logs -t CONTAINER; kubectl logs --timestamps POD"
    ),
    cannot_tell="What the log inside cannot tell; of several log streams in one file only one is read.",
)
