"""A `.sql` file as dump programs, migration tools and people write it, or a folder of such files.

pg_dump --schema-only shop > shop.sql
mariadb-dump --no-data --routines shop > shop.sql
sqlite3 shop.db .schema > shop.sql
"""

from __future__ import annotations

from pathlib import Path

from decompose.errors import InputError
from decompose.evidence.schema import Schema
from decompose.sources.schemas.script_files import scripts_at
from decompose.sources.schemas.source import SchemaSource
from decompose.sql.ddl import read_scripts


def recognises(source: str) -> bool:
    """Anything that is not a URL is a path."""
    return "://" not in source


def read(source: str, dialect: str | None = None) -> Schema:
    """The schema of a DDL file or of a folder's; raises InputError when there is no file, no text or no table in it."""
    schema = read_scripts(scripts_at(Path(source)), dialect)
    if not schema.tables:
        raise InputError(f"no table is created in {source}", _hint(schema))
    return schema


def _hint(schema: Schema) -> str:
    includes = sorted({reason for reason, _ in schema.unread if reason.startswith("included script")})
    if includes:
        return f"{includes[0]}: scripts are read from the folder of the one that is named, and below"
    return "give the DDL of the schema, e.g. `pg_dump --schema-only`; a log goes with --log"


def title(source: str) -> str:
    """The file's name without its ending."""
    name = Path(source).name
    for ending in (".gz", ".bz2", ".xz", ".zst"):
        name = name.removesuffix(ending)
    return Path(name).stem or Path(source).resolve().name


SOURCE = SchemaSource("ddl", recognises, read, title)
