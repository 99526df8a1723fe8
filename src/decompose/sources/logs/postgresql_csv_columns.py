"""PostgreSQL's CSV log as columns; see `postgresql_csv` for the format."""

from __future__ import annotations

import re
from collections.abc import Iterator

from decompose.sources.logs import postgresql_csv
from decompose.sources.logs.blocks import raw_blocks
from decompose.sources.logs.column_rows import STATEMENT, ColumnBlock, RowReader
from decompose.sources.logs.format import ByteStream, ReadOptions
from decompose.sources.logs.postgresql_echoes import Echoes

_ANY = rb'(?:"[^"]*+(?:""[^"]*+)*+"|[^",\n]*+)'
_RECORD = (
    rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6}+)?+ [A-Za-z0-9+\-]{1,9}+,"
    rb'(?:"[^"\n]*+")?+,(?:"(?P<database>[^"\n]*+)")?+,\d{1,10}+,(?:"[^"\n]*+")?+,'
    rb'(?P<session>[0-9a-f]{1,16}+\.[0-9a-f]{1,8}+),(?P<number>\d{1,10}+),(?:"(?P<state>[^"\n]*+)")?+,'
    rb'[^",\n]*+,[^",\n]*+,\d*+,LOG,00000,"'
    + STATEMENT
    + rb'(?P<text>[^"]*+(?:""[^"]*+)*+)",(?:,,,,,,,|'
    + (_ANY + rb",") * 7
    + _ANY
    + rb')(?:,(?:"(?P<label>[^"\n]*+)")?+(?:,[^"\n]*+(?:"[^"\n]*+"[^"\n]*+)?+)?+)?+\n'
)
_BEGIN = rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
_ROWS = re.compile(rb"(?:" + _RECORD + rb"|(?P<other>[^\n]*+(?:\n(?!" + _BEGIN + rb"|\Z)[^\n]*+)*+)\n)")


def columns(stream: ByteStream, options: ReadOptions) -> Iterator[ColumnBlock]:
    """The log's blocks; what they hold is what `postgresql_csv.entries` tells."""
    echoes = Echoes(options.head)
    rows = RowReader(_ROWS, lambda raw: postgresql_csv.read_block(raw.decode("utf-8", "replace") + "\n", 0, echoes))
    for block in raw_blocks(stream, postgresql_csv.START, options, numbered=False):
        if block.dropped:
            yield (postgresql_csv.OVERSIZED,)
        yield from rows.columns(block.data)


def plain(text: bytes) -> bytes:
    """A statement as the client sent it."""
    return text.replace(b'""', b'"')
