"""What the fast fold has counted by token, until it is poured into the tally."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from decompose.evidence.fold.tally import AUTOCOMMIT, EXPLICIT, Tally
from decompose.evidence.fold.tokens import Tokens

_MOST_KEYS = 100_000
_MOST_TOKENS = 1_000_000


_Ended = tuple[str, bool, Iterable[int], int]
"""Label, whether it committed, tokens, how often."""


class RunCounts:
    """Statements and transactions by token; bounded, since `settle` pours when there are many."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._alone: dict[str, Counter[int]] = {}
        self._loose: dict[str, list[int]] = {}
        self._ended: dict[tuple[str, bool, tuple[int, ...]], int] = {}
        self._weight = 0
        """How many tokens `_ended` holds."""
        self._alike: list[int] = []
        self._by_accesses: dict[frozenset[int], int] = {}
        self.seen: Counter[int] = Counter()
        """Plain statements that are an attempt but are counted elsewhere, or not at all."""
        self.steps: Counter[int] = Counter()
        """BEGIN, COMMIT and ROLLBACK."""

    def alone(self, label: str, tokens: Iterable[int]) -> None:
        """Statements outside transactions, committed each by itself."""
        loose = self._loose.get(label)
        if loose is None:
            loose = self._loose[label] = []
        loose += tokens

    def ended(self, label: str, commits: bool, tokens: tuple[int, ...]) -> None:
        """A transaction."""
        key = label, commits, tokens
        times = self._ended.get(key)
        if times is None:
            self._ended[key] = 1
            self._weight += len(tokens)
        else:
            self._ended[key] = times + 1

    def settle(self, tally: Tally) -> None:
        """At the end of a block."""
        for label, tokens in self._loose.items():
            if tokens:
                self._alone.setdefault(label, Counter()).update(tokens)
                tokens.clear()
        alone = sum(map(len, self._alone.values()))
        if max(alone, 2 * len(self._ended)) > _MOST_KEYS or self._weight > _MOST_TOKENS:
            self.pour(tally)

    def pour(self, tally: Tally) -> None:
        """Counts by token become counts by statement."""
        numbers = self._tokens.numbers
        for label, tokens in self._loose.items():
            self._alone.setdefault(label, Counter()).update(tokens)
        self._pour_alone(tally)
        self._pour_ended(tally)
        for token, times in self.seen.items():
            for number in numbers[token >> 1]:
                tally.attempts[number] += times
        for token, times in self.steps.items():
            tally.attempts[self._tokens.steps[~token][1][0]] += times
        for counted in (self._loose, self._alone, self._ended, self.seen, self.steps):
            counted.clear()
        self._weight = 0

    def _pour_alone(self, tally: Tally) -> None:
        numbers, labels = self._tokens.numbers, self._tokens.labels
        alike = self._alike_tokens(tally) if tally.by_accesses else range(len(numbers))
        together: dict[tuple[str, int], tuple[set[int], list[int]]] = {}
        for label, alone in self._alone.items():
            self.seen.update(alone)
            for token, times in alone.items():
                half = token >> 1
                key = labels[half] or label, alike[half]
                found = together.get(key)
                if found is None:
                    found = together[key] = set(), [0]
                found[0].update(numbers[half])
                found[1][0] += times
                for number in numbers[half]:
                    tally.executions[number] += times
        for (label, _), (ran, (times,)) in together.items():
            tally.end(AUTOCOMMIT, ran, label, times, commits=True)

    def _pour_ended(self, tally: Tally) -> None:
        numbers, executed = self._tokens.numbers, self._ran(commits=True)
        self.seen.update(executed)
        self.seen.update(self._ran(commits=False))
        for token, times in executed.items():
            for number in numbers[token >> 1]:
                tally.executions[number] += times
        for label, commits, tokens, times in self._by_what_they_access(tally) if tally.by_accesses else self._each():
            shape = [number for token in tokens for number in numbers[token >> 1]]
            tally.end(EXPLICIT, shape, label, times, commits=commits)

    def _each(self) -> Iterator[_Ended]:
        for (label, commits, tokens), times in self._ended.items():
            yield label, commits, tokens, times

    def _by_what_they_access(self, tally: Tally) -> Iterator[_Ended]:
        """Transactions that the tally does not tell apart, together."""
        alike = self._alike_tokens(tally)
        together: dict[tuple[str, bool, frozenset[int]], tuple[set[int], list[int]]] = {}
        for (label, commits, tokens), times in self._ended.items():
            key = label, commits, frozenset([alike[token >> 1] for token in tokens])
            found = together.get(key)
            if found is None:
                found = together[key] = set(), [0]
            found[0].update(tokens)
            found[1][0] += times
        for (label, commits, _), (ran, (times,)) in together.items():
            yield label, commits, ran, times

    def _alike_tokens(self, tally: Tally) -> list[int]:
        """By half the token, the first one that accesses the same."""
        numbers, alike, touches = self._tokens.numbers, tally.alike, tally.touches
        for half in range(len(self._alike), len(numbers)):
            accesses = frozenset([alike[number] for number in numbers[half] if touches[number]])
            self._alike.append(self._by_accesses.setdefault(accesses, half))
        return self._alike

    def _ran(self, *, commits: bool) -> Counter[int]:
        """What ran in the transactions that ended so, by token."""
        ended = [(tokens, times) for (_, committed, tokens), times in self._ended.items() if committed is commits]
        ran = Counter(chain.from_iterable(tokens for tokens, times in ended if times == 1))
        for tokens, times in ended:
            if times > 1:
                for token in tokens:
                    ran[token] += times
        return ran
