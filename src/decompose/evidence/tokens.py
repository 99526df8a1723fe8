"""Texts to tokens: small integers that stand for all that the fold must know of a text, found without reading it again.

Three steps, each only when the one before fails: the text itself (kept only if it holds no literal), its skeleton, and
the catalogue's exact template. The first two are bounded by forgetting everything, the third by the catalogue.
"""

from __future__ import annotations

from typing import Protocol

from decompose.evidence.catalogue import Catalogue
from decompose.evidence.columns import Spelling
from decompose.evidence.session import TransactionRules
from decompose.evidence.statement import Control

_TEXTS = 20_000
_SKELETONS = 60_000
_LENGTHS = 30_000
_COMMENTS = 20_000
_TOKENS = 300_000
_LONGEST_KEY = 8_192

SPECIAL = -1
"""The token of every text that the reference fold must look at itself."""

_STEERING = frozenset({Control.BEGIN, Control.COMMIT, Control.ROLLBACK})
_COARSE = -2
"""Marks a skeleton whose texts may have several templates."""


class TextKeys(Protocol):
    """What tokens need to know of a dialect's lexical rules; `sql.skeleton` implements it."""

    @property
    def digits(self) -> bytes:
        """A table for `bytes.translate` that makes all digits one."""

    def code(self, text: bytes) -> tuple[bytes, bytes] | None:
        """A text's code without literals, and its edge comment (empty if it has none); None if that cannot be told."""

    def coarse(self, code: bytes) -> bytes:
        """The skeleton of code without literals."""

    def folded(self, key: bytes) -> bytes:
        """An exact skeleton without what templates level: which literals, how many of them."""

    def is_exact(self, key: bytes) -> bool:
        """Whether all texts with this skeleton have one template."""

    def fine(self, code: bytes) -> bytes:
        """A second, finer and dearer skeleton, which keeps digits within names; equal to none of the first kind."""

    def is_fine(self, key: bytes) -> bool:
        """Whether all texts with this finer skeleton have one template."""


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
        self.steps: list[tuple[Control, int]] = [(Control.NONE, -1)] * 2
        """Control and catalogue id, by the inverted token of BEGIN, COMMIT and ROLLBACK."""

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
            self.steps.append((controls[0], numbers[0]))
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


class Texts:
    """The texts of one log format, by token."""

    def __init__(self, tokens: Tokens, catalogue: Catalogue, keys: TextKeys, spelling: Spelling) -> None:
        self._tokens = tokens
        self._catalogue = catalogue
        self._keys = keys
        self._early = None if spelling.late else spelling.plain
        self._late = spelling.plain if spelling.late else bytes
        self._digits = keys.digits
        self._by_lengths: dict[bytes, int] = {}
        self._by_skeleton: dict[bytes, int] = {}
        self._comments: dict[bytes, str] = {}
        self.known: dict[bytes, int] = {}
        """Texts without literals and comments: ask here first."""

    def decode(self, text: bytes) -> str:
        """A statement's text as the client sent it."""
        return self._read(text if self._early is None else self._early(text))

    def find(self, text: bytes) -> int:  # noqa: C901
        """The token of a text that is not in `known`."""
        if b"/*" not in text and b"\\" not in text:
            # Most texts end here, and this function is most of the fold's work: no calls but to built-in ones.
            pieces = text.split(b"'")
            if len(pieces) & 1:
                quick = self._by_lengths.get(b"'".join(pieces[::2]).translate(self._digits), _COARSE)
                if quick != _COARSE:
                    return quick
        elif self._early is not None and b"\\" in text:
            text = self._early(text)
        found = self._keys.code(text) if len(text) <= _LONGEST_KEY else None
        if found is None:
            return self._exactly(text)
        code, comment = found
        lengths = code.translate(self._digits)
        token = self._by_lengths.get(lengths)
        if token is None:
            token = self._by_skeleton_of(text, code, not comment)
            if len(self._by_lengths) >= _LENGTHS:
                self._by_lengths.clear()
            self._by_lengths[lengths] = token
        if token == _COARSE:
            token = self._finely(text, code)
            if token == _COARSE:
                return self._exactly(text)
        if not comment:
            return token
        label = self._comments.get(comment)
        if label is None:
            label = self._read_comment(comment)
        if not label:
            return token
        return SPECIAL if token < 0 else self._tokens.of(self._tokens.numbers[token >> 1], label)

    def _read(self, text: bytes) -> str:
        return self._late(text).decode("utf-8", "replace")

    def _by_skeleton_of(self, text: bytes, code: bytes, alone: bool) -> int:
        key = self._keys.coarse(code)
        token = self._by_skeleton.get(key)
        if token is not None:
            return token
        if not self._keys.is_exact(self._late(key)):
            return self._learn(text, key, False)
        folded = self._keys.folded(key)
        token = self._by_skeleton.get(folded)
        if token is None:
            token = self._learn(text, folded, True)
        self._by_skeleton[key] = token
        if alone and key == text:
            if len(self.known) >= _TEXTS:
                self.known.clear()
            self.known[text] = token
        return token

    def _finely(self, text: bytes, code: bytes) -> int:
        key = self._keys.fine(code)
        token = self._by_skeleton.get(key)
        return self._learn(text, key, self._keys.is_fine(self._late(key))) if token is None else token

    def _learn(self, text: bytes, key: bytes, holds: bool) -> int:
        """The token of a skeleton not met before, without regard to the comment."""
        token = self._tokens.of(self._catalogue.lookup(self._read(text)), "") if holds else _COARSE
        if len(self._by_skeleton) >= _SKELETONS:
            self._by_skeleton.clear()
        self._by_skeleton[key] = token
        return token

    def _read_comment(self, comment: bytes) -> str:
        label = self._catalogue.label(self._catalogue.tags(self._read(comment)))
        if len(self._comments) >= _COMMENTS:
            self._comments.clear()
        self._comments[comment] = label
        return label

    def _exactly(self, text: bytes) -> int:
        sql = self._read(text)
        label = self._catalogue.label(self._catalogue.tags(sql)) if "/*" in sql else ""
        return self._tokens.of(self._catalogue.lookup(sql), label)
