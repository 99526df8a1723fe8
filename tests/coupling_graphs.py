"""Coupling graphs in a line each: `graph("orders(id, total) lines", ["orders < lines"], ["W orders R lines x3"])`."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable

from decompose.graph.model import CouplingGraph, JoinEdge, ReferenceEdge, TableNode, TransactionEdge
from decompose.graph.weights import Hyperedge, WeightedGraph

_TABLE = re.compile(r"(\w+)(?:\(([^)]*)\))?")


def graph(
    tables: str, references: Iterable[str] = (), transactions: Iterable[str] = (), joins: Iterable[str] = ()
) -> CouplingGraph:
    """Tables with optional columns; `parent < child` references; `W a b R c x9 @label` transactions; `a b x9` joins.

    `A` are tables a transaction only adds rows to, `U` those it changes; of `W` the way is not known.
    """
    nodes = [
        TableNode(name, tuple(part.strip() for part in columns.split(",") if part.strip()))
        for name, columns in sorted(_TABLE.findall(tables))
    ]
    index = {node.name: position for position, node in enumerate(nodes)}
    links = [ReferenceEdge(index[c.strip()], index[p.strip()], ()) for p, c in (r.split("<") for r in references)]
    edges = [_transaction(text, number, index) for number, text in enumerate(transactions)]
    pairs = [_join(text, index) for text in joins]
    return CouplingGraph(
        tuple(nodes),
        tuple(sorted(edges, key=lambda edge: (edge.writes, edge.reads, edge.profile))),
        tuple(sorted(pairs, key=lambda join: (join.left, join.right))),
        tuple(sorted(links, key=lambda link: (link.child, link.parent))),
    )


def _join(text: str, index: dict[str, int]) -> JoinEdge:
    left, right, runs = text.split()
    first, second = sorted((index[left], index[right]))
    return JoinEdge(first, second, int(runs[1:]))


def _transaction(text: str, number: int, index: dict[str, int]) -> TransactionEdge:
    sets: dict[str, set[int]] = {"W": set(), "R": set(), "A": set(), "U": set()}
    mode, runs, label = "R", 1, f"transaction {number}"
    for word in text.split():
        if word in sets:
            mode = word
        elif re.fullmatch(r"x\d+", word):
            runs = int(word[1:])
        elif word.startswith("@"):
            label = word[1:]
        else:
            sets[mode].add(index[word])
    writes = sets["W"] | sets["A"] | sets["U"]
    added, changed = tuple(sorted(sets["A"])), tuple(sorted(sets["U"]))
    reads = tuple(sorted(sets["R"] - writes))
    return TransactionEdge(f"p{number}", label, tuple(sorted(writes)), reads, runs, added, changed)


def random_weights(rng: random.Random, nodes: int) -> WeightedGraph:
    """Random links, hyperedges of three, sizes, size term and crumb."""
    links: list[dict[int, float]] = [{} for _ in range(nodes)]
    for _ in range(2 * nodes):
        left, right = rng.randrange(nodes), rng.randrange(nodes)
        if left != right:
            links[left][right] = links[right][left] = rng.random()
    edges = tuple(Hyperedge(rng.random(), tuple(sorted(rng.sample(range(nodes), 3)))) for _ in range(nodes))
    mass = [rng.random() for _ in range(nodes)]
    return WeightedGraph(
        tuple(tuple(sorted(found.items())) for found in links),
        edges,
        tuple(value / sum(mass) for value in mass),
        (1,) * nodes,
        rng.random() * nodes,
        (),
        rng.random(),
    )
