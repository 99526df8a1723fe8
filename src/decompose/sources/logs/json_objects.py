"""JSON objects one after another, as exports write them: one a line, or the elements of an array over many lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from decompose.evidence.log_entry import Gap
from decompose.sources.logs.format import ByteStream, ReadOptions
from decompose.sources.logs.growing_text import records

BROKEN = Gap("JSON that is no object")

_decode = json.JSONDecoder().raw_decode
_BETWEEN = re.compile(r"[\s,\[\]]*+")
_NEXT = re.compile(r"\n[\s,\[\]]*+(?=\{)")


def objects(stream: ByteStream, options: ReadOptions) -> Iterator[tuple[int, dict[str, Any]] | Gap]:
    """Each object with the number of its first line; text between objects is a gap."""
    yield from records(stream, options, _whole)


def _whole(text: str, line: int, ended: bool) -> Iterator[tuple[int, tuple[int, dict[str, Any]] | Gap | None]]:
    """Objects from the beginning of the text, each with where it ends; stops at one that goes on behind the text."""
    position = 0
    while True:
        match = _BETWEEN.match(text, position)
        begin = match.end() if match else position
        line += text.count("\n", position, begin)
        if begin >= len(text):
            yield len(text), None
            return
        value, end = _value(text, begin)
        if value is None:
            if end >= len(text) and not ended:
                yield begin, None
                return
            following = _NEXT.search(text, begin)
            end = following.start() + 1 if following else text.rfind("\n", begin) + 1 or len(text)
            yield end, BROKEN
        else:
            yield end, (line, value)
        line += text.count("\n", begin, end)
        position = end


def _value(text: str, begin: int) -> tuple[dict[str, Any] | None, int]:
    """The object that begins here and its end; None with the end of the text where it is cut off by it."""
    if text[begin] != "{":
        return None, begin
    try:
        value, end = _decode(text, begin)
    except json.JSONDecodeError as error:
        return None, len(text) if error.pos >= len(text.rstrip()) else begin
    except (ValueError, RecursionError):
        return None, begin
    return value, end


def value_text(value: object) -> str:
    """A text or number of an object as text that can be encoded; anything else is empty."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, bool) or not isinstance(value, int):
        return ""
    return str(value) if -(1 << 128) < value < 1 << 128 else ""
