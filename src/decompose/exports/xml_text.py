"""XML by hand: attributes and text that any name can stand in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

HEADER = '<?xml version="1.0" encoding="UTF-8"?>'
_INVALID = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no Char of XML 1.0 (5th edition, production 2)."""


def content(value: str) -> str:
    """Character data; `]]>` cannot appear in it since `>` is escaped."""
    return escape(_INVALID.sub("\ufffd", value), {"\r": "&#13;"})


def start(name: str, attributes: Mapping[str, object]) -> str:
    """`<name a="1" b="2"` without its end, attributes in the order given."""
    told = "".join(f" {key}={quoteattr(_INVALID.sub(chr(0xFFFD), _plain(value)))}" for key, value in attributes.items())
    return f"<{name}{told}"


def opened(name: str, attributes: Mapping[str, object]) -> str:
    """A start tag."""
    return start(name, attributes) + ">"


def empty(name: str, attributes: Mapping[str, object]) -> str:
    """An element without content."""
    return start(name, attributes) + "/>"


def element(name: str, attributes: Mapping[str, object], value: object) -> str:
    """An element with text."""
    return f"{opened(name, attributes)}{content(_plain(value))}</{name}>"


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
