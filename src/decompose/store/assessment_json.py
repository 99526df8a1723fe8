"""`assessment.json`: the price of a decomposition, `decompose/assessment@1`."""

from __future__ import annotations

from typing import Any

from decompose.assessment.breakage import Breakage
from decompose.assessment.model import Assessment, Finding
from decompose.evidence.bundle import Coverage
from decompose.store.json_text import pretty
from decompose.store.records import Json, encode

FORMAT = "decompose/assessment@1"
_DIGITS = 6


def dump(
    assessment: Assessment,
    coverage: Coverage | None = None,
    broken: Breakage | None = None,
    before: Assessment | None = None,
    change: str = "",
) -> str:
    """The document's text; `coverage`, where given, comes first, what the cut breaks in full last.

    `before` is the price without the change, told in words, that led to `assessment`.
    """
    head: dict[str, Json] = {"format": FORMAT}
    if coverage is not None:
        head["coverage"] = coverage_object(coverage)
    tail: dict[str, Json] = {}
    if before is not None:
        tail |= {"change": change, "before": assessment_object(before)}
    if broken is not None:
        tail["breakage"] = breakage_object(broken)
    return pretty({**head, **assessment_object(assessment), **tail})


def breakage_object(broken: Breakage) -> dict[str, Json]:
    """Every crossing statement, retired reference, view, journey, pair of owners and published metric."""
    found: dict[str, Json] = encode(broken)
    journeys = [
        {**item, "round_trips_added": journey.round_trips_added}
        for item, journey in zip(found["journeys"], broken.journeys, strict=True)
    ]
    owners = [
        {**item, "same_owner": pair.same_owner} for item, pair in zip(found["owners"], broken.owners, strict=True)
    ]
    metrics = [
        {**item, "value": None if metric.value is None else round(metric.value, _DIGITS)}
        for item, metric in zip(found["metrics"], broken.metrics, strict=True)
    ]
    return {**found, "journeys": journeys, "owners": owners, "metrics": metrics}


def coverage_object(coverage: Coverage) -> dict[str, Json]:
    """How much of the input stands behind an answer, with every gap counted."""
    names = [name for name in Coverage.__dataclass_fields__ if name != "gaps"]
    gaps = [{"reason": gap.reason, "count": gap.count} for gap in coverage.gaps]
    return {**{name: getattr(coverage, name) for name in names}, "gaps": gaps}


def assessment_object(assessment: Assessment) -> dict[str, Json]:
    """The figures and findings; shares are rounded to six digits."""
    return {
        "services": assessment.services,
        "largest_share": round(assessment.largest_share, _DIGITS),
        "write_transactions": assessment.write_transactions,
        "distributed_write_transactions": assessment.distributed_write_transactions,
        "distributed_write_share": round(assessment.distributed_write_share, _DIGITS),
        "explicit_write_transactions": assessment.explicit_write_transactions,
        "explicit_distributed_write_transactions": assessment.explicit_distributed_write_transactions,
        "saga_cost": round(assessment.saga_cost, _DIGITS),
        "cross_joins": assessment.cross_joins,
        "cross_reads": assessment.cross_reads,
        "foreign_keys_to_retire": assessment.foreign_keys_to_retire,
        "findings": [_finding(finding) for finding in assessment.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "key": finding.key,
        "severity": finding.severity,
        "message": finding.message,
        "services": list(finding.services),
        "tables": list(finding.tables),
        "executions": finding.executions,
        "evidence": list(finding.evidence),
    }
