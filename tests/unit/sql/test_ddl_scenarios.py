"""What DDL texts of each dialect make: the cases are data in tests/scenarios/ddl."""

from __future__ import annotations

import tomllib

import pytest

from decompose.errors import UsageError
from decompose.sql.ddl import detect_dialect, read_ddl
from repository import ROOT
from schema_text import described

SCENARIOS = sorted((ROOT / "tests" / "scenarios" / "ddl").glob("*.toml"))
CASES = [
    pytest.param(case, id=f"{path.stem}-{number}")
    for path in SCENARIOS
    for number, case in enumerate(tomllib.loads(path.read_text())["case"], 1)
]
DDL = ROOT / "fixtures" / "ddl"


@pytest.mark.parametrize("case", CASES)
def test_ddl_makes_the_expected_schema(case: dict[str, object]) -> None:
    assert described(read_ddl(str(case["ddl"]), str(case["dialect"]))) == case["expect"]


@pytest.mark.parametrize(
    ("name", "dialect", "tables", "foreign_keys", "views", "triggers"),
    [
        ("postgresql.sql", "postgresql", 11, 4, 3, 3),
        ("postgresql.dump.sql", "postgresql", 11, 4, 3, 3),
        ("postgresql18.sql", "postgresql", 11, 3, 4, 1),
        ("postgresql18.dump.sql", "postgresql", 11, 3, 4, 1),
        ("mariadb.sql", "mysql", 5, 3, 2, 2),
        ("mariadb.dump.sql", "mariadb", 5, 3, 2, 2),
        ("sqlite.sql", "sqlite", 5, 3, 1, 2),
        ("sqlite.dump.sql", "sqlite", 5, 3, 1, 2),
        ("tsql.sql", "tsql", 2, 1, 2, 1),
        ("oracle.sql", "oracle", 2, 1, 0, 1),
    ],
)
def test_rich_scripts_are_read_completely(
    name: str, dialect: str, tables: int, foreign_keys: int, views: int, triggers: int
) -> None:
    schema = read_ddl((DDL / name).read_text())
    found = (len(schema.tables), sum(len(t.foreign_keys) for t in schema.tables), len(schema.views))
    assert (schema.dialect, *found, len(schema.triggers)) == (dialect, tables, foreign_keys, views, triggers)
    assert schema.unread == ()


def test_the_newest_dump_is_read_as_its_script() -> None:
    script, dump = (read_ddl((DDL / f"postgresql18{ending}").read_text()) for ending in (".sql", ".dump.sql"))
    assert described(dump) == described(script)
    assert dump == script
    by_name = {table.name: table for table in dump.tables}
    nullable = {name: [column.name for column in by_name[name].columns if column.nullable] for name in by_name}
    assert nullable["guests"] == ["age"]
    assert nullable["members"] == ["name", "age", "since"]
    assert [key.columns for key in by_name["bookings"].foreign_keys] == [("guest",), ("room", "valid")]


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("CREATE TABLE t (id int)", "generic"),
        ("DELIMITER @\nCREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW BEGIN END@\nDELIMITER ;\n", "mysql"),
        ("CREATE TABLE t (id serial)", "postgresql"),
        ("CREATE TABLE t (id int); -- was NVARCHAR(MAX) and `x` ENGINE=InnoDB", "generic"),
        ("CREATE TABLE [t] (id int)", "tsql"),
        ("create table t (id int)\ngo\n", "tsql"),
        ("CREATE TABLE [t] (id integer primary key autoincrement)", "sqlite"),
        ("CREATE TABLE t (a VARCHAR2(3))", "oracle"),
        ("CREATE TABLE t (a integer PRIMARY KEY);\nBEGIN NULL; END;\n/\n", "oracle"),
        ("/* was serial */\nCREATE TABLE t (a int);\n/* ::text\n* jsonb */", "generic"),
        ("# isn't $$ SQL\nCREATE TABLE t (a int)", "generic"),
        ("CREATE TABLE t (a int) ENGINE=InnoDB", "mysql"),
        ("/*M!999999\\- enable the sandbox mode */\nCREATE TABLE t (a int)", "mariadb"),
        ("-- MySQL dump 10.13\nCREATE TABLE t (a int)", "mysql"),
        ("use shop;\ncreate table t (a int)", "mysql"),
    ],
)
def test_dialect_is_told_by_its_marks(text: str, dialect: str) -> None:
    assert detect_dialect(text) == dialect
    assert read_ddl(text).dialect == dialect


def test_lines_are_those_of_the_text() -> None:
    schema = read_ddl(
        "\n-- x\nCREATE TABLE p (id serial\n PRIMARY KEY);\nCREATE TABLE c (\n  a int,\n  b int REFERENCES p\n);"
    )
    child, parent = schema.tables
    assert (parent.line, child.line, child.foreign_keys[0].line) == (3, 5, 7)


def test_an_enumeration_keeps_no_literal() -> None:
    schema = read_ddl("CREATE TABLE t (a enum('secret') DEFAULT 'secret', b text CHECK (b <> 'secret'))", "mysql")
    assert "secret" not in repr(schema)


def test_an_unknown_dialect_is_refused() -> None:
    with pytest.raises(UsageError):
        read_ddl("", "cobol")
