"""How near a grouping of tables comes to the true one, and what either costs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from math import comb

from decompose.graph.model import CouplingGraph

Groups = Mapping[str, Hashable]


def adjusted_rand(found: Groups, truth: Groups) -> float:
    """The adjusted Rand index (Hubert and Arabie 1985) over the tables of the truth."""
    both = sum(comb(n, 2) for n in Counter((found[t], truth[t]) for t in truth).values())
    mine = sum(comb(n, 2) for n in Counter(found[t] for t in truth).values())
    theirs = sum(comb(n, 2) for n in Counter(truth.values()).values())
    chance = mine * theirs / comb(len(truth), 2) if len(truth) > 1 else 0.0
    most = (mine + theirs) / 2
    return (both - chance) / (most - chance) if most != chance else 1.0


def mojo_fm(found: Groups, truth: Groups) -> float:
    """1 - moves and joins to reach the truth / the most any grouping needs (Wen and Tzerpos 2004)."""
    overlap: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    for table in truth:
        overlap[found[table]][truth[table]] += 1
    best = {group: max(counts.values()) for group, counts in overlap.items()}
    tags = {group: sorted(t for t, n in counts.items() if n == best[group]) for group, counts in overlap.items()}
    matched: dict[Hashable, Hashable] = {}
    used = sum(_augment(group, tags, matched, set()) for group in sorted(tags, key=str))
    moves = len(truth) - sum(best.values()) + len(overlap) - used
    singles = 0
    for size in sorted(Counter(truth.values()).values()):
        singles += singles < size
    return 1 - moves / (len(truth) - singles) if len(truth) > singles else 1.0


def _augment(
    group: Hashable,
    tags: Mapping[Hashable, list[Hashable]],
    matched: dict[Hashable, Hashable],
    seen: set[Hashable],
) -> bool:
    for tag in tags[group]:
        if tag not in seen:
            seen.add(tag)
            if tag not in matched or _augment(matched[tag], tags, matched, seen):
                matched[tag] = group
                return True
    return False


def largest_share(found: Groups) -> float:
    """The share of the tables that the largest group holds."""
    return max(Counter(found.values()).values()) / len(found)


def distributed_writes(graph: CouplingGraph, group_of: Mapping[int, Hashable]) -> float | None:
    """Executions of writing transactions whose written tables lie in several groups / all; None without any.

    Tables without a group (unlabelled, or set apart) do not count.
    """
    writing = distributed = 0
    for edge in graph.transactions:
        groups = {group_of[table] for table in edge.writes if table in group_of}
        writing += edge.executions * bool(groups)
        distributed += edge.executions * (len(groups) > 1)
    return distributed / writing if writing else None
