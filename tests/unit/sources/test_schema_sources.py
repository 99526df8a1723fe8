"""Which source reads what, and how each says that it cannot."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from databases import load_sqlite
from decompose.errors import DatabaseError, InputError, UsageError
from decompose.sources.schemas import SCHEMA_SOURCES, read_schema, source_name
from servers import DatabaseServer

SOURCES = {
    "postgresql://u@h/shop": "postgresql",
    "postgres://h/shop": "postgresql",
    "postgresql+psycopg://h/shop": "postgresql",
    "mysql://h/shop": "mysql",
    "mariadb+pymysql://h/shop": "mysql",
    "sqlite:////srv/shop.db": "sqlite",
    "dumps/shop.sql": "ddl",
}


@pytest.mark.parametrize(("source", "name"), SOURCES.items())
def test_exactly_one_source_recognises_an_argument(source: str, name: str) -> None:
    assert [row.name for row in SCHEMA_SOURCES if row.recognises(source)] == [name]


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_is_named_after_its_database_or_file(source: str) -> None:
    assert source_name(source) == "shop"


def test_a_kind_of_database_without_a_reader_is_a_usage_error_without_the_password() -> None:
    with pytest.raises(UsageError) as caught:
        read_schema("mssql+pyodbc://sa:Geheim@h/shop")
    assert "Geheim" not in caught.value.message
    assert "DDL" in caught.value.hint


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_refused_connection_is_a_database_error_without_the_password(scheme: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with pytest.raises(DatabaseError) as caught:
            read_schema(f"{scheme}://user:Geheim@127.0.0.1:{port}/shop?application_name=x" if scheme == "postgresql"
                        else f"{scheme}://user:Geheim@127.0.0.1:{port}/shop")  # fmt: skip
    assert "Geheim" not in caught.value.message + caught.value.hint
    assert str(port) in caught.value.message


@pytest.mark.parametrize("kind", ["postgresql_server", "mariadb_server"])
def test_a_wrong_password_is_a_database_error_without_it(kind: str, request: pytest.FixtureRequest) -> None:
    server: DatabaseServer = request.getfixturevalue(kind)
    with server.database() as name, pytest.raises(DatabaseError) as caught:
        read_schema(server.url(name).replace(server.password, "Geheim"))
    assert "Geheim" not in caught.value.message + caught.value.hint


def test_a_missing_sqlite_file_is_a_database_error_and_stays_missing(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    with pytest.raises(DatabaseError):
        read_schema(f"sqlite:///{path}")
    assert not path.exists()


def test_a_file_that_is_no_database_is_a_database_error(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"not a database at all, but long enough to look like one" * 40)
    with pytest.raises(DatabaseError):
        read_schema(f"sqlite:///{path}")


def test_a_memory_database_is_refused() -> None:
    with pytest.raises(DatabaseError):
        read_schema("sqlite://")


@pytest.mark.parametrize(("module", "scheme"), [("psycopg", "postgresql"), ("pymysql", "mysql")])
def test_a_missing_driver_says_what_to_install(module: str, scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(DatabaseError) as caught:
        read_schema(f"{scheme}://h/shop")
    assert caught.value.hint == f"pip install 'decompose[{scheme}]'"


def test_a_url_without_a_database_is_refused() -> None:
    with pytest.raises(DatabaseError):
        read_schema("mysql://h")


def test_a_broken_url_is_a_usage_error_without_the_password() -> None:
    with pytest.raises(UsageError) as caught:
        read_schema("postgresql://u:Geheim@h:port/shop")
    assert "Geheim" not in caught.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_ddl_file_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "shop.sql"
    path.write_bytes("CREATE TABLE [größen] (id int)\nGO\n".encode(encoding))
    assert [table.name for table in read_schema(str(path)).tables] == ["größen"]


def test_a_ddl_file_can_be_read_as_another_dialect(tmp_path: Path) -> None:
    path = tmp_path / "shop.sql"
    path.write_text("CREATE TABLE Orders (id int)")
    assert read_schema(str(path)).tables[0].name == "Orders"
    assert read_schema(str(path), "postgresql").tables[0].name == "orders"


@pytest.mark.parametrize(
    "content", [b"", b"SELECT 1;", b"PGDMP\x01\x0e", b"\x1f\x8b\x08", b"PK\x03\x04", b"\xff\x00\xfe"]
)
def test_a_file_without_a_schema_is_an_input_error_with_a_hint(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "shop.sql"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_schema(str(path))
    assert caught.value.hint


def test_a_sqlite_file_given_as_a_path_gets_the_right_hint(tmp_path: Path) -> None:
    load_sqlite(tmp_path / "shop.db", "CREATE TABLE t (id int)")
    with pytest.raises(InputError) as caught:
        read_schema(str(tmp_path / "shop.db"))
    assert "sqlite:///" in caught.value.hint


@pytest.mark.parametrize("name", ["none.sql", ".", "a\0b"])
def test_a_path_that_cannot_be_read_is_an_input_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        read_schema(str(tmp_path / name))


def test_no_part_of_a_password_with_an_at_sign_is_taken_for_the_host() -> None:
    with pytest.raises(DatabaseError) as caught:
        read_schema("postgresql://user:Geh@eim@127.0.0.1:1/shop")
    assert "eim" not in caught.value.message
    assert "127.0.0.1" in caught.value.message
