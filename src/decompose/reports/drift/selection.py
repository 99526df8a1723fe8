"""Which results an output of limited size shows: those that fail first, then those that somebody should look at."""

from __future__ import annotations

from decompose.assessment.drift.model import Drift, Result
from decompose.reports.drift.text import severity

MOST = 5_000
"""Results in one file for a code host: GitHub shows no more per run (and refuses more than 25,000)."""


def shown(drift: Drift, most: int = MOST) -> tuple[tuple[Result, ...], int]:
    """The results worth showing, errors before warnings, and how many more there are."""
    found = [result for result in drift.results if severity(result) != "note"]
    ranked = sorted(found, key=lambda result: severity(result) != "error")
    return tuple(ranked[:most]), max(len(ranked) - most, 0)
