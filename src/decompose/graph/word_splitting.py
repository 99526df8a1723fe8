"""Names written in one run ("productattributevalue") cut into words.

Of all ways to cut a run the cheapest is taken (dynamic programming over its letters). A word that is known costs
little; letters that are no known word cost by their number, so that a cut must explain more of the run than it leaves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

_LEAST = 3
"""Letters of the shortest piece; words of fewer are met inside others by accident."""
_SHORTEST = 4
"""Letters of the shortest word that is learnt from a schema."""
_LONGEST = 64
_ROUNDS = 2
_SURE = 6
"""Letters from which a word found inside a run is no accident; each one less costs `_SHORT`."""
_WORD, _SHORT, _ENDING, _PLURAL, _UNKNOWN, _LETTER, _TINY = 10, 4, 5, 6, 20, 4, 6
"""What a piece costs: a known word, more for each letter it is short, for an ending and for an inner plural; an unknown
one, more for each of its letters and for being tiny."""
_ENDINGS = ("able", "al", "ed", "er", "ing", "ion", "ised", "ity", "ized", "ly", "ment", "ship")
_LEAST_STEM = 5
_NEVER = 10_000


class Splitter:
    """Cuts runs of letters (lower case) at the words it knows: the `usual` ones and those that `runs` teach.

    `runs` are all that the schema writes, in any order. The shorter are learnt first, and one that falls into known
    words is none itself, so that words are learnt and not compounds. `singular` folds a plural.
    """

    def __init__(self, runs: Iterable[str], usual: frozenset[str], singular: Callable[[str], str]) -> None:
        self._usual = usual
        self._singular = singular
        self._known = set(usual)
        written = sorted({run for run in runs if len(run) >= _SHORTEST}, key=lambda run: (len(run), run))
        self._own = {singular(run) for run in written}
        for run in written:
            if len(self.split(run)) == 1:
                self._known.add(singular(run))
        loose = [run for run in written if not self._known.issuperset(self.split(run))]
        for _ in range(_ROUNDS):
            left = Counter(word for run in loose for word in set(self.split(run)) - self._known)
            self._known.update(word for word, count in left.items() if count > 1 and len(word) >= _SHORTEST)

    def split(self, run: str) -> tuple[str, ...]:
        """The words of one run, singular; the run itself where no cut is cheaper."""
        word = self._singular(run)
        if len(run) < _SHORTEST + _LEAST or len(run) > _LONGEST:
            return (word,)
        if word in self._usual:
            return self._halves(word)
        return tuple(self._singular(piece) for piece in self._pieces(run))

    def _halves(self, word: str) -> tuple[str, ...]:
        """A usual word, in two only where both are known and the schema itself writes one of them alone."""
        if not self._derived(word):
            for end in range(_SHORTEST, len(word) - _SHORTEST + 1):
                halves = (word[:end], word[end:])
                if self._known.issuperset(halves) and not self._own.isdisjoint(halves):
                    return halves
        return (word,)

    def _pieces(self, run: str) -> tuple[str, ...]:
        """The cheapest cut; of equal ones that into fewest pieces, then the first in order."""
        costs = [0] + [_NEVER] * len(run)
        cuts: list[tuple[str, ...]] = [()] * (len(run) + 1)
        for end in range(_LEAST, len(run) + 1):
            for start in range(end - _LEAST + 1):
                if costs[start] >= costs[end]:
                    continue
                piece = run[start:end]
                cost = costs[start] + self._price(piece, whole=len(piece) == len(run))
                if cost > costs[end]:
                    continue
                cut = (*cuts[start], piece)
                if cost < costs[end] or (len(cut), cut) < (len(cuts[end]), cuts[end]):
                    costs[end], cuts[end] = cost, cut
        return cuts[-1]

    def _price(self, piece: str, *, whole: bool) -> int:
        word = self._singular(piece) if piece[-1] == "s" else piece
        if word in self._known and not whole:
            return _WORD + _SHORT * max(0, _SURE - len(word)) + _PLURAL * (word != piece)
        if word.endswith(_ENDINGS) and self._derived(word):
            return _WORD + _ENDING
        return _UNKNOWN + _LETTER * len(piece) + _TINY * (len(piece) < _SHORTEST)

    def _derived(self, word: str) -> bool:
        """Whether it is a known word with an English ending: `conditional` of `condition`."""
        return any(
            word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM and word[: -len(ending)] in self._known
            for ending in _ENDINGS
        )
