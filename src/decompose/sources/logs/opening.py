"""Opens logs: files, folders, globs and fsspec URLs; plain or compressed; always as a stream.

Compression is told by the first bytes, never by the name. A damaged archive gives what can be read of it; an archive
that unpacks beyond measure is refused.
"""

from __future__ import annotations

import bz2
import codecs
import glob
import gzip
import lzma
import os
import stat
import sys
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from decompose.errors import InputError
from decompose.sources.logs.addresses import expanded, masked, open_url
from decompose.sources.similar_paths import meant

MOST_RATIO = 1000
FREE_BYTES = 64 << 20
_MAGICS = _GZIP, _BZIP2, _XZ, _ZSTD = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How text begins that PowerShell's `>` or SQL Server Management Studio has written."""
_MAGIC_BYTES = max(len(magic) for magic in _MAGICS)


@dataclass(frozen=True, slots=True, order=True)
class LogSource:
    """One log to open: a path or a URL; `name` is how messages and reports call it."""

    name: str
    is_url: bool = False

    def open(self) -> LogStream:
        """The decompressed stream. Raises InputError where the file cannot be opened."""
        return LogStream(self.open_raw(), self.name)

    def open_raw(self) -> IO[bytes]:
        """The bytes as they are stored. Raises InputError where the file cannot be opened."""
        return open_url(self.name) if self.is_url else _open_file(self.name)

    def plain_size(self) -> int:
        """Bytes of an uncompressed log that can be read from any place; 0 for others. Raises InputError like `open`."""
        with self.open_raw() as file:
            if file.read(_MAGIC_BYTES).startswith(_MAGICS + _UTF16):
                return 0
            try:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - 1))
                file.read(1)
            except (OSError, ValueError, InputError):
                # Pipes, and web servers that give no ranges.
                return 0
            return size


def log_sources(paths: Iterable[str]) -> tuple[LogSource, ...]:
    """The logs that files, folders (all files below, hidden ones left out), globs and URLs stand for, sorted.

    Raises InputError for a path that stands for nothing.
    """
    found: set[LogSource] = set()
    for path in paths:
        is_url = "://" in path
        names = expanded(path) if is_url else _files(path)
        if not names:
            shown = masked(path) if is_url else path
            raise InputError(f"No log at {shown}.", ("" if is_url else _instead(path)) or _EXPECTED)
        if not is_url:
            _refuse_pipes(names)
        found.update(LogSource(name, is_url) for name in names)
    return tuple(sorted(found))


_EXPECTED = "Give a file, a folder that holds files, or a quoted glob."


def _instead(path: str) -> str:
    if path == "-":
        return _ONCE
    if not os.path.isdir(path):
        return meant(path)
    return "The folder holds no file." if os.access(path, os.R_OK | os.X_OK) else "The folder cannot be read."


_ONCE = "A log is looked at before it is read, and a pipe gives its bytes only once: write it to a file (gzip is fine)."


def _refuse_pipes(names: Iterable[str]) -> None:
    for name in names:
        if stat.S_ISFIFO(os.stat(name).st_mode) or stat.S_ISSOCK(os.stat(name).st_mode):
            raise InputError(f"{name} is a pipe.", _ONCE)


def _files(path: str) -> list[str]:
    """The files behind one local path."""
    if os.path.isdir(path):
        below = (found for found in Path(path).rglob("*") if found.is_file())
        return [str(found) for found in below if not any(part[0] == "." for part in found.relative_to(path).parts)]
    if os.path.exists(path):
        return [path]
    return [name for name in glob.glob(path, recursive=True) if os.path.isfile(name)]


def _open_file(path: str) -> IO[bytes]:
    try:
        return open(path, "rb")
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}.", "Check the path and its permissions.") from error


class LogStream:
    """Decompressed bytes of a log. `damage` says why reading ended early; empty if it did not."""

    def __init__(self, raw: IO[bytes], name: str) -> None:
        self.name = name
        self.damage = ""
        self._raw = raw
        self._counted = _CountedBytes(raw)
        self._given = 0
        self._ahead = b""
        try:
            self._stream: Any = _decompressed(self._counted)
        except InputError:
            raw.close()
            raise

    def __enter__(self) -> LogStream:
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()

    def head(self, size: int) -> bytes:
        """The first `size` bytes, or all if there are fewer; what is read next is as if this had not been called."""
        while len(self._ahead) < size and (more := self._next(size - len(self._ahead))):
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        """At most `size` bytes, empty at the end or at damage. Raises InputError on a decompression bomb."""
        if self._ahead:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
            return data
        return self._next(size)

    def _next(self, size: int) -> bytes:
        if self.damage:
            return b""
        try:
            data: bytes = self._stream.read1(size)
        except _damages():
            self.damage = "compressed log is damaged or cut off" if self._stream is not self._counted else "read error"
            return b""
        self._given += len(data)
        if self._given > FREE_BYTES and self._given > MOST_RATIO * self._counted.count:
            raise InputError(
                f"{masked(self.name)} unpacks to more than {MOST_RATIO} times its size.",
                "Unpack it yourself if this is really a log.",
            )
        return data


class _CountedBytes:
    """A raw file that counts what is taken from it, and gives back its first bytes."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.count = 0
        self._raw = raw
        self._first = b""

    def first(self, size: int) -> bytes:
        """The first bytes, without taking them."""
        while len(self._first) < size and (more := self._raw.read(size - len(self._first))):
            self._first += more
        return self._first

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, all if negative."""
        if self._first:
            cut = size if size >= 0 else len(self._first)
            data, self._first = self._first[:cut], self._first[cut:]
        else:
            data = self._raw.read(size)
        self.count += len(data)
        return data

    read1 = read


class _InUtf8:
    """UTF-16 text as UTF-8, piece by piece; what is no character becomes U+FFFD."""

    def __init__(self, raw: _CountedBytes) -> None:
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")

    def read1(self, size: int) -> bytes:
        """About `size` bytes; empty at the end."""
        while data := self._raw.read(size):
            if text := self._decoder.decode(data):
                return text.encode("utf-8", "replace")
        return self._decoder.decode(b"", final=True).encode("utf-8", "replace")


def _decompressed(raw: _CountedBytes) -> Any:
    """A reader of the plain bytes; several archives one after another read as one."""
    first = raw.first(_MAGIC_BYTES)
    if first.startswith(_GZIP):
        return gzip.GzipFile(fileobj=cast(IO[bytes], raw), mode="rb")
    if first.startswith(_BZIP2) and first[3:4].isdigit():
        return bz2.BZ2File(cast(IO[bytes], raw))
    if first.startswith(_XZ):
        return lzma.LZMAFile(cast(IO[bytes], raw))
    if first.startswith(_ZSTD):
        try:
            import zstandard
        except ImportError as error:
            raise InputError("The log is zstd-compressed.", "pip install 'decompose[zstd]', or unpack it.") from error
        return zstandard.ZstdDecompressor().stream_reader(cast(IO[bytes], raw), read_across_frames=True)
    return _InUtf8(raw) if first.startswith(_UTF16) else raw


def _damages() -> tuple[type[BaseException], ...]:
    """What the decompressors raise on bad input."""
    zstd = sys.modules.get("zstandard")
    return (EOFError, zlib.error, lzma.LZMAError, OSError, *((zstd.ZstdError,) if zstd else ()))
