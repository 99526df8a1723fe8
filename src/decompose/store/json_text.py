"""Canonical JSON text: one spelling per value, safe to write as UTF-8."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")
_COMPACT = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def compact(value: Any) -> str:
    """A value on one line, keys sorted."""
    return _utf8(_COMPACT.encode(value))


def pretty(value: Any) -> str:
    """A value for people, in the order it was built in, with a final line end."""
    return _utf8(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)) + "\n"


def one_item_per_line(head: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    """An object whose lists have one item per line, so that it can be compared and searched line by line.

    `head` comes first in its own order, `body` follows with sorted keys.
    """
    members = [f"{compact(key)}:{compact(value)}" for key, value in head.items()]
    for key in sorted(body):
        value = body[key]
        if isinstance(value, list) and value:
            items = ",\n".join(compact(item) for item in value)
            members.append(f"{compact(key)}:[\n{items}\n]")
        else:
            members.append(f"{compact(key)}:{compact(value)}")
    return "{\n" + ",\n".join(members) + "\n}\n"


def _utf8(text: str) -> str:
    """Lone surrogates (from undecodable bytes) have no UTF-8: inside JSON they are escaped."""
    if text.isascii():
        return text
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
