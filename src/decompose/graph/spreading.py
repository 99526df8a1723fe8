"""Sets of tables as weighted pairs: a transaction, a word or a column name says the same of all that share it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

Pairs = dict[tuple[int, int], float]
Sets = dict[tuple[int, ...], float]

WIDEST = 60
"""A set of more tables than this says nothing of who belongs with whom, and would cost a quadratic number of pairs."""


def spread(sets: Iterable[tuple[int, ...]], runs: Sequence[float]) -> Pairs:
    """Each set's weight spread over its pairs, so that every member gets the set's weight once: w / (members - 1)."""
    pairs: Pairs = defaultdict(float)
    for members, weight in sorted(merged(sets, runs).items()):
        share = weight / (len(members) - 1)
        for position, right in enumerate(members):
            for left in members[:position]:
                pairs[left, right] += share
    return pairs


def merged(sets: Iterable[tuple[int, ...]], runs: Sequence[float]) -> Sets:
    """The weight of every distinct set of two tables or more, sorted inside; sets that are too wide are left out."""
    found: Sets = defaultdict(float)
    for members, weight in zip(sets, runs, strict=True):
        if weight and 1 < len(members) <= WIDEST:
            found[tuple(sorted(members))] += weight
    return found
