"""Every search: never dearer than its start, the same answer for the same seed; and any number of services."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coupling_graphs import random_weights
from decompose.boundaries.objectives import OBJECTIVES
from decompose.boundaries.objectives.coupling import Coupling, CouplingTally
from decompose.boundaries.objectives.objective import Partition
from decompose.boundaries.recutting import recuts
from decompose.boundaries.search import SEARCHES
from decompose.boundaries.search.count import with_services
from decompose.boundaries.search.descend import descend
from decompose.boundaries.search.multistart import Multistart
from decompose.boundaries.search.refine import refined, swapped
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


def partitions(nodes: int) -> Iterator[tuple[int, ...]]:
    """Every partition, as restricted growth strings."""

    def grown(found: tuple[int, ...], services: int) -> Iterator[tuple[int, ...]]:
        if len(found) == nodes:
            yield found
            return
        for service in range(services + 1):
            yield from grown((*found, service), max(services, service + 1))

    return grown((), 0)


@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda row: row.name)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 100_000), nodes=st.integers(3, 7))
def test_small_graphs_get_the_cheapest_of_all_partitions(objective, seed: int, nodes: int):
    graph = random_weights(random.Random(seed), nodes)
    cheapest = min(objective.cost(graph, partition) for partition in partitions(nodes))
    found = SEARCHES[0].improve(graph, objective, tuple(range(nodes)), seed=0)
    assert objective.cost(graph, found) == pytest.approx(cheapest)


def test_eight_nodes_get_the_cheapest_of_all_partitions():
    graph = random_weights(random.Random(8), 8)
    cheapest = min(OBJECTIVES[0].cost(graph, partition) for partition in partitions(8))
    found = SEARCHES[0].improve(graph, OBJECTIVES[0], tuple(range(8)), seed=0)
    assert OBJECTIVES[0].cost(graph, found) == pytest.approx(cheapest)


def test_a_swap_is_found_that_single_moves_cannot_make():
    """Two cliques with a member of each in the wrong one: moving either alone makes a giant, which costs more."""
    graph = replace(cliques(2, 3), size=400.0, crumb=100.0)
    wrong, right = (0, 0, 1, 0, 1, 1), (0, 0, 0, 1, 1, 1)
    objective = OBJECTIVES[0]
    assert all(objective.begin(graph, wrong).best(node) == (0.0, wrong[node]) for node in (2, 3))
    assert canonical(swapped(graph, objective, wrong)) == right
    kept = replace(graph, apart=((3,), (), (), (0,), (), ()))
    assert canonical(swapped(kept, objective, wrong)) == right
    barred = replace(graph, apart=((2,), (), (0,), (), (), ()))
    found = swapped(barred, objective, wrong)
    assert found[0] != found[2]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_refining_never_costs_more_and_leaves_no_swap(seed: int):
    rng = random.Random(seed)
    graph, objective = random_weights(rng, 12), OBJECTIVES[0]
    start = descend(graph, objective, tuple(rng.randrange(4) for _ in range(12)), rng)
    found = refined(graph, objective, start, rng)
    lowest = objective.cost(graph, found)
    assert lowest <= objective.cost(graph, start) + 1e-9
    for left in range(12):
        for right in range(left):
            other = list(found)
            other[left], other[right] = found[right], found[left]
            linked = any(found[neighbour] == found[right] for neighbour, _ in graph.neighbours[left])
            assert not linked or objective.cost(graph, tuple(other)) >= lowest - 1e-6


class Counting(Coupling):
    """The default objective, counting the descents' passes."""

    passes: ClassVar[list[int]] = []

    def begin(self, graph: WeightedGraph, partition: Partition) -> CouplingTally:
        self.passes.append(len(partition))
        return super().begin(graph, partition)


def test_starts_that_agree_need_no_more_of_them():
    graph = cliques(5, 4)
    needed = []
    for starts in (8, 80):
        Counting.passes.clear()
        found = Multistart("many", starts, patience=3).improve(graph, Counting("coupling"), tuple(range(20)), seed=1)
        assert found == tuple(node // 4 for node in range(20))
        needed.append(len(Counting.passes))
    assert needed[1] <= needed[0]


def test_a_finer_cut_divides_services_where_they_hold_together_least():
    graph, objective = replace(cliques(6, 3), size=2.0), OBJECTIVES[0]
    chosen = tuple(node // 9 for node in range(18))
    wanted = frozenset({3, 4, 6})
    found: dict[int, float] = {}
    for candidate in recuts(graph, objective, chosen, wanted, seed=0):
        cost = objective.cost(graph, candidate)
        found[len(set(candidate))] = min(cost, found.get(len(set(candidate)), cost))
    assert set(found) == wanted
    whole = objective.cost(graph, tuple(node // 3 for node in range(18)))
    assert found[6] == pytest.approx(whole)
    assert found[4] < found[6]


def test_services_are_grown_without_the_search():
    """Without a size term no pull divides anything; growing each service anew does."""
    graph = replace(cliques(4, 5), size=0.0)
    chosen = (0,) * 20
    cuts = [c for c in recuts(graph, OBJECTIVES[0], chosen, frozenset({4}), seed=0) if len(set(c)) == 4]
    assert tuple(node // 5 for node in range(20)) in cuts
