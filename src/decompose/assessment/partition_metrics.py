"""How alike two decompositions are: MoJoFM (Wen and Tzerpos, IWPC 2004)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


def mojofm(found: Mapping[str, str], reference: Mapping[str, str]) -> float:
    """MoJoFM(A, B) = 100 * (1 - mno(A, B) / max mno(any, B)) over the tables in both; 100 where nothing can differ.

    `found` and `reference` give each table's group; mno counts the moves and joins that turn A into B.
    """
    tables = sorted(found.keys() & reference.keys())
    if not tables:
        return 0.0
    shared = Counter((found[table], reference[table]) for table in tables)
    sizes = sorted(Counter(reference[table] for table in tables).values())
    groups = 0
    for size in sizes:
        groups += groups < size
    worst = len(tables) - groups
    return 100.0 if worst <= 0 else 100 * (1 - _moves_and_joins(shared, len(tables)) / worst)


def _moves_and_joins(shared: Counter[tuple[str, str]], tables: int) -> int:
    """mno = n - sum over groups of their largest share in one reference group + groups - most groups told apart."""
    groups = sorted({group for group, _ in shared})
    largest = {group: max(count for (g, _), count in shared.items() if g == group) for group in groups}
    wanted = {
        group: sorted(target for (g, target), count in shared.items() if g == group and count == largest[group])
        for group in groups
    }
    return tables - sum(largest.values()) + len(groups) - _matched(wanted)


def _matched(wanted: Mapping[str, list[str]]) -> int:
    """The size of a maximum matching of groups with reference groups (augmenting paths)."""
    owner: dict[str, str] = {}

    def place(group: str, tried: set[str]) -> bool:
        for target in wanted[group]:
            if target not in tried:
                tried.add(target)
                if target not in owner or place(owner[target], tried):
                    owner[target] = group
                    return True
        return False

    return sum(place(group, set()) for group in wanted)
