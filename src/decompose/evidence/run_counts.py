"""What the fast fold has counted by token, until it is poured into the tally."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from decompose.evidence.tally import AUTOCOMMIT, EXPLICIT, Tally
from decompose.evidence.tokens import Tokens

_MOST_KEYS = 50_000


class RunCounts:
    """Statements and transactions by token; bounded, since `settle` pours when there are many."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._alone: dict[str, Counter[int]] = {}
        self._loose: dict[str, list[int]] = {}
        self._ended: dict[tuple[str, bool, tuple[int, ...]], int] = {}
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
        self._ended[key] = self._ended.get(key, 0) + 1

    def settle(self, tally: Tally) -> None:
        """At the end of a block."""
        for label, tokens in self._loose.items():
            if tokens:
                self._alone.setdefault(label, Counter()).update(tokens)
                tokens.clear()
        if len(self._ended) + sum(map(len, self._alone.values())) > _MOST_KEYS:
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
            tally.attempts[self._tokens.steps[~token][1]] += times
        for counted in (self._loose, self._alone, self._ended, self.seen, self.steps):
            counted.clear()

    def _pour_alone(self, tally: Tally) -> None:
        numbers, labels = self._tokens.numbers, self._tokens.labels
        for label, alone in self._alone.items():
            for token, times in alone.items():
                self.seen[token] += times
                tally.commit(AUTOCOMMIT, Counter(numbers[token >> 1]), labels[token >> 1] or label, times)

    def _pour_ended(self, tally: Tally) -> None:
        numbers = self._tokens.numbers
        for (label, commits, tokens), times in self._ended.items():
            counts: dict[int, int] = {}
            for token in tokens:
                self.seen[token] += times
                for number in numbers[token >> 1]:
                    counts[number] = counts.get(number, 0) + 1
            if commits:
                tally.commit(EXPLICIT, counts, label, times)
            else:
                tally.roll_back(EXPLICIT, counts, times)
