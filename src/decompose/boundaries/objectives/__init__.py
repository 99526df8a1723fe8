"""What a decomposition costs: one row per objective."""

from __future__ import annotations

from decompose.boundaries.objectives.coupling import Coupling
from decompose.boundaries.objectives.objective import Objective

OBJECTIVES: tuple[Objective, ...] = (Coupling("coupling"), Coupling("quadratic", power=2.0))
