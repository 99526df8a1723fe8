"""Shapes are bounded: beyond a number they are counted by what they access, whatever their order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from decompose.evidence.fold.tally import AUTOCOMMIT, EXPLICIT, Outcome, Tally

ALIKE = [0, 1, 0, 1, 4, 5]
TOUCHES = [True, True, True, True, True, False]

Transaction = tuple[tuple[int, ...], bool, str]
transactions: st.SearchStrategy[list[Transaction]] = st.lists(
    st.tuples(
        st.lists(st.integers(-3, 5), max_size=4).map(tuple),
        st.booleans(),
        st.sampled_from(["", "web", "job"]),
    ),
    max_size=30,
)


def tally(shapes: int = 4, accesses: int = 1_000) -> Tally:
    return Tally(TOUCHES, ALIKE, most_shapes=shapes, most_accesses=accesses)


def counted(found: Tally, some: Sequence[Transaction]) -> Tally:
    for numbers, commits, label in some:
        found.end(EXPLICIT, numbers, label, 1, commits=commits)
    return found


def told(found: Tally) -> object:
    """All that a tally says of shapes."""
    return found.by_accesses, found.beyond, sorted((kind, sorted(shape), each) for (kind, shape), each in items(found))


def items(found: Tally) -> list[tuple[tuple[str, frozenset[int]], list[object]]]:
    return [
        (key, [o.committed, o.rolled_back, sorted(o.labels.items()), sorted(o.statements)])
        for key, o in found.shapes.items()
    ]


def test_few_shapes_are_kept_apart() -> None:
    found = counted(tally(), [((0, 1), True, ""), ((2, 1), True, ""), ((2, 5, 1), False, "")])
    assert not found.by_accesses
    assert set(found.shapes) == {(EXPLICIT, frozenset({0, 1})), (EXPLICIT, frozenset({1, 2}))}


def test_many_shapes_are_counted_by_what_they_access() -> None:
    some: list[Transaction] = [
        ((0,), True, "a"),
        ((1,), True, ""),
        ((2,), True, "b"),
        ((3,), False, ""),
        ((0, 1), True, ""),
    ]
    found = counted(tally(), some)
    assert found.by_accesses
    assert found.shapes[EXPLICIT, frozenset({0})].labels == {"a": 1, "b": 1}
    assert found.shapes[EXPLICIT, frozenset({0})].statements == {0, 2}
    assert found.shapes[EXPLICIT, frozenset({1})].rolled_back == 1
    assert len(found.shapes) == 3


def test_what_is_beyond_the_second_bound_is_counted_and_not_kept() -> None:
    found = counted(
        tally(shapes=1, accesses=1), [((0,), True, "a"), ((1,), True, "b"), ((4,), False, ""), ((2,), True, "")]
    )
    assert list(found.shapes) == [(EXPLICIT, frozenset({0}))]
    assert found.beyond == Outcome(committed=1, rolled_back=1)
    assert (found.explicit, found.rolled_back) == (3, 1)


@given(transactions, st.lists(st.integers(0, 30), max_size=3), st.randoms(use_true_random=False))
def test_neither_order_nor_cuts_change_what_is_counted(some: list[Transaction], cuts: list[int], r: Random) -> None:
    whole = counted(tally(), some)
    shuffled = some.copy()
    r.shuffle(shuffled)
    assert told(counted(tally(), shuffled)) == told(whole)
    joined = tally()
    for start, end in pairwise(sorted({0, len(some), *(min(cut, len(some)) for cut in cuts)})):
        joined.add(counted(tally(), some[start:end]), range(len(ALIKE)))
    assert told(joined) == told(whole)


def test_kinds_are_counted_apart() -> None:
    found = tally(shapes=1)
    found.end(AUTOCOMMIT, (0,), "", 2, commits=True)
    found.end(EXPLICIT, (2,), "", 1, commits=True)
    assert set(found.shapes) == {(AUTOCOMMIT, frozenset({0})), (EXPLICIT, frozenset({0}))}
