"""What parsing a template told, kept on disk between runs: parsing is most of the work on a log of many templates.

Files hold names of tables and columns, no literals, not even the templates: those are known by their hashes. A file
belongs to one dialect and one version of the parser and of this room; one that cannot be read is as good as none.
"""

from __future__ import annotations

import json
import os
import tempfile
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from decompose import __version__
from decompose.evidence.schema import TableRef
from decompose.evidence.statement import Access, Control, Join, Mode, ParsedStatement
from decompose.sql.fingerprint import fingerprint
from decompose.sql.reader import DialectReader

_MOST_TEMPLATES = 100_000
_FORMAT = 1


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/decompose`, by default below `~/.cache`."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "decompose"


class TemplateCache:
    """The templates of one dialect; unless told not to, it reads its file when first asked and writes it on `save`."""

    def __init__(self, dialect: str, folder: Path | None = None, *, remembers: bool = True) -> None:
        self._path = (folder or cache_folder()) / f"templates-{dialect}-{_reading()}.json"
        self._known: dict[str, Any] | None = None if remembers else {}
        self._remembers = remembers
        self.added: dict[str, Any] = {}
        """What this run parsed, by hash."""

    def get(self, template: str) -> ParsedStatement | None:
        """What an earlier run read of a template."""
        if self._known is None:
            self._known = _read(self._path)
        key = _hash(template)
        row = self._known.get(key) or self.added.get(key)
        return None if row is None else _statement(template, row)

    def add(self, parsed: ParsedStatement) -> None:
        """Remember a template."""
        if len(self.added) < _MOST_TEMPLATES:
            self.added[_hash(parsed.template)] = _row(parsed)

    def save(self) -> None:
        """Write what is new, beside what other runs have written meanwhile; a disk that refuses is no error."""
        if not self.added or not self._remembers:
            return
        known = _read(self._path)
        if len(known) + len(self.added) > _MOST_TEMPLATES:
            known = {}
        try:
            _write(self._path, known | self.added)
        except OSError:
            return
        self._known = {**(self._known or {}), **self.added}
        self.added = {}


class CachedReader(DialectReader):
    """Reads SQL of one dialect, and parses each template or outline of templates only once in many runs."""

    def __init__(self, name: str, cache: TemplateCache) -> None:
        super().__init__(name)
        self._cache = cache

    def read(self, template: str) -> ParsedStatement:
        """What a single statement's template does, by parsing it if no earlier run has."""
        found = self._cache.get(template)
        if found is None:
            found = super().read(template)
            self._cache.add(found)
        return found


@cache
def _reading() -> str:
    """A name for this way of reading SQL: versions, and this room's own code, which decides as much as they do."""
    found = sha256(f"{_FORMAT}-{__version__}-{version('sqlglot')}".encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def _hash(template: str) -> str:
    return sha256(template.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _read(path: Path) -> dict[str, Any]:
    """The rows of a file; none if it is missing, damaged or of another form."""
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return {}
    if sha256(body).hexdigest().encode() != digest:
        return {}
    rows: dict[str, Any] = json.loads(body)
    return rows


def _write(path: Path, rows: dict[str, Any]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    body = json.dumps(rows, separators=(",", ":"), sort_keys=True).encode()
    handle, name = tempfile.mkstemp(prefix=".templates-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(sha256(body).hexdigest().encode() + b"\n" + body)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _row(parsed: ParsedStatement) -> list[Any]:
    accesses = [[*_table(a.table), a.mode.value, *a.columns] for a in parsed.accesses]
    joins = [[*_table(j.left), j.left_column, *_table(j.right), j.right_column] for j in parsed.joins]
    return [parsed.verb, parsed.control.value, parsed.reason, accesses, joins]


def _table(table: TableRef) -> tuple[str, str, str]:
    return table.name, table.schema, table.database


def _statement(template: str, row: list[Any]) -> ParsedStatement:
    verb, control, reason, accesses, joins = row
    return ParsedStatement(
        fingerprint=fingerprint(template),
        template=template,
        verb=verb,
        control=Control(control),
        accesses=tuple(Access(TableRef(*a[:3]), Mode(a[3]), tuple(a[4:])) for a in accesses),
        joins=tuple(Join(TableRef(*j[:3]), j[3], TableRef(*j[4:7]), j[7]) for j in joins),
        reason=reason,
    )
