"""Relations that got another name on the way: keys, triggers and, where the server does so, views go with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from decompose.evidence.schema import TableRef

_MOST_STEPS = 64
"""How often a relation is followed to another name: beyond what any script does, and a bound for a hostile one."""


class Renames:
    """Every renaming, numbered from 1 in the order of the text; with `fold` the case of a name does not matter."""

    def __init__(self, fold: bool) -> None:
        self.count = 0
        self._fold = fold
        self._steps: dict[TableRef, list[tuple[int, TableRef]]] = {}

    def note(self, old: TableRef, new: TableRef) -> None:
        """A relation is called `new` from here on."""
        self.count += 1
        self._steps.setdefault(self._key(old), []).append((self.count, new))

    def follow(self, meant: Sequence[TableRef], written: int, known: Iterable[TableRef]) -> TableRef | None:
        """The present name of what a name meant when `written` renamings were done; None when it kept it.

        `meant` are the relations that the name may mean, most likely first, `known` those that exist now.
        """
        if written >= self.count:
            return None
        for ref in meant:
            found = self._present(ref, written)
            if found is not None:
                return found
            if ref in known:
                return None
        return None

    def _present(self, ref: TableRef, written: int) -> TableRef | None:
        found = None
        for _ in range(_MOST_STEPS):
            steps = self._steps.get(self._key(found or ref), ())
            step = next((step for step in steps if step[0] > written), None)
            if step is None:
                break
            written, found = step
        return found

    def _key(self, ref: TableRef) -> TableRef:
        if not self._fold:
            return ref
        return TableRef(ref.name.casefold(), ref.schema.casefold(), ref.database.casefold())
