"""Evidence of shards and days as one: any grouping and order, the same bytes; and what cannot be united is refused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import schema, trigger
from decompose.errors import UsageError
from decompose.evidence.bundle import Evidence, Statement, TransactionProfile
from decompose.evidence.catalogue import Catalogue
from decompose.evidence.fold.assemble import assemble
from decompose.evidence.fold.reconstruct import Reconstruction
from decompose.evidence.fold.unite import unite, unite_all
from decompose.evidence.log_entry import LogEntry
from decompose.evidence.schema import Column, Routine, RoutineAccess, Schema, Table, TableRef, Trigger, View
from decompose.sql.reader import DialectReader, transaction_rules
from decompose.store import evidence_json

SHOP = schema("order_items -> orders -> users; audit", {"order_items -> orders": "cascade"})
TRANSACTIONS = (
    ("BEGIN", "UPDATE orders SET users_id = 1", "INSERT INTO order_items (id) VALUES (1)", "COMMIT"),
    ("BEGIN", "DELETE FROM orders WHERE id = 1", "COMMIT"),
    ("BEGIN", "SELECT * FROM users FOR UPDATE", "UPDATE audit SET id = 2", "ROLLBACK"),
    ("SELECT * FROM orders o JOIN users u ON o.users_id = u.id",),
    ("SELECT * FROM ledger WHERE orders_id = 5", "UPDATE ledger SET a = 1"),
    ("SELEC nonsense FROM",),
    ("BEGIN", "UPDATE users SET id = 3"),
)


def collected(known: Schema, sessions: Iterable[tuple[str, Sequence[str]]], source: str = "") -> Evidence:
    """The evidence of sessions, each a key with its statements."""
    catalogue = Catalogue(DialectReader(known.dialect))
    fold = Reconstruction(catalogue, transaction_rules(known.dialect))
    fold.feed(
        LogEntry(key, sql, label="web" if key < "5" else "") for key, statements in sessions for sql in statements
    )
    return assemble(known, catalogue, fold.finish(), [source] if source else [])


def with_columns(known: Schema, *columns: str) -> Schema:
    """The schema after a migration that adds columns to its first table."""
    first, *rest = known.tables
    added = tuple(Column(name, "text") for name in columns)
    return replace(known, tables=(replace(first, columns=(*added, *first.columns), row_estimate=len(columns)), *rest))


def counted(known: Schema) -> Schema:
    """The schema as its live catalogue tells it: a sequence fills the first column of every table."""
    return replace(
        known,
        tables=tuple(
            replace(table, columns=(replace(table.columns[0], filled_by="sequence"), *table.columns[1:]))
            for table in known.tables
            if table.columns
        ),
    )


def of_schema(known: Schema, owner: str) -> Schema:
    """The same tables in a named schema."""
    return replace(known, tables=tuple(replace(table, schema=owner) for table in known.tables))


SCHEMAS = (
    Schema("postgresql"),
    SHOP,
    with_columns(SHOP, "b", "a"),
    with_columns(SHOP, "c"),
    replace(SHOP, triggers=(trigger("t", "orders", "audit"),)),
    replace(SHOP, triggers=(trigger("t", "orders", "users", ("delete",), line=4),)),
    replace(SHOP, views=(View("ledger", reads=(TableRef("orders"),)),)),
    replace(SHOP, routines=(Routine("f", accesses=(RoutineAccess(TableRef("orders"), "read"),)),)),
    replace(SHOP, routines=(Routine("f", commits=True),)),
    counted(SHOP),
    schema("ledger -> orders"),
    of_schema(schema("orders -> users"), "crm"),
    of_schema(schema("users; accounts"), "sales"),
)
PIECES = st.builds(
    collected,
    st.sampled_from(SCHEMAS),
    st.lists(st.tuples(st.sampled_from("123456789"), st.sampled_from(TRANSACTIONS)), max_size=6),
    st.sampled_from(("", "a.log", "b.log")),
)


def outcome(*steps: Evidence | UsageError) -> Evidence | UsageError:
    """The union, or the refusal; a refusal of a part is one of the whole."""
    for step in steps:
        if isinstance(step, UsageError):
            return step
    try:
        return unite_all([step for step in steps if isinstance(step, Evidence)])
    except UsageError as refused:
        return refused


def text(found: Evidence | UsageError) -> str:
    return "refused" if isinstance(found, UsageError) else evidence_json.dump(found)


@settings(max_examples=150, deadline=None)
@given(PIECES, PIECES, PIECES)
def test_any_grouping_and_order_gives_the_same_bytes(first: Evidence, second: Evidence, third: Evidence) -> None:
    wanted = text(outcome(first, second, third))
    for a, b, c in permutations((first, second, third)):
        assert text(outcome(a, outcome(b, c))) == wanted
        assert text(outcome(outcome(a, b), c)) == wanted


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(TRANSACTIONS), min_size=1, max_size=12), st.data())
def test_parts_with_sessions_of_their_own_are_the_whole(work: list[tuple[str, ...]], data: st.DataObject) -> None:
    sessions = [(str(number % 10), statements) for number, statements in enumerate(work)]
    places = data.draw(st.lists(st.integers(0, 2), min_size=10, max_size=10))
    known = data.draw(st.sampled_from(SCHEMAS))
    parts = [collected(known, [s for s in sessions if places[int(s[0])] == part]) for part in range(3)]
    assert text(outcome(*parts)) == text(collected(known, sessions))


@settings(max_examples=60, deadline=None)
@given(PIECES)
def test_what_was_written_and_read_again_unites_to_the_same(piece: Evidence) -> None:
    again = evidence_json.load(evidence_json.dump(piece))
    nothing = collected(Schema("generic"), [])
    assert text(unite(again, nothing)) == text(unite(nothing, piece)) == text(piece)


def test_counts_add_and_the_schema_stays() -> None:
    day = collected(SHOP, [("1", TRANSACTIONS[0]), ("1", TRANSACTIONS[0])])
    both = unite(day, day)
    assert [profile.count for profile in both.profiles] == [4]
    assert [statement.executions for statement in both.statements] == [4, 4]
    assert both.schema == SHOP
    assert both.coverage.gaps == ()


def test_a_transaction_over_the_seam_is_incomplete_in_both() -> None:
    evening = collected(SHOP, [("1", TRANSACTIONS[0][:2])])
    morning = collected(SHOP, [("1", TRANSACTIONS[0][2:])])
    whole = collected(SHOP, [("1", TRANSACTIONS[0])])
    both = unite(evening, morning)
    assert whole.coverage.transactions_complete == 1
    assert both.coverage.transactions - both.coverage.transactions_complete >= 1
    assert not [profile for profile in both.profiles if {"orders", "order_items"} <= set(profile.writes)]


def test_a_table_that_differs_holds_all_columns_and_is_named() -> None:
    both = unite(collected(with_columns(SHOP, "b", "a"), []), collected(with_columns(SHOP, "c"), []))
    assert [column.name for column in both.schema.tables[0].columns] == ["a", "b", "c", "id"]
    assert [(gap.reason, gap.count) for gap in both.coverage.gaps] == [
        ("table audit differs between evidence files", 1)
    ]
    assert both.schema.tables[0].row_estimate == 2


def test_a_log_without_a_schema_gets_the_tables_of_another_piece_and_a_gap() -> None:
    log = collected(Schema("postgresql"), [("1", TRANSACTIONS[1]), ("2", ("UPDATE crm.users SET id = 1",))])
    both = unite(log, collected(of_schema(SHOP, "crm"), []))
    assert {profile.writes for profile in both.profiles} == {("orders",), ("users",)}
    assert all(table.declared for table in both.tables)
    assert [gap.reason for gap in both.coverage.gaps] == [
        "evidence collected without the schema of table crm.users",
        "evidence collected without the schema of table orders",
    ]


def test_names_grow_where_two_schemas_have_the_same_table() -> None:
    crm = collected(of_schema(SHOP, "crm"), [("1", ("UPDATE orders SET id = 1",))])
    sales = collected(of_schema(SHOP, "sales"), [("1", ("UPDATE orders SET id = 1",))])
    assert {profile.writes for profile in unite(crm, sales).profiles} == {("crm.orders",), ("sales.orders",)}
    log = collected(Schema("postgresql"), [("1", ("UPDATE orders SET id = 1",))])
    with pytest.raises(UsageError, match="orders"):
        unite_all([crm, log, sales])


def test_different_dialects_are_refused() -> None:
    with pytest.raises(UsageError, match="mysql and postgresql"):
        unite(collected(SHOP, []), collected(schema("a", dialect="mysql"), []))


UNITED = {
    Evidence: "boundaries coverage dialect links profiles schema sources statements tables",
    Statement: "accesses executions fingerprint joins reason template verb",
    TransactionProfile: (
        "cascades count external id kind labels locks name positions reads rolled_back statements writes"
    ),
    Schema: "dialect routines tables triggers unread views",
    Table: (
        "columns comment database foreign_keys indexes line name partition_of primary_key row_estimate schema "
        "unique_keys"
    ),
    Column: "comment filled_by name nullable type",
    View: "comment database line materialized name reads schema",
    Trigger: "events line name reads table writes",
    Routine: "accesses calls commits database kind language line name schema unread",
}


@pytest.mark.parametrize("noun", UNITED, ids=lambda noun: noun.__name__)
def test_every_field_has_been_thought_of(noun: type) -> None:
    """A new field is lost or wrong in a union until somebody says how it unites: do so, then name it here."""
    assert " ".join(sorted(field.name for field in fields(noun))) == UNITED[noun]


def test_the_document_is_that_of_the_format() -> None:
    both = unite(collected(SHOP, [("1", TRANSACTIONS[0])], "b.log"), collected(SHOP, [], "a.log"))
    assert json.loads(evidence_json.dump(both))["sources"] == ["a.log", "b.log"]
