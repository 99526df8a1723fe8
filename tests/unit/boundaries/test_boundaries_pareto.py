"""The Pareto front: nothing on it is beaten, its figures are the assessment's, the proposal is always there."""

from __future__ import annotations

import pytest

from builders import evidence, schema, tx
from decompose.assessment.assess import assess
from decompose.boundaries.constraints import Constraints
from decompose.boundaries.model import Alternative, Decomposition, Service
from decompose.boundaries.objectives import OBJECTIVES
from decompose.boundaries.pareto import LISTED, REFINED, limits
from decompose.boundaries.propose import ProposalSettings, propose
from decompose.evidence.bundle import Evidence
from decompose.graph.build import build_graph
from decompose.graph.model import CouplingGraph
from decompose.graph.weights import Weights, weigh

DOMAINS = ("order", "stock", "user", "mail", "tax")


def seen() -> Evidence:
    tables = "; ".join(f"{domain}_lines -> {domain}s; {domain}_notes -> {domain}s" for domain in DOMAINS)
    work = []
    for number, domain in enumerate(DOMAINS):
        other = DOMAINS[(number + 1) % len(DOMAINS)]
        work += [
            tx(f"W {domain}s {domain}_lines", times=20 + number),
            tx(f"R {domain}s; W {domain}_notes", times=9),
            tx(f"W {domain}_lines {other}s", times=3 + number),
        ]
    return evidence(schema(tables), *work)


def system() -> CouplingGraph:
    return build_graph(seen())


def front(settings: ProposalSettings | None = None) -> tuple[Alternative, ...]:
    return propose(system(), settings or ProposalSettings(bootstrap=0)).alternatives


def figures(row: Alternative) -> tuple[float, float, float]:
    return row.distributed_write_share, -row.balance, -row.cohesion


def test_nothing_on_it_is_beaten_in_everything() -> None:
    rows = front()
    assert len(rows) > 3
    for row in rows:
        beaten = any(
            figures(other) != figures(row) and all(a <= b for a, b in zip(figures(other), figures(row), strict=True))
            for other in rows
        )
        assert not beaten or (row.chosen and row.dominated)


def test_each_number_of_services_stands_once_and_the_proposal_is_marked() -> None:
    found = propose(system(), ProposalSettings(bootstrap=0))
    counts = [row.services for row in found.alternatives]
    assert counts == sorted(set(counts))
    (chosen,) = (row for row in found.alternatives if row.chosen)
    assert chosen.cost == 1.0
    assert {service.tables for service in chosen.cut} == {service.tables for service in found.services}
    assert {service.name for service in chosen.cut} == {service.name for service in found.services}
    assert min(counts) == 2
    assert max(counts) > len(found.services)


def test_the_figures_are_those_of_the_assessment() -> None:
    found = propose(system(), ProposalSettings(bootstrap=0))
    assert len(found.alternatives) > 3
    for row in found.alternatives:
        cut = Decomposition(row.cut, found.shared, found.infrastructure)
        price = assess(seen(), cut)
        assert row.services == len(row.cut) == price.services
        assert row.distributed_write_share == pytest.approx(price.distributed_write_share, abs=1e-4)
        assert row.largest_share == pytest.approx(price.largest_share, abs=1e-4)
        sizes = [len(service.tables) for service in row.cut]
        assert row.balance == pytest.approx(1 - sum(n * n for n in sizes) / sum(sizes) ** 2, abs=1e-4)


def test_cohesion_is_the_share_of_links_inside() -> None:
    rows = front()
    assert all(0 <= row.cohesion <= 1 for row in rows)
    fewest, most = rows[0], rows[-1]
    assert fewest.cohesion > most.cohesion
    (only,) = propose(system(), ProposalSettings(services=1, bootstrap=0)).alternatives[:1]
    assert only.services == 1
    assert only.cohesion == 1.0
    assert only.balance == 0.0


def test_tables_to_be_kept_apart_are_apart_in_every_alternative() -> None:
    demands = Constraints(
        apart=(("orders", "order_lines"), ("orders", "stocks"), ("stocks", "order_lines")),
        together=(("users", "mails"),),
    )
    rows = front(ProposalSettings(bootstrap=0, constraints=demands))
    assert len(rows) > 1
    for row in rows:
        home = {table: service.name for service in row.cut for table in service.tables}
        assert len({home["orders"], home["order_lines"], home["stocks"]}) == 3
        assert home["users"] == home["mails"]


def test_a_wanted_number_of_services_costs_no_more_than_the_alternative_of_that_number() -> None:
    graph = system()
    found = propose(graph, ProposalSettings(bootstrap=0))
    inside = {table for service in found.services for table in service.tables}
    left_out = frozenset(number for number, node in enumerate(graph.tables) if node.name not in inside)
    weighted = weigh(graph, Weights(), left_out=left_out)

    def cost(services: tuple[Service, ...]) -> float:
        home = {table: number for number, service in enumerate(services) for table in service.tables}
        partition = tuple(home.get(node.name, len(home) + number) for number, node in enumerate(graph.tables))
        return OBJECTIVES[0].cost(weighted, partition)

    for row in found.alternatives[::3]:
        asked = propose(graph, ProposalSettings(bootstrap=0, services=row.services))
        assert {table for service in asked.services for table in service.tables} == inside
        assert cost(asked.services) <= cost(row.cut) + 1e-9
        assert cost(row.cut) == pytest.approx(row.cost * cost(found.services), rel=1e-3)


def test_next_to_nothing_has_no_alternatives() -> None:
    assert propose(build_graph(evidence(schema("")))).alternatives == ()
    (only,) = propose(build_graph(evidence(schema("one")))).alternatives
    assert only.chosen
    assert not only.dominated


def test_what_is_left_out_on_large_schemas_is_said() -> None:
    assert limits(LISTED) == ()
    assert "without their tables" in limits(LISTED + 1)[0]
    assert "finer" not in limits(REFINED)[0]
    assert "finer" in limits(REFINED + 1)[0]


def test_the_front_is_the_same_on_every_run() -> None:
    assert front() == front()
