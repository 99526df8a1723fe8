"""Finding the relation that a name in some text means."""

from __future__ import annotations

from collections.abc import Iterable

from decompose.evidence.schema import TableRef
from decompose.sql.ddl.draft import Name, candidates
from decompose.sql.dialects import Dialect


class Relations:
    """The tables and views that are known, found by name: exactly, else without regard to case, else if unique."""

    def __init__(self, refs: Iterable[TableRef], dialect: Dialect) -> None:
        self._dialect = dialect
        self._exact = set(refs)
        self._folded: dict[tuple[str, str, str], list[TableRef]] = {}
        self._bare: dict[str, list[TableRef]] = {}
        for ref in sorted(self._exact):
            self._folded.setdefault(_fold(ref), []).append(ref)
            self._bare.setdefault(ref.name.casefold(), []).append(ref)

    def find(self, name: Name) -> TableRef | None:
        """The relation meant, None when it is not known or not certain."""
        possible = candidates(name, self._dialect)
        for ref in possible:
            if ref in self._exact:
                return ref
        for ref in possible:
            same = self._folded.get(_fold(ref), [])
            if len(same) == 1:
                return same[0]
        same = self._bare.get(name.parts[-1].casefold(), []) if len(name.parts) == 1 else []
        return same[0] if len(same) == 1 else None


def _fold(ref: TableRef) -> tuple[str, str, str]:
    return (ref.name.casefold(), ref.schema.casefold(), ref.database.casefold())
