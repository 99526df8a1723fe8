"""Which columns of one table change together: groups found from the columns that its updates name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

_WHOLE_ROW = 0.75
"""An update of so many of the columns writes the row back: it says nothing about which belong together."""
_UBIQUITOUS = 3
_SHARED_COLUMNS = 0.5


@dataclass(frozen=True, slots=True)
class Update:
    """A statement that updates named columns; `contexts` are the sets of other tables written with it, by any key."""

    fingerprint: str
    columns: frozenset[str]
    executions: int
    contexts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns that change together and the updates that change them."""

    names: tuple[str, ...]
    updates: tuple[Update, ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Groups, most executed first, with disjoint columns; `everywhere` are columns that most kinds of updates set.

    `contested` were updated by several groups and went to the one that does so most. `inside` of `updating` executions
    change one group only; updates of the whole row are in neither.
    """

    groups: tuple[Columns, ...] = ()
    everywhere: tuple[str, ...] = ()
    contested: tuple[str, ...] = ()
    inside: int = 0
    updating: int = 0


class _Sets:
    """Disjoint sets of numbers (union-find); the least member stands for a set."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, number: int) -> int:
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number

    def join(self, one: int, other: int) -> None:
        left, right = sorted((self.find(one), self.find(other)))
        self._parent[right] = left

    def members(self) -> list[list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        for number in range(len(self._parent)):
            found[self.find(number)].append(number)
        return [found[number] for number in sorted(found)]


def grouped(updates: Iterable[Update], columns: Sequence[str], keys: Sequence[str]) -> Grouping:
    """Groups the columns of a table (`columns` as known from the schema, `keys` its primary key, which stays).

    Updates in the same context belong together, and so do those that share at least half of the columns of the
    smaller one, not counting columns that more than half of all (and at least three) kinds of updates set.
    """
    told = _telling(updates, columns, frozenset(keys))
    kinds = _by_context(told)
    everywhere = _everywhere(kinds)
    merged = _by_columns([kind for kind in kinds if _columns(kind) - everywhere], everywhere)
    return _settled(merged, everywhere, told)


def _telling(updates: Iterable[Update], columns: Sequence[str], keys: frozenset[str]) -> list[Update]:
    """The updates without keys, those of the whole row left out; without a schema nothing is known to be whole."""
    rest = len(set(columns) - keys)
    found = [replace(update, columns=update.columns - keys) for update in updates]
    partial = [u for u in found if u.columns and not (rest and len(u.columns) >= _WHOLE_ROW * rest)]
    return sorted(partial, key=lambda update: update.fingerprint)


def _by_context(updates: Sequence[Update]) -> list[list[Update]]:
    sets = _Sets(len(updates))
    first: dict[object, int] = {}
    for number, update in enumerate(updates):
        for context in (*update.contexts, update.columns):
            sets.join(first.setdefault(context, number), number)
    return [[updates[number] for number in members] for members in sets.members()]


def _columns(updates: Iterable[Update]) -> frozenset[str]:
    return frozenset(column for update in updates for column in update.columns)


def _everywhere(kinds: Sequence[Sequence[Update]]) -> frozenset[str]:
    counts = Counter(column for kind in kinds for column in _columns(kind))
    return frozenset(name for name, count in counts.items() if count >= _UBIQUITOUS and 2 * count > len(kinds))


def _by_columns(kinds: Sequence[list[Update]], everywhere: frozenset[str]) -> list[list[Update]]:
    sets = _Sets(len(kinds))
    columns = [_columns(kind) - everywhere for kind in kinds]
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, names in enumerate(columns):
        shared = Counter(other for name in names for other in holders[name])
        for other in sorted(shared):
            if shared[other] >= _SHARED_COLUMNS * min(len(names), len(columns[other])):
                sets.join(other, number)
        for name in names:
            holders[name].append(number)
    return [[update for number in members for update in kinds[number]] for members in sets.members()]


def _settled(merged: Sequence[list[Update]], everywhere: frozenset[str], told: Sequence[Update]) -> Grouping:
    weight: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for number, updates in enumerate(merged):
        for update in updates:
            for column in update.columns - everywhere:
                weight[column][number] += update.executions
    owner = {name: min(votes, key=lambda number: (-votes[number], number)) for name, votes in weight.items()}
    groups = [
        Columns(names, tuple(updates))
        for number, updates in enumerate(merged)
        if (names := tuple(sorted(name for name, of in owner.items() if of == number)))
    ]
    inside = sum(u.executions for u in told if len({owner[name] for name in u.columns - everywhere}) <= 1)
    return Grouping(
        groups=tuple(sorted(groups, key=lambda group: (-sum(u.executions for u in group.updates), group.names))),
        everywhere=tuple(sorted(everywhere)),
        contested=tuple(sorted(name for name, votes in weight.items() if len(votes) > 1)),
        inside=inside,
        updating=sum(update.executions for update in told),
    )


def read_along(groups: Sequence[Columns], reads: Mapping[str, Sequence[frozenset[str]]]) -> dict[str, int]:
    """Columns that no update changes, to the number of the one group with whose columns they are always read."""
    owner = {name: number for number, group in enumerate(groups) for name in group.names}
    found: dict[str, int] = {}
    for column in sorted(reads):
        met = [{owner[name] for name in names if name in owner} for names in reads[column]]
        if column not in owner and met and all(len(numbers) == 1 for numbers in met) and len(set.union(*met)) == 1:
            found[column] = min(met[0])
    return found
