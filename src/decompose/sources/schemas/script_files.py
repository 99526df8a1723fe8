"""DDL scripts as files: decoded by their marks, with the scripts that they include, never from outside their folder.

psql reads `\\i` and mysql `source` from where the client was started, `\\ir` and SQL*Plus' `@@` from beside the
script. Where a client was started is not known, so each is looked for beside the script and then beside the first one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import partial
from os.path import isdir, isfile
from pathlib import Path

from decompose.errors import InputError
from decompose.sources.logs.opening import LogSource
from decompose.sources.similar_paths import meant
from decompose.sql.ddl import NOT_FOLLOWED, Script

_HINT = "give the path of a DDL file or of a folder of them, a database URL, or an evidence.json"
MAX_BYTES = 512 << 20
MAX_FILES = 10_000
_PIECE = 1 << 20
MAX_DEPTH = 32
MISSING = "included script that was not found"
ENDLESS = "included script that includes itself, or too many"
NOT_TEXT = "included script that is no text, or too large"

_NOT_TEXT: tuple[tuple[bytes, str], ...] = (
    (b"SQLite format 3\0", "it is a SQLite database: give it as sqlite:///{}"),
    (b"PGDMP", "it is a pg_dump archive: turn it to text with `pg_restore --schema-only -f schema.sql {}`"),
    (b"PK\x03\x04", "it is compressed: unpack it first"),
)

_ENCODINGS = {0: "utf-16-be", 1: "utf-16-le"}
"""Of a text without a mark, by where the zero is among its first two bytes: SQL begins with an ASCII character."""

_UNDOES = re.compile(r"(?i)(?:(?:^|[._-])(?:down|undo|rollback|revert)|^U\d[\w.]*__.*)\.sql$")
"""Scripts that take back what another one does (golang-migrate, node-pg-migrate, Flyway's undo)."""
_WAY_BACK = re.compile(
    r"^--[ \t]*(?:\+(?:goose|migrate) Down|migrate:down|//[ \t]*@UNDO)\b.*?"
    r"(?=^--[ \t]*(?:\+(?:goose|migrate) Up|migrate:up)\b|\Z)",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
"""In one file with the way there: goose, sql-migrate, dbmate, MyBatis Migrations."""


def scripts_at(path: Path) -> tuple[Script, ...]:
    """The script of a file, or those below a folder in the natural order of their names: V2 before V10.

    Of a folder, hidden files and those that undo another are left out. Raises InputError for what holds no script.
    """
    if not isdir(path):
        return (_Included(path.parent).first(path),)
    files = [file for file in path.rglob("*.sql") if isfile(file) and _belongs(file.relative_to(path))]
    if not files:
        if not os.access(path, os.R_OK | os.X_OK):
            raise InputError(f"the folder {path} cannot be read", "check its permissions")
        raise InputError(f"there is no .sql file in {path}", _HINT)
    files.sort(key=partial(_order, path))
    included = _Included(path)
    return tuple(included.first(file) for file in files)


def _belongs(path: Path) -> bool:
    return not any(part.startswith(".") for part in path.parts) and not _UNDOES.search(path.name)


def _order(folder: Path, file: Path) -> list[tuple[tuple[int, int, str], ...]]:
    """Numbers by value, the rest by letter, part by part."""
    pieces = [re.findall(r"\d+|\D+", part) for part in file.relative_to(folder).with_suffix("").parts]
    return [tuple((0, int(p), p) if p.isdecimal() and len(p) < 400 else (1, 0, p.casefold()) for p in part)
            for part in pieces]  # fmt: skip


class _Included:
    """Reads scripts and those that they include, as long as these lie in one folder or below."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = folder.resolve()
        self._files = self._bytes = 0

    def first(self, path: Path) -> Script:
        """A script that the user named; raises InputError where it cannot be read or is no text."""
        return self._script(path, self._content(path), (path.resolve(),))

    def _content(self, path: Path) -> bytes:
        try:
            path.stat()
            content = self._unpacked(path)
        except FileNotFoundError as error:
            raise InputError(f"there is no file {path}", _hint_for(path)) from error
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable path"
            raise InputError(f"cannot read {path}: {reason}", _HINT) from error
        for start, hint in _NOT_TEXT:
            if content.startswith(start):
                raise InputError(f"{path} is not a DDL text", hint.format(path))
        return content

    def _unpacked(self, path: Path) -> bytes:
        pieces: list[bytes] = []
        with LogSource(str(path)).open() as stream:
            while piece := stream.read(_PIECE):
                pieces.append(piece)
                self._bytes += len(piece)
                if self._bytes > MAX_BYTES:
                    told = f"the scripts up to {path} hold more than {MAX_BYTES >> 20} MiB"
                    raise InputError(told, "dump the schema without its data")
            if stream.damage:
                raise InputError(f"cannot read all of {path}: {stream.damage}", "copy it again, or unpack it yourself")
        return b"".join(pieces)

    def _script(self, path: Path, content: bytes, above: Sequence[Path]) -> Script:
        text = _without_way_back(_decoded(content))
        return Script(text, partial(self._include, path.parent, above), str(path.resolve()))

    def _include(self, beside: Path, above: Sequence[Path], name: str) -> Script | str:
        self._files += 1
        if self._files > MAX_FILES or len(above) > MAX_DEPTH:
            return ENDLESS
        for folder in dict.fromkeys((beside, self._folder)):
            try:
                path = (folder / name).resolve()
                if not path.is_relative_to(self._root):
                    return NOT_FOLLOWED
                if isfile(path):
                    return ENDLESS if path in above else self._script(path, self._content(path), (*above, path))
            except (OSError, ValueError, RuntimeError):
                return MISSING
            except InputError:
                return NOT_TEXT
        return MISSING


def _hint_for(path: Path) -> str:
    if str(path) == "-":
        return "the standard input is /dev/stdin"
    told = meant(str(path))
    if told or path.suffix or path.parent.name:
        return told or _HINT
    return f"{_HINT}; `decompose explain {path}` tells of a table"


def _without_way_back(text: str) -> str:
    """The text without the parts that migration tools run only to take the rest back; lines keep their numbers."""
    return _WAY_BACK.sub(lambda found: "\n" * found[0].count("\n"), text)


def _decoded(content: bytes) -> str:
    """The text of a script: UTF-8, or UTF-16 as SQL Server Management Studio writes it; what is neither is replaced."""
    return content.decode(_ENCODINGS.get(content[:2].find(b"\0"), "utf-8-sig"), errors="replace")
