"""What names say of who belongs with whom, as weighted pairs of tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from decompose.graph.business_areas import area_of
from decompose.graph.model import CouplingGraph
from decompose.graph.spreading import WIDEST, Pairs, spread
from decompose.graph.vocabulary import GENERIC_WORDS, Vocabulary, is_part

COMMON_COLUMN = 0.2
"""A column name found in more than this share of the tables (id, created_at) is a convention, not a relation."""

LEAST_COMMON = 4
"""... but one found in this many tables or fewer never is, however small the schema."""

COMMON_AREA = 0.25
"""A business area with this share of the tables is what the whole system is about, not a boundary within it."""

COMMON_NAMESPACE = 0.5
"""A database schema with more than this share of the tables is where tables lie that nobody has sorted."""


def parts(graph: CouplingGraph, vocabulary: Vocabulary) -> Pairs:
    """A child whose name begins with its parent's (`order_lines` of `orders`) is part of the parent."""
    found = (r for r in graph.references if is_part(vocabulary, r))
    return {(min(r.child, r.parent), max(r.child, r.parent)): 1.0 for r in found}


def shared_words(vocabulary: Vocabulary, later: float, generic: float) -> Pairs:
    """Tables that share a word of their names; a word's weight is spread over those that have it.

    `later` is what a word counts that is not a name's first, `generic` one that tells how a table is built.
    """
    holders: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for table, name in enumerate(vocabulary.tables):
        for position, word in enumerate(dict.fromkeys(name)):
            weight = later if position else 1.0
            holders[word].append((table, weight * (generic if word in GENERIC_WORDS else 1.0)))
    pairs: Pairs = defaultdict(float)
    for _, found in sorted(holders.items()):
        if not 1 < len(found) <= WIDEST:
            continue
        for position, (right, right_share) in enumerate(found):
            for left, left_share in found[:position]:
                pairs[left, right] += left_share * right_share / (len(found) - 1)
    return pairs


def shared_columns(vocabulary: Vocabulary) -> Pairs:
    """Tables that share a column name which few tables have; rarer names weigh more."""
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for table, columns in enumerate(vocabulary.columns):
        for column in columns:
            holders[column].append(table)
    limit = min(WIDEST, max(LEAST_COMMON, int(len(vocabulary.tables) * COMMON_COLUMN)))
    sets = [tuple(found) for _, found in sorted(holders.items()) if 1 < len(found) <= limit]
    return spread(sets, [(len(found) - 1) ** -0.5 for found in sets])


def shared_namespaces(graph: CouplingGraph, members: Sequence[int]) -> Pairs:
    """Tables that lie in one database schema; one that holds more than half of the `members` says nothing."""
    holders: dict[str, list[int]] = defaultdict(list)
    for table in members:
        holders[graph.tables[table].namespace].append(table)
    holders.pop("", None)
    sets = [tuple(found) for _, found in sorted(holders.items()) if len(found) <= COMMON_NAMESPACE * len(members)]
    return spread(sets, [2.0] * len(sets))


def shared_areas(vocabulary: Vocabulary, members: Sequence[int], weight: float) -> Pairs:
    """Tables whose names speak of one business area; each gets `weight` once, less the more tables the area has.

    An area fades with its share of the `members`, to nothing at `COMMON_AREA`.
    """
    holders: dict[str, list[int]] = defaultdict(list)
    for table in members:
        holders[area_of(vocabulary.tables[table])].append(table)
    holders.pop("", None)
    sets = [tuple(found) for _, found in sorted(holders.items())]
    fading = [max(0.0, 1.0 - len(found) / len(members) / COMMON_AREA) for found in sets]
    return spread(sets, [2.0 * weight * fade for fade in fading])
