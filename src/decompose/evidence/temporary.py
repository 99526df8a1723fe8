"""Temporary tables: what a session keeps for itself is no table of the application."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAME = r"(?:(?:[`\"][^`\"]+[`\"]|[^\W\d][\w$]*)\s?\.\s?)?([`\"][^`\"]+[`\"]|[^\W\d][\w$]*)"
_MADE = re.compile(
    rf"(?i)\ACREATE (?:(?:GLOBAL|LOCAL|OR REPLACE|PRIVATE) )*TEMP(?:ORARY)? TABLE (?:IF NOT EXISTS )?{_NAME}"
    rf"|(?<!INSERT )\bINTO (?:LOCAL )?TEMP(?:ORARY)? (?:TABLE )?{_NAME}"
)


def temporary_tables(templates: Iterable[str]) -> frozenset[str]:
    """The case-folded names, without qualifiers, of the temporary tables that statements make."""
    found = (made for text in templates if "temp" in text.lower() and (made := _MADE.search(text)))
    return frozenset((made[1] or made[2]).strip('`"').casefold() for made in found)
