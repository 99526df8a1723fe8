"""What a user can set about a proposal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from decompose.boundaries.constraints import Constraints
from decompose.boundaries.model import Capability
from decompose.boundaries.objectives import OBJECTIVES
from decompose.boundaries.objectives.objective import Objective
from decompose.boundaries.search import SEARCHES
from decompose.boundaries.search.search import Search
from decompose.errors import UsageError
from decompose.graph.weights import Weights


@dataclass(frozen=True, slots=True)
class ProposalSettings:
    """`services` is the wanted number of services, None for "as many as cost least". `seed` drives every random choice.

    `objective` and `search` name rows of OBJECTIVES and SEARCHES. `bootstrap` is how many resamples of the evidence
    the stability figures rest on (0: none are given). `capabilities` is an earlier capability map as the user has
    edited it.
    """

    services: int | None = None
    seed: int = 0
    objective: str = OBJECTIVES[0].name
    search: str = SEARCHES[0].name
    weights: Weights = field(default_factory=Weights)
    constraints: Constraints = field(default_factory=Constraints)
    bootstrap: int = 12
    capabilities: tuple[Capability, ...] = ()

    def checked_objective(self) -> Objective:
        """The row of OBJECTIVES; UsageError for an unknown name."""
        return _row("objective", self.objective, OBJECTIVES)

    def checked_search(self) -> Search:
        """The row of SEARCHES; UsageError for an unknown name."""
        return _row("search", self.search, SEARCHES)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Row = TypeVar("_Row", bound=_Named)


def _row(kind: str, name: str, rows: tuple[_Row, ...]) -> _Row:
    for row in rows:
        if row.name == name:
            return row
    raise UsageError(f"there is no {kind} {name!r}", "known are " + ", ".join(row.name for row in rows))
