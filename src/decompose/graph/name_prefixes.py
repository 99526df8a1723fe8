"""Beginnings of table names that tell no table from another: the application's own name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

_MOST = 0.5
_LEAST_TABLES = 8
_SHORTEST = 4
_LEAST_LEFT = 3
_LEAST_ALIKE = 2

Names = Sequence[tuple[str, ...]]


def without_prefix(names: Names) -> tuple[tuple[str, ...], ...]:
    """The names without a first word that most of eight tables or more share and none has alone (`wp_posts`).

    With it goes the beginning that it has in common with at least two other first words (`acmebase_order`,
    `acmeapi_key`, `acmepay_bill`). What most names begin with then is left out in its turn.
    """
    begun = Counter(name[0] for name in names if name)
    first = min(begun, key=lambda word: (-begun[word], word), default="")
    if len(names) < _LEAST_TABLES or begun[first] <= _MOST * len(names) or (first,) in names:
        return tuple(names)
    brand = _brand(first, begun)
    return without_prefix([name[1:] if name[:1] == (first,) else _without(name, brand) for name in names])


def _brand(first: str, others: Counter[str]) -> str:
    """The longest beginning that at least two other first words share with this one; empty where there is none."""
    alike: Counter[str] = Counter()
    for other in others:
        pairs = takewhile(lambda pair: pair[0] == pair[1], zip(first, other, strict=False))
        shared = "".join(letter for letter, _ in pairs)
        if other != first and len(shared) >= _SHORTEST and len(other) - len(shared) >= _LEAST_LEFT:
            alike[shared] += 1
    return max((shared for shared, count in alike.items() if count >= _LEAST_ALIKE), key=len, default="")


def _without(name: tuple[str, ...], brand: str) -> tuple[str, ...]:
    if brand and name and name[0].startswith(brand) and len(name[0]) - len(brand) >= _LEAST_LEFT:
        return (name[0][len(brand) :], *name[1:])
    return name
