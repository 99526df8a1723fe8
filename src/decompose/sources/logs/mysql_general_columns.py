"""The general query log of MySQL and MariaDB as columns; see `mysql_general` for the format."""

from __future__ import annotations

import re
from collections.abc import Iterator

from decompose.sources.logs import mysql_general
from decompose.sources.logs.blocks import raw_blocks
from decompose.sources.logs.column_rows import ColumnBlock, RowReader
from decompose.sources.logs.format import ByteStream, ReadOptions

_BEGIN, _BANNER = mysql_general.BEGIN.encode(), mysql_general.BANNER.encode()
_MORE = rb"[^\n]*+(?:\n(?!" + _BEGIN + rb"|" + _BANNER + rb"|\Z)[^\n]*+)*+"
_ROWS = re.compile(
    rb"(?:"
    + mysql_general.TIME.encode()
    + rb"\t? *(?P<session>\d{1,20}) (?:Query|Execute)\t(?!(?i:use)\s)(?P<text>"
    + _MORE
    + rb")|(?P<other>"
    + _BEGIN
    + _MORE
    + rb"|"
    + _BANNER
    + rb"[^\n]*\n[^\n]*|[^\n]*+))\n"
)


def columns(stream: ByteStream, options: ReadOptions) -> Iterator[ColumnBlock]:
    """The log's blocks; what they hold is what `mysql_general.entries` tells."""
    reader = mysql_general.GeneralLogReader()

    rows = RowReader(_ROWS, lambda raw: reader.read(raw.decode("utf-8", "replace") + "\n", 0))
    for block in raw_blocks(stream, mysql_general.START, options, numbered=False):
        if block.dropped:
            yield (mysql_general.OVERSIZED,)
        yield from rows.columns(block.data)
