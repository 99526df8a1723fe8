"""Every objective: the cost counted by hand, and the delta of a move equal to the difference of two costs."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coupling_graphs import graph as coupling_graph
from coupling_graphs import random_weights
from decompose.boundaries.objectives import OBJECTIVES
from decompose.boundaries.objectives.coupling import Coupling
from decompose.boundaries.objectives.objective import Objective
from decompose.boundaries.objectives.terms import Terms
from decompose.boundaries.search.contract import contract, expand
from decompose.graph.weights import Hyperedge, WeightedGraph, Weights, weigh

objectives = pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda row: row.name)


def toy() -> WeightedGraph:
    """a-b 2, b-c 1, c-d 4; b, c and d written together at 3; everything of one size."""
    return WeightedGraph(
        neighbours=(((1, 2.0),), ((0, 2.0), (2, 1.0)), ((1, 1.0), (3, 4.0)), ((2, 4.0),)),
        hyperedges=(Hyperedge(3.0, (1, 2, 3)),),
        mass=(0.25,) * 4,
        tables=(1,) * 4,
        size=16.0,
        crumb=0.5,
    )


@pytest.mark.parametrize(
    ("partition", "cut", "shares"),
    [
        ((0, 0, 0, 0), 0.0, (1.0,)),
        ((0, 0, 1, 1), 1.0 + 3.0, (0.5, 0.5)),
        ((0, 1, 1, 1), 2.0, (0.25, 0.75)),
        ((0, 1, 2, 3), 7.0 + 2 * 3.0, (0.25,) * 4),
    ],
)
@pytest.mark.parametrize("power", [2.0, 3.0])
def test_cost_is_what_hand_counting_gives(partition, cut, shares, power):
    expected = cut + sum(16.0 * share**power + (0.5 if share == 0.25 else 0.0) for share in shares)
    assert Coupling("any", power).cost(toy(), partition) == pytest.approx(expected)


def test_a_lone_table_is_taken_in_and_a_linked_pair_is_a_service_of_its_own():
    pairs = (((1, 2.0),), ((0, 2.0),), ((3, 2.0),), ((2, 2.0),), ())
    graph = WeightedGraph(pairs, (), (0.25, 0.25, 0.2, 0.2, 0.1), (1,) * 5, 1.0, (), 0.5)
    objective = Coupling("any")
    gain, target = objective.begin(graph, (0, 0, 1, 1, 2)).best(4)
    assert target == 1
    assert gain == pytest.approx(0.5**3 - 0.4**3 - 0.1**3 - 0.5)
    contracted, _ = contract(graph, (0, 0, 1, 1, 2))
    tally = objective.begin(contracted, (0, 1, 2))
    assert [tally.best(node)[1] for node in range(3)] == [0, 1, 1]


@objectives
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_delta_and_best_agree_with_the_cost(objective: Objective, seed: int):
    rng = random.Random(seed)
    graph = random_weights(rng, 9)
    tally = objective.begin(graph, tuple(rng.randrange(4) for _ in range(9)))
    for _ in range(12):
        node, service = rng.randrange(9), rng.randrange(6)
        before = objective.cost(graph, tally.partition())
        gain, target = tally.best(node)
        predicted = tally.delta(node, service)
        best = list(tally.partition())
        best[node] = target
        assert objective.cost(graph, tuple(best)) - before == pytest.approx(gain, abs=1e-9)
        assert gain <= 1e-9
        tally.move(node, service)
        assert objective.cost(graph, tally.partition()) - before == pytest.approx(predicted, abs=1e-9)


@objectives
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_contraction_keeps_the_cost(objective: Objective, seed: int):
    rng = random.Random(seed)
    graph = random_weights(rng, 10)
    contracted, home = contract(graph, tuple(rng.randrange(5) for _ in range(10)))
    coarse = tuple(rng.randrange(3) for _ in contracted.mass)
    assert objective.cost(contracted, coarse) == pytest.approx(objective.cost(graph, expand(home, coarse)))


def test_a_table_to_be_kept_apart_is_no_choice():
    graph = toy()
    kept_apart = WeightedGraph(
        graph.neighbours, graph.hyperedges, graph.mass, graph.tables, 0.1, ((), (), (3,), (2,)), 0.0
    )
    assert Coupling("any").begin(graph, (0, 0, 1, 2)).best(3)[1] == 1
    assert Coupling("any").begin(kept_apart, (0, 0, 1, 2)).best(3)[1] != 1


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_terms_add_up_to_the_cost_and_to_its_change(seed: int):
    rng = random.Random(seed)
    names = [f"{word}_{kind}" for word in ("order", "user", "stock") for kind in ("head", "part", "note")]
    references = [f"{rng.choice(names)} < {rng.choice(names)}" for _ in range(8)]
    transactions = [
        f"W {' '.join(rng.sample(names, rng.randint(1, 4)))} R {rng.choice(names)} x{rng.randint(1, 50)}"
        for _ in range(14)
    ]
    schema = coupling_graph(" ".join(f"{name}(code, {name[0]}x)" for name in names), references, transactions)
    left_out = frozenset({rng.randrange(9)})
    home = tuple(9 if table in left_out else rng.randrange(4) for table in range(9))
    terms, weighted = Terms(schema, home, left_out), weigh(schema, Weights(), left_out=left_out)
    assert terms.whole() == pytest.approx(OBJECTIVES[0].cost(weighted, home))
    places = {table: rng.randrange(6) for table in rng.sample(range(9), 3) if table not in left_out}
    after = tuple(places.get(table, service) for table, service in enumerate(home))
    difference = OBJECTIVES[0].cost(weighted, after) - OBJECTIVES[0].cost(weighted, home)
    assert sum(terms.change(places).values()) == pytest.approx(difference, abs=1e-9)
    table = next(iter(places))
    alone = tuple(8 if node == table else service for node, service in enumerate(home))
    bound = sum(terms.binding([table]).get(home[table], {}).values())
    cut = OBJECTIVES[0].cost(weighted, alone) - OBJECTIVES[0].cost(weighted, home)
    assert bound == pytest.approx(cut - terms.change({table: 8}).get("size", 0.0), abs=1e-9)
