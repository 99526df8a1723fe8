"""The proposal: from the coupling graph to named services, with what stands outside and how sure each is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from decompose.boundaries.constraints import Bound, bind, constrain
from decompose.boundaries.cut import Cutter
from decompose.boundaries.leveling import View, map_levels
from decompose.boundaries.model import Alternative, Decomposition, Role, Service
from decompose.boundaries.names import ServiceNames, service_names
from decompose.boundaries.objectives.objective import Partition
from decompose.boundaries.pareto import REFINED, alternatives, limits
from decompose.boundaries.recutting import cheapest
from decompose.boundaries.roles import infrastructure, reference_data
from decompose.boundaries.search.multistart import Multistart
from decompose.boundaries.settings import ProposalSettings
from decompose.boundaries.stability import Stability, bootstrap
from decompose.boundaries.verdict import refusal
from decompose.errors import UsageError
from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import Vocabulary, read_vocabulary
from decompose.graph.weights import WeightedGraph, weigh

__all__ = ["ProposalSettings", "propose"]

_DEFAULT = ProposalSettings()
_SURE = 0.6
_ROUGH = Multistart("rough", starts=2, patience=8)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A cut before it has names."""

    graph: CouplingGraph
    vocabulary: Vocabulary
    roles: tuple[Role, ...]
    weighted: WeightedGraph
    partition: Partition
    members: tuple[int, ...]

    @property
    def left_out(self) -> frozenset[int]:
        """Tables set apart."""
        return frozenset(range(len(self.partition))).difference(self.members)


def propose(graph: CouplingGraph, settings: ProposalSettings = _DEFAULT) -> Decomposition:
    """Service boundaries for any coupling graph, the empty one included.

    UsageError for settings that don't exist, and for constraints that cannot all hold.
    """
    if settings.services is not None and settings.services < 1:
        raise UsageError("a decomposition needs at least one service", "give a number of services from 1 up")
    bound = bind(settings.constraints, graph)
    cutter = Cutter(settings.checked_objective(), settings.checked_search(), bound, settings.seed)
    vocabulary = read_vocabulary(graph)
    told = tuple(Role(graph.tables[table].name, kind, "set apart by the user") for table, kind in bound.roles)
    roles = told + _free(graph, bound, infrastructure(graph, vocabulary))
    roles += _shared(graph, vocabulary, roles, cutter, settings)
    draft = _draft(graph, vocabulary, roles, settings)
    partition = cutter.cut(draft.weighted, draft.members, settings.services)
    if settings.services is not None and 0 < len(draft.members) <= REFINED:
        partition = cheapest(draft.weighted, draft.members, cutter, partition)
    return _decomposition(replace(draft, partition=partition), cutter, settings)


def _shared(
    graph: CouplingGraph, vocabulary: Vocabulary, roles: tuple[Role, ...], cutter: Cutter, settings: ProposalSettings
) -> tuple[Role, ...]:
    """Reference data, as a rough cut shows it: which tables several services refer to hangs on no detail of the cut."""
    draft = _draft(graph, vocabulary, roles, settings)
    if not reference_data(graph, vocabulary, draft.partition, draft.left_out):
        return ()
    partition = replace(cutter, search=_ROUGH).cut(draft.weighted, draft.members, settings.services)
    shared = _free(graph, cutter.bound, reference_data(graph, vocabulary, partition, draft.left_out))
    return shared if len(shared) < len(draft.members) else ()


def _free(graph: CouplingGraph, bound: Bound, roles: tuple[Role, ...]) -> tuple[Role, ...]:
    """Roles of tables that no constraint claims; none at all where they would leave no table for a service."""
    claimed = {graph.tables[table].name for table in bound.named}
    kept = tuple(role for role in roles if role.table not in claimed)
    return kept if len(kept) < len(graph.tables) else ()


def _draft(graph: CouplingGraph, vocabulary: Vocabulary, roles: tuple[Role, ...], settings: ProposalSettings) -> _Draft:
    """The draft of a cut that is still to be made."""
    names = {role.table for role in roles}
    left_out = frozenset(index for index, node in enumerate(graph.tables) if node.name in names)
    members = tuple(index for index in range(len(graph.tables)) if index not in left_out)
    weighted = weigh(graph, settings.weights, vocabulary, left_out)
    return _Draft(graph, vocabulary, roles, weighted, tuple(range(len(graph.tables))), members)


def _decomposition(draft: _Draft, cutter: Cutter, settings: ProposalSettings) -> Decomposition:
    members = draft.members
    labels = sorted({draft.partition[node] for node in members})
    stability = bootstrap(draft.graph, draft.vocabulary, draft.partition, members, cutter, settings)
    names = _names(draft, labels, cutter.bound)
    given = dict(settings.constraints.capabilities)
    found = (_service(draft, label, names, cutter.bound, stability, given) for label in labels)
    view = View(draft.graph, draft.vocabulary, constrain(draft.weighted, cutter.bound), cutter.objective)
    mapped = map_levels(view, sorted(found, key=lambda service: service.name), settings.capabilities)
    return Decomposition(
        services=mapped.services,
        shared=tuple(sorted(role.table for role in draft.roles if role.kind == "shared")),
        infrastructure=tuple(sorted(role.table for role in draft.roles if role.kind == "infrastructure")),
        roles=tuple(sorted(draft.roles, key=lambda role: role.table)),
        capabilities=mapped.capabilities,
        unsure=_unsure(draft, cutter, stability, names),
        note=refusal(draft.graph),
        alternatives=_alternatives(draft, cutter, mapped.services),
        hierarchy=mapped.hierarchy,
        remarks=mapped.remarks + limits(len(members)) + _fewer(settings.services, len(labels)),
    )


def _fewer(asked: int | None, found: int) -> tuple[str, ...]:
    """What to say where there are not as many tables as services were asked for."""
    if asked is None or asked <= found:
        return ()
    return (f"{asked} services were asked for; every table has one of its own in {found}",)


def _alternatives(draft: _Draft, cutter: Cutter, services: tuple[Service, ...]) -> tuple[Alternative, ...]:
    """The front, its services named as the proposal's where they have the same tables."""
    known = {service.tables: service.name for service in services}
    calling = ServiceNames(draft.graph, draft.vocabulary)

    def naming(cut: Sequence[tuple[int, ...]]) -> list[Service]:
        tables = [tuple(draft.graph.tables[table].name for table in found) for found in cut]
        given = [known.get(found, "") for found in tables]
        names = calling.of(cut, given)
        return sorted(map(Service, names, tables), key=lambda service: service.name)

    return alternatives(draft.graph, draft.weighted, draft.partition, draft.members, cutter, naming)


def _names(draft: _Draft, labels: list[int], bound: Bound) -> dict[int, str]:
    pinned = {draft.partition[table]: name for table, name in bound.services}
    tables = [tuple(node for node in draft.members if draft.partition[node] == label) for label in labels]
    found = service_names(draft.graph, tables, draft.vocabulary, [pinned.get(label, "") for label in labels])
    return dict(zip(labels, found, strict=True))


def _service(
    draft: _Draft,
    label: int,
    names: dict[int, str],
    bound: Bound,
    stability: Stability | None,
    capabilities: Mapping[str, str],
) -> Service:
    inside = [node for node in draft.members if draft.partition[node] == label]
    owner = next((name for table, name in bound.owners if draft.partition[table] == label), "")
    pinned = next((name for table, name in bound.services if draft.partition[table] == label), "")
    sure = stability.services[label] if stability else None
    tables = tuple(draft.graph.tables[node].name for node in inside)
    return Service(names[label], tables, capabilities.get(pinned, ""), owner, sure)


def _unsure(
    draft: _Draft, cutter: Cutter, stability: Stability | None, names: dict[int, str]
) -> tuple[tuple[str, str, float], ...]:
    """Tables that fewer than `_SURE` of the rounds left where they are, their second choice, and its price.

    The price is a share of the proposal's whole cost.
    """
    if stability is None:
        return ()
    tally = cutter.objective.begin(draft.weighted, draft.partition)
    total = cutter.objective.cost(draft.weighted, draft.partition) or 1.0
    found = []
    for node in draft.members:
        votes, own = stability.votes[node], draft.partition[node]
        others = sorted((-count, service) for service, count in votes.items() if service != own)
        if others and votes[own] < _SURE * stability.rounds:
            second = others[0][1]
            found.append((draft.graph.tables[node].name, names[second], round(tally.delta(node, second) / total, 4)))
    return tuple(sorted(found))
