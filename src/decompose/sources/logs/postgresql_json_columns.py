"""PostgreSQL's JSON log as columns; see `postgresql_json`. The server writes its keys in a fixed order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from decompose.sources.logs import postgresql_json
from decompose.sources.logs.blocks import raw_blocks
from decompose.sources.logs.column_rows import STATEMENT, ColumnBlock, RowReader
from decompose.sources.logs.format import ByteStream, ReadOptions
from decompose.sources.logs.json_lines import LINE_START
from decompose.sources.logs.postgresql_echoes import Echoes

_PLAIN = rb'"[^"\\\x00-\x1f]*+"'
_INSIDE = rb'[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+'
_STRING = rb'"' + _INSIDE + rb'"'
_COUNT = rb'"?+(?:0|[1-9]\d*+)"?+'


def _optional(key: bytes, value: bytes) -> bytes:
    return rb'(?:,"' + key + rb'":' + value + rb")?+"


_RECORD = (
    rb'\{"timestamp":'
    + _PLAIN
    + _optional(b"user", _PLAIN)
    + _optional(b"dbname", rb'"(?P<database>[^"\\\x00-\x1f]*+)"')
    + rb',"pid":'
    + _COUNT
    + _optional(b"remote_host", _PLAIN)
    + _optional(b"remote_port", _COUNT)
    + rb',"session_id":"(?P<session>[^"\\\x00-\x1f]++)","line_num":(?P<number>[1-9]\d{0,9}+)'
    + _optional(b"ps", rb'"(?P<state>[^"\\\x00-\x1f]*+)"')
    + _optional(b"session_start", _PLAIN)
    + _optional(b"vxid", _PLAIN)
    + _optional(b"txid", _COUNT)
    + rb',"error_severity":"LOG"'
    + _optional(b"state_code", _PLAIN)
    + rb',"message":"'
    + STATEMENT
    + rb"(?P<text>"
    + _INSIDE
    + rb')"'
    + _optional(b"detail", _STRING)
    + _optional(b"application_name", rb'"(?P<label>[^"\\\x00-\x1f]*+)"')
    + _optional(b"backend_type", _PLAIN)
    + _optional(b"leader_pid", _COUNT)
    + _optional(b"query_id", rb"-?" + _COUNT)
    + rb"\}\n"
)
_DECODER = json.JSONDecoder(strict=False)
_ROWS = re.compile(rb"(?:" + _RECORD + rb"|(?P<other>[^\n]*+)\n)")


def columns(stream: ByteStream, options: ReadOptions) -> Iterator[ColumnBlock]:
    """The log's blocks; what they hold is what `postgresql_json.entries` tells."""
    echoes = Echoes(options.head)
    rows = RowReader(_ROWS, lambda raw: postgresql_json.read_block(raw.decode("utf-8", "replace"), 0, echoes))
    for block in raw_blocks(stream, LINE_START, options, numbered=False):
        if block.dropped:
            yield (postgresql_json.OVERSIZED,)
        yield from rows.columns(block.data)


def plain(text: bytes) -> bytes:
    """A statement as the client sent it, or several with NUL between them."""
    quotes = text.replace(b'\\"', b'"')
    if b"\\" not in quotes:
        return quotes
    decoded = _DECODER.decode(f'"{text.decode("utf-8", "replace")}"')
    return str(decoded).encode("utf-8", "replace")
