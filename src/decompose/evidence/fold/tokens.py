"""Tokens: small integers that stand for all that the fold must know of a text."""

from __future__ import annotations

from decompose.evidence.catalogue import Catalogue
from decompose.evidence.fold.session import TransactionRules
from decompose.evidence.statement import Control

_TOKENS = 300_000

SPECIAL = -1
"""The token of every text that the reference fold must look at itself."""

_STEERING = frozenset({Control.BEGIN, Control.COMMIT, Control.ROLLBACK})


class Tokens:
    """The tokens of one fold. Plain statements have even numbers from 0, plus one where the log says they are done.

    BEGIN, COMMIT and ROLLBACK have numbers below `SPECIAL`.
    """

    def __init__(self, catalogue: Catalogue, rules: TransactionRules) -> None:
        self._catalogue = catalogue
        self._batches = rules.batch_is_transaction
        self._by_meaning: dict[tuple[tuple[int, ...], str], int] = {}
        self.numbers: list[tuple[int, ...]] = []
        """The catalogue's ids, by half the token."""
        self.labels: list[str] = []
        """The label in the text's own comment, by half the token; empty for most."""
        self.labelled = False
        """Whether any token has a label."""
        self.steps: list[tuple[Control, tuple[int, ...]]] = [(Control.NONE, ())] * 2
        """Control and the catalogue's id, alone in a tuple, by the inverted token of BEGIN, COMMIT and ROLLBACK."""

    def of(self, numbers: tuple[int, ...], label: str) -> int:
        """The token of statements under a label."""
        token = self._by_meaning.get((numbers, label))
        if token is None:
            token = self._new(numbers, label)
            if len(self._by_meaning) < 2 * _TOKENS:
                self._by_meaning[numbers, label] = token
        return token

    def _new(self, numbers: tuple[int, ...], label: str) -> int:
        catalogue = self._catalogue
        controls = [catalogue.controls[number] for number in numbers]
        if len(controls) == 1 and controls[0] in _STEERING and not label:
            self.steps.append((controls[0], numbers))
            return ~(len(self.steps) - 1)
        steers = any(control is not Control.NONE for control in controls)
        if not numbers or steers or any(catalogue.named[number] for number in numbers):
            return SPECIAL
        if (len(numbers) > 1 and not self._batches) or len(self.numbers) >= _TOKENS:
            return SPECIAL
        self.numbers.append(numbers)
        self.labels.append(label)
        self.labelled = self.labelled or bool(label)
        return 2 * (len(self.numbers) - 1)
