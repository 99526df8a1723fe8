from __future__ import annotations

import json
import re
import time
from dataclasses import replace

import jsonschema
import pytest

from analyses import shop
from builders import cut, evidence, join, schema, trigger, tx, undeclared
from decompose import pipeline
from decompose.assessment.breakage import breakage
from decompose.assessment.plan.model import Phase, Plan, PlanStep
from decompose.assessment.plan.move_sql import MoveSql, Purpose
from decompose.assessment.plan.plan import plan
from decompose.assessment.plan.table_order import parents_first, schema_names
from decompose.assessment.portable_sql import PortableSql
from decompose.errors import UsageError
from decompose.evidence.schema import Column, ForeignKey, Schema, Table, TableRef, View
from decompose.reports.plan_markdown import render_plan_markdown, step_folder, step_scripts
from decompose.reports.plan_screen import render_plan
from decompose.store import assessment_json, plan_json
from decompose.store.schemas import schema_text
from golden_files import assert_golden

KNOWN = schema(
    "orders -> users; lines -> orders; notes -> users; countries",
    {"orders -> users": "cascade", "notes -> users": "set null"},
)
SEEN = evidence(
    KNOWN,
    tx("W orders lines users; R countries", times=20, label="buy"),
    tx("W notes", times=30, label="note"),
    tx("R notes users", times=5, label="report"),
    tx("R users", times=8, label="profile"),
    join("orders.users_id = users.id", times=6),
    undeclared("lines.owner -> users.id"),
)
CUT = cut("ordering: orders lines; accounts: users; writing: notes; shared: countries")


def queries(step: PlanStep, purpose: Purpose) -> list[str]:
    return [query.sql for phase in step.phases for query in phase.queries if query.purpose is purpose]


def test_the_easiest_leaves_first_and_every_state_is_priced() -> None:
    found = plan(SEEN, CUT)
    assert [step.services for step in found.steps] == [("writing",), ("ordering",), ("accounts",)]
    assert [step.after.price.saga_cost for step in found.steps] == [0, 20, 20]
    assert [step.after.monolith_tables for step in found.steps] == [3, 1, 0]
    assert [step.separation.foreign_keys for step in found.steps] == [1, 1, 0]
    assert [step.separation.separate for step in found.steps] == [False, False, True]
    assert found.steps[0].candidate.reason == (
        "0 references from outside, none of its write transactions becomes distributed, 0 statement executions cross, "
        "carries 60.0 % of the writes"
    )
    assert found.refusal is None
    assert [outline.strategy for outline in found.outlines] == ["recommended", "big-bang"]


def test_a_big_bang_moves_everything_in_one_step() -> None:
    (step,) = plan(SEEN, CUT, "big-bang").steps
    assert step.services == ("accounts", "ordering", "writing")
    assert (step.separation.distributed, step.separation.foreign_keys) == (20, 2)
    assert len(step.tables) == 4


def test_an_order_with_a_god_table_first_is_refused() -> None:
    children = [f"c{n:02}" for n in range(12)]
    known = schema("; ".join(f"{child} -> users" for child in children))
    seen = evidence(known, tx("W users c00", times=3, label="join up"), tx("W c05", times=90))
    split = cut(f"accounts: users; rest: {' '.join(children)}")
    for asked in ("accounts-first", "USERS-first"):
        found = plan(seen, split, asked)
        assert found.refusal is not None
        assert (found.refusal.service, found.refusal.instead) == ("accounts", "rest")
        assert found.refusal.reasons[0] == (
            "users has 12 relationships: 12 declared foreign keys, 0 undeclared but joined; "
            "12 of them from outside accounts"
        )
        assert found.refusal.reasons[-1] == "join up (3×) writes users (accounts), c00 (monolith) in one transaction"
        assert [step.services for step in found.steps] == [("accounts",), ("rest",)]
        screen = render_plan(found, seen.coverage)
        assert "REFUSED: accounts must not leave first" in screen
    assert plan(seen, split, "rest-first").refusal is None


@pytest.mark.parametrize(
    ("strategy", "message", "hint"),
    [
        ("quick", "there is no strategy 'quick'", "known: recommended, big-bang, NAME-first (a service or a table)"),
        ("-first", "there is no strategy '-first'", "known: recommended, big-bang, NAME-first (a service or a table)"),
        ("user-first", "there is no service or table 'user'", "did you mean 'users'?"),
        (
            "zzz-first",
            "there is no service or table 'zzz'",
            "NAME-first takes a service of the decomposition, or a table that a service owns",
        ),
    ],
)
def test_an_unknown_strategy_is_a_usage_error(strategy: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        plan(SEEN, CUT, strategy)
    assert (error.value.message, error.value.hint) == (message, hint)


def test_a_step_says_who_may_read_how_old_a_copy() -> None:
    first, second, _ = plan(SEEN, CUT).steps
    assert [(r.table, r.owner, r.reader, r.lag) for r in second.replicas] == [
        ("orders", "ordering", "warehouse", "a day"),
        ("users", "(unassigned)", "warehouse", "a day"),
    ]
    assert [(route.label, route.reads, route.writes) for route in first.routes] == [("report", 5, 0), ("note", 0, 30)]


def test_a_report_that_a_writer_decides_on_asks_the_owner_and_no_warehouse() -> None:
    report = join("orders.users_id = users.id", times=6)
    buy = tx("W orders lines; R users", times=20, label="buy", sql=False)
    buy = replace(buy, profile=replace(buy.profile, statements=(report.fingerprint,)))
    found = plan(evidence(KNOWN, buy, report), CUT, "ordering-first").steps[0]
    assert [(r.table, r.owner, r.reader, r.lag) for r in found.replicas] == [
        ("orders", "ordering", "(unassigned)", "none"),
    ]


def test_the_playbook_has_every_phase_in_strangler_order_with_check_and_way_back() -> None:
    for step in plan(SEEN, CUT).steps:
        assert [phase.name for phase in step.phases] == [
            "separate", "observe", "replicate", "route-reads", "write-path", "dual-write", "retire-keys", "cut-over",
            "remove",
        ]  # fmt: skip
        assert all(phase.actions and phase.check and phase.back for phase in step.phases)


def test_keys_without_consequence_are_retired_first_and_cascades_are_swept() -> None:
    first, second, _ = plan(SEEN, CUT).steps
    assert queries(first, Purpose.RETIRE) == ["ALTER TABLE notes DROP CONSTRAINT notes_users_fk;"]
    assert queries(first, Purpose.SWEEP) == [
        # until the cut-over, where the rows still are, and afterwards
        "UPDATE notes SET users_id = NULL WHERE users_id IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM users p WHERE p.id = notes.users_id);",
        "UPDATE writing.notes SET users_id = NULL WHERE users_id IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM users p WHERE p.id = writing.notes.users_id);",
    ]
    assert queries(second, Purpose.SWEEP) == [
        "DELETE FROM orders WHERE users_id IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM users p WHERE p.id = orders.users_id);",
        "DELETE FROM ordering.orders WHERE users_id IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM users p WHERE p.id = ordering.orders.users_id);",
    ]
    checks = queries(second, Purpose.ORPHANS)
    assert [check.partition(" FROM ")[2].split()[0] for check in checks] == ["orders", '"lines"']


def test_parents_come_before_children_whatever_the_circle() -> None:
    links = [("lines", "orders"), ("orders", "users"), ("users", "users"), ("a", "b"), ("b", "a")]
    assert parents_first(["users", "orders", "lines"], links) == ("users", "orders", "lines")
    assert parents_first(["b", "a"], links) == ("a", "b")


@pytest.mark.parametrize(
    ("dialect", "name", "written"),
    [
        ("postgresql", "orders", "orders"),
        ("postgresql", "Order", '"Order"'),
        ("mysql", "order", '"order"'),
        ("mysql", "a`b", '"a`b"'),
        ("sqlite", 'a"b', '"a""b"'),
        ("tsql", "a]b", '"a]b"'),
        ("postgresql", "x; DROP TABLE y", '"x; DROP TABLE y"'),
    ],
)
def test_names_are_quoted_only_where_they_must_be(dialect: str, name: str, written: str) -> None:
    sql = PortableSql(evidence(replace(schema("t"), dialect=dialect)))
    assert sql.name(name) == written
    assert sql.moved(name, "s") == f"s.{written}"


def test_schema_names_are_plain_distinct_and_not_reserved() -> None:
    sql = PortableSql(evidence(schema("t")))
    services = ["Order", "order", "user", "ünï cödé", "1st", ""]
    names = schema_names(services, sql)
    assert len(set(names.values())) == len(services)
    assert all(sql.name(name) == name for name in names.values())
    assert names["user"] == "svc_user"


def test_what_cannot_be_compared_or_has_no_key_is_left_out() -> None:
    columns = (Column("id", "integer"), Column("body", "json"), Column("n", "integer"))
    tables = (Table("keyed", columns=columns, primary_key=("id",)), Table("loose", columns=columns))
    sql = PortableSql(evidence(replace(schema("x"), tables=tables)))
    move = MoveSql(sql, "svc", ("keyed", "loose"))
    assert (move.keyless, move.unknown, move.uncompared) == (("loose",), (), ("keyed.body", "loose.body"))
    keyed, loose = move.reconcile()
    assert "SELECT id, n FROM keyed" in keyed.sql
    assert "SELECT id, n, COUNT(*) AS copies FROM svc.loose GROUP BY id, n" in loose.sql
    assert "body" in move.backfill()[0].sql
    assert not any("s.body <>" in query.sql for query in move.way_back())


def test_a_table_that_only_the_log_knows_is_left_to_people() -> None:
    seen = evidence(schema("orders"), tx("W orders logs", times=5))
    seen = replace(seen, tables=tuple(replace(t, columns=("a", "b")) if t.name == "logs" else t for t in seen.tables))
    move = MoveSql(PortableSql(seen), "svc", ("logs", "orders"))
    assert (move.unknown, move.keyless) == (("logs",), ())
    assert [query.table for query in (*move.backfill(), *move.reconcile())] == ["orders", "orders"]


def hard(dialect: str = "postgresql", face: str = "json") -> Plan:
    """A plan for tables that need another hand: a sequence, a computed column, a view, a trigger, partitions."""
    orders, users, notes = (
        Table("orders", columns=(Column("id", "bigint", nullable=False, filled_by="sequence"), Column("n", "integer"),
                                 Column("twice", "integer", filled_by="computed"), Column("users_id", "integer")),
              primary_key=("id",),
              foreign_keys=(ForeignKey("fk_user", ("users_id",), TableRef("users"), ("id",), "cascade"),)),
        Table("users", columns=(Column("id", "integer", nullable=False), Column("face", face)), primary_key=("id",)),
        Table("notes", columns=(Column("id", "integer", nullable=False), Column("month", "integer")),
              primary_key=("id",)),
    )  # fmt: skip
    part = replace(notes, name="notes_1", partition_of=TableRef("notes"))
    known = Schema(
        dialect,
        (notes, part, orders, users),
        views=(View("open_orders", reads=(TableRef("orders"),)),),
        triggers=(trigger("count", "orders", "notes"),),
    )
    work = (
        tx("W orders", times=30, label="buy"), tx("R orders", times=9, label="list"), tx("R orders users", times=2),
        tx("W users", times=5, label="join"), tx("W notes", times=4),
    )  # fmt: skip
    seen = evidence(known, *work)
    facts = tuple(replace(t, row_estimate=3_000_000) if t.name == "orders" else t for t in seen.tables)
    return plan(replace(seen, tables=facts), cut("ordering: orders; accounts: users; writing: notes notes_1"))


def phase(found: Plan, service: str, name: str) -> Phase:
    step = next(step for step in found.steps if step.services == (service,))
    return next(phase for phase in step.phases if phase.name == name)


def test_what_needs_another_hand_is_named() -> None:
    told = " | ".join(phase(hard(), "ordering", "replicate").actions)
    assert "without foreign keys and triggers" in told
    assert "not copied: orders.twice" in told
    assert "in ranges of the key, not in one statement: orders (1,000,000 rows or more)" in told
    assert "views and routines touch nothing else and go along: open_orders" in told
    assert "both sides" not in told
    assert "partitioned: notes; create the partitions" in " | ".join(phase(hard(), "writing", "replicate").actions)


def test_numbers_go_on_where_the_copies_end() -> None:
    found = phase(hard(), "ordering", "cut-over")
    sets = "SELECT setval(pg_get_serial_sequence('{}orders', 'id'), GREATEST(MAX(id), 1)) FROM {}orders;"
    assert [q.sql for q in found.queries if q.purpose is Purpose.COUNTERS] == [sets.format(*["ordering."] * 2)]
    assert found.queries[-1].sql == sets.format("", "")
    assert "set the counters, before the service gives out its first number" in found.actions
    assert not [q for q in phase(hard("mariadb"), "ordering", "cut-over").queries if q.purpose is Purpose.COUNTERS]


def test_triggers_and_keys_come_at_the_cut_over_and_writes_are_held() -> None:
    found = phase(hard(), "ordering", "cut-over")
    assert found.actions[0].startswith("hold the writes to these tables for the moment it takes: reconcile to 0 and 0")
    assert any("their triggers (count) stay off there" in action for action in found.actions)
    assert "triggers off" in found.back
    assert "drop or rewrite the views on them first: open_orders" in phase(hard(), "ordering", "remove").actions


def test_a_trigger_that_reaches_across_is_replaced_not_taken_along() -> None:
    known = replace(
        schema("orders; lines -> orders; stock"),
        triggers=(trigger("inside", "lines", "orders"), trigger("across", "lines", "stock")),
    )
    found = plan(evidence(known, tx("W lines orders", times=3), tx("W stock")), cut("ordering: orders lines; b: stock"))
    cutting = phase(found, "ordering", "cut-over")
    assert "create their triggers (inside)" in cutting.actions[0]
    assert any("their triggers (across, inside) stay off there" in action for action in cutting.actions)


def test_tables_that_refer_to_each_other_lose_those_keys_before_they_go() -> None:
    ring = schema("a -> b; b -> a; c -> a; c -> c")
    found = plan(evidence(ring, tx("W a b c", times=3)), cut("ring: a b c"))
    assert queries(found.steps[0], Purpose.REMOVE) == [
        "ALTER TABLE a DROP CONSTRAINT a_b_fk;",
        "ALTER TABLE b DROP CONSTRAINT b_a_fk;",
        "DROP TABLE c;",
        "DROP TABLE b;",
        "DROP TABLE a;",
    ]


def test_participants_that_join_what_is_apart_already_are_told_as_such() -> None:
    steps = plan(evidence(KNOWN, tx("W orders users notes", times=4, label="buy")), CUT).steps
    told = [step.phases[0].actions[0] for step in steps]
    assert (
        "take 4 executions of common transactions apart, inside the monolith (1 draft below; 4 participants" in told[0]
    )
    assert told[1].startswith("add 4 participants to common transactions that are apart already (1 draft below)")


def test_what_is_not_compared_is_said() -> None:
    assert "not compared, as their types know no equality: users.face; compare texts" in (
        phase(hard(), "accounts", "dual-write").actions
    )
    assert not any("users.face" in line for line in phase(hard(face="jsonb"), "accounts", "dual-write").actions)
    assert any("collation" in line for line in phase(hard("mysql"), "accounts", "dual-write").actions)


def test_mysql_drops_a_foreign_key_as_every_version_of_it_knows() -> None:
    drops = {d: [q for s in hard(d).steps for q in queries(s, Purpose.RETIRE)] for d in ("mysql", "postgresql")}
    assert drops == {
        "mysql": ["ALTER TABLE orders DROP FOREIGN KEY fk_user;"],
        "postgresql": ["ALTER TABLE orders DROP CONSTRAINT fk_user;"],
    }


def test_transactions_without_a_label_are_no_routes() -> None:
    found = phase(hard(), "ordering", "route-reads").actions
    assert found[1].startswith("list (9 reading transactions)")
    assert found[2].startswith("2 reading transactions without a label: find out who they are")
    assert "4 writing transactions without a label write here, too" in phase(hard(), "writing", "write-path").actions
    text = render_plan_markdown(hard())
    assert "| *without a label* | 2 | 0 |" in text
    assert "| `R orders users` |" not in text


def test_scripts_are_one_file_per_purpose_and_no_name_leaves_its_comment() -> None:
    step = replace(plan(SEEN, CUT).steps[1], services=("a\nDROP TABLE users;",))
    scripts = step_scripts(step)
    assert list(scripts) == [
        "1-back-fill.sql", "2-reconcile.sql", "3-repair.sql", "4-orphan-check.sql", "5-retire-key.sql", "6-sweep.sql",
        "7-sweep.sql", "8-way-back.sql", "9-remove.sql",
    ]  # fmt: skip
    assert all(text.startswith("-- Step 2, a DROP TABLE users;:") for text in scripts.values())


def test_a_plan_with_its_scripts_beside_it_shows_the_first_statements_only() -> None:
    found = plan(SEEN, CUT)
    whole, short = render_plan_markdown(found), render_plan_markdown(found, scripts="sql")
    step = found.steps[1]
    folder = f"sql/{step_folder(step)}"
    assert folder == "sql/02-ordering"
    assert f"and 4 more in [{folder}/3-repair.sql]({folder}/3-repair.sql)" in short
    assert "2-reconcile.sql" not in whole
    assert len(short) < len(whole)
    linked = set(re.findall(r"\]\((sql/[^)]+)\)", short))
    assert linked <= {f"sql/{step_folder(s)}/{name}" for s in found.steps for name in step_scripts(s)}


def test_the_documents_keep_to_their_schemas() -> None:
    analysis = shop()
    judged = pipeline.judge(analysis.evidence, analysis.decomposition)
    broken = breakage(judged.evidence, judged.decomposition)
    for name, text in (
        ("plan", plan_json.dump(plan(judged.evidence, judged.decomposition), judged.evidence.coverage)),
        ("plan", plan_json.dump(plan(SEEN, CUT, "users-first"), SEEN.coverage)),
        ("assessment", assessment_json.dump(judged.assessment, judged.evidence.coverage, broken)),
    ):
        jsonschema.validate(json.loads(text), json.loads(schema_text(name)))


def test_the_plan_of_the_small_shop_reads_well() -> None:
    analysis = shop()
    found = plan(analysis.evidence, analysis.decomposition)
    assert_golden("plan.txt", render_plan(found, analysis.evidence.coverage))
    assert_golden("plan.md", render_plan_markdown(found))


def test_nothing_to_extract_is_said() -> None:
    found = plan(SEEN, cut("shared: countries"))
    assert (found.steps, found.outlines) == ((), ())
    assert "Nothing leaves" in render_plan(found, SEEN.coverage)
    assert render_plan_markdown(found)


def test_a_thousand_tables_are_planned_in_seconds() -> None:
    names = [f"t{n:04}" for n in range(1000)]
    work = [
        tx(f"W {names[n % 1000]} {names[(n * 7) % 1000]}", times=n + 1, label=f"l{n % 300}", sql=False)
        for n in range(2000)
    ]
    services = "; ".join(f"s{k}: {' '.join(names[k * 100 : k * 100 + 100])}" for k in range(10))
    started = time.process_time()
    plan(evidence(schema("; ".join(names)), *work), cut(services))
    assert time.process_time() - started < 10
