"""Services with their capabilities, the capability map and the hierarchy: for a proposal and for any given cut."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from decompose.boundaries.capabilities import capability_map
from decompose.boundaries.capability_edits import edited
from decompose.boundaries.capability_groups import grouped
from decompose.boundaries.capability_names import Heading, heading
from decompose.boundaries.hierarchy import build_hierarchy, partition_of
from decompose.boundaries.label_modules import labelled_areas
from decompose.boundaries.merging import between
from decompose.boundaries.model import CAPABILITY, SERVICE, Capability, Decomposition, Hierarchy, Service
from decompose.boundaries.names import ServiceNames
from decompose.boundaries.objectives import OBJECTIVES
from decompose.boundaries.objectives.objective import Objective
from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import Vocabulary, read_vocabulary, words
from decompose.graph.weights import WeightedGraph, Weights, weigh


@dataclass(frozen=True, slots=True)
class View:
    """A graph, its words, its weights under the constraints, and what cuts of it cost."""

    graph: CouplingGraph
    vocabulary: Vocabulary
    weighted: WeightedGraph
    objective: Objective


@dataclass(frozen=True, slots=True)
class Mapped:
    """Services under their capabilities, the map, the hierarchy, and what of the user's edits fits no more."""

    services: tuple[Service, ...]
    capabilities: tuple[Capability, ...]
    hierarchy: Hierarchy
    remarks: tuple[str, ...] = ()


def with_levels(graph: CouplingGraph, decomposition: Decomposition) -> Decomposition:
    """A decomposition that somebody else has drawn, with capabilities for services without one, a map, a hierarchy.

    Services own what the evidence knows of their tables; a service without any is in neither.
    """
    names = {node.name for node in graph.tables}
    services = [replace(s, tables=tuple(t for t in s.tables if t in names)) for s in decomposition.services]
    owned = {table for service in services for table in service.tables}
    left_out = frozenset(number for number, node in enumerate(graph.tables) if node.name not in owned)
    vocabulary = read_vocabulary(graph)
    weighted = weigh(graph, Weights(), vocabulary, left_out)
    view = View(graph, vocabulary, weighted, OBJECTIVES[0])
    mapped = map_levels(view, [service for service in services if service.tables])
    capability = {service.name: service.capability for service in mapped.services}
    return replace(
        decomposition,
        services=tuple(replace(s, capability=capability.get(s.name, s.capability)) for s in decomposition.services),
        capabilities=mapped.capabilities,
        hierarchy=mapped.hierarchy,
    )


def map_levels(view: View, services: Sequence[Service], known: Sequence[Capability] = ()) -> Mapped:
    """Finds the capabilities of services that have none, the map with the edits of the `known` one, the hierarchy."""
    if not services:
        return Mapped((), (), Hierarchy())
    index = {node.name: number for number, node in enumerate(view.graph.tables)}
    headings = _headings(view, services, index)
    titles = _titles(view, services, headings)
    reasons = {title.name: title.derived_from for title in titles}
    placed = [replace(service, capability=title.name) for service, title in zip(services, titles, strict=True)]
    found, remarks = edited(capability_map(view.graph, placed, view.vocabulary, reasons), known)
    places = _places(found)
    final = tuple(_at_home(service, places) for service in placed)
    told = {(CAPABILITY, capability.name): capability.derived_from for capability in found}
    told |= {(SERVICE, s.name): title.derived_from for s, title in zip(services, headings, strict=True)}
    tree = build_hierarchy(view.graph, view.vocabulary, view.weighted, view.objective, final, told)
    return Mapped(final, found, tree, remarks)


def _headings(view: View, services: Sequence[Service], index: Mapping[str, int]) -> list[Heading]:
    """What each service would be called as a capability of its own."""
    inside = [[index[table] for table in service.tables] for service in services]
    areas = labelled_areas(view.graph, inside)
    calling = ServiceNames(view.graph, view.vocabulary)
    found = []
    for service, tables, area in zip(services, inside, areas, strict=True):
        space = calling.covering_schema(tables)
        called = space if "-".join(words(space)) == service.name else ""
        spoken = [view.vocabulary.tables[table] for table in tables]
        found.append(heading(service.name, service.tables, spoken, area, called))
    return found


def _titles(view: View, services: Sequence[Service], headings: Sequence[Heading]) -> list[Heading]:
    """A capability for every service; what the user has named stays."""
    partition = partition_of(view.graph, services)
    total = view.objective.cost(view.weighted, partition) or 1.0
    apart = between(view.weighted, partition, len(services))
    found = grouped(services, headings, apart, view.objective, total)
    return [
        Heading(service.capability, "given with the service") if service.capability not in ("", title.name) else title
        for service, title in zip(services, found, strict=True)
    ]


def _places(capabilities: Sequence[Capability]) -> Mapping[str, Sequence[str]]:
    """The capabilities that hold each table."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for capability in capabilities:
        for part in capability.children:
            for table in part.tables:
                found[table].append(capability.name)
    return found


def _at_home(service: Service, places: Mapping[str, Sequence[str]]) -> Service:
    """The service in the capability that has most of its tables now."""
    holding = Counter(name for table in service.tables for name in places.get(table, ()))
    best = min(holding, key=lambda name: (-holding[name], name != service.capability, name), default="")
    return replace(service, capability=best) if best else service
