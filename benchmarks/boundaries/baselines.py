"""Simple methods on the same evidence: connected components, Louvain and Leiden on co-access and foreign keys.

Leiden is graspologic-native (MIT), a tool of the benchmark only; its column stays empty where it is not installed.
"""

from __future__ import annotations

from collections import defaultdict
from importlib.util import find_spec

import networkx as nx

from decompose.graph.model import CouplingGraph
from decompose.graph.spreading import spread


def evidence_graph(graph: CouplingGraph) -> nx.Graph:
    """Tables as nodes; foreign keys weigh 1, each transaction one per table, spread over its other tables."""
    weights: dict[tuple[int, int], float] = defaultdict(float)
    runs = [1.0] * len(graph.transactions)
    for pair, weight in spread((e.writes + e.reads for e in graph.transactions), runs).items():
        weights[pair] += weight
    for link in graph.references:
        if link.child != link.parent:
            weights[min(link.child, link.parent), max(link.child, link.parent)] += 1.0
    found = nx.Graph()
    found.add_nodes_from(range(len(graph.tables)))
    found.add_weighted_edges_from((a, b, w) for (a, b), w in sorted(weights.items()))
    return found


def components(graph: CouplingGraph) -> dict[int, int]:
    """Table to group: what is linked at all is together."""
    groups = sorted(sorted(nodes) for nodes in nx.connected_components(evidence_graph(graph)))
    return {node: number for number, nodes in enumerate(groups) for node in nodes}


def louvain(graph: CouplingGraph, seed: int = 0) -> dict[int, int]:
    """Table to group by modularity (Blondel et al. 2008), resolution 1."""
    groups = nx.community.louvain_communities(evidence_graph(graph), weight="weight", seed=seed)
    return {node: number for number, nodes in enumerate(groups) for node in nodes}


def has_leiden() -> bool:
    """Whether the package is there."""
    return find_spec("graspologic_native") is not None


def leiden(graph: CouplingGraph, seed: int = 0) -> dict[int, int]:
    """Table to group by modularity (Traag et al. 2019), resolution 1, the best of ten runs; unlinked tables alone."""
    import graspologic_native

    evidence = evidence_graph(graph)
    edges = [(str(a), str(b), weight) for a, b, weight in sorted(evidence.edges(data="weight"))]
    found = graspologic_native.leiden(edges, seed=seed, trials=10)[1] if edges else {}
    return {node: found.get(str(node), -1 - node) for node in evidence.nodes}
