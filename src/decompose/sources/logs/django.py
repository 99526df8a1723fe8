"""Django's query log: the logger `django.db.backends` at level DEBUG, whatever its formatter puts before a message.

    (0.001) SELECT "orders"."id" FROM "orders" WHERE "orders"."id" = 1; args=(1,); alias=default
    DEBUG 2026-03-02 08:00:00,201 utils 4913 140735 (0.000) COMMIT; args=None; alias=default

`args` are cut off before anything else looks at the text. The formatter that Django's documentation calls verbose
tells process and thread, which then make the session; else each alias is one. BEGIN and COMMIT are logged since Django
4.2. Lines that are no query are the application's own and passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.blocks import blocks
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.timestamps import iso_time

OVERSIZED = Gap("record longer than the limit")
CUT_OFF = Gap("query without its end")

_BEGIN = r"([^\n(]{0,200}?)\(\d{1,7}\.\d{3}\) (?=[A-Za-z(/\-])"
_START = re.compile(_BEGIN.encode())
_RECORDS = re.compile(rf"(?m)^{_BEGIN}([^\n]*+(?:\n(?!{_BEGIN}|\Z)[^\n]*+)*+)\n")
_ARGS = re.compile(r"; args=(?:\(|None|\[|\{)")
_ALIAS = re.compile(r"(?m); alias=(\w{1,100})\s*$")
_THREAD = re.compile(r"(\d{1,10}) (\d{1,20}) \Z")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?")


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `LogEntry` per query, in file order; one whose end is missing is a gap."""
    for block in blocks(stream, _START, options):
        if block.dropped:
            yield OVERSIZED
        position, line = 0, block.line
        for match in _RECORDS.finditer(block.text):
            line += block.text.count("\n", position, match.start())
            position = match.start()
            yield _item(match[1], match[2], line)


def _item(before: str, text: str, line: int) -> Item:
    args = _ARGS.search(text)
    if args is None:
        return CUT_OFF
    aliases = _ALIAS.findall(text, args.start())
    thread = _THREAD.search(before)
    name = aliases[-1] if aliases else "default"
    session = f"{thread[1]} {thread[2]} {name}" if thread else name
    time = _TIME.search(before)
    at = iso_time(time[0]) if time else ""
    return LogEntry(session, text[: args.start()], Event.STATEMENT, "", "", at, line)


def recognises(head: bytes) -> float:
    """Whether a timed query with its args is there."""
    text = head.decode("utf-8", "replace").replace("\r\n", "\n")
    found = [match for match in _RECORDS.finditer(text + "\n") if _ARGS.search(match[2])]
    return 0.9 if found else 0.0


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """What the formatter puts before a message."""
    fields = set()
    for match in _RECORDS.finditer(head.decode("utf-8", "replace").replace("\r\n", "\n") + "\n"):
        fields |= {"session"} if _THREAD.search(match[1]) else set()
        fields |= {"at"} if _TIME.search(match[1]) else set()
    return HeadFacts(tuple(sorted(fields)))


DJANGO = LogFormat(
    name="django",
    title="Django query log (django.db.backends)",
    dialect="",
    sample='(0.001) SELECT "orders"."id" FROM "orders" WHERE "orders"."id" = 1; args=(1,); alias=default',
    how_to_capture=(
        "DEBUG = True and in LOGGING a handler for the logger 'django.db.backends' at level DEBUG with the format "
        "'{levelname} {asctime} {module} {process:d} {thread:d} {message}'; back: the values before"
    ),
    cannot_tell=(
        "Transactions before Django 4.2; sessions unless the formatter names process and thread; whether a statement "
        "failed; what other programs send to the same database."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
