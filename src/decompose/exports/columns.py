"""The columns of tables as exports draw them: names, types, keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from decompose.evidence.bundle import Evidence
from decompose.evidence.naming import TableNames


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column; `type` is empty where only the log knows it, `refers` tells a part of a declared foreign key."""

    name: str
    type: str
    nullable: bool
    primary: bool
    refers: bool


def columns_by_table(evidence: Evidence) -> Mapping[str, tuple[ColumnFacts, ...]]:
    """Display name to columns in their order; a name that a table has twice is told once."""
    types = _types(evidence)
    refers = {(link.child, column) for link in evidence.links if link.declared for column in link.columns}
    found = {}
    for table in evidence.tables:
        known = types.get(table.name, {})
        found[table.name] = tuple(
            ColumnFacts(name, *known.get(name, ("", True)), name in table.primary_key, (table.name, name) in refers)
            for name in dict.fromkeys(table.columns)
        )
    return found


def _types(evidence: Evidence) -> dict[str, dict[str, tuple[str, bool]]]:
    names = TableNames(evidence.schema)
    return {
        names.display(table): {column.name: (column.type, column.nullable) for column in table.columns}
        for table in names.tables
    }
