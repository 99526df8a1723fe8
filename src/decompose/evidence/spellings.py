"""The qualified names people write for a table, beside the one that documents show.

A display name is as short as it can be: `roombooking.rooms` is `rooms` where no other table is called so. Statements,
database tools and people go on writing the schema before it.
"""

from __future__ import annotations

from collections import defaultdict

from decompose.evidence.naming import TableNames
from decompose.evidence.schema import Schema, Table


def spellings(schema: Schema) -> dict[str, tuple[str, ...]]:
    """Display name to its names with schema, database or both before them, sorted; what means two tables is no name."""
    names = TableNames(schema)
    shown = {names.display(table) for table in names.tables}
    meant: defaultdict[str, set[str]] = defaultdict(set)
    for table in names.tables:
        for written in _qualified(table):
            meant[written].add(names.display(table))
    found: defaultdict[str, list[str]] = defaultdict(list)
    for written, tables in sorted(meant.items()):
        if len(tables) == 1 and written not in shown:
            found[next(iter(tables))].append(written)
    return {display: tuple(written) for display, written in sorted(found.items())}


def shown_name(written: str, schema: Schema) -> str:
    """The display name of the table that a qualified name means, whatever its case; other names stay as they are."""
    if "." not in written:
        return written
    folded = written.casefold()
    found = [table for table, names in spellings(schema).items() for name in names if name.casefold() == folded]
    return found[0] if len(found) == 1 else written


def _qualified(table: Table) -> set[str]:
    parts = (table.database, table.schema, table.name)
    choices = (parts, parts[1:], (table.database, table.name))
    return {".".join(filter(None, choice)) for choice in choices} - {table.name}
