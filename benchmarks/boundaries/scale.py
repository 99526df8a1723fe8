"""Time and memory of a proposal on a made-up system: python benchmarks/boundaries/scale.py [TABLES] [PROFILES].

By default 10,000 tables and 100,000 transaction profiles, in domains of some 25 tables, with one table in a third of
all transactions and a tenth of all references and transactions reaching into another domain.
"""

from __future__ import annotations

import random
import resource
import sys
import time

from decompose.boundaries.propose import propose
from decompose.graph.model import CouplingGraph, ReferenceEdge, TableNode, TransactionEdge

_DOMAIN = 25
_ASTRAY = 0.1


def system(tables: int, profiles: int, seed: int = 0) -> CouplingGraph:
    """A system with planted domains; names and columns carry no hint of them."""
    rng = random.Random(seed)
    nodes = tuple(
        TableNode(f"t{number:06d}_{rng.choice('abcdefghij') * 4}", ("id", f"c{rng.randrange(tables)}x"))
        for number in range(tables)
    )
    domain = [rng.randrange(max(1, tables // _DOMAIN)) for _ in nodes]
    inside: dict[int, list[int]] = {}
    for table, number in enumerate(domain):
        inside.setdefault(number, []).append(table)
    edges = []
    for number in range(profiles):
        members = inside[domain[rng.randrange(tables)]]
        chosen = set(rng.sample(members, min(len(members), rng.randint(1, 8))))
        chosen |= {rng.randrange(tables)} if rng.random() < _ASTRAY else set()
        chosen |= {0} if rng.random() < 1 / 3 else set()
        writes = {table for table in chosen if rng.random() < 0.5}
        reads = tuple(sorted(chosen - writes))
        edges.append(TransactionEdge(f"p{number}", "", tuple(sorted(writes)), reads, rng.randint(1, 1000)))
    links = set()
    for child in range(tables):
        for _ in range(2):
            parent = rng.randrange(tables) if rng.random() < _ASTRAY else rng.choice(inside[domain[child]])
            links.add((child, parent))
    return CouplingGraph(
        nodes,
        tuple(sorted(edges, key=lambda edge: (edge.writes, edge.reads, edge.profile))),
        (),
        tuple(ReferenceEdge(child, parent, ()) for child, parent in sorted(links)),
    )


def main() -> None:
    """Prints one line."""
    tables = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    profiles = int(sys.argv[2]) if len(sys.argv) > 2 else 10 * tables
    graph = system(tables, profiles)
    start = time.perf_counter()
    found = propose(graph)
    took = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    largest = max(len(service.tables) for service in found.services)
    print(
        f"{tables} tables, {profiles} profiles: {took:.1f} s, {memory:.0f} MB; "
        f"{len(found.services)} services, the largest of {largest} tables"
    )


if __name__ == "__main__":
    main()
