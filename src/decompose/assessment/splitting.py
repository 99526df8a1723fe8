"""Where one service would fall in two: the cheapest split of its tables, by what they do together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from decompose.evidence.bundle import Evidence

Affinity = Mapping[str, Mapping[str, float]]
_JOIN = 0.25
"""A join is cheaper to undo than a common write: it counts a quarter of one (cf. Service Cutter's reads)."""
_ROUNDS = 20


def halves(evidence: Evidence, tables: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Two non-empty parts of at least two tables; the larger (by name among equals) first.

    Starts from each table's neighbourhood and moves tables while ties cut / (size * size) falls (ratio cut;
    Hagen and Kahng, 1992). Deterministic; a heuristic, not the optimum.
    """
    members = sorted(tables)
    ties = _affinity(evidence, frozenset(members))
    side = _improved(members, ties, _start(members, ties))
    left = tuple(table for table in members if table not in side)
    right = tuple(table for table in members if table in side)
    return (left, right) if (-len(left), left) <= (-len(right), right) else (right, left)


def _affinity(evidence: Evidence, tables: frozenset[str]) -> Affinity:
    ties: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))

    def tie(left: str, right: str, weight: float) -> None:
        if left != right and weight:
            ties[left][right] += weight
            ties[right][left] += weight

    for profile in evidence.profiles:
        inside = sorted(tables.intersection(profile.boundary))
        for left, right in combinations(inside, 2):
            tie(left, right, profile.count / (len(inside) - 1))
    for statement in evidence.statements:
        pairs = {(p.left, p.right) for p in statement.joins if p.left in tables and p.right in tables}
        for left, right in sorted(pairs):
            tie(left, right, _JOIN * statement.executions)
    for link in evidence.links:
        if link.child in tables and link.parent in tables:
            tie(link.child, link.parent, 1.0)
    return ties


def _start(members: Sequence[str], ties: Affinity) -> frozenset[str]:
    """The part around the table that is tied least to the best connected one, grown to a half by strongest ties."""
    centre = min(members, key=lambda table: (-sum(ties.get(table, {}).values()), table))
    seed = min(
        (table for table in members if table != centre),
        key=lambda table: (ties.get(centre, {}).get(table, 0.0), -sum(ties.get(table, {}).values()), table),
    )
    side, pull = {seed}, dict(ties.get(seed, {}))
    while len(side) < len(members) // 2:
        near = [(-weight, table) for table, weight in pull.items() if table not in side and table != centre]
        if not near:
            break
        chosen = min(near)[1]
        side.add(chosen)
        for table, weight in ties.get(chosen, {}).items():
            pull[table] = pull.get(table, 0.0) + weight
    return frozenset(side)


def _improved(members: Sequence[str], ties: Affinity, start: frozenset[str]) -> frozenset[str]:
    side = set(start)
    cut = sum(w for t in sorted(side) for other, w in ties.get(t, {}).items() if other not in side)
    for _ in range(_ROUNDS):
        moved = False
        for table in members:
            ours = table in side
            if (len(side) == 1 and ours) or (len(side) == len(members) - 1 and not ours):
                continue
            inside = sum(w for other, w in ties.get(table, {}).items() if (other in side) == ours)
            outside = sum(w for other, w in ties.get(table, {}).items() if (other in side) != ours)
            size = len(side) - 1 if ours else len(side) + 1
            after = cut + inside - outside
            if _ratio(after, size, len(members)) < _ratio(cut, len(side), len(members)) - 1e-12:
                (side.remove if ours else side.add)(table)
                cut, moved = after, True
        if not moved:
            break
    return frozenset(side)


def _ratio(cut: float, size: int, total: int) -> float:
    return cut / (size * (total - size))
