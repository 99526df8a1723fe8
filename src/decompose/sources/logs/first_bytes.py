"""The first part of a log, for a look that need not take long."""

from __future__ import annotations

from dataclasses import dataclass

from decompose.sources.logs.opening import LogSource, LogStream


@dataclass(slots=True)
class Taken:
    """How many decompressed bytes a reading took, and whether it came to the log's end."""

    count: int = 0
    whole: bool = True


class FirstBytes(LogStream):
    """A log's stream that ends after the last whole line within its first `limit` bytes."""

    def __init__(self, stream: LogStream, limit: int, taken: Taken) -> None:
        self.name = stream.name
        self.damage = ""
        self._inner = stream
        self._limit = limit
        self._taken = taken

    def __exit__(self, *_: object) -> None:
        self._inner.__exit__()

    def head(self, size: int) -> bytes:
        """The first `size` bytes; what is read next is as if this had not been called."""
        return self._inner.head(size)

    def read(self, size: int) -> bytes:
        """At most `size` bytes, empty at the end, at damage, and beyond the limit."""
        left = self._limit - self._taken.count
        if left <= 0 or not self._taken.whole:
            self._taken.whole = self._taken.whole and not self._inner.read(1)
            return b""
        data = self._inner.read(size)
        self.damage = self._inner.damage
        if len(data) > left:
            data = data[:left]
            data = data[: data.rfind(b"\n") + 1] or data
            self._taken.whole = False
        self._taken.count += len(data)
        return data


@dataclass(frozen=True, slots=True)
class FirstPart(LogSource):
    """A log of which only the first `limit` bytes are read; 0 for all. `taken` tells afterwards what was read."""

    limit: int = 0
    taken: Taken | None = None

    def open(self) -> LogStream:
        """The bounded stream. Raises InputError where the file cannot be opened."""
        stream = LogSource(self.name, self.is_url).open()
        return FirstBytes(stream, self.limit or 1 << 62, self.taken if self.taken is not None else Taken())
