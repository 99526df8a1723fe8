"""Amazon CloudWatch Logs as JSON: RDS and Aurora for PostgreSQL, exported by the command line or by a subscription.

    {"events": [{"logStreamName": "shop-db.0", "timestamp": 1795372878000, "message":
     "2026-11-22 18:41:18 UTC:10.0.0.7(50906):shop@shop:[13479]:LOG:  statement: SELECT 1", "eventId": "1"}]}
    {"messageType":"DATA_MESSAGE","logStream":"shop-db.0","logEvents":[{"id":"1","timestamp":...,"message":"..."}]}

(folded here.) A subscription's objects may come as lines of gzip in base64, or under `awslogs.data`. An event may be
one line of a record only. Of several log streams the first one is read. Shapes: Amazon's API reference,
FilterLogEvents, and "Using CloudWatch Logs subscription filters".
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from decompose.sources.logs.cloud_events import event_objects, first_text, oldest_first
from decompose.sources.logs.format import ByteStream
from decompose.sources.logs.json_lines import decode_line
from decompose.sources.logs.postgresql_record_lines import message_lines
from decompose.sources.logs.wrapping import (
    DAMAGED,
    FOREIGN,
    InnerStream,
    Piece,
    Unwrapping,
    outer_lines,
    wrapped_format,
)

_GZIP_IN_BASE64 = re.compile(rb"(?:\xef\xbb\xbf)?H4sI[A-Za-z0-9+/]{20}")
_FRAME = re.compile(
    rb'\s*(?:\{|\}|\],?|"events"\s*:\s*\[|"searchedLogStreams"\s*:\s*\[(?:\s*\],?)?|"next\w{0,20}Token"\s*:[^\n]*|)\s*'
)
_FRAMED = re.compile(rb'\s*\{\s*\n\s*"events"\s*:\s*\[\s*\n')
_EVENTS = re.compile(rb'"(?:events|logEvents)"\s*:\s*\[\s*\{|"awslogs"\s*:|"ingestionTime"\s*:')
_MOST_UNPACKED = 32 << 20
"""The most that one packed object may unpack to; Amazon's own limit is 6 MiB."""


class _Event(NamedTuple):
    line: int
    time: str
    stream: str
    message: str


def unwrap(stream: ByteStream, work: Unwrapping) -> Iterator[Piece]:
    """The messages of one log stream, oldest first."""
    wanted = ""
    for event in oldest_first(_events(stream, work), lambda each: each.time, work):
        wanted = wanted or event.stream
        if event.stream == wanted:
            yield message_lines(event.message.encode(), b""), event.line
        else:
            work.gaps[FOREIGN] += 1


def _events(stream: ByteStream, work: Unwrapping) -> Iterator[_Event]:
    for line, record in _objects(stream, work):
        found = record.get("events") or record.get("logEvents")
        if "searchedCompletely" in record:
            continue
        outer = first_text(record, "logStream")
        for event in found if isinstance(found, list) else [record]:
            message = first_text(event, "message") if isinstance(event, dict) else ""
            if message:
                time = first_text(event, "timestamp").rjust(16, "0")
                yield _Event(line, time, outer or first_text(event, "logStreamName"), message)
            elif record.get("messageType") != "CONTROL_MESSAGE":
                work.gaps[FOREIGN] += 1


def _objects(stream: ByteStream, work: Unwrapping) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of any of the arrangements."""
    if _GZIP_IN_BASE64.match(work.options.head):
        for row, number in outer_lines(stream, work):
            record = _unpacked(row)
            if record is not None:
                yield number, record
            else:
                work.gaps[DAMAGED] += bool(row.strip())
        return
    if _FRAMED.match(work.options.head.removeprefix(b"\xef\xbb\xbf")):
        stream = InnerStream(_without_frame(stream, work))
    for line, record in event_objects(stream, work):
        packed = record.get("awslogs")
        data = packed.get("data") if isinstance(packed, dict) else None
        unpacked = _unpacked(data.encode("utf-8", "replace")) if isinstance(data, str) else record
        if unpacked is not None:
            yield line, unpacked
        else:
            work.gaps[DAMAGED] += 1


def _without_frame(stream: ByteStream, work: Unwrapping) -> Iterator[Piece]:
    """The elements of a page that is written over many lines, at their lines."""
    depth_of_frame = 0
    for row, number in outer_lines(stream, work):
        indent = len(row) - len(row.lstrip())
        if _FRAMED_ARRAY.match(row):
            depth_of_frame = indent
        is_frame = indent <= depth_of_frame and _FRAME.fullmatch(row)
        yield (b"" if is_frame else row) + b"\n", number


_FRAMED_ARRAY = re.compile(rb'\s*"events"\s*:\s*\[')


def _unpacked(text: bytes) -> dict[str, Any] | None:
    """The object in a piece of gzip in base64; None if it is none."""
    try:
        unpacker = zlib.decompressobj(wbits=31)
        data = unpacker.decompress(base64.b64decode(text.strip(), validate=True), _MOST_UNPACKED)
    except (binascii.Error, ValueError, zlib.error):
        return None
    return decode_line(data.decode("utf-8", "replace").strip()) if unpacker.eof else None


def _share(head: bytes) -> float:
    """Whether there are objects with CloudWatch's own keys, or lines of gzip in base64."""
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
    found = _GZIP_IN_BASE64.match(head) or (begins and _EVENTS.search(head))
    return 1.0 if found else 0.0


CLOUDWATCH = wrapped_format(
    unwrap,
    _share,
    name="cloudwatch-json",
    title="Amazon CloudWatch Logs (RDS and Aurora PostgreSQL) as JSON",
    sample=(
        '{"events": [{"logStreamName": "shop-db.0", "timestamp": 1795372878000, "message": "2026-11-22 18:41:18 UTC:'
        '10.0.0.7(50906):shop@shop:[13479]:LOG:  statement: SELECT 1", "ingestionTime": 1795372879000}]}'
    ),
    how_to_capture=(
        "log_statement = 'all' in the parameter group, log export to CloudWatch on, then aws logs filter-log-events "
        "--log-group-name /aws/rds/instance/NAME/postgresql --log-stream-names NAME.0 > FILE"
    ),
    cannot_tell=(
        "RDS's fixed prefix has no session id and whole seconds only: sessions by process id, order by the file; of "
        "several log streams in one file only the first is read."
    ),
)
