"""The hierarchy: what is in it, that every cut of it is a decomposition, and that its costs are the objective's."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from coupling_graphs import graph
from decompose.boundaries.aggregates import aggregates
from decompose.boundaries.constraints import Constraints
from decompose.boundaries.hierarchy import MANY
from decompose.boundaries.leveling import with_levels
from decompose.boundaries.levels import at_level, cut_at, cut_into, recut, tables_of
from decompose.boundaries.merging import divided, inside, unions
from decompose.boundaries.model import AGGREGATE, CAPABILITY, LEVELS, SERVICE, UNION, Decomposition, Service
from decompose.boundaries.objectives import OBJECTIVES
from decompose.boundaries.propose import ProposalSettings, propose
from decompose.errors import UsageError
from decompose.graph.model import CouplingGraph
from decompose.graph.spreading import WIDEST
from decompose.graph.vocabulary import read_vocabulary
from decompose.graph.weights import Weights, weigh

TABLES = (
    "orders order_lines order_notes invoices invoice_lines payments payment_attempts "
    "tickets ticket_messages kb_articles kb_pages countries"
)
LINKS = (
    *("orders < order_lines", "orders < order_notes", "orders < invoices", "invoices < invoice_lines"),
    *("payments < payment_attempts", "orders < payments", "tickets < ticket_messages", "kb_articles < kb_pages"),
)
WORK = (
    *("W orders order_lines x40 @orders#create", "W orders x30 @orders#cancel", "W order_notes x9 @orders#note"),
    *("W invoices invoice_lines x20 @invoices#create", "W payments payment_attempts x22 @payments#capture"),
    *("W tickets ticket_messages x12 @tickets#open", "W kb_articles kb_pages x3 @help#edit", "R countries x5"),
)
APART = Constraints(apart=(("orders", "invoices"), ("invoices", "payments"), ("orders", "payments")))


def system() -> CouplingGraph:
    return graph(TABLES, LINKS, WORK)


def proposal(settings: ProposalSettings | None = None) -> Decomposition:
    return propose(system(), settings or ProposalSettings(bootstrap=0))


def some_system(seed: int) -> CouplingGraph:
    rng = random.Random(seed)
    names = [
        f"{word}_{part}" for word in ("alpha", "beta", "gamma", "delta") for part in ("one", "two", "three", "four")
    ]
    work = [f"W {' '.join(rng.sample(names, rng.randint(1, 4)))} x{rng.randint(1, 9)}" for _ in range(20)]
    return graph(" ".join(names), [f"{a} < {b}" for a, b in (rng.sample(names, 2) for _ in range(12))], work)


def test_every_level_holds_every_table_of_the_services_once() -> None:
    found = proposal(ProposalSettings(bootstrap=0, constraints=APART))
    owned = sorted(table for service in found.services for table in service.tables)
    tables = tables_of(found.hierarchy)
    for level in LEVELS:
        held = [table for position in cut_at(found.hierarchy, level) for table in tables[position]]
        assert sorted(held) == owned
    services = [tables[position] for position in cut_at(found.hierarchy, SERVICE)]
    assert sorted(services) == sorted(service.tables for service in found.services)
    assert {branch.name for branch in found.hierarchy.branches if branch.level == CAPABILITY} == {
        service.capability for service in found.services
    }


@pytest.mark.parametrize("seed", range(5))
def test_it_can_be_cut_into_any_number_of_groups(seed: int) -> None:
    found = propose(some_system(seed), ProposalSettings(bootstrap=0))
    branches, tables = found.hierarchy.branches, tables_of(found.hierarchy)
    finest = max(branch.groups for branch in branches)
    before: list[set[str]] = []
    for wanted in range(finest, 0, -1):
        cut = [set(tables[position]) for position in cut_into(found.hierarchy, wanted)]
        assert len(cut) == wanted
        assert sum(map(len, cut)) == sum(len(service.tables) for service in found.services)
        assert all(any(finer <= group for group in cut) for finer in before)
        before = cut
    assert len(cut_into(found.hierarchy, len(found.services))) == len(found.services)
    assert sorted(before, key=len)[-1] == {table for service in found.services for table in service.tables}


@pytest.mark.parametrize("seed", range(5))
def test_what_unions_cost_is_what_the_objective_says(seed: int) -> None:
    system = some_system(seed)
    found = propose(system, ProposalSettings(bootstrap=0))
    inner = frozenset(table for service in found.services for table in service.tables)
    left_out = frozenset(number for number, node in enumerate(system.tables) if node.name not in inner)
    weighted = weigh(system, Weights(), read_vocabulary(system), left_out)

    def cost(groups: Sequence[tuple[str, ...]]) -> float:
        home = {table: number for number, tables in enumerate(groups) for table in tables}
        return OBJECTIVES[0].cost(weighted, tuple(home.get(node.name, -1 - n) for n, node in enumerate(system.tables)))

    tables = tables_of(found.hierarchy)
    whole = cost([service.tables for service in found.services])
    for position, branch in enumerate(found.hierarchy.branches):
        children = [n for n, child in enumerate(found.hierarchy.branches) if child.parent == position]
        others = [(table,) for table in sorted(inner.difference(tables[position]))]
        apart = cost([*(tables[child] for child in children), *others]) if children else 0.0
        together = cost([tables[position], *others]) if children else 0.0
        assert branch.cost == pytest.approx((together - apart) / whole, abs=2e-6)


def test_aggregates_are_the_tables_always_written_together() -> None:
    system = graph(
        "carts cart_items orders order_lines order_notes stock",
        ["orders < order_notes", "carts < cart_items"],
        ["W orders order_lines x9", "W orders x50", "W order_lines x1", "W stock orders x5", "W stock x5"],
    )
    roots = aggregates(system, read_vocabulary(system), (0,) * len(system.tables))
    assert {system.tables[table].name: system.tables[root].name for table, root in enumerate(roots)} == {
        "orders": "orders",
        "order_lines": "orders",  # in nine of ten of its writes
        "order_notes": "orders",  # never written, a part by its name
        "stock": "stock",  # in half of its writes only
        "carts": "carts",
        "cart_items": "carts",
    }


def test_an_aggregate_never_leaves_its_service() -> None:
    system = graph("orders order_lines", ["orders < order_lines"], ["W orders order_lines x9"])
    assert aggregates(system, read_vocabulary(system), (0, 1)) == (0, 1)
    assert len(set(aggregates(system, read_vocabulary(system), (0, 0)))) == 1


def test_tables_that_are_only_ever_written_with_each_other_are_called_after_the_one_they_refer_to() -> None:
    system = graph("zebra_head a_line", ["zebra_head < a_line"], ["W zebra_head a_line x9"])
    found = propose(system, ProposalSettings(services=1, bootstrap=0))
    (aggregate,) = cut_at(found.hierarchy, AGGREGATE)
    assert found.hierarchy.branches[aggregate].name == "zebra_head"


def test_a_cut_at_the_capabilities_has_their_tables_and_unique_names() -> None:
    found = proposal()
    capabilities = at_level(found, CAPABILITY)
    assert {service.capability for service in capabilities.services} == {s.capability for s in found.services}
    assert len(capabilities.services) == len({service.capability for service in found.services})
    aggregate = at_level(found, AGGREGATE)
    names = [service.name for service in aggregate.services]
    assert len(names) == len(set(names)) > len(found.services)
    assert at_level(found, SERVICE) is found


def test_a_service_that_stays_whole_keeps_what_is_known_of_it() -> None:
    found = propose(system(), ProposalSettings())
    cut = recut(found, cut_into(found.hierarchy, len(found.services) + 1))
    whole = {service.tables: service.stability for service in found.services}
    kept = [service for service in cut.services if service.tables in whole]
    assert len(kept) == len(found.services) - 1
    assert all(service.stability == whole[service.tables] for service in kept)
    assert all(service.stability is None for service in cut.services if service.tables not in whole)


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(UsageError, match="no level 'village'"):
        at_level(proposal(), "village")


def test_a_given_decomposition_gets_its_levels_too() -> None:
    given = Decomposition(
        services=(
            Service("all_else", ("order_lines", "order_notes", "gone_table", "orders"), capability="Selling"),
            Service("empty", ("never_seen",)),
            Service("ticket", ("tickets", "ticket_messages")),
        ),
        shared=("countries",),
        unassigned=("payments",),
    )
    found = with_levels(system(), given)
    names = {branch.name for branch in found.hierarchy.branches if branch.level in (CAPABILITY, SERVICE)}
    assert names == {"Selling", "Customer Support", "all_else", "ticket"}
    assert [service.tables for service in found.services] == [service.tables for service in given.services]
    assert {capability.name for capability in found.capabilities} >= {"Selling", "Customer Support"}
    assert with_levels(system(), Decomposition(())).hierarchy.branches == ()


def test_pairs_to_keep_apart_are_united_last() -> None:
    system = graph("a_one a_two b_one", ["a_one < a_two", "a_one < b_one"])
    weighted = weigh(system, Weights())
    barred = unions(replace(weighted, apart=((1,), (0,), ())), OBJECTIVES[0], [0, 0, 0])
    assert (barred[0].left, barred[0].right) != (0, 1)
    assert len(barred) == 2


def test_blocks_hold_their_own_links_only() -> None:
    weighted = weigh(some_system(1), Weights())
    left, right = divided(weighted, [[0, 2, 4], [1, 3]])
    assert left == inside(weighted, [0, 2, 4])
    assert right == inside(weighted, [1, 3])
    assert left.mass == tuple(weighted.mass[node] for node in (0, 2, 4))


def test_unions_between_levels_carry_the_name_of_their_largest_member() -> None:
    found = proposal(ProposalSettings(bootstrap=0, constraints=APART))
    branches, tables = found.hierarchy.branches, tables_of(found.hierarchy)
    for position, branch in enumerate(branches):
        if branch.level == UNION:
            children = [n for n, child in enumerate(branches) if child.parent == position]
            largest = max(len(tables[child]) for child in children)
            assert branch.name in {branches[child].name for child in children if len(tables[child]) == largest}


def test_no_service_gets_a_name_that_stands_for_tables_outside() -> None:
    system = graph("shared shared_body infrastructure", ["shared < shared_body"], ["W shared shared_body x9"])
    found = propose(system, ProposalSettings(bootstrap=0))
    for level in LEVELS:
        names = {service.name for service in at_level(found, level).services}
        assert names
        assert not names & {"shared", "infrastructure"}


def test_a_transaction_that_writes_everything_makes_no_aggregate() -> None:
    """Every pair of its tables would be held otherwise: 25 million of them for 5,000 tables."""
    names = [f"t{number}" for number in range(WIDEST + 1)]
    wide = graph(" ".join(names), (), [f"W {' '.join(names)} x9"])
    narrow = graph(" ".join(names), (), [f"W {' '.join(names[1:])} x9"])
    assert len(set(aggregates(wide, read_vocabulary(wide), (0,) * len(names)))) == len(names)
    assert len(set(aggregates(narrow, read_vocabulary(narrow), (0,) * len(names)))) == 2


def test_very_many_services_are_united_in_one_step() -> None:
    """Pair by pair would take minutes for thousands: each union prices the graph of what is left anew."""
    names = [f"t{number:04}" for number in range(MANY + 2)]
    system = graph(" ".join(names), [f"{a} < {b}" for a, b in pairwise(names)], [f"W {names[0]} {names[1]} x9"])
    found = with_levels(system, Decomposition(tuple(Service(f"s{name}", (name,)) for name in names)))
    branches, held = found.hierarchy.branches, tables_of(found.hierarchy)
    assert held[0] == tuple(names)
    assert (branches[0].parent, branches[0].groups) == (-1, 1)
    assert len([branch for branch in branches if branch.level == SERVICE]) == len(names)
    for groups in (1, 2, len(names)):
        cut = cut_into(found.hierarchy, groups)
        assert sorted(table for position in cut for table in held[position]) == names
        assert len(cut) >= groups
