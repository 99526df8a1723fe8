"""The plan for the shop is carried out, step by step, on a copy: moved, lived in, reconciled, taken back."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from decompose import pipeline
from decompose.assessment.plan.model import Plan, PlanStep
from decompose.assessment.plan.move_sql import Purpose
from decompose.assessment.plan.plan import plan
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence
from decompose.evidence.naming import TableNames
from decompose.reports.plan_screen import render_plan
from decompose.reports.screen import cells
from decompose.store import services_yaml
from shop_database import (
    SHOP,
    Contents,
    Database,
    create_in,
    definitions,
    new_shop,
    rewrite,
    story,
    table_names,
    tell,
)

JOURNEYS = 16
"""Per worker and act; six workers, three acts."""


@cache
def evidence() -> Evidence:
    logs = (str(SHOP / "captures" / "sqlite.jsonl.gz"),)
    return pipeline.collect(pipeline.CollectRequest((str(SHOP / "schema.sqlite.sql"),), logs))


def cut(name: str) -> Decomposition:
    names = [table.name for table in evidence().tables]
    return services_yaml.load((SHOP / name).read_text(), names, name)


@cache
def way(name: str = "truth.yml", strategy: str = "recommended") -> Plan:
    return plan(evidence(), cut(name), strategy)


def queries(step: PlanStep, purpose: Purpose) -> list[str]:
    return [query.sql for phase in step.phases for query in phase.queries if query.purpose is purpose]


@cache
def reference(folder: Path) -> tuple[tuple[list[list[str]], Contents], ...]:
    """What the application is told, and what its tables hold, act by act, when nothing moves."""
    worlds = story.new_worlds()
    database = new_shop(folder / "reference.db", worlds)
    return tuple((tell(database, worlds, JOURNEYS), database.contents()) for _ in range(3))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shop")


@pytest.mark.parametrize("number", range(1, 6))
def test_a_step_is_taken_lived_in_and_taken_back(number: int, folder: Path, tmp_path: Path) -> None:
    worlds = story.new_worlds()
    database = new_shop(tmp_path / "shop.db", worlds)
    steps = way().steps
    for earlier in steps[: number - 1]:
        copy(database, earlier)
        cut_over(database, earlier)
        remove(database, earlier)
    step = steps[number - 1]
    dual, moved, back = reference(folder)

    copy(database, step)
    database.mirrored = {table: (step.schemas[0][1], key(table)) for table in step.tables}
    assert tell(database, worlds, JOURNEYS) == dual[0]
    sweep(database, steps[: number - 1])
    assert database.contents() == dual[1]
    assert_nothing_differs(database, step)
    assert_no_orphans(database, step)

    database.mirrored = {}
    cut_over(database, step)
    assert tell(database, worlds, JOURNEYS) == moved[0]
    sweep(database, steps[:number])
    assert database.contents() == moved[1]

    take_back(database, step)
    assert_nothing_differs(database, step)
    database.places = {table: place for table, place in database.places.items() if table not in step.tables}
    assert tell(database, worlds, JOURNEYS) == back[0]
    sweep(database, steps[: number - 1])
    assert database.contents() == back[1]


def key(table: str) -> tuple[str, ...]:
    return next(facts.primary_key for facts in evidence().tables if facts.name == table)


def copy(database: Database, step: PlanStep) -> None:
    """The step's tables in a file of their own, filled by the plan's back-fill."""
    schema = step.schemas[0][1]
    create_in(database, schema, step.tables, keys=lambda _: False)
    connection = database.admin()
    if schema not in database.schemas:
        connection.execute(f"ATTACH '{database.file(schema)}' AS {schema}")
    for sql in queries(step, Purpose.BACKFILL):
        connection.execute(sql)
    connection.close()


def cut_over(database: Database, step: PlanStep) -> None:
    """The monolith's tables step aside; keys that would cross are gone, views and triggers reach over all files."""
    database.places |= dict.fromkeys(step.tables, step.schemas[0][1])
    connection = database.admin()
    for table in step.tables:
        connection.execute(f"ALTER TABLE main.{table} RENAME TO before_{table}")
    for name in (*definitions("view"), *definitions("trigger")):
        kind = "VIEW" if name in definitions("view") else "TRIGGER"
        connection.execute(f"DROP {kind} IF EXISTS main.{name}")
    connection.close()
    set_keys(database)
    fresh_reach(database)


def remove(database: Database, step: PlanStep) -> None:
    """The plan's last phase, on the tables under their new names."""
    connection = database.admin()
    for sql in queries(step, Purpose.REMOVE):
        connection.execute(sql.replace("DROP TABLE ", "DROP TABLE main.before_"))
    connection.close()


def set_keys(database: Database) -> None:
    """Every table keeps exactly the foreign keys to parents in its own file."""
    places = database.places

    def stay(table: str, parent: str) -> bool:
        return places.get(table, "main") == places.get(parent, "main")

    rewrite(database, "main", [table for table in table_names() if table not in places], stay)
    for schema in set(places.values()):
        rewrite(database, schema, [table for table, place in places.items() if place == schema], stay)


def fresh_reach(database: Database) -> None:
    names = TableNames(evidence().schema)
    on = {trigger.name: names.resolve(trigger.table)[0] for trigger in evidence().schema.triggers}
    database.temporary = [text.replace("CREATE VIEW", "CREATE TEMP VIEW") for text in definitions("view").values()]
    for name, text in definitions("trigger").items():
        place = database.places.get(on[name], "main")
        temporary = text.replace("CREATE TRIGGER", "CREATE TEMP TRIGGER")
        database.temporary.append(temporary.replace(f" ON {on[name]} ", f" ON {place}.{on[name]} "))


def take_back(database: Database, step: PlanStep) -> None:
    """The plan's way back, and the monolith's own keys again; no trigger of the application runs meanwhile."""
    connection = database.admin()
    for table in step.tables:
        connection.execute(f"ALTER TABLE main.before_{table} RENAME TO {table}")
    for sql in queries(step, Purpose.WAY_BACK):
        connection.execute(sql)
    connection.close()
    places = database.places
    database.places = {table: place for table, place in places.items() if table not in step.tables}
    set_keys(database)
    fresh_reach(database)
    connection = database.admin()
    assert connection.execute("PRAGMA main.foreign_key_check").fetchall() == []
    connection.close()
    database.places = places


def sweep(database: Database, steps: tuple[PlanStep, ...]) -> None:
    """What ON DELETE did, done later: the statements of the last step that names a pair of tables."""
    connection = database.admin()
    for _ in range(3):
        for step in steps:
            for sql in queries(step, Purpose.SWEEP):
                connection.execute(current(database, sql))
    connection.close()


def current(database: Database, sql: str) -> str:
    """A sweep was written for the tables' places after its step; unqualified names find later places by themselves."""
    for schema in {place for step in way().steps for _, place in step.schemas}:
        for table in table_names():
            if f"{schema}.{table}" in sql and database.places.get(table, "main") != schema:
                sql = sql.replace(f"{schema}.{table}", f"main.{table}")
    return sql


def assert_nothing_differs(database: Database, step: PlanStep) -> None:
    connection = database.admin()
    found = [connection.execute(sql).fetchone() for sql in queries(step, Purpose.RECONCILE)]
    connection.close()
    assert found == [(0, 0)] * len(step.tables)


def assert_no_orphans(database: Database, step: PlanStep) -> None:
    connection = database.admin()
    checks = queries(step, Purpose.ORPHANS)
    assert len(checks) == len(step.retired)
    assert [row for sql in checks for row in connection.execute(sql)] == []
    connection.close()


def test_users_first_is_refused_on_one_screen() -> None:
    for name in ("naive.yml", "truth.yml"):
        found = way(name, "users-first")
        assert found.refusal is not None
        assert found.refusal.instead == "support"
        screen = render_plan(found, evidence().coverage)
        assert "users has 47 relationships: 35 declared foreign keys, 12 undeclared" in screen
        assert "checkout#create (42×) writes" in screen
        assert len(screen.splitlines()) <= 45
        assert max(map(cells, screen.splitlines())) <= 80
        assert [outline.strategy for outline in found.outlines] == ["recommended", "users-first", "big-bang"]


def test_the_first_to_leave_is_one_that_nobody_needs() -> None:
    first = way().steps[0]
    assert first.services == ("support",)
    assert (first.candidate.distributed, first.candidate.inbound) == (0, 0)
    assert all(other.difficulty > first.candidate.difficulty for other in first.others)


def test_the_last_state_is_the_price_of_the_whole_cut() -> None:
    price = pipeline.judge(evidence(), cut("truth.yml")).assessment
    last = way().steps[-1].after
    assert last.monolith_tables == 0
    assert last.price.saga_cost == price.saga_cost
    assert last.price.distributed_write_transactions == price.distributed_write_transactions
    assert last.price.cross_joins == price.cross_joins
    assert last.price.foreign_keys_to_retire == price.foreign_keys_to_retire
    assert sum(step.separation.foreign_keys for step in way().steps) == price.foreign_keys_to_retire
