"""A live reading equals the reading of the dump that the database's own tool made, and writes nothing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from databases import load_mariadb, load_postgresql, load_sqlite
from decompose.errors import DatabaseError
from decompose.evidence.schema import Schema
from decompose.sources.schemas import mysql, postgresql, read_schema
from decompose.sources.schemas.url import parse_url, read_only
from decompose.sql.ddl import read_ddl
from repository import ROOT
from schema_text import described
from servers import DatabaseServer

DDL = ROOT / "fixtures" / "ddl"
SHOP = ROOT / "fixtures" / "shop"
CAPTURED = ROOT.parent / "shared" / "data"


def existing(*pairs: tuple[Path, Path]) -> list[Any]:
    return [pytest.param(*pair, id=f"{pair[0].parent.name}-{pair[0].name}") for pair in pairs if pair[0].exists()]


@contextmanager
def recorded_statements() -> Iterator[list[str]]:
    """Every statement that SQLAlchemy sends, whichever engine sends it."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement.strip())

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def assert_same(live: Schema, dumped: Schema) -> None:
    assert described(live) == described(dumped)
    assert live == dumped
    assert filled(live) == filled(dumped)


def filled(schema: Schema) -> dict[tuple[str, str], str]:
    return {(t.name, c.name): c.filled_by for t in schema.tables for c in t.columns if c.filled_by}


@pytest.mark.parametrize(
    ("script", "dump"),
    existing(
        (DDL / "postgresql.sql", DDL / "postgresql.dump.sql"),
        (DDL / "postgresql.sql", DDL / "postgresql.sql"),
        (SHOP / "schema.postgresql.sql", SHOP / "dump.postgresql.sql"),
        (CAPTURED / "oscar" / "schema.sql", CAPTURED / "oscar" / "schema.sql"),
    ),
)
def test_postgresql_equals_its_dump(postgresql_url: str, script: Path, dump: Path) -> None:
    load_postgresql(postgresql_url, script.read_text())
    live = read_schema(postgresql_url)
    assert_same(live, read_ddl(dump.read_text(), "postgresql"))
    assert not live.unread


@pytest.mark.parametrize(
    ("script", "dump"),
    existing(
        (DDL / "mariadb.sql", DDL / "mariadb.dump.sql"),
        (DDL / "mariadb.sql", DDL / "mariadb.sql"),
        (SHOP / "schema.mysql.sql", SHOP / "dump.mysql.sql"),
        (CAPTURED / "oscar_mariadb" / "schema.sql", CAPTURED / "oscar_mariadb" / "schema.sql"),
    ),
)
def test_mariadb_equals_its_dump(mariadb_url: str, script: Path, dump: Path) -> None:
    load_mariadb(mariadb_url, script.read_text())
    live = read_schema(mariadb_url)
    assert_same(live, read_ddl(dump.read_text(), "mariadb"))
    assert not live.unread


@pytest.mark.parametrize(
    ("script", "dump"),
    existing(
        (DDL / "sqlite.sql", DDL / "sqlite.dump.sql"),
        (DDL / "sqlite.sql", DDL / "sqlite.sql"),
        (SHOP / "schema.sqlite.sql", SHOP / "dump.sqlite.sql"),
    ),
)
def test_sqlite_equals_its_dump(tmp_path: Path, script: Path, dump: Path) -> None:
    load_sqlite(tmp_path / "x.db", script.read_text())
    assert_same(read_schema(f"sqlite:///{tmp_path / 'x.db'}"), read_ddl(dump.read_text(), "sqlite"))


def test_sqlite_reading_is_what_sqlite_itself_says(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    load_sqlite(path, (DDL / "sqlite.sql").read_text())
    connection = sqlite3.connect(path)
    for table in read_schema(f"sqlite:///{path}").tables:
        info = connection.execute(
            "SELECT name, pk FROM pragma_table_xinfo(?) WHERE hidden <> 1", (table.name,)
        ).fetchall()
        assert [column.name for column in table.columns] == [name for name, _ in info]
        assert list(table.primary_key) == [n for n, place in sorted(info, key=lambda row: row[1]) if place]
        told = sorted(
            connection.execute(
                'SELECT "table" COLLATE NOCASE, "from", on_delete, on_update FROM pragma_foreign_key_list(?)',
                (table.name,),
            )
        )
        ours = [
            (key.parent.name, column, key.on_delete.upper(), key.on_update.upper())
            for key in table.foreign_keys
            for column in key.columns
        ]
        assert sorted((parent.lower(), *rest) for parent, *rest in told) == sorted(ours)
    connection.close()


def test_postgresql_reading_sends_few_statements_and_none_that_writes(
    postgresql_server: DatabaseServer, postgresql_url: str
) -> None:
    load_postgresql(postgresql_url, (DDL / "postgresql.sql").read_text())
    output = postgresql_server.directory / "server-output.txt"
    name = parse_url(postgresql_url).database
    postgresql_server.execute(f"ALTER DATABASE \"{name}\" SET log_statement = 'all'")
    before = len(output.read_text(errors="replace"))
    read_schema(postgresql_url)
    seen = re.findall(r"LOG:  (?:statement|execute [^:]*): *\s*(\w+ ?\w*)", output.read_text(errors="replace")[before:])
    assert 8 <= len(seen) <= 25
    assert {statement.split()[0] for statement in seen} <= {
        "BEGIN",
        "SELECT",
        "SET",
        "SHOW",
        "ROLLBACK",
        "select",
        "show",
    }
    assert "BEGIN READ" in seen


def test_mariadb_reading_sends_few_statements_and_none_that_writes(
    mariadb_server: DatabaseServer, mariadb_url: str
) -> None:
    load_mariadb(mariadb_url, (DDL / "mariadb.sql").read_text())
    mariadb_server.execute("SET GLOBAL general_log = ON")
    try:
        read_schema(mariadb_url)
    finally:
        mariadb_server.execute("SET GLOBAL general_log = OFF")
    log = (mariadb_server.log_directory / "general.log").read_text(errors="replace")
    database = str(parse_url(mariadb_url).database)
    ours = next(found[1] for found in re.finditer(r"(\d+) Connect\t.* on (\S+)", log) if found[2] == database)
    seen = re.findall(rf"^\S*(?: +\S+)?\s+{ours} Query\t\s*(\w+)", log, re.MULTILINE)
    assert 8 <= len(seen) <= 25
    assert {statement.upper() for statement in seen} <= {"SELECT", "SET", "SHOW", "START", "ROLLBACK"}
    assert "START" in [statement.upper() for statement in seen]


def test_sqlite_reading_changes_nothing_beside_the_file_either(tmp_path: Path) -> None:
    path = tmp_path / "wal.db"
    load_sqlite(path, "PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY);")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with recorded_statements() as statements:
        assert described(read_schema(f"sqlite:///{path}")) == ["table t(id integer!) pk(id)"]
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    assert {statement.split()[0] for statement in statements} == {"SELECT"}


def test_the_number_of_statements_does_not_grow_with_the_tables(postgresql_url: str) -> None:
    counts = []
    for tables in (1, 40):
        script = "".join(f"CREATE TABLE t{tables}_{n} (id int PRIMARY KEY);" for n in range(tables))
        load_postgresql(postgresql_url, script)
        with recorded_statements() as statements:
            read_schema(postgresql_url)
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_the_connection_of_a_reading_refuses_to_write(kind: str, request: pytest.FixtureRequest) -> None:
    source = request.getfixturevalue("postgresql_url" if kind == "postgresql" else "mariadb_url")
    driver, prepare = {
        "postgresql": ("postgresql+psycopg", postgresql._prepare),
        "mysql": ("mysql+pymysql", mysql._prepare),
    }[kind]
    url = parse_url(source).set(drivername=driver)
    with pytest.raises(DatabaseError, match=r"(?i)read.only"), read_only(url, kind, prepare) as connection:
        connection.exec_driver_sql(
            "CREATE TABLE t (id int)" if kind == "postgresql" else "INSERT INTO mysql.db VALUES ()"
        )


def test_a_sqlite_reading_refuses_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.db"
    load_sqlite(path, "CREATE TABLE t (id int)")
    monkeypatch.setattr("decompose.sources.schemas.sqlite._CATALOGUE", "INSERT INTO t VALUES (1)")
    with pytest.raises(DatabaseError, match="readonly"):
        read_schema(f"sqlite:///{path}")


def test_row_estimates_come_without_counting(postgresql_url: str, mariadb_url: str, tmp_path: Path) -> None:
    rows = "CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2), (3); "
    load_postgresql(postgresql_url, rows)
    load_postgresql(postgresql_url, "ANALYZE t")
    load_mariadb(mariadb_url, f"{rows} ANALYZE TABLE t;")
    load_sqlite(tmp_path / "x.db", f"{rows} CREATE INDEX i ON t (id); ANALYZE;")
    for source in (postgresql_url, mariadb_url, f"sqlite:///{tmp_path / 'x.db'}"):
        with recorded_statements() as statements:
            assert read_schema(source).tables[0].row_estimate == 3
        assert not any("count(" in statement.lower() for statement in statements)
