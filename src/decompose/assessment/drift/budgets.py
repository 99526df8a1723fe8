"""Figures of coupling, and the budgets a team sets for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from decompose.assessment.drift.model import Identity, Kind, Metrics, Sighting
from decompose.assessment.drift.observed import Workload
from decompose.assessment.drift.policy import Budget
from decompose.assessment.ownership import Ownership
from decompose.boundaries.model import Decomposition

_TYING = frozenset(
    {Kind.FOREIGN_KEY, Kind.CASCADE, Kind.TRIGGER, Kind.ROUTINE, Kind.WRITE, Kind.FOREIGN_WRITE, Kind.JOIN}
)


def metrics(
    sightings: Sequence[Sighting], work: Workload, ownership: Ownership, decomposition: Decomposition
) -> Metrics:
    """The figures of one moment."""
    writes = distributed = 0
    for profile in work.profiles:
        if profile.boundary:
            writes += work.counts[profile.id]
            distributed += work.counts[profile.id] if len(ownership.services(profile.boundary)) > 1 else 0
    pairs: Counter[tuple[str, str]] = Counter()
    for sighting in sightings:
        if sighting.identity.kind in _TYING:
            services = sorted(set(sighting.identity.services))
            pairs.update((a, b) for at, a in enumerate(services) for b in services[at + 1 :])
    tied = {service for pair in pairs for service in pair}
    return Metrics(
        services=len(decomposition.services),
        separate_services=sum(service.name not in tied for service in decomposition.services),
        write_transactions=writes,
        distributed_write_share=distributed / writes if writes else 0.0,
        couplings=sum(sighting.identity.kind in _TYING for sighting in sightings),
        pairs=tuple((first, second, count) for (first, second), count in sorted(pairs.items())),
    )


@dataclass(frozen=True, slots=True)
class _Spent:
    metrics: Metrics
    shared_tables: int
    reaches: dict[str, set[str]]
    referrers: Counter[str]


@dataclass(frozen=True, slots=True)
class BudgetKind:
    """A figure one may limit; `per` is empty, `service` or `table`."""

    name: str
    title: str
    per: str
    spent: Callable[[_Spent, str], float]


BUDGETS: tuple[BudgetKind, ...] = (
    BudgetKind(
        "cross_write_rate",
        "distributed write transactions per 1,000 write transactions",
        "",
        lambda spent, _: 1000 * spent.metrics.distributed_write_share,
    ),
    BudgetKind("shared_tables", "shared tables", "", lambda spent, _: spent.shared_tables),
    BudgetKind("couplings", "couplings between services", "", lambda spent, _: spent.metrics.couplings),
    BudgetKind("efferent", "services that {} depends on", "service", lambda spent, of: len(spent.reaches.get(of, ()))),
    BudgetKind("fan_in", "tables of other services that refer to {}", "table", lambda spent, of: spent.referrers[of]),
)


def over_budget(
    budgets: Iterable[Budget], sightings: Iterable[Sighting], figures: Metrics, decomposition: Decomposition
) -> Iterator[Sighting]:
    """The budgets that are exceeded, with what was spent; a budget without `of` holds for each service or table."""
    reaches: defaultdict[str, set[str]] = defaultdict(set)
    referrers: Counter[str] = Counter()
    for sighting in sightings:
        identity = sighting.identity
        if identity.kind in (Kind.FOREIGN_KEY, Kind.TRIGGER, Kind.FOREIGN_WRITE):
            reaches[identity.services[0]].add(identity.services[1])
        if identity.kind is Kind.FOREIGN_KEY:
            referrers[identity.tables[1]] += 1
    spent = _Spent(figures, len(decomposition.shared), reaches, referrers)
    kinds = {kind.name: kind for kind in BUDGETS}
    for budget in budgets:
        kind = kinds[budget.name]
        everyone = {"service": sorted(reaches), "table": sorted(referrers)}.get(kind.per, [""])
        for of in [budget.of] if budget.of else everyone:
            used = kind.spent(spent, of)
            if used > budget.most:
                services, tables = ((of,) if of and kind.per == per else () for per in ("service", "table"))
                yield Sighting(
                    Identity(Kind.BUDGET, services, tables, budget.name),
                    f"{kind.title.format(of)}: {used:,.6g}, the budget is {budget.most:,.6g}",
                )
