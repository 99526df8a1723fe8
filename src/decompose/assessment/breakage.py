"""What a cut breaks beyond the figures, in full: every crossing statement, reference, view, routine, journey, team."""

from __future__ import annotations

from dataclasses import dataclass

from decompose.assessment.crossings import Crossing, Crossings
from decompose.assessment.findings.across import OwnerPair, ReadingAcross, owner_pairs, readings_across
from decompose.assessment.findings.routines_across import RoutineAcross, routine_uses, routines_across
from decompose.assessment.journeys import Journey, journeys
from decompose.assessment.ownership import Ownership
from decompose.assessment.published import Metric, published_metrics
from decompose.assessment.retirement import Retirement, retirements
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence


@dataclass(frozen=True, slots=True)
class Breakage:
    """Everything that a cut breaks, each list with its weightiest member first."""

    crossings: tuple[Crossing, ...]
    retirements: tuple[Retirement, ...]
    readings: tuple[ReadingAcross, ...]
    routines: tuple[RoutineAcross, ...]
    owners: tuple[OwnerPair, ...]
    journeys: tuple[Journey, ...]
    metrics: tuple[Metric, ...]


def breakage(evidence: Evidence, decomposition: Decomposition, reference: Decomposition | None = None) -> Breakage:
    """What the decomposition breaks, by the evidence; MoJoFM only where there is a `reference` to compare with."""
    known = {table: service.name for service in (reference.services if reference else ()) for table in service.tables}
    ownership = Ownership(evidence, decomposition)
    uses = routine_uses(evidence)
    return Breakage(
        crossings=Crossings(evidence, ownership, uses).all(),
        retirements=retirements(evidence, ownership),
        readings=readings_across(evidence, ownership),
        routines=routines_across(uses, ownership),
        owners=owner_pairs(evidence, decomposition, ownership),
        journeys=journeys(evidence, ownership),
        metrics=published_metrics(evidence, decomposition, known),
    )
