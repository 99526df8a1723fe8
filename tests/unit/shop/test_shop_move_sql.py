"""The SQL of the shop's plan runs unchanged on SQLite, PostgreSQL and MariaDB, and does what it says."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from databases import load_mariadb, load_postgresql
from decompose import pipeline
from decompose.assessment.plan.model import Plan, PlanStep
from decompose.assessment.plan.move_sql import Purpose
from decompose.assessment.plan.plan import plan
from decompose.store import services_yaml
from shop_database import SHOP, create_in, definitions, new_shop, story
from shop_database import seed as seed_shop


@cache
def way() -> Plan:
    logs = (str(SHOP / "captures" / "sqlite.jsonl.gz"),)
    evidence = pipeline.collect(pipeline.CollectRequest((str(SHOP / "schema.sqlite.sql"),), logs))
    names = [table.name for table in evidence.tables]
    return plan(evidence, services_yaml.load((SHOP / "truth.yml").read_text(), names, "truth.yml"))


@dataclass
class Server:
    """One database with the seeded shop, and how a service's empty tables are made in it."""

    name: str
    connection: Any
    copy_tables: Callable[[str, tuple[str, ...]], None]
    marks: str = "?"

    def run(self, sql: str, values: tuple[Any, ...] = (), _comment: str = "") -> list[tuple[Any, ...]]:
        cursor = self.connection.cursor()
        cursor.execute(sql.replace("?", self.marks) if values else sql, *([values] if values else []))
        return [tuple(row) for row in cursor.fetchall()] if cursor.description else []


def on_sqlite(folder: Path) -> Server:
    database = new_shop(folder / "shop.db", story.new_worlds())
    connection = sqlite3.connect(database.path, isolation_level=None)
    for name in definitions("trigger"):
        connection.execute(f"DROP TRIGGER {name}")

    def copy_tables(schema: str, tables: tuple[str, ...]) -> None:
        create_in(database, schema, tables, keys=lambda _: False)
        connection.execute(f"ATTACH '{database.file(schema)}' AS {schema}")

    return Server("sqlite", connection, copy_tables)


def on_postgresql(url: str) -> Server:
    import psycopg

    load_postgresql(url, (SHOP / "schema.postgresql.sql").read_text())
    server = Server("postgresql", psycopg.connect(url, autocommit=True), lambda *_: None, "%s")

    def copy_tables(schema: str, tables: tuple[str, ...]) -> None:
        server.run(f"CREATE SCHEMA {schema}")
        for table in tables:
            server.run(f"CREATE TABLE {schema}.{table} (LIKE {table} INCLUDING ALL)")

    server.copy_tables = copy_tables
    seed_shop(server, story.new_worlds())
    server.run("SET session_replication_role = replica")
    return server


def on_mariadb(url: str) -> Server:
    import pymysql

    load_mariadb(url, (SHOP / "schema.mysql.sql").read_text())
    at = make_url(url)
    server = Server(
        "mariadb",
        pymysql.connect(
            host=at.host, port=at.port or 3306, user=at.username, password=str(at.password), database=at.database,
            autocommit=True,
        ),
        lambda *_: None,
        "%s",
    )  # fmt: skip

    def copy_tables(schema: str, tables: tuple[str, ...]) -> None:
        server.run(f"CREATE SCHEMA {schema}")
        for table in tables:
            server.run(f"CREATE TABLE {schema}.{table} LIKE {table}")

    server.copy_tables = copy_tables
    seed_shop(server, story.new_worlds())
    server.run("SET FOREIGN_KEY_CHECKS = 0")
    for (name,) in server.run("SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()"):
        server.run(f"DROP TRIGGER {name}")
    return server


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    if request.param == "sqlite":
        found = on_sqlite(tmp_path)
    else:
        url = request.getfixturevalue(f"{request.param}_url")
        found = on_postgresql(url) if request.param == "postgresql" else on_mariadb(url)
    yield found
    if request.param == "mariadb":
        for _, schema in (pair for step in way().steps for pair in step.schemas):
            found.run(f"DROP SCHEMA IF EXISTS {schema}")
    found.connection.close()


def of(step: PlanStep, purpose: Purpose) -> list[str]:
    return [query.sql for phase in step.phases for query in phase.queries if query.purpose is purpose]


def differences(server: Server, step: PlanStep) -> list[tuple[Any, ...]]:
    return [server.run(sql)[0] for sql in of(step, Purpose.RECONCILE)]


def test_every_step_is_filled_reconciled_repaired_and_taken_back(server: Server) -> None:
    for step in way().steps:
        schema = step.schemas[0][1]
        server.copy_tables(schema, step.tables)
        rows = {table: server.run(f"SELECT COUNT(*) FROM {table}")[0][0] for table in step.tables}
        for _ in range(2):
            for sql in of(step, Purpose.BACKFILL):
                server.run(sql)
            assert differences(server, step) == [(0, 0)] * len(step.tables), (server.name, step.services)
        for sql in of(step, Purpose.ORPHANS):
            assert server.run(sql) == []
        spoil(server, schema, step)
        assert any(found != (0, 0) for found in differences(server, step)) is any(rows.values())
        for sql in of(step, Purpose.REPAIR):
            server.run(sql)
        assert differences(server, step) == [(0, 0)] * len(step.tables)
        spoil(server, schema, step)
        for sql in of(step, Purpose.WAY_BACK):
            server.run(sql)
        assert differences(server, step) == [(0, 0)] * len(step.tables)
        for sql in of(step, Purpose.SWEEP):
            server.run(sql)


def spoil(server: Server, schema: str, step: PlanStep) -> None:
    """Loses a row of every table in the service and changes another one's last text."""
    types = {table.name: table for table in _schema()}
    for table in step.tables:
        key = ", ".join(types[table].primary_key)
        rows = server.run(f"SELECT {key} FROM {schema}.{table} ORDER BY {key}")
        marks = " AND ".join(f"{column} = ?" for column in types[table].primary_key)
        if rows:
            server.run(f"DELETE FROM {schema}.{table} WHERE {marks}", tuple(rows[-1]))
        plain = [c.name for c in types[table].columns if c.type == "text" and c.name not in types[table].primary_key]
        if rows[1:] and plain:
            server.run(f"UPDATE {schema}.{table} SET {plain[-1]} = 'spoilt' WHERE {marks}", tuple(rows[0]))


@cache
def _schema() -> tuple[Any, ...]:
    return pipeline.read_schemas((str(SHOP / "schema.sqlite.sql"),), None, lambda _: None).tables


def test_orphans_are_swept(server: Server) -> None:
    """A row that refers to nobody in the service goes, as ON DELETE CASCADE would have had it; the others stay."""
    for step in way().steps:
        server.copy_tables(step.schemas[0][1], step.tables)
        for sql in of(step, Purpose.BACKFILL):
            server.run(sql)
    for number, user in ((9001, 9999), (9002, 101)):
        values = (number, user, "wishes", "2026-03-01 09:00:00")
        server.run("INSERT INTO catalog.wishlists (id, user_id, name, updated_at) VALUES (?, ?, ?, ?)", values)
    for sql in of(way().steps[-1], Purpose.SWEEP):
        server.run(sql)
    assert server.run("SELECT id FROM catalog.wishlists WHERE id > 9000") == [(9002,)]


@pytest.mark.parametrize(("dialect", "name"), [("postgresql", "postgresql"), ("mysql", "mariadb")])
def test_foreign_keys_are_dropped_by_their_names(dialect: str, name: str, request: pytest.FixtureRequest) -> None:
    evidence = pipeline.collect(pipeline.CollectRequest((str(SHOP / f"schema.{dialect}.sql"),)))
    names = [table.name for table in evidence.tables]
    steps = plan(evidence, services_yaml.load((SHOP / "truth.yml").read_text(), names, "truth.yml")).steps
    url = request.getfixturevalue(f"{name}_url")
    server = on_postgresql(url) if name == "postgresql" else on_mariadb(url)
    counting = (
        "SELECT COUNT(*) FROM information_schema.table_constraints WHERE constraint_type = 'FOREIGN KEY' "
        f"AND table_schema = {'CURRENT_SCHEMA()' if name == 'postgresql' else 'DATABASE()'}"
    )
    before = server.run(counting)[0][0]
    drops = [sql for step in steps for sql in of(step, Purpose.RETIRE)]
    for sql in drops:
        server.run(sql)
    assert server.run(counting)[0][0] == before - len(drops)
    assert len(drops) == 32
    server.connection.close()
