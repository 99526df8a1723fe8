"""Tables that are hard to move: identity and computed columns, circles, no key, half a key; on all three servers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from builders import evidence
from decompose.assessment.plan.move_sql import MoveSql, Query
from decompose.assessment.plan.table_order import circular, parents_first
from decompose.assessment.portable_sql import PortableSql, script
from decompose.evidence.schema import Schema
from decompose.sql.ddl import read_ddl

SERVICE = "hard_service"
TABLES = {
    "postgresql": """
        CREATE TABLE {s}people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, boss_id bigint REFERENCES {s}people,
            mail text UNIQUE, twice bigint GENERATED ALWAYS AS (boss_id * 2) STORED, extra jsonb, raw json);
        CREATE TABLE {s}notes (id serial PRIMARY KEY, person_id bigint NOT NULL REFERENCES {s}people, body text);
        CREATE TABLE {s}visits (path text, at timestamp);
        CREATE TABLE {s}codes (code text UNIQUE, label text);""",
    "mariadb": """
        CREATE TABLE {s}people (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, boss_id bigint, mail varchar(40) UNIQUE,
            twice bigint GENERATED ALWAYS AS (boss_id * 2) STORED, extra json, raw json,
            CONSTRAINT {f}boss FOREIGN KEY (boss_id) REFERENCES people (id)) ENGINE=InnoDB;
        CREATE TABLE {s}notes (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, person_id bigint NOT NULL, body text,
            CONSTRAINT {f}person FOREIGN KEY (person_id) REFERENCES people (id)) ENGINE=InnoDB;
        CREATE TABLE {s}visits (path varchar(40), at datetime) ENGINE=InnoDB;
        CREATE TABLE {s}codes (code varchar(9) UNIQUE, label varchar(40)) ENGINE=InnoDB;""",
    "sqlite": """
        CREATE TABLE {s}people (id INTEGER PRIMARY KEY AUTOINCREMENT, boss_id INTEGER REFERENCES people (id),
            mail TEXT UNIQUE, twice INTEGER AS (boss_id * 2), extra TEXT, raw TEXT);
        CREATE TABLE {s}notes (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES people (id), body TEXT);
        CREATE TABLE {s}visits (path TEXT, at TEXT);
        CREATE TABLE {s}codes (code TEXT UNIQUE, label TEXT);""",
}
NAMES = ("codes", "notes", "people", "visits")


def known(dialect: str) -> Schema:
    return read_ddl(TABLES[dialect].format(s="", f=""), dialect)


def move(dialect: str) -> MoveSql:
    schema = known(dialect)
    links = [(t.name, key.parent.name) for t in schema.tables for key in t.foreign_keys]
    order = parents_first([table.name for table in schema.tables], links)
    return MoveSql(PortableSql(evidence(schema)), SERVICE, order, circular(order, links))


@dataclass
class Server:
    dialect: str
    connection: Any

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        cursor = self.connection.cursor()
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def script(self, queries: tuple[Query, ...]) -> list[tuple[Any, ...]]:
        texts = script([query.sql for query in queries], any(query.unchecked for query in queries))
        return [row for text in texts for row in self.run(text)]

    def fill(self, place: str = "") -> None:
        given = " OVERRIDING SYSTEM VALUE" if self.dialect == "postgresql" else ""
        # The boss comes after the people: a server that checks row by row meets the child first.
        self.run(f"INSERT INTO {place}people (id, mail){given} VALUES (3, 'c')")
        self.run(f"INSERT INTO {place}people (id, boss_id, mail, extra, raw){given} VALUES (1, 3, 'a', '{{}}', '{{}}')")
        self.run(f"INSERT INTO {place}notes (id, person_id, body) VALUES (5, 1, NULL), (6, 3, 'x')")
        self.run(f"INSERT INTO {place}visits VALUES ('/', NULL), ('/', NULL), ('/a', '2026-01-01')")
        self.run(f"INSERT INTO {place}codes VALUES (NULL, 'none'), (NULL, 'none'), ('k', 'known')")

    def rows(self, place: str = "") -> list[Any]:
        return [
            sorted(self.run(f"SELECT * FROM {place}{table}"), key=lambda row: [str(value) for value in row])
            for table in NAMES
        ]


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    if request.param == "sqlite":
        found = Server("sqlite", sqlite3.connect(":memory:", isolation_level=None))
        found.run(f"ATTACH ':memory:' AS {SERVICE}")
        found.run("PRAGMA foreign_keys = ON")
    elif request.param == "postgresql":
        import psycopg

        connection = psycopg.connect(request.getfixturevalue("postgresql_url"), autocommit=True)
        found = Server("postgresql", connection)
        found.run(f"CREATE SCHEMA {SERVICE}")
    else:
        import pymysql

        at = make_url(request.getfixturevalue("mariadb_url"))
        found = Server(
            "mariadb",
            pymysql.connect(
                host=at.host, port=at.port or 3306, user=at.username, password=str(at.password), database=at.database,
                autocommit=True,
            ),
        )  # fmt: skip
        found.run(f"CREATE SCHEMA {SERVICE}")
    for place, name in (("", "m_"), (f"{SERVICE}.", "s_")):
        text = TABLES[request.param].format(s=place, f=name)
        if request.param == "mariadb":
            text = text.replace("REFERENCES people", f"REFERENCES {place}people")
        for statement in filter(str.strip, text.split(";")):
            found.run(statement)
    found.fill()
    yield found
    if request.param == "mariadb":
        found.run(f"DROP SCHEMA {SERVICE}")
    found.connection.close()


def test_what_is_known_of_the_tables() -> None:
    found = move("postgresql")
    assert (found.unknown, found.keyless, found.circular) == ((), ("codes", "visits"), {"people"})
    assert found.uncompared == ("people.raw",)
    assert move("mariadb").uncompared == ()


def test_hard_tables_are_filled_twice_and_reconciled(server: Server) -> None:
    hard = move(server.dialect)
    for _ in range(2):
        server.script(hard.backfill())
        assert server.rows(f"{SERVICE}.") == server.rows()
    assert server.script(hard.reconcile()) == [(0, 0)] * len(NAMES)
    server.run(f"INSERT INTO {SERVICE}.visits VALUES ('/', NULL)")
    server.run(f"UPDATE {SERVICE}.notes SET body = 'y' WHERE id = 5")
    assert sorted(server.script(hard.reconcile())) == [(0, 0), (0, 0), (1, 1), (1, 1)]
    server.script(hard.repair())
    assert server.rows(f"{SERVICE}.") == server.rows()


def test_a_freed_name_and_a_new_boss_come_back_in_the_right_order(server: Server) -> None:
    hard = move(server.dialect)
    server.script(hard.backfill())
    given = " OVERRIDING SYSTEM VALUE" if server.dialect == "postgresql" else ""
    there = f"{SERVICE}.people"
    server.run(f"UPDATE {SERVICE}.notes SET person_id = 3 WHERE id = 5")
    server.run(f"INSERT INTO {there} (id, mail){given} VALUES (8, 'new boss')")
    server.run(f"UPDATE {there} SET boss_id = 8 WHERE id = 3")
    server.run(f"DELETE FROM {there} WHERE id = 1")
    server.run(f"INSERT INTO {there} (id, boss_id, mail){given} VALUES (9, 8, 'a')")
    server.run(f"INSERT INTO {SERVICE}.notes (id, person_id, body) VALUES (11, 9, 'of a new one')")
    if server.dialect != "mariadb":
        # The note of the person that is gone has another person by now: set it before the person goes.
        server.run("UPDATE notes SET person_id = 3 WHERE id = 5")
    server.script(hard.way_back())
    assert server.rows() == server.rows(f"{SERVICE}.")


def test_the_next_number_is_free_on_both_sides(server: Server) -> None:
    hard = move(server.dialect)
    server.script(hard.backfill())
    server.script(hard.counters())
    server.run(f"INSERT INTO {SERVICE}.people (mail) VALUES ('next')")
    server.run(f"INSERT INTO {SERVICE}.notes (person_id, body) VALUES (1, 'next')")
    server.script(hard.way_back())
    server.run("INSERT INTO people (mail) VALUES ('after')")
    server.run("INSERT INTO notes (person_id, body) VALUES (1, 'after')")
    assert [row[0] for row in server.run("SELECT id FROM people ORDER BY id")] == [1, 3, 4, 5]


@pytest.mark.parametrize(
    ("dialect", "ddl", "told"),
    [
        ("tsql", "CREATE TABLE [dbo].[T] ([Id] int IDENTITY(1,1) PRIMARY KEY, [v] rowversion, [a] int NULL);", [
            'SET IDENTITY_INSERT svc."T" ON; INSERT INTO svc."T" ("Id", a) SELECT s."Id", s.a FROM "T" s '
            'WHERE NOT EXISTS (SELECT 1 FROM svc."T" t WHERE t."Id" = s."Id"); SET IDENTITY_INSERT svc."T" OFF;',
            "DBCC CHECKIDENT ('svc.\"T\"', RESEED);",
        ]),
        ("oracle", "CREATE TABLE t (id NUMBER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a CLOB);", [
            'INSERT INTO svc."T" ("ID", "A") SELECT s."ID", s."A" FROM "T" s WHERE NOT EXISTS '
            '(SELECT 1 FROM svc."T" t WHERE t."ID" = s."ID");',
            'ALTER TABLE svc."T" MODIFY ("ID" GENERATED ALWAYS AS IDENTITY (START WITH LIMIT VALUE));',
        ]),
    ],
)  # fmt: skip
def test_sql_server_and_oracle_are_told_in_their_own_words(dialect: str, ddl: str, told: list[str]) -> None:
    schema = read_ddl(ddl, dialect)
    hard = MoveSql(PortableSql(evidence(schema)), "svc", (schema.tables[0].name,))
    assert [query.sql for query in (*hard.backfill(), *hard.counters())] == told
    (check,) = hard.reconcile()
    assert ("MINUS" in check.sql, check.sql.endswith("FROM dual;")) == (dialect == "oracle",) * 2
