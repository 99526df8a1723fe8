"""One JSON object per line, decoded so that no line can raise or carry text that cannot be written again."""

from __future__ import annotations

import json
import re
from typing import Any

LINE_START = re.compile(rb"")
"""Every line begins a record."""

_decode = json.JSONDecoder().raw_decode


def decode_line(line: str) -> dict[str, Any] | None:
    """The line's object; None if the line is anything else."""
    try:
        value, end = _decode(line)
    except (ValueError, RecursionError):
        return None
    if end != len(line) or not isinstance(value, dict):
        return None
    return value


def text_of(value: object) -> str:
    """A text value with lone surrogates replaced, so that it can be encoded; other values are empty."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
