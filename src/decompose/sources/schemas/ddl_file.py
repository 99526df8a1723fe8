"""A `.sql` file as dump programs, migration tools and people write it.

pg_dump --schema-only shop > shop.sql
mariadb-dump --no-data --routines shop > shop.sql
sqlite3 shop.db .schema > shop.sql
"""

from __future__ import annotations

import codecs
from pathlib import Path

from decompose.errors import InputError
from decompose.evidence.schema import Schema
from decompose.sources.schemas.source import SchemaSource
from decompose.sql.ddl import read_ddl

_MAX_BYTES = 512 << 20

_NOT_TEXT: tuple[tuple[bytes, str], ...] = (
    (b"SQLite format 3\0", "it is a SQLite database: give it as sqlite:///PATH"),
    (b"PGDMP", "it is a pg_dump archive: turn it to text with `pg_restore --schema-only -f schema.sql FILE`"),
    (b"\x1f\x8b", "it is compressed: unpack it first"),
    (b"PK\x03\x04", "it is compressed: unpack it first"),
)

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_ENCODINGS = {0: "utf-16-be", 1: "utf-16-le"}
"""Of a text without a mark, by where the zero is among its first two bytes: SQL begins with an ASCII character."""


def recognises(source: str) -> bool:
    """Anything that is not a URL is a path."""
    return "://" not in source


def read(source: str, dialect: str | None = None) -> Schema:
    """The schema of a DDL file; raises InputError when there is no file, no text or no table in it."""
    schema = read_ddl(_text(Path(source)), dialect)
    if not schema.tables:
        raise InputError(f"no table is created in {source}", "give the DDL of the schema, e.g. `pg_dump --schema-only`")
    return schema


def title(source: str) -> str:
    """The file's name without its ending."""
    return Path(source).stem


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"{path} is larger than {_MAX_BYTES >> 20} MiB", "dump the schema without its data")
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable path"
        raise InputError(f"cannot read {path}: {reason}", "give the path of a DDL file, or a database URL") from error
    for start, hint in _NOT_TEXT:
        if content.startswith(start):
            raise InputError(f"{path} is not a DDL text", hint)
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    return content.decode(encoding or _ENCODINGS.get(content[:2].find(b"\0"), "utf-8"), errors="replace")


SOURCE = SchemaSource("ddl", recognises, read, title)
