"""The protocol of searches."""

from __future__ import annotations

from typing import Protocol

from decompose.boundaries.objectives.objective import Objective, Partition
from decompose.graph.weights import WeightedGraph


class Search(Protocol):
    """Finds a partition that costs no more than its start; same graph, start and seed: same answer."""

    @property
    def name(self) -> str:
        """The name a user chooses it by."""

    def improve(self, graph: WeightedGraph, objective: Objective, start: Partition, seed: int) -> Partition:
        """A partition of the graph's nodes, never dearer than the start."""


def canonical(partition: Partition) -> Partition:
    """The same partition with its services numbered in the order of their first node."""
    numbers: dict[int, int] = {}
    return tuple(numbers.setdefault(service, len(numbers)) for service in partition)
