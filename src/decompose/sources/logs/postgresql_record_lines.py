"""Lines of PostgreSQL's text log by themselves: which begin a record, and which belong to the one before."""

from __future__ import annotations

import re

from decompose.sources.logs.postgresql_english import ANY_MARK, LINE_MARK, in_bytes

_BEFORE = r"(?:[^\t\n][^\n]{0,400}?)??(?<![A-Za-z\x80-\xff])"
RECORD_LINE = re.compile(in_bytes(f"{_BEFORE}(?:{ANY_MARK})"))
"""Matches a line with a severity behind something that may be a prefix."""

SECONDARY_LINE = re.compile(in_bytes(f"{_BEFORE}(?:{LINE_MARK})"))
"""Matches a line of its own prefix that belongs to the record before it."""

BEGINS_WITH_TIME = re.compile(rb"\d{4}-\d\d-\d\d[ T]\d\d:\d\d")


def message_lines(text: bytes, before: bytes) -> bytes:
    """A message of one or several lines as a server writes it to a file.

    Collectors strip the TAB of continuation lines and give the time apart: it goes in front of a line that begins a
    record and has none. The result ends in a newline.
    """
    rows = text.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
    lines = []
    for row in rows:
        if row[:1] == b"\t":
            lines.append(row)
        elif RECORD_LINE.match(row):
            lines.append(row if BEGINS_WITH_TIME.match(row) else before + row)
        else:
            lines.append(b"\t" + row)
    return b"\n".join(lines) + b"\n"


def server_time(time: str) -> bytes:
    """An ISO 8601 time as the escape `%m` writes it, with a blank behind; empty for anything else."""
    match = _ISO.match(time)
    if match is None:
        return b""
    day, clock, fraction, zone = match.groups()
    zone = "UTC" if zone in (None, "Z", "+00:00", "+0000", "+00") else zone.replace(":", "")
    return f"{day} {clock}.{((fraction or '') + '000')[:3]} {zone} ".encode()


_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))? ?(Z|UTC|[+-]\d\d:?\d\d|[+-]\d\d)?$", re.ASCII
)
