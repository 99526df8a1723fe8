"""The proposal: from the coupling graph to named services, with what stands outside and how sure each is."""

from __future__ import annotations

import random
from collections import Counter

from decompose.boundaries.capabilities import capability_map
from decompose.boundaries.model import Decomposition, Role, Service
from decompose.boundaries.names import capability_name, service_names
from decompose.boundaries.objectives import OBJECTIVES
from decompose.boundaries.objectives.objective import Objective, Partition
from decompose.boundaries.roles import infrastructure, reference_data
from decompose.boundaries.search import SEARCHES
from decompose.boundaries.search.count import with_services
from decompose.boundaries.search.search import Search
from decompose.boundaries.settings import ProposalSettings
from decompose.boundaries.stability import Stability, compare, draw, resampled, rounds_for
from decompose.errors import UsageError
from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import Vocabulary, read_vocabulary
from decompose.graph.weights import WeightedGraph, weigh

__all__ = ["ProposalSettings", "propose"]

_DEFAULT = ProposalSettings()
_FEW_TABLES = 4
_LEAST_TOUCHED = 0.1
_SURE = 0.6


def propose(graph: CouplingGraph, settings: ProposalSettings = _DEFAULT) -> Decomposition:
    """Service boundaries for any coupling graph, the empty one included; UsageError for unknown settings."""
    objective, search = _objective(settings.objective), _search(settings.search)
    if settings.services is not None and settings.services < 1:
        raise UsageError("a decomposition needs at least one service", "give a number of services from 1 up")
    vocabulary = read_vocabulary(graph)
    roles = _set_apart(graph, infrastructure(graph))
    left_out = _indices(graph, roles)
    weighted = weigh(graph, settings.weights, vocabulary, left_out)
    partition = _partition(weighted, objective, search, settings, left_out)
    shared = reference_data(graph, partition, left_out)
    if shared and len(left_out) + len(shared) < len(graph.tables):
        roles += shared
        left_out = _indices(graph, roles)
        weighted = weigh(graph, settings.weights, vocabulary, left_out)
        partition = _partition(weighted, objective, search, settings, left_out)
    return _decomposition(graph, vocabulary, weighted, partition, objective, settings, roles, left_out)


def _set_apart(graph: CouplingGraph, roles: tuple[Role, ...]) -> tuple[Role, ...]:
    return roles if len(roles) < len(graph.tables) else ()


def _indices(graph: CouplingGraph, roles: tuple[Role, ...]) -> frozenset[int]:
    names = {role.table for role in roles}
    return frozenset(index for index, node in enumerate(graph.tables) if node.name in names)


def _partition(
    weighted: WeightedGraph,
    objective: Objective,
    search: Search,
    settings: ProposalSettings,
    left_out: frozenset[int],
) -> Partition:
    members = tuple(node for node in range(len(weighted.mass)) if node not in left_out)
    if settings.services is not None and members:
        return with_services(weighted, objective, search, settings.services, settings.seed, members)
    return search.improve(weighted, objective, tuple(range(len(weighted.mass))), settings.seed)


def _decomposition(
    graph: CouplingGraph,
    vocabulary: Vocabulary,
    weighted: WeightedGraph,
    partition: Partition,
    objective: Objective,
    settings: ProposalSettings,
    roles: tuple[Role, ...],
    left_out: frozenset[int],
) -> Decomposition:
    members = tuple(node for node in range(len(partition)) if node not in left_out)
    labels = sorted({partition[node] for node in members})
    tables = [tuple(node for node in members if partition[node] == label) for label in labels]
    names = service_names(graph, tables, vocabulary)
    stability = _stability(graph, vocabulary, partition, members, objective, settings, left_out)
    services = sorted(
        (
            Service(
                names[number],
                tuple(graph.tables[node].name for node in tables[number]),
                capability_name(names[number]),
                stability=stability.services[number] if stability else None,
            )
            for number in range(len(tables))
        ),
        key=lambda service: service.name,
    )
    return Decomposition(
        services=tuple(services),
        shared=tuple(sorted(role.table for role in roles if role.kind == "shared")),
        infrastructure=tuple(sorted(role.table for role in roles if role.kind == "infrastructure")),
        roles=tuple(sorted(roles, key=lambda role: role.table)),
        capabilities=capability_map(graph, services, vocabulary),
        unsure=_unsure(graph, weighted, partition, objective, stability, dict(zip(labels, names, strict=True))),
        note=_note(graph),
    )


def _stability(
    graph: CouplingGraph,
    vocabulary: Vocabulary,
    partition: Partition,
    members: tuple[int, ...],
    objective: Objective,
    settings: ProposalSettings,
    left_out: frozenset[int],
) -> Stability | None:
    rounds = rounds_for(len(members), settings.bootstrap)
    if not members or not rounds:
        return None
    rng = random.Random(settings.seed + 1)  # noqa: S311 - repeatable choice is the point, not secrecy
    found = []
    for _ in range(rounds):
        drawn = Counter(
            rng.choices(range(len(graph.transactions)), k=len(graph.transactions)) if graph.transactions else ()
        )
        times = [drawn[number] for number in range(len(graph.transactions))]
        redrawn = resampled(weigh(graph, settings.weights, vocabulary, left_out, times), rng)
        found.append(draw(redrawn, objective, rng))
    return compare(partition, members, found)


def _unsure(
    graph: CouplingGraph,
    weighted: WeightedGraph,
    partition: Partition,
    objective: Objective,
    stability: Stability | None,
    names: dict[int, str],
) -> tuple[tuple[str, str, float], ...]:
    """Tables that fewer than `_SURE` of the rounds left where they are, their second choice, and its price."""
    if stability is None:
        return ()
    tally = objective.begin(weighted, partition)
    total = objective.cost(weighted, partition) or 1.0
    found = []
    for node, votes in enumerate(stability.votes):
        others = sorted((-count, service) for service, count in votes.items() if service != partition[node])
        if others and votes[partition[node]] < _SURE * stability.rounds:
            second = others[0][1]
            found.append((graph.tables[node].name, names[second], round(tally.delta(node, second) / total, 4)))
    return tuple(sorted(found))


def _note(graph: CouplingGraph) -> str:
    """Why no verdict is given, or nothing."""
    declared = [index for index, node in enumerate(graph.tables) if node.declared]
    touched = {table for edge in graph.transactions for table in edge.writes + edge.reads}
    if not graph.tables:
        return "there are no tables: nothing to decompose"
    if not graph.transactions and len(graph.tables) < _FEW_TABLES:
        return f"a schema of {len(graph.tables)} tables and no transactions cannot carry a verdict: give a log"
    seen = len(touched.intersection(declared))
    if graph.transactions and declared and seen < _LEAST_TOUCHED * len(declared):
        return f"the log touches {seen} of {len(declared)} tables: too few to carry a verdict, capture more of the work"
    return ""


def _objective(name: str) -> Objective:
    for objective in OBJECTIVES:
        if objective.name == name:
            return objective
    raise UsageError(f"there is no objective {name!r}", "known are " + ", ".join(row.name for row in OBJECTIVES))


def _search(name: str) -> Search:
    for search in SEARCHES:
        if search.name == name:
            return search
    raise UsageError(f"there is no search {name!r}", "known are " + ", ".join(row.name for row in SEARCHES))
