from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import cut, evidence, identity, join, schema, tx, undeclared
from decompose.assessment.events import domain_events
from decompose.assessment.measure import measure
from decompose.assessment.move import completed, moved
from decompose.assessment.ownership import Ownership
from decompose.assessment.pricing import Pricing
from decompose.assessment.sagas.draft import sagas
from decompose.assessment.sagas.model import Role, Saga, Verdict
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence, Statement, TableAccess
from decompose.evidence.schema import Column, Table
from decompose.evidence.statement import Mode
from decompose.reports.saga_diagram import render_diagram

KNOWN = schema("orders -> users; lines -> orders; stock; shelves; points -> users; payments -> orders; audit")
CUT = cut("ordering: orders lines; accounts: users points; goods: stock shelves; money: payments; watching: audit")


def sql(text: str, times: int = 10) -> Statement:
    """A writing or locking statement, by its own words: INSERT INTO t (c), UPDATE t SET c = …, DELETE FROM t."""
    words = text.replace("(", " ").replace(",", " ").replace(")", " ").split()
    mode = {"INSERT": Mode.INSERT, "UPDATE": Mode.UPDATE, "DELETE": Mode.DELETE, "SELECT": Mode.LOCK}[words[0]]
    place = {"INSERT": 2, "UPDATE": 1, "DELETE": 2, "SELECT": 3}[words[0]]
    columns = tuple(sorted(part for part in words if len(part) == 1 and part.isalpha()))
    return Statement(identity(text), text, words[0], times, (TableAccess(words[place], mode, columns),))


def doing(*statements: Statement, label: str, reads: str = "", times: int = 10, shelved: int = 50) -> Evidence:
    """Evidence of a transaction that runs the statements, one that reads everything, and one that binds the stock."""
    modes: dict[str, list[str]] = {"W": [], "L": []}
    for statement in statements:
        access = statement.accesses[0]
        modes["L" if access.mode is Mode.LOCK else "W"].append(access.table)
    text = f"R {reads}; W {' '.join(modes['W'])}; L {' '.join(modes['L'])}"
    work = tx(text, times=times, label=label, sql=False)
    names = tuple(sorted(statement.fingerprint for statement in statements))
    other = tx("R orders stock users; W audit", times=7, label="look", sql=False)
    shelf = tx("W stock shelves", times=shelved, label="shelve", sql=False)
    seen = evidence(KNOWN, replace(work, profile=replace(work.profile, statements=names)), other, shelf, *statements)
    return replace(seen, schema=replace(KNOWN, tables=tuple(map(_wider, KNOWN.tables))))


def _wider(table: Table) -> Table:
    return replace(table, columns=(*table.columns, Column("n", "integer"), Column("s", "text")))


def steps(saga: Saga) -> list[tuple[str, str, str]]:
    return [(step.service, step.purpose, step.role.value) for step in saga.steps]


def only(seen: Evidence, decomposition: Decomposition = CUT) -> Saga:
    return next(saga for saga in sagas(seen, decomposition) if saga.name != "look")


NEW_ORDER, NEW_LINE = sql("INSERT INTO orders (n) VALUES (?)"), sql("INSERT INTO lines (n) VALUES (?)")
LOCK_STOCK, TAKE_STOCK = (
    sql("SELECT n FROM stock WHERE id = ? FOR UPDATE"),
    sql("UPDATE stock SET n = n - ? WHERE id = ?"),
)
TOTAL, GIVE_POINTS = sql("UPDATE orders SET s = ? WHERE id = ?"), sql("UPDATE points SET n = n + ? WHERE id = ?")


def test_a_mail_is_not_sent_before_the_others_agree() -> None:
    seen = doing(NEW_ORDER, NEW_LINE, LOCK_STOCK, TAKE_STOCK, sql("INSERT INTO audit (n) VALUES (?)"), label="buy")
    found = only(seen, cut("ordering: orders lines audit; accounts: users points; goods: stock shelves"))
    assert [(step.purpose, sorted({o.table for o in step.operations})) for step in found.steps] == [
        ("open", ["lines", "orders"]),
        ("do", ["stock"]),
        ("confirm", ["audit"]),
    ]


def test_the_key_is_of_what_the_transaction_is_about_whoever_owns_it() -> None:
    mails = [sql(f"INSERT INTO {table} (n) VALUES (?)", 99) for table in ("audit", "shelves")]
    seen = doing(NEW_ORDER, NEW_LINE, LOCK_STOCK, TAKE_STOCK, *mails, label="buy")
    found = only(seen, cut("ordering: orders lines; accounts: users points; goods: stock shelves audit"))
    assert found.coordinator == "goods"
    assert found.steps[0].idempotency_key == "buy:orders(id):1"


def test_what_can_refuse_comes_before_the_pivot_and_the_rest_follows() -> None:
    found = only(doing(NEW_ORDER, NEW_LINE, LOCK_STOCK, TAKE_STOCK, TOTAL, GIVE_POINTS, label="buy"))
    assert found.coordinator == "ordering"
    assert steps(found) == [
        ("ordering", "open", "compensatable"),
        ("goods", "do", "compensatable"),
        ("ordering", "confirm", "pivot"),
        ("accounts", "do", "retriable"),
    ]
    assert [step.idempotency_key for step in found.steps][:2] == ["buy:orders(id):1", "buy:orders(id):2"]
    assert found.verdict is Verdict.SAGA


def test_inverses_are_derived_from_the_templates() -> None:
    first = only(doing(NEW_ORDER, NEW_LINE, LOCK_STOCK, TAKE_STOCK, TOTAL, label="buy"))
    undone = {o.table + ":" + o.mode: (o.inverse, o.undone_by) for step in first.steps for o in step.operations}
    assert undone["orders:insert"] == ("DELETE FROM orders WHERE id = :id", "delete by key")
    assert undone["stock:update"] == ("UPDATE stock SET n = n + :n WHERE id = :id", "opposite count")
    assert undone["stock:lock"] == ("", "nothing to undo")
    assert undone["orders:update"] == ("", "no way back: done or repeated")
    cleared = only(doing(NEW_ORDER, NEW_LINE, TOTAL, LOCK_STOCK, sql("DELETE FROM stock WHERE id = ?"), label="clear"))
    (back,) = [o for step in cleared.steps for o in step.operations if o.mode == "delete"]
    assert back.undone_by == "insert saved rows"


def test_money_is_the_pivot_and_the_state_is_confirmed_after_it() -> None:
    paid, locked = sql("INSERT INTO payments (n) VALUES (?)"), sql("SELECT n FROM orders WHERE id = ? FOR UPDATE")
    kept = sql("UPDATE payments SET s = ? WHERE id = ?")
    found = only(doing(paid, kept, locked, TOTAL, label="pay"), cut("ordering: orders lines; money: payments users"))
    assert steps(found) == [
        ("ordering", "mark", "compensatable"),
        ("money", "do", "pivot"),
        ("ordering", "confirm", "retriable"),
    ]
    assert found.pivot.reason.startswith("money moves with payments")


def test_followers_that_cannot_refuse_need_events_only() -> None:
    seen = doing(NEW_ORDER, NEW_LINE, sql("INSERT INTO audit (s) VALUES (?)"), label="buy")
    found = only(seen)
    assert steps(found) == [("ordering", "do", "pivot"), ("watching", "do", "retriable")]
    assert (found.verdict, found.locks) == (Verdict.EVENTS, ())
    event = next(item for item in found.alternatives if item.kind == "event")
    assert (event.before.saga_cost, event.after.saga_cost) == (10, 0)
    (published,) = [event for event in domain_events(seen, CUT) if event.kind == "completed"]
    assert (published.name, published.publisher) == ("ordering.buy.completed.v1", "ordering")
    assert [consumer.service for consumer in published.consumers] == ["watching"]


def test_who_only_counts_never_leads() -> None:
    counting = (GIVE_POINTS, sql("UPDATE users SET n = n + ? WHERE id = ?"))
    found = only(doing(*counting, sql("INSERT INTO stock (n) VALUES (?)"), label="fill"))
    assert dict(found.scores) == {"accounts": 2.0, "goods": 1.0}
    assert steps(found) == [("goods", "do", "pivot"), ("accounts", "do", "retriable")]


def test_a_table_that_belongs_to_the_coordinator_is_moved_there() -> None:
    found = only(doing(NEW_ORDER, NEW_LINE, LOCK_STOCK, TAKE_STOCK, label="buy", shelved=0))
    assert found.verdict is Verdict.LOCAL
    assert found.reason == "moving stock from goods to ordering saves 10× of saga cost and makes nothing else dearer"


def test_readers_of_unfinished_rows_and_anomalies_are_named() -> None:
    found = only(doing(NEW_ORDER, NEW_LINE, LOCK_STOCK, TAKE_STOCK, TOTAL, reads="users audit", label="buy"))
    assert {(lock.service, lock.table): lock.readers for lock in found.locks} == {
        ("ordering", "lines"): (),
        ("ordering", "orders"): (("look", 7),),
        ("goods", "stock"): (("look", 7),),
    }
    assert [(a.kind, a.table) for a in found.anomalies] == [
        ("dirty read", "orders"),
        ("dirty read", "stock"),
        ("non-repeatable read", "audit"),
    ]
    # three compensatable writes; nothing else is distributed
    assert (found.functional_cost, found.system_cost) == (3, 0)


def test_without_statements_the_steps_are_known_but_no_inverse() -> None:
    found = only(evidence(KNOWN, tx("W orders users", times=3, label="touch", sql=False)))
    assert {o.undone_by for step in found.steps for o in step.operations} == {"no way back: done or repeated"}
    assert {step.role for step in found.steps} == {Role.PIVOT, Role.RETRIABLE}


def test_every_saga_has_exactly_one_pivot_between_what_goes_back_and_what_goes_on() -> None:
    for seen in (doing(NEW_ORDER, GIVE_POINTS, label="a"), doing(TAKE_STOCK, TOTAL, LOCK_STOCK, label="b")):
        for saga in sagas(seen, CUT):
            roles = [list(Role).index(step.role) for step in saga.steps]
            assert roles == sorted(roles)
            assert [step.role for step in saga.steps].count(Role.PIVOT) == 1


def test_the_diagram_escapes_whatever_a_name_holds() -> None:
    found = only(doing(NEW_ORDER, NEW_LINE, LOCK_STOCK, TAKE_STOCK, TOTAL, label="buy"))
    hostile = replace(
        found, steps=tuple(replace(step, service='a"; end\n#') for step in found.steps), coordinator='a"; end\n#'
    )
    text = render_diagram(hostile)
    assert text.startswith("sequenceDiagram\n")
    assert "participant s0 as a#34;#59; end#92;n#35;" in text
    assert text.count("\n    end\n") == 1


TABLES = ["a", "b", "c", "d", "e"]
PLACES = ["one", "two", "shared", "infrastructure", "(unassigned)"]


@given(
    st.lists(st.tuples(st.lists(st.sampled_from(TABLES), min_size=1), st.integers(0, 9)), max_size=8),
    st.lists(st.tuples(st.sampled_from(TABLES), st.sampled_from(TABLES), st.integers(0, 9)), max_size=6),
    st.dictionaries(st.sampled_from(TABLES), st.sampled_from(PLACES)),
)
def test_a_quick_price_is_the_exact_price(
    work: list[tuple[list[str], int]], joins: list[tuple[str, str, int]], moves: dict[str, str]
) -> None:
    seen = evidence(
        schema("a -> b; c -> d; e -> a"),
        *(
            tx(f"W {' '.join(sorted(set(tables)))}", times=times, label=f"l{n}")
            for n, (tables, times) in enumerate(work)
        ),
        *(join(f"{left}.x{n} = {right}.y", times=times) for n, (left, right, times) in enumerate(joins)),
        undeclared("b.c_id -> c.id"),
    )
    start = cut("one: a b; two: c; shared: d")
    pricing = Pricing(seen, Ownership(seen, start))
    service = {name: None if name in ("shared", "infrastructure") else name for name in PLACES}
    found = pricing.placing({table: service[place] for table, place in moves.items()})
    exact = measure(seen, moved(completed(seen, start), moves) if moves else start)
    names = ("distributed_write_transactions", "saga_cost", "cross_joins", "cross_reads", "foreign_keys_to_retire")
    assert [getattr(found, name) for name in names] == [getattr(exact, name) for name in names]


@pytest.mark.parametrize(("on_delete", "kinds"), [("cascade", ["deleted"]), ("no action", [])])
def test_deletes_that_cascade_today_are_announced(on_delete: str, kinds: list[str]) -> None:
    seen = evidence(schema("orders -> users", {"orders -> users": on_delete}), tx("W orders", times=2, label="buy"))
    found = domain_events(seen, cut("ordering: orders; accounts: users"))
    assert [event.kind for event in found] == kinds
    assert all(event.name == "accounts.users.deleted.v1" for event in found)
