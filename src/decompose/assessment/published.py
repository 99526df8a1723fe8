"""Published metrics under their own names, for comparison with papers; never the headline.

They reward collapse: one giant service scores best in most of them. Read them beside the largest share and the number
of services. The evidence keeps no order of accesses: a service's accesses within a transaction count as one local
transaction, and a hop leads from the coordinator to each other service.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import log2

from decompose.assessment.journeys import coordinator
from decompose.assessment.ownership import Ownership
from decompose.assessment.partition_metrics import mojofm
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence, TransactionProfile

_NED_FROM, _NED_TO = 5, 20


@dataclass(frozen=True, slots=True)
class Metric:
    """A published metric: its own name, value, definition and source; None where it is not defined."""

    name: str
    value: float | None
    definition: str
    source: str


@dataclass(frozen=True, slots=True)
class _Functionality:
    touched: frozenset[str]
    written: frozenset[str]
    services: tuple[str, ...]
    first: str
    executions: int


class _Cut:
    """What the metrics share: functionalities (committed transaction profiles), services with their tables."""

    def __init__(self, evidence: Evidence, decomposition: Decomposition) -> None:
        self.evidence = evidence
        self.ownership = Ownership(evidence, decomposition)
        self.sizes = self.ownership.sizes()
        self.functionalities = [self._functionality(profile) for profile in evidence.profiles if profile.count]

    def _functionality(self, profile: TransactionProfile) -> _Functionality:
        touched = frozenset(self.ownership.owned((*profile.reads, *profile.boundary)))
        written = frozenset(self.ownership.owned(profile.boundary))
        services = self.ownership.services(touched)
        return _Functionality(touched, written, services, coordinator(profile, self.ownership), profile.count)


def published_metrics(
    evidence: Evidence, decomposition: Decomposition, reference: Mapping[str, str] | None = None
) -> tuple[Metric, ...]:
    """Every metric; MoJoFM only where `reference` gives each table's service."""
    cut = _Cut(evidence, decomposition)
    found = [Metric(name, value(cut), definition, source) for name, value, definition, source in _METRICS]
    if reference:
        places = {t.name: service for t in evidence.tables if (service := cut.ownership.service(t.name)) is not None}
        told = "100 * (1 - mno(A, B) / max mno(any, B)), moves and joins that turn this cut into the reference"
        found.append(Metric("MoJoFM", mojofm(places, reference), told, "Wen and Tzerpos, IWPC 2004"))
    return tuple(found)


def _complexity(cut: _Cut) -> float | None:
    """Per functionality: over its services, the other distributed functionalities that interfere there."""
    if not cut.functionalities:
        return None
    distributed = [f for f in cut.functionalities if len(f.services) > 1]
    reads: defaultdict[str, set[int]] = defaultdict(set)
    writes: defaultdict[str, set[int]] = defaultdict(set)
    for number, functionality in enumerate(distributed):
        for table in functionality.touched:
            (writes if table in functionality.written else reads)[table].add(number)
    total = 0
    for number, functionality in enumerate(distributed):
        met: defaultdict[str, set[int]] = defaultdict(set)
        for table in functionality.touched:
            opposite = reads if table in functionality.written else writes
            met[cut.ownership.place(table)] |= opposite[table] - {number}
        total += sum(len(others) for others in met.values())
    return total / len(cut.functionalities)


def _cohesion(cut: _Cut) -> float | None:
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for functionality in cut.functionalities:
        for service, tables in cut.ownership.grouped(functionality.touched).items():
            shares[service].append(len(tables) / max(cut.sizes.get(service, 0), len(tables)))
    means = [sum(shares[service]) / len(shares[service]) for service in sorted(shares)]
    return sum(means) / len(means) if means else None


def _coupling(cut: _Cut) -> float | None:
    count = len(cut.sizes)
    if count < 2:
        return None
    hopped: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for functionality in cut.functionalities:
        for service, tables in cut.ownership.grouped(functionality.touched).items():
            if service != functionality.first:
                hopped[functionality.first, service].update(tables)
    total = sum(len(tables) / max(cut.sizes.get(to, 0), len(tables)) for (_, to), tables in hopped.items())
    return total / (count - 1) / count


def _icp(cut: _Cut) -> float | None:
    inside = across = 0
    for functionality in cut.functionalities:
        hops = max(len(functionality.services) - 1, 0)
        across += hops * functionality.executions
        inside += (max(len(functionality.touched) - 1, 0) - hops) * functionality.executions
    return across / (inside + across) if inside + across else None


def _structural_modularity(cut: _Cut) -> float | None:
    edges = {tuple(sorted((link.child, link.parent))) for link in cut.evidence.links if link.child != link.parent}
    inside: Counter[str] = Counter()
    between: Counter[tuple[str, str]] = Counter()
    for left, right in edges:
        one, other = cut.ownership.service(left), cut.ownership.service(right)
        if one is not None and other is not None:
            if one == other:
                inside[one] += 1
            else:
                between[min(one, other), max(one, other)] += 1
    names = sorted(cut.sizes)
    if not names:
        return None
    cohesion = sum(inside[name] / cut.sizes[name] ** 2 for name in names) / len(names)
    pairs = list(combinations(names, 2))
    coupling = sum(between[a, b] / (2 * cut.sizes[a] * cut.sizes[b]) for a, b in pairs)
    return cohesion - (coupling / len(pairs) if pairs else 0.0)


def _ned(cut: _Cut) -> float | None:
    total = sum(cut.sizes.values())
    fitting = sum(size for size in cut.sizes.values() if _NED_FROM <= size <= _NED_TO)
    return 1 - fitting / total if total else None


def _purity(cut: _Cut) -> float | None:
    users: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for functionality in cut.functionalities:
        for table in functionality.touched:
            users[table][functionality.first] += functionality.executions
    highest = log2(max(len(cut.sizes), 2))
    values = [1 - _entropy(users[table]) / highest for table in sorted(users)]
    return sum(values) / len(values) if values else None


def _entropy(counts: Counter[str]) -> float:
    total = counts.total()
    return -sum(count / total * log2(count / total) for count in counts.values() if count)


_MONO2MICRO = "mono2micro, INESC-ID (transactional contexts)"
_METRICS: tuple[tuple[str, Callable[[_Cut], float | None], str, str], ...] = (
    (
        "complexity",
        _complexity,
        "mean over functionalities; for a distributed one the sum over its local transactions of the other distributed "
        "functionalities that touch their tables in the opposite mode",
        _MONO2MICRO,
    ),
    (
        "cohesion",
        _cohesion,
        "mean over services of the mean over functionalities that touch one of the share of its tables they touch",
        _MONO2MICRO,
    ),
    (
        "coupling",
        _coupling,
        "mean over services k of 1/(K-1) * sum over l of the share of l's tables reached on a hop from k",
        _MONO2MICRO,
    ),
    (
        "ICP",
        _icp,
        "calls between services over all calls, a transaction over n tables counting n-1",
        "Kalia et al., ESEC/FSE 2021",
    ),
    (
        "SM",
        _structural_modularity,
        "mean of references inside / n^2 minus mean over pairs of references between / (2 n m)",
        "Jin et al., TSE 2019",
    ),
    ("NED", _ned, "1 - share of tables in services of 5 to 20 tables", "Kalia et al., ESEC/FSE 2021"),
    (
        "purity",
        _purity,
        "mean over tables of 1 - entropy (base K) of the services that coordinate the transactions on a table",
        "Nitin et al. (CARGO), ASE 2022, database transactional purity",
    ),
)
