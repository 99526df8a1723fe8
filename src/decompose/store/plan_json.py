"""`plan.json`: the order of extraction with every playbook, saga and event, `decompose/plan@1`."""

from __future__ import annotations

from typing import Any

from decompose.assessment.plan.model import Plan
from decompose.evidence.bundle import Coverage
from decompose.store.assessment_json import coverage_object
from decompose.store.json_text import pretty
from decompose.store.records import encode

FORMAT = "decompose/plan@1"
_DIGITS = 6


def dump(plan: Plan, coverage: Coverage) -> str:
    """The document's text; shares are rounded to six digits."""
    return pretty({"format": FORMAT, "coverage": coverage_object(coverage), **_rounded(encode(plan))})


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return value
