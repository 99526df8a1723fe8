"""What a user can set about a proposal."""

from __future__ import annotations

from dataclasses import dataclass, field

from decompose.graph.weights import Weights


@dataclass(frozen=True, slots=True)
class ProposalSettings:
    """`services` is the wanted number of services, None for "as many as cost least". `seed` drives every random choice.

    `objective` and `search` name rows of OBJECTIVES and SEARCHES. `bootstrap` is how many resamples of the evidence
    the stability figures rest on (0: none are given).
    """

    services: int | None = None
    seed: int = 0
    objective: str = "coupling"
    search: str = "multistart"
    weights: Weights = field(default_factory=Weights)
    bootstrap: int = 12
