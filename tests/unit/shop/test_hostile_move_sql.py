"""Generated SQL runs unchanged on all three servers, with names that need quotes and tables called like aliases."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from builders import evidence
from decompose.assessment.plan.move_sql import MoveSql, Query, sweep
from decompose.assessment.portable_sql import PortableSql, script
from decompose.assessment.retirement import LOOSE_KEY, Retirement
from decompose.evidence.schema import Column, ForeignKey, Schema, Table, TableRef

SERVICE = "hostile_service"
NAMES = {
    "order": ("key", "group", "Mixed Case"),
    "user": ("id", 'we"ird', "it's"),
    "Mixed Case": ("ID", "select", "semi;colon -- dash"),
    "s": ("t", "s", "p"),
    "p": ("p", "c", "d"),
    'quo"te`tick': ("back`tick", "percent", "back\\slash"),
    "two\nlines": ("a\nb", "x", "[y]"),
}
"""Table to its key, a number and a text; each number refers to the key of `order`."""


def known() -> Schema:
    tables = tuple(
        Table(
            name,
            columns=(Column(key, "integer", nullable=False), Column(number, "integer"), Column(text, "text")),
            primary_key=(key,),
            foreign_keys=(ForeignKey("f", (number,), TableRef("order"), ("key",), "cascade"),)
            if name != "order"
            else (),
        )
        for name, (key, number, text) in sorted(NAMES.items())
    )
    return Schema("mariadb", tables)


@dataclass
class Server:
    quote: Callable[[str], str]
    connection: Any

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        cursor = self.connection.cursor()
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def fill(self) -> None:
        """Every table twice, three rows in the monolith's."""
        for name, columns in NAMES.items():
            table = self.quote(name)
            key, number, text = map(self.quote, columns)
            for place in (table, f"{SERVICE}.{table}"):
                self.run(f"CREATE TABLE {place} ({key} INTEGER PRIMARY KEY, {number} INTEGER, {text} VARCHAR(40))")
            self.run(f"INSERT INTO {table} VALUES (1, 1, 'a'), (2, NULL, 'b'), (3, 2, NULL)")

    def rows(self, name: str, place: str = "") -> list[tuple[Any, ...]]:
        key = self.quote(NAMES[name][0])
        return self.run(f"SELECT * FROM {place}{self.quote(name)} ORDER BY {key}")


def double_quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    if request.param == "sqlite":
        found = Server(double_quoted, sqlite3.connect(":memory:", isolation_level=None))
        found.run(f"ATTACH ':memory:' AS {SERVICE}")
    elif request.param == "postgresql":
        import psycopg

        found = Server(double_quoted, psycopg.connect(request.getfixturevalue("postgresql_url"), autocommit=True))
        found.run(f"CREATE SCHEMA {SERVICE}")
    else:
        import pymysql

        at = make_url(request.getfixturevalue("mariadb_url"))
        connection = pymysql.connect(
            host=at.host, port=at.port or 3306, user=at.username, password=str(at.password), database=at.database,
            autocommit=True,
        )  # fmt: skip
        found = Server(lambda name: "`" + name.replace("`", "``") + "`", connection)
        found.run(f"CREATE SCHEMA {SERVICE}")
    found.fill()
    yield found
    if request.param == "mariadb":
        found.run(f"DROP SCHEMA {SERVICE}")
    found.connection.close()


def run(server: Server, queries: tuple[Query, ...]) -> list[list[tuple[Any, ...]]]:
    """Runs the script as a file would be run, and gives the answers of the statements that give any."""
    answers = [server.run(text) for text in script([query.sql for query in queries])]
    return [answer for answer in answers if answer]


def test_hostile_names_are_moved_reconciled_and_taken_back(server: Server) -> None:
    sql = PortableSql(evidence(known()))
    move = MoveSql(sql, SERVICE, tuple(sorted(NAMES)))
    before = {name: server.rows(name) for name in NAMES}
    run(server, move.backfill())
    assert run(server, move.reconcile()) == [[(0, 0)]] * len(NAMES)
    for name, (key, _, text) in NAMES.items():
        there = f"{SERVICE}.{server.quote(name)}"
        server.run(f"DELETE FROM {there} WHERE {server.quote(key)} = 1")
        server.run(f"UPDATE {there} SET {server.quote(text)} = 'spoilt' WHERE {server.quote(key)} = 3")
        server.run(f"INSERT INTO {there} VALUES (4, NULL, 'new')")
    assert run(server, move.reconcile()) == [[(2, 2)]] * len(NAMES)
    run(server, move.repair())
    assert {name: server.rows(name, f"{SERVICE}.") for name in NAMES} == before
    for name, (key, _, _) in NAMES.items():
        server.run(f"DELETE FROM {SERVICE}.{server.quote(name)} WHERE {server.quote(key)} = 1")
    run(server, move.way_back())
    assert {name: server.rows(name) for name in NAMES} == {name: rows[1:] for name, rows in before.items()}


def test_hostile_orphans_are_found_and_swept(server: Server) -> None:
    sql = PortableSql(evidence(known()))
    server.run(f"DELETE FROM {server.quote('order')} WHERE {server.quote('key')} = 2")
    for name, (key, number, _) in NAMES.items():
        if name == "order":
            continue
        check = sql.orphan_check(name, (number,), "order", ("key",))
        assert [server.run(text) for text in script([check])].count([(3, 2)]) == 1, (name, check)
        item = Retirement(name, (number,), "order", ("key",), "", "", "cascade", "", True, LOOSE_KEY, "", "")
        for text in script([sweep(sql, item, {})]):
            server.run(text)
        assert [row[0] for row in server.rows(name)] == [1, 2], (name, key)


def test_plain_names_need_no_switch() -> None:
    assert script(["SELECT a FROM b;"]) == ("SELECT a FROM b;",)
    assert len(script(['SELECT a FROM "b";'])) == 3
