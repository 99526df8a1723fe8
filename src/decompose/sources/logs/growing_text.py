"""Records whose end only their content tells: text is gathered until one is whole, and no further than the limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from decompose.evidence.log_entry import Gap
from decompose.sources.logs.blocks import blocks
from decompose.sources.logs.format import ByteStream, ReadOptions
from decompose.sources.logs.json_lines import LINE_START

OVERSIZED = Gap("record longer than the limit")

Record = TypeVar("Record")
Read = Callable[[str, int, bool], Iterator[tuple[int, Record | Gap | None]]]
"""Whole records from the beginning of a text, which begins on the given line, each with where it ends and None for what
is to be passed over; the flag says that nothing follows. It stops at a record that goes on behind the text."""


def records(stream: ByteStream, options: ReadOptions, read: Read[Record]) -> Iterator[Record | Gap]:
    """What `read` finds in the stream's text. An unfinished record is tried again when its text has doubled."""
    text, line, enough = "", 1, 0
    for block in blocks(stream, LINE_START, options):
        if block.dropped:
            yield OVERSIZED
            text, enough = "", 0
        line = line if text else block.line
        text += block.text
        if len(text) < enough:
            continue
        done = 0
        for end, item in read(text, line, False):
            done = end
            if item is not None:
                yield item
        line += text.count("\n", 0, done)
        text = text[done:]
        enough = 2 * len(text)
        if len(text) > options.max_record_bytes:
            yield OVERSIZED
            text, enough = "", 0
    yield from (item for _, item in read(text, line, True) if item is not None)
