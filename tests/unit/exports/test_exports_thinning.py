from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses import shop
from decompose.exports import EXPORTS
from decompose.exports.boundary_graph import boundary_graph, picture_graph
from decompose.exports.model import BoundaryGraph, Edge, EdgeKind, ExportOptions, Level, Node, NodeKind
from decompose.exports.thinning import readable, strongest
from export_samples import busy

RENDER = {export.name: export.render for export in EXPORTS}
PICTURES = ("dot", "mermaid", "d2", "plantuml", "drawio", "structurizr")
DATA = ("graphml", "gexf", "json", "csv")
NAMES = st.sampled_from("abcdefghij")
EDGES = st.lists(
    st.builds(Edge, NAMES, NAMES, st.sampled_from(EdgeKind), st.integers(1, 9), crossing=st.booleans()), max_size=60
)


def graph(edges: list[Edge]) -> BoundaryGraph:
    nodes = tuple(Node(name, name, NodeKind.SERVICE) for name in "abcdefghij")
    return BoundaryGraph(Level.SERVICES, (), nodes, tuple(edges))


def linked(drawn: BoundaryGraph) -> nx.Graph[str]:
    found: nx.Graph[str] = nx.Graph()
    found.add_nodes_from(node.id for node in drawn.nodes)
    found.add_edges_from((edge.source, edge.target) for edge in drawn.edges)
    return found


@given(EDGES, st.integers(9, 20))
def test_what_hangs_together_stays_together(edges: list[Edge], most: int) -> None:
    whole = graph(edges)
    thin = strongest(whole, most)
    assert thin.nodes == whole.nodes
    assert len(thin.edges) == min(most, len(edges))
    assert len(thin.edges) + thin.left_out == len(edges)
    assert list(nx.connected_components(linked(thin))) == list(nx.connected_components(linked(whole)))
    kept = iter(edges)
    assert all(edge in kept for edge in thin.edges), "in their order"


@given(EDGES, st.integers(0, 20))
def test_the_strongest_of_every_kind_stay(edges: list[Edge], most: int) -> None:
    thin = strongest(graph(edges), most)
    assert strongest(thin, most) == thin
    if most >= 9 + 3:
        for kind in {edge.kind for edge in edges}:
            best = max((edge.crossing, edge.weight) for edge in edges if edge.kind is kind)
            assert max((edge.crossing, edge.weight) for edge in thin.edges if edge.kind is kind) == best


def test_a_forest_takes_the_heaviest_way_round() -> None:
    ring = [
        Edge(left, right, EdgeKind.JOIN, weight)
        for left, right, weight in (("a", "b", 5), ("b", "c", 1), ("a", "c", 7))
    ]
    assert [edge.weight for edge in strongest(graph(ring), 2).edges] == [5, 7]


def test_pictures_hold_three_edges_for_two_nodes() -> None:
    assert readable(boundary_graph(shop(), ExportOptions())).left_out == 0
    drawn = picture_graph(busy(300, 15), ExportOptions(level=Level.TABLES))
    assert (len(drawn.nodes), len(drawn.edges)) == (300, 450)
    assert drawn.left_out == len(boundary_graph(busy(300, 15), ExportOptions(level=Level.TABLES)).edges) - 450


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_says_what_it_leaves_out(name: str) -> None:
    analysis = busy(300, 40)
    told = "edges are drawn"
    assert f"the 63 strongest of 119 {told}" in RENDER[name](analysis, ExportOptions(level=Level.SERVICES))
    assert told not in RENDER[name](analysis, ExportOptions(level=Level.SERVICES, most_edges=0))
    assert f"the 9 strongest of 119 {told}" in RENDER[name](analysis, ExportOptions(level=Level.SERVICES, most_edges=9))


@pytest.mark.parametrize("name", DATA)
def test_data_is_whole_unless_asked(name: str) -> None:
    analysis, options = busy(300, 40), ExportOptions(level=Level.SERVICES)
    assert RENDER[name](analysis, options) == RENDER[name](analysis, ExportOptions(level=Level.SERVICES, most_edges=0))
    fewer = RENDER[name](analysis, ExportOptions(level=Level.SERVICES, most_edges=9))
    assert len(fewer) < len(RENDER[name](analysis, options))
