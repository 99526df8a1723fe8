"""Lines that a container runtime writes in parts, put together again by their stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from decompose.sources.logs.wrapping import OVERSIZED, Piece, Unwrapping

Source = TypeVar("Source")


@dataclass(slots=True)
class LineParts(Generic[Source]):
    """The beginnings of lines that have not ended yet, by the stream that they are of."""

    work: Unwrapping
    _open: dict[Source, tuple[int, int, list[bytes]]] = field(default_factory=dict)

    def add(self, source: Source, text: bytes, ends: bool, number: int) -> Piece | None:
        """The whole line if this part ends it; a line beyond the limit is left out and counted."""
        if ends and source not in self._open:
            return text + b"\n", number
        first, size, parts = self._open.pop(source, (number, 0, []))
        size += len(text)
        if size > self.work.options.max_record_bytes:
            parts.clear()
        else:
            parts.append(text)
        if not ends:
            self._open[source] = (first, size, parts)
            return None
        return self._whole(first, size, parts)

    def rest(self) -> Iterator[Piece]:
        """Lines that the end of the log cut off."""
        for first, size, parts in self._open.values():
            if piece := self._whole(first, size, parts):
                yield piece

    def _whole(self, first: int, size: int, parts: list[bytes]) -> Piece | None:
        if size > self.work.options.max_record_bytes:
            self.work.gaps[OVERSIZED] += 1
            return None
        return b"".join(parts) + b"\n", first
