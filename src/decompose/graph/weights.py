"""Weights: how much each kind of coupling counts, and the weighted graph that a search works on.

Every kind of evidence is first brought to one scale: its total is (its weight) x (tables it says something about), so
that a long log does not drown the schema, nor a big schema a short log. docs/boundaries.md explains each weight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log1p

from decompose.graph.lookups import lookups
from decompose.graph.model import CouplingGraph
from decompose.graph.name_links import parts, shared_areas, shared_columns, shared_namespaces, shared_words
from decompose.graph.spreading import Pairs, merged, spread
from decompose.graph.vocabulary import Vocabulary, read_vocabulary

ROOMY = 200
"""Tables beyond which services may become more, not only larger: their number grows with the root of the tables."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of coupling counts; the defaults are one setting for every system.

    The first nine are kinds of evidence. `later_word` and `generic_word` are what a word of a table's name counts
    when it is not the first, or says little ("type", "item"). `lookup_links` is what accesses, joins and foreign keys
    of reference data count, as a replica can serve them. `hub_damping` (0 to 1) is how far a table's accesses, joins
    and foreign keys lose weight when it has more of them than the average table. `size` is the pull against giant
    services, growing with schemas of more than `ROOMY` tables; `even` (0 to 1) is how far size means a share of the
    tables rather than of the coupling. `crumb` is what a service of one table costs, a share of half of all coupling.
    """

    distributed_writes: float = 1.0
    accesses: float = 2.0
    joins: float = 0.5
    foreign_keys: float = 1.5
    parts: float = 0.25
    table_words: float = 1.0
    column_words: float = 0.15
    areas: float = 0.1
    namespaces: float = 1.0
    later_word: float = 0.3
    generic_word: float = 0.3
    lookup_links: float = 0.25
    hub_damping: float = 0.25
    size: float = 2.0
    even: float = 0.3
    crumb: float = 0.002


@dataclass(frozen=True, slots=True)
class Hyperedge:
    """A set of nodes (sorted) that costs `weight` x (services it spans - 1)."""

    weight: float
    nodes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WeightedGraph:
    """Nodes are tables, or groups of tables once contracted. `neighbours[i]` lists (node, weight) both ways, sorted.

    `mass` is each node's size, a share of the whole; it sums to 1. `tables` counts the tables inside a node. `size` is
    the weight of the size term, in the same unit as the links. `apart[i]` lists the nodes that may never share a
    service with node i (empty: no such constraint anywhere). `crumb` is what a service of one table costs, in it.
    """

    neighbours: tuple[tuple[tuple[int, float], ...], ...]
    hyperedges: tuple[Hyperedge, ...]
    mass: tuple[float, ...]
    tables: tuple[int, ...]
    size: float
    apart: tuple[tuple[int, ...], ...] = ()
    crumb: float = 0.0


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of evidence: what its pairs weigh among themselves, its weight in all, and whether hubs are damped."""

    name: str
    pairs: Pairs
    weight: float
    damped: bool = False


def weigh(
    graph: CouplingGraph,
    weights: Weights,
    vocabulary: Vocabulary | None = None,
    left_out: frozenset[int] = frozenset(),
    times: Sequence[int] | None = None,
) -> WeightedGraph:
    """The weighted graph of all tables; those in `left_out` keep their index but couple to nothing.

    `times` says how often each transaction counts (bootstrap); by default once.
    """
    vocabulary = vocabulary or read_vocabulary(graph)
    runs = _runs(graph, times)
    total: Pairs = defaultdict(float)
    for kind in kinds(graph, weights, vocabulary, left_out, runs):
        for pair, value in kind.pairs.items():
            total[pair] += value
    hyperedges = _written_together(graph, weights, left_out, runs)
    return _assemble(len(graph.tables), total, hyperedges, weights, left_out)


def kinds(
    graph: CouplingGraph,
    weights: Weights,
    vocabulary: Vocabulary,
    left_out: frozenset[int] = frozenset(),
    runs: Sequence[float] | None = None,
) -> list[Kind]:
    """Every pairwise kind of evidence, its pairs scaled as the cost counts them; `runs` weighs the transactions."""
    runs = _runs(graph, None) if runs is None else runs
    members = [table for table in range(len(graph.tables)) if table not in left_out]
    links = {_sorted(r.child, r.parent): 1.0 for r in graph.references if r.child != r.parent}
    found = (
        Kind("accesses", spread((e.writes + e.reads for e in graph.transactions), runs), weights.accesses, True),
        Kind("joins", {(j.left, j.right): log1p(j.executions) for j in graph.joins}, weights.joins, True),
        Kind("foreign keys", links, weights.foreign_keys, True),
        Kind("parts", parts(graph, vocabulary), weights.parts),
        Kind("table words", shared_words(vocabulary, weights.later_word, weights.generic_word), weights.table_words),
        Kind("column words", shared_columns(vocabulary), weights.column_words),
        Kind("database schemas", shared_namespaces(graph, members), weights.namespaces),
    )
    replicas = lookups(graph, vocabulary)
    areas = Kind("business areas", shared_areas(vocabulary, members, weights.areas), weights.areas)
    scaled = [_scaled(kind, weights.hub_damping, left_out) for kind in found if kind.weight]
    return [*(_replicated(kind, replicas, weights.lookup_links) for kind in scaled), areas]


def _runs(graph: CouplingGraph, times: Sequence[int] | None) -> list[float]:
    """Executions dampened, so that one hot path does not drown the rest."""
    count = times or [1] * len(graph.transactions)
    return [log1p(edge.executions) * number for edge, number in zip(graph.transactions, count, strict=True)]


def _written_together(
    graph: CouplingGraph, weights: Weights, left_out: frozenset[int], runs: Sequence[float]
) -> tuple[Hyperedge, ...]:
    """One hyperedge per distinct set of tables written, locked or cascaded to together."""
    sets = (tuple(table for table in edge.writes if table not in left_out) for edge in graph.transactions)
    found = merged(sets, runs)
    amount = sum(weight * len(members) / 2 for members, weight in found.items())
    if not amount or not weights.distributed_writes:
        return ()
    touched = len({table for members in found for table in members})
    unit = weights.distributed_writes * touched / amount
    return tuple(Hyperedge(weight * unit, members) for members, weight in sorted(found.items()))


def _scaled(kind: Kind, damping: float, left_out: frozenset[int]) -> Kind:
    """The kind with its hubs damped, its total brought to weight x tables touched."""
    pairs = {pair: value for pair, value in kind.pairs.items() if not left_out.intersection(pair)}
    if kind.damped and damping:
        pairs = _damped(pairs, damping)
    amount = sum(pairs.values())
    unit = kind.weight * len({table for pair in pairs for table in pair}) / amount if amount else 0.0
    return Kind(kind.name, {pair: value * unit for pair, value in sorted(pairs.items())}, kind.weight, kind.damped)


def _replicated(kind: Kind, replicas: frozenset[int], factor: float) -> Kind:
    """Links of use, with those of reference data counting less: what is only read can be had from a replica."""
    if not kind.damped or not replicas:
        return kind
    pairs = {pair: value * (1.0 if replicas.isdisjoint(pair) else factor) for pair, value in kind.pairs.items()}
    return replace(kind, pairs=pairs)


def _damped(pairs: Pairs, damping: float) -> Pairs:
    """Links of a table with more than the average weight of this kind lose by (its weight / average) ** damping."""
    degree: dict[int, float] = defaultdict(float)
    for (left, right), weight in pairs.items():
        degree[left] += weight
        degree[right] += weight
    average = sum(degree.values()) / len(degree) if degree else 0.0
    factor = {table: max(1.0, weight / average) ** -damping for table, weight in degree.items() if average}
    return {(left, right): weight * factor[left] * factor[right] for (left, right), weight in pairs.items()}


def _assemble(
    count: int,
    total: Mapping[tuple[int, int], float],
    hyperedges: tuple[Hyperedge, ...],
    weights: Weights,
    left_out: frozenset[int],
) -> WeightedGraph:
    links: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    for (left, right), weight in sorted(total.items()):
        links[left].append((right, weight))
        links[right].append((left, weight))
    degree = [sum(weight for _, weight in found) for found in links]
    for edge in hyperedges:
        for node in edge.nodes:
            degree[node] += edge.weight
    amount = sum(degree)
    inside = max(1, count - len(left_out))
    even = [0.0 if node in left_out else 1.0 / inside for node in range(count)]
    share = [value / amount for value in degree] if amount else even
    mass = tuple((1 - weights.even) * share[node] + weights.even * even[node] for node in range(count))
    neighbours = tuple(tuple(sorted(found)) for found in links)
    pull = weights.size * max(1.0, inside / ROOMY)
    return WeightedGraph(neighbours, hyperedges, mass, (1,) * count, pull * amount / 2, (), weights.crumb * amount / 2)


def _sorted(left: int, right: int) -> tuple[int, int]:
    return (left, right) if left < right else (right, left)
