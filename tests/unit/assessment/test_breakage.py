from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import cut, evidence, join, schema, statement, tx
from decompose.assessment.breakage import breakage
from decompose.assessment.crossings import Crossing, Crossings
from decompose.assessment.findings.across import owner_pairs, readings_across
from decompose.assessment.journeys import journeys
from decompose.assessment.ownership import Ownership
from decompose.assessment.partition_metrics import mojofm
from decompose.assessment.published import published_metrics
from decompose.assessment.retirement import retirements
from decompose.assessment.sagas.template_updates import condition, update
from decompose.assessment.templates import resolved, shape
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import ColumnPair, Evidence, Statement, TableAccess
from decompose.evidence.schema import TableRef, View
from decompose.evidence.statement import Mode

KNOWN = schema("orders -> users; orders -> countries; lines -> orders; stock", {"orders -> users": "cascade"})
CUT = cut("ordering: orders lines; accounts: users; places: countries; goods: stock")


def read(template: str, times: int, **columns: str) -> Statement:
    """A SELECT that reads the columns of each table and joins orders with users or countries."""
    accesses = tuple(TableAccess(table, Mode.READ, tuple(sorted(names.split()))) for table, names in columns.items())
    found = statement(template, times, {})
    pairs = []
    for table, column in (("users", "users_id"), ("countries", "countries_id")):
        if table in columns and "orders" in columns:
            left, right = sorted([("orders", column), (table, "id")])
            pairs.append(ColumnPair(*left, *right))
    return replace(found, accesses=accesses, joins=tuple(pairs))


def classified(*seen: Statement, known: Evidence | None = None) -> list[Crossing]:
    found = known or evidence(KNOWN, *seen)
    named = {"users": ("id", "name", "city"), "orders": ("id", "users_id", "countries_id", "placed")}
    tables = tuple(replace(table, columns=named.get(table.name, table.columns)) for table in found.tables)
    whole = replace(found, tables=tables)
    return list(Crossings(whole, Ownership(whole, CUT)).all())


NEW_USER = replace(statement("INSERT users", 9, {}), accesses=(TableAccess("users", Mode.INSERT, ("name",)),))
JOINED = "FROM orders o JOIN users u ON u.id = o.users_id"


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        (f"SELECT o.id, u.name {JOINED} WHERE o.id = ?", "denormalise"),
        (f"SELECT o.id, u.name {JOINED} WHERE o.id = ? AND u.city = ?", "read-model"),
        (f"SELECT o.id, u.name {JOINED} WHERE o.placed > ? ORDER BY u.name LIMIT ?", "read-model"),
        (f"SELECT u.name, COUNT(*) {JOINED} GROUP BY u.name", "warehouse"),
        (f"SELECT o.id, u.name {JOINED}", "warehouse"),
        (f"SELECT o.id, u.name {JOINED} WHERE u.id = ?", "denormalise"),
    ],
)
def test_what_a_join_takes_after_the_split(template: str, kind: str) -> None:
    columns = "id name city" if "u.city" in template else "id name"
    joining = read(template, 40, orders="id users_id", users=columns)
    (found,) = classified(joining, NEW_USER)
    assert (found.kind, found.home, found.services) == (kind, "ordering", ("accounts", "ordering"))
    assert found.rule


def test_columns_that_change_often_are_asked_for_not_copied() -> None:
    joining = read(f"SELECT o.id, u.name {JOINED} WHERE o.id = ?", 40, orders="id users_id", users="id name")
    changing = replace(
        statement("UPDATE users SET name = ?", 3, {}), accesses=(TableAccess("users", Mode.UPDATE, ("name",)),)
    )
    (found,) = classified(joining, changing, NEW_USER)
    assert found.kind == "compose"
    (found,) = classified(joining, replace(changing, executions=2), NEW_USER)
    assert found.kind == "denormalise"
    assert found.columns == (("users", "name"),)


def test_a_small_table_that_is_never_written_is_replicated() -> None:
    seen = read(
        "SELECT * FROM orders o JOIN countries c ON c.id = o.countries_id WHERE o.id = ?",
        9,
        orders="id countries_id",
        countries="*",
    )
    (found,) = classified(seen)
    assert found.kind == "replicate"
    assert "countries (of unknown size, written 0× and read 9×)" in found.rule
    large = evidence(KNOWN, seen)
    large = replace(
        large, tables=tuple(replace(t, row_estimate=10**6 if t.name == "countries" else None) for t in large.tables)
    )
    (found,) = classified(known=large)
    assert found.kind == "compose"


def test_a_writer_that_reads_across_is_run_by_the_service_it_writes() -> None:
    seen = Statement(
        "f",
        "INSERT INTO orders (id) SELECT id FROM users WHERE id = ?",
        "INSERT",
        3,
        (TableAccess("orders", Mode.INSERT, ("id",)), TableAccess("users", Mode.READ, ("*",))),
    )
    (found,) = classified(seen, NEW_USER)
    assert (found.home, found.kind, found.tables) == ("ordering", "compose", ("users",))


@pytest.mark.parametrize(
    ("template", "bound", "filtered"),
    [
        ('SELECT 1 FROM "a" WHERE "a"."x" = ? AND "a"."y" IN (?)', {"x", "y"}, set()),
        ("SELECT 1 FROM a JOIN b ON b.x = a.y WHERE ? = a.z", {"z"}, set()),
        ("SELECT 1 FROM a WHERE LOWER(a.x) LIKE ? AND a.y IS NULL", set(), {"x", "y"}),
        ("SELECT 1 FROM a WHERE a.x IN (SELECT b.y FROM b WHERE b.z > $1)", set(), {"z"}),
        ("SELECT `x y` FROM `a` WHERE `x y` = ?", {"x y"}, set()),
        ("", set(), set()),
        ("((((", set(), set()),
    ],
)
def test_conditions_are_told_from_joins(template: str, bound: set[str], filtered: set[str]) -> None:
    found = shape(template)
    assert {column for _, column in found.bound} == bound
    assert {column for _, column in found.filtered} == filtered


def test_an_unclear_column_is_left_out() -> None:
    seen = statement("SELECT 1", 1, {"a": Mode.READ, "b": Mode.READ})
    known = {"a": ("id", "x"), "b": ("id",)}
    assert resolved(seen, [("", "id"), ("", "x"), ("b", "id")], known) == (("a", "x"), ("b", "id"))


def test_an_update_is_taken_apart() -> None:
    found = update('UPDATE "t" SET n = n + ?, "m" = ("t"."m" - ?), k = ? WHERE id = ? RETURNING id')
    assert found is not None
    assert [(part.column, part.sign) for part in found.assignments] == [("n", "+"), ("m", "-"), ("k", "")]
    assert found.condition == "id = ?"
    assert update("UPDATE a SET x = b.x FROM b WHERE b.id = a.id") is None
    assert update("DELETE FROM a") is None
    assert condition("DELETE FROM a WHERE x IN (SELECT y FROM b WHERE z = ?) LIMIT 1") == (
        "x IN (SELECT y FROM b WHERE z = ?)"
    )


def test_what_replaces_a_foreign_key_follows_from_its_action_and_the_deletes_seen() -> None:
    gone = Statement("d", "DELETE FROM orders", "DELETE", 7, (TableAccess("orders", Mode.DELETE),))
    seen = evidence(KNOWN, gone)
    split = cut("ordering: orders; accounts: users; places: countries; packing: lines")
    found = {item.child + ">" + item.parent: item for item in retirements(seen, Ownership(seen, split))}
    assert {name: (item.replacement, item.deletes) for name, item in found.items()} == {
        "lines>orders": ("event", 7),
        "orders>countries": ("reference by id", 0),
        "orders>users": ("loose key with asynchronous delete", 0),
    }
    assert found["orders>users"].orphan_check == (
        "SELECT c.id, c.users_id FROM orders c WHERE c.users_id IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM users p WHERE p.id = c.users_id);"
    )


def test_a_journey_counts_a_call_per_service_and_transaction() -> None:
    seen = evidence(
        KNOWN,
        tx("R users; W orders lines; L stock", times=10, label="buy"),
        tx("R users", times=4, label="look"),
    )
    buy, look = journeys(seen, Ownership(seen, CUT))
    assert (buy.label, buy.before, buy.after, buy.round_trips_added) == ("buy", 10, 30, 20)
    assert [call.service for call in buy.passages[0].calls] == ["ordering", "goods", "accounts"]
    assert (look.before, look.after) == (4, 4)


def test_views_across_are_found_and_owners_compared() -> None:
    seeing = replace(KNOWN, views=(View("v", reads=(TableRef("orders"), TableRef("users"))),))
    seen = evidence(seeing, tx("W orders users", times=5), join("orders.users_id = users.id", times=2))
    assert [(item.name, item.services) for item in readings_across(seen, Ownership(seen, CUT))] == [
        ("v", ("accounts", "ordering"))
    ]
    owned = replace(CUT, services=tuple(replace(service, owner="one team") for service in CUT.services))
    (pair,) = owner_pairs(seen, owned, Ownership(seen, owned))
    assert (pair.left, pair.right, pair.written_together, pair.read_together, pair.same_owner) == (
        "accounts", "ordering", 5, 2, True,
    )  # fmt: skip
    assert owner_pairs(seen, CUT, Ownership(seen, CUT)) == ()


def test_mojofm_is_that_of_the_paper() -> None:
    same = {"a": "1", "b": "1", "c": "2", "d": "2"}
    assert mojofm(same, same) == 100.0
    # one move of three possible: n = 4, largest shares 2 + 1, one of two groups matched twice over
    assert mojofm({"a": "x", "b": "x", "c": "x", "d": "y"}, same) == 50.0
    assert mojofm({}, same) == 0.0


def metric(seen: Evidence, decomposition: Decomposition, name: str) -> float | None:
    return next(item.value for item in published_metrics(seen, decomposition) if item.name == name)


def test_published_metrics_are_those_counted_by_hand() -> None:
    seen = evidence(KNOWN, tx("R users; W orders", times=3), tx("W users; R orders", times=1), tx("W stock", times=6))
    # two distributed ones that meet in opposite modes on two tables each, over three functionalities
    assert metric(seen, CUT, "complexity") == pytest.approx(4 / 3)
    # ordering 1/2 and 1/2, accounts 1 and 1, goods 1
    assert metric(seen, CUT, "cohesion") == pytest.approx((0.5 + 1 + 1) / 3)
    # hops ordering -> accounts (1 of 1) and accounts -> ordering (1 of 2), four services
    assert metric(seen, CUT, "coupling") == pytest.approx((1 + 0.5) / 3 / 4)
    assert metric(seen, CUT, "ICP") == 1.0
    assert metric(seen, CUT, "NED") == 1.0
    whole = cut("all: orders lines users countries stock")
    assert metric(seen, whole, "complexity") == 0.0
    assert metric(seen, whole, "coupling") is None


def test_breakage_of_nothing_is_empty() -> None:
    found = breakage(evidence(schema("a")), cut("one: a"))
    assert (found.crossings, found.retirements, found.readings, found.owners, found.journeys) == ((), (), (), (), ())


@given(st.text(alphabet=st.sampled_from("abSELECTFROMWHERE.,()=?'\"`[] \n$1*<>"), max_size=80))
def test_no_template_is_too_strange_to_look_at(text: str) -> None:
    found = shape(text)
    assert all(isinstance(column, str) for _, column in (*found.bound, *found.filtered, *found.arranged))
    assert condition(f"UPDATE {text}") is not None
    assert update(f"UPDATE {text}") is None or update(f"UPDATE {text}").assignments  # type: ignore[union-attr]


def test_a_reference_adds_mojofm() -> None:
    seen = evidence(KNOWN, tx("W orders", times=1))
    found = {item.name: item.value for item in breakage(seen, CUT, CUT).metrics}
    assert found["MoJoFM"] == 100.0
    assert "MoJoFM" not in {item.name for item in breakage(seen, CUT).metrics}
