"""Texts to tokens, without reading a text again that is like one met before.

Three steps, each only for what the one before leaves: the code without literals and with all digits one, its skeleton,
and the catalogue's exact template. The first two work on many texts at once, and are bounded by forgetting everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from decompose.evidence.catalogue import Catalogue
from decompose.evidence.columns import Spelling
from decompose.evidence.fold.tokens import SPECIAL, Tokens

_LONGEST_TEXT = 8_192
KNOWN_BYTES = 12 << 20
_ENTRY_BYTES = 120
"""What an entry of a dictionary weighs beside the characters of its key, roughly."""

V = TypeVar("V")
_FEW = 64
_COARSE = -2
"""Marks a skeleton whose texts may have several templates; below `SPECIAL`, and the token of no step."""


class TextKeys(Protocol):
    """What tokens need to know of a dialect's lexical rules; `sql.skeleton` implements it."""

    @property
    def digits(self) -> bytes:
        """A table for `bytes.translate` that makes all digits one."""

    def code(self, text: bytes) -> tuple[bytes, bytes] | None:
        """A text's code without literals, and its edge comment (empty if it has none); None if that cannot be told."""

    def codes(self, texts: bytes) -> bytes | None:
        """The code of many texts with NUL between them; None if some text has a comment or is otherwise in doubt."""

    def cut(self, text: bytes) -> tuple[bytes, bytes] | None:
        """The text and the one comment at its edge; None if that is not so or cannot be told."""

    def coarse(self, code: bytes) -> bytes:
        """The skeleton of code without literals; of many texts' code with NUL between them all their skeletons."""

    def folded(self, key: bytes) -> bytes:
        """An exact skeleton without what templates level: which literals, how many of them."""

    def is_exact(self, key: bytes) -> bool:
        """Whether all texts with this skeleton have one template."""

    def fine(self, code: bytes) -> bytes:
        """A second, finer and dearer skeleton, which keeps digits within names; equal to none of the first kind."""

    def is_fine(self, key: bytes) -> bool:
        """Whether all texts with this finer skeleton have one template."""


class Known(dict[bytes, V], Generic[V]):
    """What is known of some bytes; bounded by forgetting everything when the keys weigh too much."""

    def __init__(self) -> None:
        super().__init__()
        self._weight = 0

    def keep(self, key: bytes, value: V) -> None:
        """Remember a value."""
        if key not in self:
            self._make_room(len(key) + _ENTRY_BYTES)
        self[key] = value

    def keep_all(self, found: Sequence[tuple[bytes, V]]) -> None:
        """Remember many values of keys that are new."""
        self._make_room(sum([len(key) for key, _ in found]) + _ENTRY_BYTES * len(found))
        self.update(found)

    def _make_room(self, weight: int) -> None:
        self._weight += weight
        if self._weight > KNOWN_BYTES:
            self.clear()
            self._weight = weight


class Texts:
    """The texts of one log format, by token."""

    def __init__(self, tokens: Tokens, catalogue: Catalogue, keys: TextKeys, spelling: Spelling) -> None:
        self._tokens = tokens
        self._catalogue = catalogue
        self._keys = keys
        self._early = None if spelling.late else spelling.plain
        self._late = spelling.plain if spelling.late else bytes
        self._digits = keys.digits
        self._by_code: Known[int] = Known()
        self._by_skeleton: Known[int] = Known()
        self._by_text: Known[int] = Known()
        """Texts whose skeleton does not tell their template."""
        self._comments: Known[str] = Known()

    def tokens(self, texts: Sequence[bytes]) -> list[int | None]:
        """The tokens of a block's texts, None for those that `find` has to look for."""
        found = self._of_many(texts)
        if found is not None:
            return found
        found = []
        for start in range(0, len(texts), _FEW):
            few = texts[start : start + _FEW]
            found += self._of_many(few) or [None] * len(few)
        return found

    def _of_many(self, texts: Sequence[bytes]) -> list[int | None] | None:
        """`tokens`, or None if the literals of these texts cannot be told together."""
        joined = b"\0".join(texts)
        if self._early is not None and b"\\" in joined:
            joined = self._early(joined)
        labels: list[tuple[int, str | None]] = []
        if b"/" in joined and b"/*" in joined:  # one byte is found ten times as fast as two
            parts = joined.split(b"\0")
            labels = self._cut_comments(parts)
            joined = b"\0".join(parts)
        code = self._keys.codes(joined)
        if code is None:
            return None
        codes = code.translate(self._digits).split(b"\0")
        if len(codes) != len(texts):
            return None
        found: list[int | None]
        try:
            found = list(map(self._by_code.__getitem__, codes))
        except KeyError:
            found = list(map(self._by_code.get, codes))
            self._find_skeletons(found, codes, texts, code)
        for index, label in labels:
            token = found[index]
            if label is None:
                found[index] = None
            elif label and token is not None:
                found[index] = self._labelled(token, label)
        return found

    def _cut_comments(self, texts: list[bytes]) -> list[tuple[int, str | None]]:
        """Take edge comments off; their labels by index, None for a text that has to be looked at by itself."""
        labels: list[tuple[int, str | None]] = []
        for index, text in enumerate(texts):
            if b"/*" in text:
                cut = self._keys.cut(text)
                texts[index] = cut[0] if cut is not None else b""
                labels.append((index, None if cut is None else self._label_of(cut[1])))
        return labels

    def _find_skeletons(self, found: list[int | None], codes: list[bytes], texts: Sequence[bytes], code: bytes) -> None:
        """Fill in the tokens that the codes alone have not told; `code` is that of all texts with its digits."""
        missing = [index for index, token in enumerate(found) if token is None]
        unknown = [codes[index] for index in missing]
        tokens = list(map(self._by_skeleton.get, self._keys.coarse(b"\0".join(unknown)).split(b"\0")))
        told = zip(unknown, tokens, strict=True)
        self._by_code.keep_all([(key, token) for key, token in told if token is not None and token != _COARSE])
        digits = code.split(b"\0") if _COARSE in tokens else []
        for index, token in zip(missing, tokens, strict=True):
            found[index] = token if token != _COARSE else self._told_finely(texts[index], digits[index])

    def _told_finely(self, text: bytes, code: bytes) -> int | None:
        """The token of a text whose coarse skeleton does not tell it, if another one does."""
        token = self._by_text.get(text)
        if token is None:
            token = self._by_skeleton.get(self._keys.fine(code))
        return None if token == _COARSE else token

    def decode(self, text: bytes) -> str:
        """A statement's text as the client sent it."""
        return self._read(text if self._early is None else self._early(text))

    def find(self, text: bytes) -> int:
        """The token of a text that `tokens` did not know."""
        token = self._by_text.get(text)
        if token is not None:
            return token
        spelt = text
        if self._early is not None and b"\\" in text:
            text = self._early(text)
        found = self._keys.code(text) if len(text) <= _LONGEST_TEXT else None
        if found is None:
            return self._exactly(text)
        code, comment = found
        token = self._by_skeleton_of(text, self._keys.coarse(code))
        if token == _COARSE:
            token = self._finely(text, code)
            if token == _COARSE:
                return self._exactly(text)
            if not comment:
                self._by_text.keep(spelt, token)
        return self._labelled(token, self._label_of(comment)) if comment else token

    def _label_of(self, comment: bytes) -> str:
        label = self._comments.get(comment)
        if label is None:
            label = self._catalogue.label(self._catalogue.tags(self._read(comment)))
            self._comments.keep(comment, label)
        return label

    def _labelled(self, token: int, label: str) -> int:
        if not label:
            return token
        return SPECIAL if token < 0 else self._tokens.of(self._tokens.numbers[token >> 1], label)

    def _read(self, text: bytes) -> str:
        return self._late(text).decode("utf-8", "replace")

    def _by_skeleton_of(self, text: bytes, key: bytes) -> int:
        token = self._by_skeleton.get(key)
        if token is not None:
            return token
        if not self._keys.is_exact(self._late(key)):
            return self._learn(text, key, False)
        folded = self._keys.folded(key)
        token = self._by_skeleton.get(folded)
        if token is None:
            token = self._learn(text, folded, True)
        self._by_skeleton.keep(key, token)
        return token

    def _finely(self, text: bytes, code: bytes) -> int:
        key = self._keys.fine(code)
        token = self._by_skeleton.get(key)
        return self._learn(text, key, self._keys.is_fine(self._late(key))) if token is None else token

    def _learn(self, text: bytes, key: bytes, holds: bool) -> int:
        """The token of a skeleton not met before, without regard to the comment."""
        token = self._tokens.of(self._catalogue.lookup(self._read(text)), "") if holds else _COARSE
        self._by_skeleton.keep(key, token)
        return token

    def _exactly(self, text: bytes) -> int:
        sql = self._read(text)
        label = self._catalogue.label(self._catalogue.tags(sql)) if "/*" in sql else ""
        return self._tokens.of(self._catalogue.lookup(sql), label)
