"""A SQLite file: its catalogue is the DDL that made it, so it is read as DDL."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from decompose.errors import DatabaseError
from decompose.evidence.schema import Schema
from decompose.sources.schemas.source import SchemaSource
from decompose.sources.schemas.url import STATEMENT_SECONDS, parse_url, read_only, scheme
from decompose.sql.ddl import build, read_draft

_CATALOGUE = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
_STATISTICS = "SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl"


def recognises(source: str) -> bool:
    """`sqlite:///relative.db`, `sqlite:////absolute.db`."""
    return scheme(source) == "sqlite"


def read(source: str, _dialect: str | None = None) -> Schema:
    """The schema of a SQLite file; raises DatabaseError when there is none: a missing file is never created."""
    from sqlalchemy.engine import URL

    path = _path(source)
    url = URL.create("sqlite", database=str(path))
    with read_only(url, "sqlite", _prepare, creator=lambda: _open(path)) as connection:
        rows = connection.exec_driver_sql(_CATALOGUE).all()
        analysed = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'").first()
        counted = connection.exec_driver_sql(_STATISTICS).all() if analysed else []
    # A definition may end in a line comment, so the semicolon stands on a line of its own.
    draft = read_draft("".join(f"{sql}\n;\n" for _type, _name, sql in rows), "sqlite", with_lines=False)
    for name, count in counted:
        table = draft.table((name,))
        if table is not None:
            table.row_estimate = count
    return build(draft)


def title(source: str) -> str:
    """The file's name without its ending."""
    return Path(parse_url(source).database or "sqlite").stem


def _path(source: str) -> Path:
    name = (parse_url(source).database or "").removeprefix("file:").partition("?")[0]
    path = Path(name)
    if not name or name == ":memory:":
        raise DatabaseError(
            "the SQLite URL names no file", "write it as sqlite:///relative.db or sqlite:////absolute.db"
        )
    if not path.is_file():
        raise DatabaseError(
            f"there is no SQLite database at {path}", "check the path; an absolute one has four slashes"
        )
    return path


def _open(path: Path) -> Any:
    import sqlite3

    mode = "mode=ro&immutable=1" if _is_idle_wal(path) else "mode=ro"
    return sqlite3.connect(f"file:{quote(str(path.resolve()))}?{mode}", uri=True, timeout=STATEMENT_SECONDS)


def _is_idle_wal(path: Path) -> bool:
    """Whether nobody has this write-ahead-log database open: reading it as usual would create files beside it."""
    with path.open("rb") as file:
        header = file.read(20)
    return header[18:20] == b"\x02\x02" and not path.with_name(f"{path.name}-wal").exists()


def _prepare(connection: Any) -> None:
    connection.execute("PRAGMA query_only = ON")


SOURCE = SchemaSource("sqlite", recognises, read, title)
