from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses import shop, wide
from decompose import pipeline
from decompose.assessment.model import Analysis
from decompose.boundaries.model import AGGREGATE, SERVICE, Branch, Hierarchy
from decompose.errors import UsageError
from decompose.evidence.bundle import ForeignKeyLink, TableFacts
from decompose.exports.aggregates import aggregates_of, formed
from decompose.exports.boundary_graph import boundary_graph
from decompose.exports.model import BoundaryGraph, EdgeKind, ExportOptions, Level, identity
from decompose.exports.names import identifiers, one_line
from hostile_names import HOSTILE, bare, hostile


def edges(graph: BoundaryGraph, kind: EdgeKind) -> dict[tuple[str, str], int]:
    return {(e.source.partition(":")[2], e.target.partition(":")[2]): e.weight for e in graph.edges if e.kind is kind}


def draw(analysis: Analysis | None = None, **options: object) -> BoundaryGraph:
    return boundary_graph(analysis or shop(), ExportOptions(**options))  # type: ignore[arg-type]


def test_tables_stand_in_their_services() -> None:
    graph = draw()
    assert graph.level is Level.TABLES
    groups = {group.id: group.label for group in graph.groups}
    assert {node.label: groups[node.group] for node in graph.nodes} == {
        "countries": "shared",
        "order_lines": "ordering",
        "orders": "ordering",
        "payments": "billing",
        "products": "catalog",
        "schema_migrations": "infrastructure",
        "sessions": "identity",
        "users": "identity",
    }


def test_edges_between_tables() -> None:
    graph = draw()
    assert edges(graph, EdgeKind.TRANSACTION) == {
        ("order_lines", "orders"): 40,
        ("order_lines", "payments"): 40,
        ("orders", "payments"): 40,
    }
    assert edges(graph, EdgeKind.JOIN) == {("orders", "payments"): 25, ("orders", "users"): 75}
    assert len(edges(graph, EdgeKind.REFERENCE)) == 6
    crossing = {e.source for e in graph.edges if e.kind is EdgeKind.TRANSACTION and e.crossing}
    assert crossing == {"table:order_lines", "table:orders"}
    assert not any(e.crossing for e in graph.edges if e.target == "table:countries")
    assert [e.source for e in graph.edges if not e.declared] == ["table:payments"]


def test_services_count_a_transaction_once() -> None:
    graph = draw(level=Level.SERVICES)
    assert edges(graph, EdgeKind.TRANSACTION) == {("billing", "ordering"): 40}
    assert edges(graph, EdgeKind.JOIN) == {("billing", "ordering"): 25, ("identity", "ordering"): 75}
    assert edges(graph, EdgeKind.REFERENCE) == {
        ("billing", "ordering"): 1,
        ("ordering", "catalog"): 1,
        ("ordering", "identity"): 1,
    }
    assert [node.label for node in graph.nodes][-2:] == ["infrastructure", "shared"]


def test_capabilities_and_columns() -> None:
    assert draw(level=Level.CAPABILITIES).nodes[0].label == "billing capability"
    graph = draw(level=Level.COLUMNS)
    assert ("orders/user_id", "users/id") in edges(graph, EdgeKind.REFERENCE)
    assert edges(graph, EdgeKind.JOIN)["orders/user_id", "users/id"] == 75
    assert [n.label for n in graph.nodes if n.group == "table:orders"] == ["id", "user_id", "placed_at"]


def test_aggregates_are_what_is_written_together_within_a_service() -> None:
    """`sessions` goes with `users` when it is deleted, but is written without it."""
    assert [(n.label, n.tables) for n in draw(level=Level.AGGREGATES).nodes if len(n.tables) > 1] == [
        ("orders", ("order_lines", "orders")),
    ]


def test_tables_outside_the_hierarchy_are_grouped_by_the_rule_that_made_it() -> None:
    analysis = shop()
    levelled = pipeline.find_levels(analysis.evidence, analysis.decomposition)
    homes = {table: service.name for service in levelled.services for table in service.tables}
    known = {b.name: tuple(sorted(b.tables)) for b in levelled.hierarchy.branches if b.level == AGGREGATE}
    assert known
    assert formed(analysis.evidence, homes) == known
    assert aggregates_of(dataclasses.replace(analysis, decomposition=levelled), homes) == known


def test_aggregates_of_the_hierarchy_as_long_as_they_have_one_home() -> None:
    branches = (
        Branch(SERVICE, "ordering", -1, 1),
        Branch(AGGREGATE, "orders", 0, 3, tables=("orders",)),
        Branch(AGGREGATE, "order_lines", 0, 3, tables=("order_lines",)),
        Branch(AGGREGATE, "users", -1, 3, tables=("payments", "users")),  # moved apart since
    )
    analysis = shop()
    cut = dataclasses.replace(analysis.decomposition, hierarchy=Hierarchy(branches))
    analysis = dataclasses.replace(analysis, decomposition=cut)
    tables = {n.label: n.tables for n in draw(analysis, level=Level.AGGREGATES).nodes}
    assert tables["orders"] == ("orders",)
    assert tables["order_lines"] == ("order_lines",)
    assert tables["users"] == ("users",)
    assert sorted(table for found in tables.values() for table in found) == sorted(
        t.name for t in analysis.evidence.tables
    )
    homes = dict.fromkeys(("orders", "order_lines", "users", "payments"), "one")
    assert aggregates_of(analysis, homes)["users"] == ("payments", "users")


def test_aggregates_survive_circles() -> None:
    links = tuple(
        ForeignKeyLink(child, ("x",), parent, ("id",), "cascade") for child, parent in ("ab", "bc", "ca", "dd")
    )
    tables = tuple(TableFacts(name) for name in "abcd")
    evidence = dataclasses.replace(
        shop().evidence, links=links, tables=tables, profiles=(), statements=(), boundaries=()
    )
    assert formed(evidence, dict.fromkeys("abcd", "one")) == {"a": ("a", "b", "c"), "d": ("d",)}


def test_filters() -> None:
    assert {e.kind for e in draw(kinds=(EdgeKind.JOIN,)).edges} == {EdgeKind.JOIN}
    assert edges(draw(min_weight=41), EdgeKind.TRANSACTION) == {}
    assert edges(draw(min_weight=41), EdgeKind.JOIN) == {("orders", "users"): 75}
    graph = draw(services=("billing",))
    assert {node.label for node in graph.nodes} == {"order_lines", "orders", "payments"}
    assert {group.label for group in graph.groups} == {"billing", "ordering"}
    assert {node.label for node in draw(services=("billing",), level=Level.SERVICES).nodes} == {"billing", "ordering"}
    with pytest.raises(UsageError, match="no service 'nowhere'"):
        draw(services=("nowhere",))


def test_large_graphs_start_at_services() -> None:
    assert draw(wide(1000, 20)).level is Level.SERVICES
    assert len(draw(wide(1000, 20)).nodes) < 30
    assert draw(collapse_above=7).level is Level.SERVICES
    assert draw(wide(1000, 20), level=Level.TABLES).level is Level.TABLES


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("seed", range(len(HOSTILE)))
def test_ids_are_unique_and_edges_end_at_nodes(level: Level, seed: int) -> None:
    for analysis in (shop(hostile(seed)), shop(bare(HOSTILE[seed]))):
        graph = draw(analysis, level=level)
        nodes = [node.id for node in graph.nodes]
        groups = [group.id for group in graph.groups]
        assert len(nodes) == len(set(nodes))
        assert len(groups) == len(set(groups))
        assert {node.group for node in graph.nodes} <= {"", *groups}
        assert {end for edge in graph.edges for end in (edge.source, edge.target)} <= set(nodes)
        assert all(name.isprintable() for name in (*nodes, *groups))


@given(st.lists(st.tuples(st.text(), st.text()), unique=True))
def test_an_id_tells_its_names(pairs: list[tuple[str, str]]) -> None:
    assert len({identity("column", *pair) for pair in pairs}) == len(pairs)


@given(st.lists(st.text(), unique=True), st.integers(min_value=12, max_value=40))
def test_identifiers_are_fit_and_apart(names: list[str], longest: int) -> None:
    found = identifiers(names, longest=longest, reserved=("end",))
    assert len({identifier.lower() for identifier in found.values()}) == len(names)
    assert all(identifier.isidentifier() and identifier.isascii() for identifier in found.values())
    assert all(len(identifier) <= longest and identifier.lower() != "end" for identifier in found.values())
    assert identifiers(reversed(names), longest=longest, reserved=("end",)) == found


def test_a_slash_in_a_name_does_not_move_its_border() -> None:
    assert identity("column", "a/b", "c") == "column:a~1b/c"
    assert identity("column", "a", "b/c") == "column:a/b~1c"
    assert identity("column", "a~1b", "\n") == "column:a~01b/~u00000a"


def test_identifiers_change_no_more_than_they_must() -> None:
    found = identifiers(["order_items", "order items", "Order_Items", "Straße", "end", "1st", ""], reserved=("end",))
    assert found["Order_Items"] == "Order_Items"
    assert found["order items"].startswith("order_items_")
    assert found["Straße"] == "Strae"
    assert found["end"].startswith("end_")
    assert found["1st"] == "x1st"
    assert found[""] == "x"


@given(st.text())
def test_one_line_is_one_visible_line(name: str) -> None:
    shown = one_line(name)
    assert shown.strip()
    assert len(shown.splitlines()) == 1
    shown.encode()
