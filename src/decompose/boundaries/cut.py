"""One cut: the weighted graph under its constraints, searched; with any number of services, or the cheapest."""

from __future__ import annotations

from dataclasses import dataclass

from decompose.boundaries.constraints import Bound, constrain
from decompose.boundaries.objectives.objective import Objective, Partition
from decompose.boundaries.search.contract import contract, expand
from decompose.boundaries.search.count import with_services
from decompose.boundaries.search.search import Search
from decompose.graph.weights import WeightedGraph


@dataclass(frozen=True, slots=True)
class Cutter:
    """How to cut: the objective, the search, the constraints, and the seed of every random choice."""

    objective: Objective
    search: Search
    bound: Bound
    seed: int = 0

    def cut(self, graph: WeightedGraph, members: tuple[int, ...], services: int | None = None) -> Partition:
        """A partition of the graph's tables; `members` are those that form services, `services` how many to form.

        UsageError where the constraints allow no such number.
        """
        contracted, home = contract(constrain(graph, self.bound), self.bound.group)
        nodes = tuple(sorted({home[table] for table in members}))
        if services is None or not nodes:
            start = tuple(range(len(contracted.mass)))
            return expand(home, self.search.improve(contracted, self.objective, start, self.seed))
        return expand(home, with_services(contracted, self.objective, self.search, services, self.seed, nodes))
