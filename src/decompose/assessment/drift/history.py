"""Coupling over time: one run per check that was stored, or per revision that was looked at."""

from __future__ import annotations

from dataclasses import dataclass

from decompose.assessment.drift.model import Metrics


@dataclass(frozen=True, slots=True)
class Run:
    """The figures of one revision on one day (ISO date); `verdict` is `drift`, `no drift` or empty: not judged."""

    revision: str
    day: str
    metrics: Metrics
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Trend:
    """Runs in their order, with the pairs of services that are coupled in any of them, by name."""

    runs: tuple[Run, ...]

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every pair of services of any run, sorted."""
        return tuple(sorted({(a, b) for run in self.runs for a, b, _ in run.metrics.pairs}))
