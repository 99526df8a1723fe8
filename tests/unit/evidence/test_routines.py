"""Stored routines as statements meet them: recognised calls, effects through other routines, unreadable bodies."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decompose import pipeline
from decompose.evidence.bundle import Evidence
from decompose.evidence.routines import COMMITS, UNREAD, RoutineReader, Routines
from decompose.evidence.schema import Routine, RoutineAccess, TableRef
from decompose.evidence.statement import Control
from decompose.sql.reader import DialectReader
from decompose.store import evidence_json

SHOP = """
CREATE TABLE users (id serial PRIMARY KEY, email text);
CREATE TABLE orders (id serial PRIMARY KEY, user_id int REFERENCES users(id) ON DELETE CASCADE);
CREATE TABLE stock (sku text PRIMARY KEY, amount int);
CREATE TABLE audit (id serial PRIMARY KEY);
CREATE FUNCTION noted() RETURNS trigger AS $$ BEGIN INSERT INTO audit DEFAULT VALUES; RETURN NEW; END $$
    LANGUAGE plpgsql;
CREATE TRIGGER t AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION noted();
CREATE FUNCTION reserve(s text) RETURNS void AS $$ BEGIN PERFORM 1 FROM stock WHERE sku = s FOR UPDATE;
    UPDATE stock SET amount = amount - 1 WHERE sku = s; END $$ LANGUAGE plpgsql;
CREATE FUNCTION place_order(u int, s text) RETURNS int AS $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM users WHERE id = u) THEN RETURN 0; END IF;
    INSERT INTO orders (user_id) VALUES (u); PERFORM reserve(s); RETURN 1; END $$ LANGUAGE plpgsql;
CREATE PROCEDURE forget(u int) AS $$ DELETE FROM users WHERE id = u $$ LANGUAGE sql;
CREATE FUNCTION any_of(t text) RETURNS int AS $$ BEGIN EXECUTE t; RETURN 1; END $$ LANGUAGE plpgsql;
"""


def collected(folder: Path, *statements: str, schema: str = SHOP, dialect: str = "postgresql") -> Evidence:
    """Evidence of statements that one session each runs on the shop."""
    (folder / "shop.sql").write_text(schema)
    rows = [json.dumps({"session": str(number), "sql": sql}) for number, sql in enumerate(statements)]
    (folder / "log.jsonl").write_text("\n".join(rows) + "\n")
    sources, logs = (str(folder / "shop.sql"),), (str(folder / "log.jsonl"),)
    return pipeline.collect(pipeline.CollectRequest(sources, logs, dialect=dialect))


@pytest.mark.parametrize(
    ("sql", "reads", "writes", "locks", "cascades"),
    [
        ("SELECT place_order(1, 'x')", ("stock", "users"), ("orders", "stock"), ("stock",), ("audit",)),
        (
            "SELECT * FROM public.place_order(1, 'x') AS p",
            ("stock", "users"),
            ("orders", "stock"),
            ("stock",),
            ("audit",),
        ),
        ("CALL forget(1)", (), ("users",), (), ("orders",)),
        ("INSERT INTO users (email) SELECT reserve('x')::text", ("stock",), ("stock", "users"), ("stock",), ()),
    ],
)
def test_a_call_does_what_its_routine_does(
    tmp_path: Path, sql: str, reads: tuple[str, ...], writes: tuple[str, ...], locks: tuple[str, ...], cascades: object
) -> None:
    (profile,) = collected(tmp_path, sql).profiles
    assert (profile.reads, profile.writes, profile.locks, profile.cascades) == (reads, writes, locks, cascades)


def test_the_transaction_around_a_call_is_one(tmp_path: Path) -> None:
    rows = ["BEGIN", "SELECT place_order(1, 'x')", "UPDATE users SET email = 'y'", "COMMIT"]
    (tmp_path / "shop.sql").write_text(SHOP)
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(json.dumps({"session": "1", "sql": sql}) for sql in rows) + "\n")
    found = pipeline.collect(pipeline.CollectRequest((str(tmp_path / "shop.sql"),), (str(log),)))
    assert [profile.boundary for profile in found.profiles] == [("audit", "orders", "stock", "users")]
    assert evidence_json.load(evidence_json.dump(found)) == found
    assert not found.coverage.gaps


def test_what_cannot_be_read_is_a_gap(tmp_path: Path) -> None:
    found = collected(tmp_path, "SELECT any_of('a')", "SELECT email, any_of('a') FROM users", "CALL unknown(1)")
    gaps = {gap.reason: gap.count for gap in found.coverage.gaps}
    assert gaps[UNREAD] == 2
    assert found.coverage.statements_understood == 1


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("SELECT f (?)", ["f"]),
        ("SELECT F (?), other.f (?)", ["f"]),
        ("SELECT s.f (?)", ["f"]),
        ("CALL f", ["f"]),
        ("EXEC [s].[f] ? = ?", ["f"]),
        ("EXEC @rc = f ?", ["f"]),
        ("{ CALL f (?) }", ["f"]),
        ('(SELECT "f" (?))', ["f"]),
        ("SELECT 'f' , f FROM t", []),
        ("INSERT INTO f (a) VALUES (?)", []),
        ("DROP FUNCTION f (int)", []),
        ("GRANT EXECUTE ON FUNCTION f (int) TO x", []),
        ("SELECT xf (?), f_ (?), a$f (?)", []),
    ],
)
def test_calls_are_recognised_by_their_names(template: str, names: list[str]) -> None:
    routines = Routines([Routine("f", "s", language="sql")])
    assert [routine.name for routine in routines.called(template)] == names


def test_two_schemas_may_have_routines_of_one_name() -> None:
    routines = Routines([Routine("f", "a"), Routine("f", "b")])
    assert [routine.schema for routine in routines.called("SELECT b.f (?)")] == ["b"]
    assert [routine.schema for routine in routines.called("SELECT f (?)")] == ["a", "b"]


def test_a_circle_of_routines_ends() -> None:
    a, b = TableRef("a"), TableRef("b")
    f = Routine("f", accesses=(RoutineAccess(a, "read"),), calls=(TableRef("g"),))
    g = Routine("g", accesses=(RoutineAccess(b, "update"),), calls=(TableRef("f"),), unread="dynamic SQL")
    routines = Routines([f, g])
    assert routines.effects(f) == routines.effects(g) == (RoutineAccess(a, "read"), RoutineAccess(b, "update"))
    assert routines.unread(f) == "dynamic SQL"


def test_what_mariadb_logs_of_a_function_is_no_statement_of_the_session() -> None:
    reader = RoutineReader(DialectReader("mariadb"), [Routine("f")])
    inner = reader.template("SELECT a INTO n FROM t WHERE b = NAME_CONST('p',_utf8mb4'x' COLLATE 'utf8mb4_bin')")
    assert reader.parse(inner).control is Control.TRIGGER_STEP
    assert not reader.parse(inner).accesses


def test_a_statement_that_cannot_be_read_stays_so_whatever_it_calls() -> None:
    reader = RoutineReader(DialectReader("postgresql"), [Routine("f")])
    assert reader.parse("SELECT f (?) FROM FROM WHERE").reason
    assert not reader.parse("CALL f (?)").reason


@given(st.text(alphabet='f("`[]. ?=@ECALX', max_size=200))
def test_no_template_breaks_the_search_for_calls(template: str) -> None:
    assert len(Routines([Routine("f", "s")]).called(f"CALL {template}")) <= 1


def test_brackets_that_nothing_closes_take_no_time() -> None:
    """Each was read to the end of the statement: a minute for 200 kB."""
    routines = Routines([Routine("f", "public")])
    begun = time.process_time()
    assert routines.called("SELECT f (?) " + "[ " * 100_000)[0].name == "f"
    assert time.process_time() - begun < 10


COMMITTING = """
CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE stock (id int PRIMARY KEY);
CREATE PROCEDURE both() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO orders VALUES (1); COMMIT; DELETE FROM stock; END $$;
CREATE PROCEDURE outer_() LANGUAGE plpgsql AS $$ BEGIN CALL both(); END $$;
CREATE PROCEDURE plain() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO orders VALUES (1); DELETE FROM stock; COMMIT; END $$;
"""


def test_calls_that_are_several_transactions_are_counted(tmp_path: Path) -> None:
    seen = collected(tmp_path, "CALL both()", "CALL outer_()", "CALL plain()", schema=COMMITTING)
    assert {gap.reason: gap.count for gap in seen.coverage.gaps} == {COMMITS: 2}
    assert seen.coverage.statements_understood == 3
    assert {profile.writes for profile in seen.profiles} == {("orders", "stock")}


def test_a_packaged_routine_is_called_with_its_package() -> None:
    known = Routines(
        [
            Routine("SHOP.PLACE", kind="procedure", accesses=(RoutineAccess(TableRef("ORDERS"), "insert"),)),
            Routine("PLACE", kind="procedure"),
            Routine("OTHER.PLACE", schema="APP", kind="procedure"),
        ]
    )
    for sql, names in {
        "BEGIN shop.place(?); END;": ["SHOP.PLACE"],
        "CALL app.other.place(?)": ["OTHER.PLACE"],
        "EXEC Shop.Place ?": ["SHOP.PLACE"],
        "CALL place(?)": ["PLACE"],
        "CALL nobody.place(?)": ["PLACE"],
    }.items():
        assert [routine.name for routine in known.called(sql)] == names, sql
