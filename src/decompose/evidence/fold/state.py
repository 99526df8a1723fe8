"""What the parts of one fast fold share: who is known, and what has been counted."""

from __future__ import annotations

from collections.abc import Iterable

from decompose.evidence.catalogue import Catalogue
from decompose.evidence.fold.head import Head
from decompose.evidence.fold.reconstruct import Reconstruction, Selection
from decompose.evidence.fold.run import Run
from decompose.evidence.fold.run_counts import RunCounts
from decompose.evidence.fold.session import TransactionRules
from decompose.evidence.fold.tally import Tally
from decompose.evidence.fold.tokens import Tokens
from decompose.evidence.log_entry import LogEntry


class FoldState:
    """The state of one fold; `whole` is False for a part that is not a capture's first."""

    def __init__(self, catalogue: Catalogue, rules: TransactionRules, selection: Selection, whole: bool) -> None:
        self.catalogue = catalogue
        self.rules = rules
        self.databases = selection.databases
        """Those asked for; all if empty."""
        self.whole = whole
        self.reference = Reconstruction(catalogue, rules, selection)
        self.tokens = Tokens(catalogue, rules)
        self.counts = RunCounts(self.tokens)
        self.runs: dict[bytes, Run] = {}
        self.heads: dict[bytes, Head] = {}
        self.later: list[LogEntry] = []
        """Entries of maintenance databases, which a part does not fold itself."""
        self.asides: dict[bytes, str] = {}
        """Sessions in a maintenance database, where rows do not name theirs."""

    @property
    def tally(self) -> Tally:
        """What is counted so far, but for what `counts` still holds."""
        return self.reference.tally

    def label_of(self, tokens: Iterable[int]) -> str:
        """The first label that a comment gives a transaction."""
        if not self.tokens.labelled:
            return ""
        labels = self.tokens.labels
        return next((labels[token >> 1] for token in tokens if labels[token >> 1]), "")


def decoded(raw: bytes) -> str:
    """A name or key of a log as text."""
    return raw.decode("utf-8", "replace")
