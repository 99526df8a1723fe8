"""Resolves the table lists of a services.yml: explicit names first, then patterns, nothing claimed twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import translate

from decompose.store.yaml_nodes import Place


@dataclass(frozen=True, slots=True)
class _Claim:
    owner: str
    place: Place


class TableClaims:
    """Collects what each owner (a service's name, or a kind in its own name space) lists, then resolves it once."""

    def __init__(self, tables: Iterable[str], spellings: Mapping[str, Iterable[str]] | None = None) -> None:
        self._tables = sorted(set(tables))
        self._spellings = {table: tuple((spellings or {}).get(table, ())) for table in self._tables}
        self._known = frozenset(self._tables)
        self._folded: defaultdict[str, list[str]] = defaultdict(list)
        for table in self._tables:
            self._folded[table.casefold()].append(table)
        for table, names in self._spellings.items():
            for name in {name.casefold() for name in names}:
                self._folded[name].append(table)
        self._claims: dict[str, _Claim] = {}
        self._patterns: list[tuple[str, str, Place]] = []

    def claim(self, owner: str, listed: Place) -> None:
        """Takes an owner's list; UsageError for a table that was named before."""
        for item in listed.items():
            written = item.text()
            if not written:
                item.fail("a table name is empty")
            table = self._table(written, item)
            if table is None and ("*" in written or "?" in written):
                self._patterns.append((owner, written, item))
            else:
                self._add(table or written, _Claim(owner, item))

    def _table(self, written: str, item: Place) -> str | None:
        if written in self._known:
            return written
        found = self._folded.get(written.casefold(), [])
        if len(found) > 1:
            item.fail(f"{written!r} can mean {' or '.join(map(repr, found))}", "write the name in its exact case")
        return found[0] if found else None

    def _add(self, table: str, claim: _Claim) -> None:
        earlier = self._claims.setdefault(table, claim)
        if earlier is claim:
            return
        mark = earlier.place.node.start_mark
        line = mark.line + 1 if mark is not None else 0
        claim.place.fail(
            f"table {table!r} is claimed by {earlier.owner!r} (line {line}) and by {claim.owner!r}",
            "a table belongs to one service; name it explicitly where patterns overlap",
        )

    def resolve(self) -> dict[str, tuple[str, ...]]:
        """Owner to its sorted tables, patterns filled in; a pattern without a table stays as it is written."""
        explicit = frozenset(self._claims)
        for owner, pattern, place in self._patterns:
            matched = self._matched(pattern)
            if not matched:
                self._add(pattern, _Claim(owner, place))
            for table in matched:
                earlier = self._claims.get(table)
                if table not in explicit and (earlier is None or earlier.owner != owner):
                    self._add(table, _Claim(owner, place))
        owned: defaultdict[str, list[str]] = defaultdict(list)
        for table in sorted(self._claims):
            owned[self._claims[table].owner].append(table)
        return {owner: tuple(tables) for owner, tables in owned.items()}

    def _matched(self, pattern: str) -> list[str]:
        """Tables that it fits; one with a dot fits qualified names too."""
        expression = _expression(pattern)
        qualified = self._spellings if "." in pattern else {}
        return [table for table in self._tables if any(map(expression.fullmatch, (table, *qualified.get(table, ()))))]

    def unclaimed(self) -> tuple[str, ...]:
        """The tables that nothing names, sorted; to be asked after `resolve`."""
        return tuple(table for table in self._tables if table not in self._claims)


def _expression(pattern: str) -> re.Pattern[str]:
    """`*` is any run of characters, `?` one character; brackets mean themselves, as they do in table names."""
    return re.compile(translate(pattern.replace("[", "[[]")), re.IGNORECASE)
