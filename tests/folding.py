"""Folding logs held in memory, the slow way and the fast ways, to evidence documents that can be compared."""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from decompose.evidence.catalogue import Catalogue
from decompose.evidence.columns import Columns
from decompose.evidence.fold.assemble import assemble
from decompose.evidence.fold.parts import SeamError, cut_off, join
from decompose.evidence.fold.reconstruct import Reconstruction, Selection
from decompose.evidence.fold.runs import RunFold
from decompose.evidence.schema import Schema
from decompose.sources.logs import reading
from decompose.sources.logs.column_readers import COLUMN_READERS
from decompose.sources.logs.format import BLOCK_BYTES, ReadOptions
from decompose.sql.reader import DialectReader, transaction_rules
from decompose.sql.skeleton import Skeletons
from decompose.store import evidence_json


class Log:
    """A log's bytes with everything needed to fold them."""

    def __init__(self, data: bytes, block_bytes: int = BLOCK_BYTES, databases: Iterable[str] = ()) -> None:
        self.data = data
        self.format, self.options = reading(data[: 1 << 16], block_bytes=block_bytes)
        self.dialect = self.format.dialect
        self.reader = COLUMN_READERS[self.format.name]
        self.selection = Selection(frozenset(databases))

    def slowly(self) -> str:
        """The reference fold's evidence."""
        catalogue = Catalogue(DialectReader(self.dialect))
        fold = Reconstruction(catalogue, transaction_rules(self.dialect), self.selection)
        fold.feed(self.format.entries(io.BytesIO(self.data), self.options))
        return evidence_json.dump(assemble(Schema(self.dialect), catalogue, fold.finish()))

    def fast(self) -> str:
        """The fast fold's evidence."""
        return self.in_parts([])

    def in_parts(self, cuts: Sequence[int]) -> str:
        """The evidence of parts folded apart, cut at the records next after these bytes, and joined."""
        places = sorted({0, len(self.data), *map(self._aligned, cuts)})
        whole = self._fold(self.data[: places[1]], True) if len(places) > 1 else self._fold(b"", True)
        for start, end in pairwise(places[1:]):
            piece, options = self.data[start:end], self._carried(start)
            try:
                part = pickle.loads(pickle.dumps(cut_off(self._fold(piece, False, options))))
            except SeamError:
                return self.fast()
            if not join(whole, part):
                self._feed(whole, piece, options)
        return evidence_json.dump(assemble(Schema(self.dialect), whole.catalogue, whole.finish()))

    def _aligned(self, position: int) -> int:
        start: re.Pattern[bytes] = self.reader.starts(self.options)
        at = self.data.find(b"\n", position % max(1, len(self.data))) + 1
        while at > 0:
            if start.match(self.data, at) and not self.reader.awaits(self.data[:at], self.options):
                return at
            at = self.data.find(b"\n", at) + 1
        return len(self.data)

    def _carried(self, start: int) -> ReadOptions:
        """How to read the log from a cut on."""
        carried = self.reader.carried
        if carried is None:
            return self.options
        return carried(self.data[:start], self.options) or carried(b"", self.options) or self.options

    def _fold(self, data: bytes, whole: bool, options: ReadOptions | None = None) -> RunFold:
        catalogue = Catalogue(DialectReader(self.dialect))
        rules, keys = transaction_rules(self.dialect), Skeletons(self.dialect)
        fold = RunFold(catalogue, rules, keys, self.selection, whole=whole)
        self._feed(fold, data, options or self.options)
        return fold

    def _feed(self, fold: RunFold, data: bytes, options: ReadOptions) -> None:
        for block in self.reader.columns(io.BytesIO(data), options):
            if isinstance(block, Columns):
                fold.feed_columns(block, self.reader.spelling)
            else:
                fold.feed(block)
