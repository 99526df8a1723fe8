"""Schemas from DDL files and from live databases, behind one protocol."""

from __future__ import annotations

from decompose.errors import UsageError
from decompose.evidence.redact import mask_url
from decompose.evidence.schema import Schema
from decompose.sources.schemas import ddl_file, mysql, postgresql, sqlite
from decompose.sources.schemas.source import SchemaSource

SCHEMA_SOURCES: tuple[SchemaSource, ...] = (
    postgresql.SOURCE,
    mysql.SOURCE,
    sqlite.SOURCE,
    ddl_file.SOURCE,
)

__all__ = ["SCHEMA_SOURCES", "SchemaSource", "read_schema", "source_name"]


def read_schema(source: str, dialect: str | None = None) -> Schema:
    """The schema of a DDL file or of the database at a SQLAlchemy URL; `dialect` overrides a DDL text's detection.

    Raises InputError (file), DatabaseError (unreachable, refused, driver missing) or UsageError (no such source).
    """
    return _source(source).read(source, dialect)


def source_name(source: str) -> str:
    """A short name for a source, free of secrets: `shop` for `postgresql://u:p@h/shop` and for `dumps/shop.sql`."""
    return _source(source).title(source)


def _source(source: str) -> SchemaSource:
    for candidate in SCHEMA_SOURCES:
        if candidate.recognises(source):
            return candidate
    raise UsageError(
        f"no reader for a live database at {mask_url(source)}",
        "use a postgresql://, mysql://, mariadb:// or sqlite:/// URL, or give a DDL file of the schema",
    )
