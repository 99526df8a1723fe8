"""The protocol of objectives: a cost for any partition, and its exact change for one move."""

from __future__ import annotations

from typing import Protocol

from decompose.graph.weights import WeightedGraph

Partition = tuple[int, ...]
"""The service number of every node of a graph; numbers carry no meaning of their own."""


class Tally(Protocol):
    """A partition under change, with all that is needed to price one move exactly."""

    def delta(self, node: int, service: int) -> float:
        """What the cost would gain if the node moved to the service (which may be an unused number)."""

    def move(self, node: int, service: int) -> None:
        """Moves the node."""

    def best(self, node: int) -> tuple[float, int]:
        """The cheapest move of the node and its delta, an own new service included; (0, its own) where none helps."""

    def service(self, node: int) -> int:
        """The node's service now."""

    def partition(self) -> Partition:
        """The partition now."""


class Objective(Protocol):
    """A cost to be minimised. Costs of one graph compare; costs of different graphs don't."""

    @property
    def name(self) -> str:
        """The name a user chooses it by."""

    def cost(self, graph: WeightedGraph, partition: Partition) -> float:
        """The cost of a partition, counted from scratch."""

    def begin(self, graph: WeightedGraph, partition: Partition) -> Tally:
        """A tally that starts from the partition."""
