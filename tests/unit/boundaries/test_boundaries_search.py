"""Every search: never dearer than its start, the same answer for the same seed; and any number of services."""

from __future__ import annotations

import random

import pytest

from decompose.boundaries.objectives import OBJECTIVES
from decompose.boundaries.search import SEARCHES
from decompose.boundaries.search.count import with_services
from decompose.boundaries.search.search import Search, canonical
from decompose.errors import UsageError
from decompose.graph.weights import WeightedGraph

searches = pytest.mark.parametrize("search", SEARCHES, ids=lambda row: row.name)


def cliques(count: int, members: int, apart: tuple[tuple[int, ...], ...] = ()) -> WeightedGraph:
    """Cliques of heavy links, joined in a ring by light ones: what must come out is known."""
    nodes = count * members
    links: list[dict[int, float]] = [{} for _ in range(nodes)]
    for node in range(nodes):
        for other in range(node):
            if node // members == other // members:
                links[node][other] = links[other][node] = 1.0
    for clique in range(count):
        left, right = clique * members, ((clique + 1) % count) * members + 1
        links[left][right] = links[right][left] = 0.2
    amount = sum(sum(found.values()) for found in links)
    neighbours = tuple(tuple(sorted(found.items())) for found in links)
    return WeightedGraph(neighbours, (), (1 / nodes,) * nodes, (1,) * nodes, amount, apart)


@searches
@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda row: row.name)
def test_cliques_are_found_from_any_start(search: Search, objective):
    graph = cliques(5, 4)
    expected = tuple(node // 4 for node in range(20))
    rng = random.Random(1)
    for start in (tuple(range(20)), (0,) * 20, tuple(rng.randrange(4) for _ in range(20))):
        found = search.improve(graph, objective, start, seed=3)
        assert objective.cost(graph, found) <= objective.cost(graph, start)
        assert found == search.improve(graph, objective, start, seed=3)
    assert search.improve(graph, objective, tuple(range(20)), seed=3) == expected


@searches
def test_a_graph_without_nodes_has_an_empty_partition(search: Search):
    empty = WeightedGraph((), (), (), (), 0.0)
    assert search.improve(empty, OBJECTIVES[0], (), seed=0) == ()


@pytest.mark.parametrize("wanted", [1, 2, 3, 5, 7, 20, 99])
def test_any_number_of_services_can_be_asked_for(wanted: int):
    graph = cliques(5, 4)
    found = with_services(graph, OBJECTIVES[0], SEARCHES[0], wanted, 0, tuple(range(20)))
    assert len(set(found)) == min(wanted, 20)
    if wanted <= 5:
        assert all(len({found[node] for node in range(c * 4, c * 4 + 4)}) == 1 for c in range(5))


def test_too_few_services_for_tables_to_keep_apart_are_refused():
    apart: list[tuple[int, ...]] = [()] * 20
    apart[0], apart[4], apart[8] = (4, 8), (0, 8), (0, 4)
    graph = cliques(5, 4, tuple(apart))
    assert len(set(with_services(graph, OBJECTIVES[0], SEARCHES[0], 3, 0, tuple(range(20))))) == 3
    with pytest.raises(UsageError, match="2 services are too few"):
        with_services(graph, OBJECTIVES[0], SEARCHES[0], 2, 0, tuple(range(20)))


def test_canonical_numbers_follow_the_first_node():
    assert canonical((7, 3, 7, 0)) == (0, 1, 0, 2)
