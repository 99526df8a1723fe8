"""Rails' development log: what Active Record writes at debug level, plain or coloured, tagged or not.

    Processing by OrdersController#create as HTML
      TRANSACTION (0.1ms)  BEGIN
      Order Create (0.5ms)  INSERT INTO "orders" ("total") VALUES ($1) RETURNING "id"  [["total", 10]]
      CACHE Stock Load (0.0ms)  SELECT "stock".* FROM "stock"              (never reached the database)

With `config.log_tags = [:request_id]` each line begins with its request's tag, which then is the session: without tags
the log is read as one session. Bind values at a line's end are cut off before anything else looks at it. Lines that
are no query are the application's own and passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.blocks import blocks
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions, head_lines

OVERSIZED = Gap("record longer than the limit")

_COLOUR = re.compile(r"\x1b\[[0-9;]{0,9}m")
_C = r"(?:\x1b\[[0-9;]{0,9}m)*+"
_TAG = rf"(?:{_C}\[[^\]\n]{{1,80}}\] ?){{0,5}}"
_BEGIN = (
    rf"(?:[DIWEF], \[[^\]\n]{{1,80}}\] +[A-Z]+ -- : ?)?{_TAG}{_C}"
    rf"(?: *+{_C}(?:[A-Z][\w:?]*(?: [A-Z][\w?]*)* )?\(\d{{1,9}}\.\d{{1,3}}ms\){_C}  ?"
    rf"|(?: *+CACHE| *Started [A-Z]+ \"|Processing by |Completed \d\d\d | +Render(?:ed|ing) | +Parameters: | +↳"
    rf"|\Z|\n))"
)
_START = re.compile(_BEGIN.encode())
_HEADER = re.compile(_BEGIN)
_QUERY = re.compile(
    r"(?:[DIWEF], \[[^\]\n]{1,80}\] +[A-Z]+ -- : ?)?((?:\[[^\]\n]{1,80}\] ?){0,5}) *"
    r"(?:([A-Z][\w:?]*(?: [A-Z][\w?]*)*) )?\(\d{1,9}\.\d{1,3}ms\)  ?(?=\S)"
)
_REQUEST = re.compile(
    r"(?:[DIWEF], \[[^\]\n]{1,80}\] +[A-Z]+ -- : ?)?((?:\[[^\]\n]{1,80}\] ?){0,5})"
    r"(?:Processing by ([\w:]{1,200}#\w{1,100})|(Completed) \d\d\d )"
)
_BINDS = re.compile(r"\s+\[(?:\[(?:\"|nil)|nil\]|\]).*\Z", re.DOTALL)
_NOT_SENT = ("CACHE", "SCHEMA")
_LABELS = 10_000
_SESSION = "rails"


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `LogEntry` per query, in file order; queries answered from the cache and of the schema are `OTHER`."""
    labels: dict[str, str] = {}
    for block in blocks(stream, _START, options):
        if block.dropped:
            yield OVERSIZED
        yield from _read_block(block.text, block.line, labels)


def _read_block(text: str, line: int, labels: dict[str, str]) -> list[Item]:
    items: list[Item] = []
    record: list[str] = []
    begun = line
    for number, row in enumerate(text.split("\n"), line):
        if _HEADER.match(row) or not row:
            items += _record("\n".join(record), begun, labels)
            record, begun = [row], number
        else:
            record.append(row)
    items += _record("\n".join(record), begun, labels)
    return items


def _record(text: str, line: int, labels: dict[str, str]) -> list[Item]:
    if "(" not in text and " by " not in text and "Completed" not in text:
        return []
    text = _COLOUR.sub("", text)
    if query := _QUERY.match(text):
        session = query[1].strip() or _SESSION
        name = query[2] or ""
        if name.startswith(_NOT_SENT):
            return [LogEntry(session, "", Event.OTHER, line=line)]
        sql = _BINDS.sub("", text[query.end() :]).strip()
        return [LogEntry(session, sql, label=labels.get(session, ""), line=line)]
    if request := _REQUEST.match(text):
        session = request[1].strip() or _SESSION
        if request[3]:
            labels.pop(session, None)
            return [LogEntry(session, "", Event.END, line=line)] if request[1] else []
        if len(labels) < _LABELS:
            labels[session] = request[2]
    return []


def recognises(head: bytes) -> float:
    """Whether a model's query or a transaction's verb is timed as Active Record does."""
    lines = [_COLOUR.sub("", line) for line in head_lines(head)]
    queries = sum(1 for line in lines if _QUERY.match(line))
    requests = any(_REQUEST.match(line) for line in lines)
    return 0.0 if not queries else 0.95 if requests else 0.85


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """The request's action where it is logged; sessions where lines are tagged."""
    fields = set()
    for line in head_lines(head):
        text = _COLOUR.sub("", line)
        if query := _QUERY.match(text):
            fields |= {"session"} if query[1] else set()
        elif _REQUEST.match(text):
            fields.add("label")
    return HeadFacts(tuple(sorted(fields)))


RAILS = LogFormat(
    name="rails",
    title="Rails development log",
    dialect="",
    sample='  Order Load (0.5ms)  SELECT "orders".* FROM "orders" WHERE "orders"."id" = $1  [["id", 1]]',
    how_to_capture=(
        "config.log_level = :debug and config.log_tags = [:request_id] in the environment's file; log/development.log; "
        "back: the values before"
    ),
    cannot_tell=(
        "Which connection sent a query: threads mix unless lines are tagged; time of day; whether a statement failed; "
        "what other programs send to the same database."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
