"""p6spy's log of a JDBC driver: the single line format and the multi line one.

    1772438400201|3|statement|connection 7|url jdbc:postgresql://db/shop|select 1 where 1 = ?|select 1 where 1 = 1
    1772438400205|1|commit|connection 7|url jdbc:postgresql://db/shop||

    #1772438400201 | took 3ms | statement | connection 7| url jdbc:postgresql://db/shop
    select 1 where 1 = ?
    select 1 where 1 = 1;

The url, which may hold credentials, is passed over by the expression that reads a line; of the two texts the prepared
one is kept, for it has no values. JDBC begins no transaction in words: what a connection sent since its last commit or
rollback is one transaction when the next one comes, and each statement one of its own when none comes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from decompose.evidence.log_entry import Gap, LogEntry
from decompose.sources.logs.blocks import blocks
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.timestamps import epoch_time

OVERSIZED = Gap("record longer than the limit")
FOREIGN = Gap("line is not a log record")

_SINGLE = r"(\d{10,14})\|-?\d{1,12}\|([a-z]{1,20})\|connection (\d{1,10})\|url [^|\n]*+\|"
_MULTI = r"#(\d{10,14}) \| took -?\d{1,12}ms \| ([a-z]{1,20}) \| connection (\d{1,10})\| url [^\n]*+"
_PLAIN = r"(\d{10,14})\|-?\d{1,12}\|([a-z]{1,20})\|connection (\d{1,10})\|"
_START = re.compile(f"{_PLAIN}|{_MULTI}".encode())
_RECORD = re.compile(f"(?:{_SINGLE}|{_MULTI}|{_PLAIN})")
_HEADER = re.compile(rf"(?=[\d#])(?:{_PLAIN}|{_MULTI})")
_RUNS = ("statement", "batch")
_ENDS = {"commit": "COMMIT", "rollback": "ROLLBACK"}
_SPLITS = 200
_HELD = 5_000
_HELD_IN_ALL = 50_000


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """The entries of each connection in its order; a transaction's come when it ends."""
    reader = _Reader()
    for block in blocks(stream, _START, options):
        if block.dropped:
            yield OVERSIZED
        record: list[str] = []
        begun = block.line
        for number, row in enumerate(block.text.split("\n"), block.line):
            if _HEADER.match(row):
                yield from reader.record("\n".join(record), begun)
                record, begun = [row], number
            else:
                record.append(row)
        yield from reader.record("\n".join(record), begun)
    yield from reader.end()


class _Reader:
    """What each connection sent since its last commit or rollback."""

    def __init__(self) -> None:
        self._held: dict[str, list[LogEntry]] = {}
        self._count = 0
        self._begun: set[str] = set()

    def record(self, text: str, line: int) -> list[Item]:
        """What one record completes."""
        match = _RECORD.match(text)
        if match is None:
            return [FOREIGN] if text.strip() else []
        time, category, connection = next(
            groups for groups in zip(*[iter(match.groups())] * 3, strict=True) if groups[0]
        )
        at = epoch_time(f"{time[:-3]}.{time[-3:]}")
        if category in _ENDS:
            return self._ended(connection, LogEntry(connection, _ENDS[category], at=at, line=line))
        if category not in _RUNS:
            return []
        rest = text[match.end() :].rstrip("\n")
        sql = _multi_line(rest) if text[0] == "#" else _prepared(rest)
        return self._hold(connection, LogEntry(connection, sql, at=at, line=line)) if sql else []

    def end(self) -> list[Item]:
        """Statements after which no commit came."""
        left: list[Item] = [entry for held in self._held.values() for entry in held]
        self._held.clear()
        return left

    def _hold(self, connection: str, entry: LogEntry) -> list[Item]:
        if connection in self._begun:
            return [entry]
        held = self._held.setdefault(connection, [])
        held.append(entry)
        self._count += 1
        if len(held) < _HELD and self._count < _HELD_IN_ALL:
            return []
        return self._begin(connection)

    def _begin(self, connection: str) -> list[Item]:
        """Too much is held: this connection's transaction is told from here on as it goes."""
        held = self._held.pop(connection, [])
        self._count -= len(held)
        if not held:
            return []
        self._begun.add(connection)
        return [held[0]._replace(sql="START TRANSACTION"), *held]

    def _ended(self, connection: str, end: LogEntry) -> list[Item]:
        if connection in self._begun:
            self._begun.discard(connection)
            return [end]
        held = self._held.pop(connection, [])
        self._count -= len(held)
        return [held[0]._replace(sql="START TRANSACTION"), *held, end] if held else []


def _multi_line(rest: str) -> str:
    """The first of two texts that follow the header; both may have line ends, then they are of equal length."""
    lines = rest.strip("\n").split("\n")
    return "\n".join(lines[: max(1, len(lines) // 2)]).strip() or "\n".join(lines).strip()


def _prepared(rest: str) -> str:
    """The prepared text of `prepared|sql`, both of which may hold `|`; the other text where it is empty."""
    if "|" not in rest:
        return rest.strip()
    at = -1
    for _ in range(_SPLITS):
        at = rest.find("|", at + 1)
        if at < 0:
            break
        known = rest[:at].partition("?")[0]
        if rest.startswith(known, at + 1) and (known or at == 0) and ("?" in rest[:at] or len(rest) == 2 * at + 1):
            return (rest[:at] or rest[at + 1 :]).strip()
    return rest.lstrip("|").strip() if rest.startswith("|") else rest.partition("|")[0].strip()


def recognises(head: bytes) -> float:
    """Whether a record's first fields are there."""
    return 0.97 if re.search(rb"(?:\A|\n)(?:\xef\xbb\xbf)?(?=[\d#])(?:%b)" % _START.pattern, head) else 0.0


def facts(_: bytes, __: ReadOptions) -> HeadFacts:
    """Time and connection are always told."""
    return HeadFacts(("at", "session"))


P6SPY = LogFormat(
    name="p6spy",
    title="p6spy (JDBC)",
    dialect="",
    sample="1772438400201|3|statement|connection 7|url jdbc:postgresql://db/shop|select ?|select 1",
    how_to_capture=(
        "Put p6spy.jar on the class path, 'jdbc:p6spy:' before the driver's name in the url, and "
        "excludecategories=info,debug,result,resultset in spy.properties; spy.log; back: the url as it was"
    ),
    cannot_tell=(
        "Where a transaction begins: a connection's statements since its last commit or rollback count as one, reads "
        "made in autocommit mode before it among them; whether a statement failed; what other programs send."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
