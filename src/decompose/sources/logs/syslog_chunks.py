"""PostgreSQL's messages as syslog carries them: in chunks numbered `[message-chunk]`, put together again.

    [9-1] user=shop LOG:  statement: SELECT name
    [9-2] #011FROM customer

The server begins a chunk at each line end, which it drops, and within lines of more than 900 bytes. Messages are
numbered by process. Source: write_syslog() in PostgreSQL's elog.c.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from decompose.sources.logs.postgresql_prefix import compile_prefix
from decompose.sources.logs.postgresql_prefix_detection import detect_prefix
from decompose.sources.logs.postgresql_record_lines import RECORD_LINE, SECONDARY_LINE
from decompose.sources.logs.wrapping import OVERSIZED, Piece, Unwrapping

MISSING = "syslog chunk missing, its message left out"
_LATE = 256
"""A message that has not grown for so many lines is complete."""

_MOST_PROCESSES = 1 << 16
_NUMBER = re.compile(rb"\[(\d{1,10})-(\d{1,6})\] ")
_ESCAPED = re.compile(rb"#(00[1-7]|0[1-3][0-7]|177)")


class Chunk(NamedTuple):
    """One syslog line of the server: its process, its time as `%m` or `%t` writes it, the text, its line number."""

    process: bytes
    time: bytes
    text: bytes
    line: int


@dataclass(slots=True)
class _Message:
    process: bytes
    time: bytes
    line: int
    number: int = 0
    """What syslog numbers it, 0 without numbers."""
    chunks: list[bytes] = field(default_factory=list)
    last_part: int = 0
    touched: int = 0
    broken: bool = False
    size: int = 0


class Opening(NamedTuple):
    """Which escapes syslog's own fields add in front of the server's prefix, and that prefix, None if unknown."""

    letters: str
    prefix: str | None

    @property
    def template(self) -> str | None:
        """The `log_line_prefix` of the reassembled text."""
        added = {"t": "%t ", "m": "%m ", "p": "[%p] ", "l": "[%l-1] "}
        return None if self.prefix is None else "".join(added[each] for each in self.letters) + self.prefix


def opening(sample: Iterable[Chunk], prefix: str | None) -> Opening:
    """What the text lacks that syslog knows, by the chunks of a head and the prefix if that is given."""
    chunks = list(sample)
    if prefix is None:
        texts = [_NUMBER.sub(b"", chunk.text, count=1) for chunk in chunks]
        prefix = detect_prefix(b"\n".join(text for text in texts if RECORD_LINE.match(text)) + b"\n")
    letters = compile_prefix(prefix or "").letters
    time = next((chunk.time for chunk in chunks if chunk.time), b"")
    added = "" if set(letters) & set("mtn") or not time else "m" if b"." in time else "t"
    added += "" if set(letters) & set("cp") else "p"
    numbered = any(_NUMBER.match(chunk.text) for chunk in chunks)
    return Opening(added + ("" if "l" in letters or not numbered else "l"), prefix)


class Assembly:
    """Puts messages together, in the order in which they began; a message that lacks a chunk is left out."""

    def __init__(self, added: Opening, work: Unwrapping) -> None:
        self._letters = added.letters
        self._work = work
        self._queue: deque[_Message] = deque()
        self._open: dict[bytes, _Message] = {}
        self._extra: dict[bytes, int] = {}

    def pieces(self, chunks: Iterable[Chunk]) -> Iterator[Piece]:
        """The server's text log."""
        for count, chunk in enumerate(chunks):
            self._take(chunk, count)
            while self._queue and self._is_complete(self._queue[0], count):
                yield from self._finished(self._queue.popleft())
        while self._queue:
            yield from self._finished(self._queue.popleft())

    def _take(self, chunk: Chunk, count: int) -> None:
        match = _NUMBER.match(chunk.text)
        text = chunk.text[match.end() :] if match else chunk.text
        text = _ESCAPED.sub(lambda found: bytes((int(found[1], 8),)), text) if b"#" in text else text
        number, part = (int(match[1]), int(match[2])) if match else (0, 0)
        message = self._open.get(chunk.process)
        if message is None or (message.number != number if match else RECORD_LINE.match(text)):
            message = _Message(chunk.process, chunk.time, chunk.line, number)
            self._open[chunk.process] = message
            self._queue.append(message)
        if match and part != message.last_part + 1:
            message.broken = True
        message.last_part, message.touched = part, count
        message.size += len(text)
        if message.size > self._work.options.max_record_bytes:
            message.chunks.clear()
        else:
            message.chunks.append(text)

    def _is_complete(self, message: _Message, count: int) -> bool:
        return self._open.get(message.process) is not message or count - message.touched > _LATE

    def _finished(self, message: _Message) -> Iterator[Piece]:
        if self._open.get(message.process) is message:
            del self._open[message.process]
        if message.size > self._work.options.max_record_bytes:
            self._work.gaps[OVERSIZED] += 1
        elif message.broken:
            self._work.gaps[MISSING] += 1
        else:
            yield self._text(message), message.line

    def _text(self, message: _Message) -> bytes:
        """The message's lines, with what syslog knows in front of those that have a prefix."""
        process, written = message.process, bytearray()
        extra = self._extra.pop(process, 0)
        for index, text in enumerate(message.chunks):
            if not index:
                written += self._front(message, extra) + text
            elif text[:1] == b"\t" or not message.number:
                written += b"\n" + (text if text[:1] == b"\t" else b"\t" + text)
            elif SECONDARY_LINE.match(text):
                extra += 1
                written += b"\n" + self._front(message, extra) + text
            else:
                written += text
        self._extra[process] = extra
        if len(self._extra) > _MOST_PROCESSES:
            del self._extra[next(iter(self._extra))]
        return bytes(written) + b"\n"

    def _front(self, message: _Message, extra: int) -> bytes:
        """The added fields; the numbers count secondary lines too, as the server's `%l` does."""
        front = message.time + b" " if self._letters[:1] in ("m", "t") else b""
        if "p" in self._letters:
            front += b"[" + message.process + b"] "
        if "l" in self._letters:
            front += b"[%d-1] " % (message.number + extra)
        return front
