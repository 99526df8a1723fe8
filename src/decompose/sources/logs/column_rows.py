"""What the column readers share: rows of an expression's groups to columns, by the names of the groups."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from decompose.evidence.columns import Columns, Record
from decompose.evidence.log_entry import LogEntry

ColumnBlock = Columns | tuple[Record, ...]
"""What a column reader yields: a block's columns, or records that belong to no row."""

STATEMENT = (
    rb"(?:statement: |(?P<done>duration: [\d.]{1,20} ms  )?+"
    rb"(?:statement|execute (?!fetch from )[^:\n\"\\]{0,80}+): )"
)
"""How the message of a PostgreSQL statement begins: written before it ran, or `done`, after it."""


class RowReader:
    """Turns blocks into columns with an expression that has a group per column."""

    def __init__(
        self,
        pattern: re.Pattern[bytes],
        read: Callable[[bytes], Iterable[Record]],
        awaited: dict[bytes, LogEntry] | None = None,
    ) -> None:
        self._rows = pattern.findall
        self._index = {name: index - 1 for name, index in pattern.groupindex.items()}
        self._read = read
        self._awaited = awaited

    def columns(self, data: bytes) -> Iterator[Columns]:
        """The block's rows."""
        found: Sequence[Sequence[bytes]] = list(zip(*self._rows(data), strict=True))
        if not found:
            return

        def column(name: str) -> Sequence[bytes] | None:
            index = self._index.get(name)
            return None if index is None else found[index]

        yield Columns(
            sessions=column("session") or (),
            texts=column("text") or (),
            others=column("other") or (),
            read=self._read,
            labels=column("label"),
            databases=column("database"),
            states=column("state"),
            numbers=column("number"),
            done=column("done"),
            awaited=self._awaited,
        )
