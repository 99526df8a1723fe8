"""Drift for the renderers' tests: one of every status with names of any kind, and one with any number of findings."""

from __future__ import annotations

from collections.abc import Callable

from decompose.assessment.drift.model import Drift, Entry, Identity, Kind, Metrics, Result, Sighting, Status
from decompose.evidence.bundle import Coverage
from decompose.reports.drift.text import Scene

SCENE = Scene(ddl={"": "db/structure.sql"}, command=" --source db/structure.sql")
COVERAGE = Coverage(statements=5728, statements_understood=5700, transactions=1022, sessions=12, tables=65)


def _same(name: str) -> str:
    return name


def every_status(rename: Callable[[str], str] = _same) -> Drift:
    """One result per status; `rename` is applied to every name."""
    results = [_result(number, status, rename) for number, status in enumerate(Status)]
    return _drift(results)


def many(count: int) -> Drift:
    """So many new foreign keys, and as many again that are only worth a look."""
    results = []
    for number in range(count):
        services = f"service_{number % 40}", f"service_{number % 40 + 1}"
        status = Status.NEW if number % 2 else Status.UNPROVEN
        identity = Identity(Kind.FOREIGN_KEY, services, (f"orders_{number}", f"users_{number}"), "reference")
        what = f"foreign key orders_{number}(user_id) -> users_{number}(id), " + "long " * 20
        results.append(Result(identity, status, status is Status.NEW, Sighting(identity, what, line=number + 1)))
    return _drift(results)


def _result(number: int, status: Status, rename: Callable[[str], str]) -> Result:
    kind = tuple(Kind)[number % len(Kind)]
    identity = Identity(
        kind, (rename("ordering"), rename("billing")), (rename("orders"), rename("invoices")), f"mode {number}"
    )
    entry = Entry(identity, rename("since ever"), rename("team-orders"), "2026-01-05", "2026-12-31", line=40 + number)
    sighting = Sighting(
        identity,
        f"{rename('orders')} and {rename('invoices')} in one",
        executions=14,
        labels=(rename("POST /orders"), rename("checkout")),
        evidence=("3fa912345678",),
        line=12,
    )
    gone = status in (Status.RESOLVED, Status.STALE, Status.UNSEEN)
    accepted = gone or status in (Status.EXPIRED, Status.KNOWN, Status.CARRIED)
    fails = status in (Status.NEW, Status.FORBIDDEN, Status.EXPIRED, Status.OVER_BUDGET)
    by = identity if status is Status.CARRIED else None
    return Result(identity, status, fails, None if gone else sighting, entry if accepted else None, by)


def _drift(results: list[Result]) -> Drift:
    order = {status: number for number, status in enumerate(Status)}
    ranked = sorted(results, key=lambda result: (not result.fails, order[result.status], result.identity))
    return Drift(
        results=tuple(ranked),
        metrics=Metrics(5, 1, 615, 0.166, 56, (("billing", "ordering", 3),)),
        coverage=COVERAGE,
        accepted=20,
        oldest_days=211,
        today="2026-03-20",
        set_apart=(("label set apart as noise", 7),),
        upgrade=("1/30.29.0", "1/30.30.0"),
    )
