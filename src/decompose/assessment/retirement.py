"""Foreign keys that a cut retires: what deleting meant, what takes their place, and how to find what is orphaned."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from decompose.assessment.ownership import Ownership
from decompose.assessment.portable_sql import PortableSql
from decompose.evidence.bundle import Evidence, ForeignKeyLink
from decompose.evidence.statement import Mode

BY_ID = "reference by id"
LOOSE_KEY = "loose key with asynchronous delete"
EVENT = "event"
_FOLLOWS = {"cascade": "deletes", "set null": "empties", "set default": "resets"}


@dataclass(frozen=True, slots=True)
class Retirement:
    """A reference from one service to another, declared or only joined, and what replaces it.

    `replacement` is `reference by id`, `loose key with asynchronous delete` or `event`; `reason` says which rule chose.
    `orphan_check` lists rows that refer to nothing. `deletes` are executions that delete rows of the parent.
    """

    child: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    child_service: str
    parent_service: str
    on_delete: str
    on_update: str
    declared: bool
    replacement: str
    reason: str
    orphan_check: str
    deletes: int = 0
    line: int | None = None


def retirements(evidence: Evidence, ownership: Ownership) -> tuple[Retirement, ...]:
    """Declared references first, by child, columns and parent; shared and infrastructure tables keep theirs."""
    sql = PortableSql(evidence)
    deletes = deleted_rows(evidence)
    found = [
        _retirement(link, ownership, sql, deletes[link.parent])
        for link in evidence.links
        if ownership.crosses(link.child, link.parent)
    ]
    return tuple(sorted(found, key=lambda item: (not item.declared, item.child, item.columns, item.parent)))


def deleted_rows(evidence: Evidence) -> Counter[str]:
    """Table to the executions that delete from it or truncate it, cascades left aside."""
    counts: Counter[str] = Counter()
    for statement in evidence.statements:
        for access in statement.accesses:
            if access.mode in (Mode.DELETE, Mode.TRUNCATE):
                counts[access.table] += statement.executions
    return counts


def _retirement(link: ForeignKeyLink, ownership: Ownership, sql: PortableSql, deletes: int) -> Retirement:
    replacement, reason = _replacement(link, ownership, deletes)
    return Retirement(
        child=link.child,
        columns=link.columns,
        parent=link.parent,
        parent_columns=link.parent_columns,
        child_service=ownership.place(link.child),
        parent_service=ownership.place(link.parent),
        on_delete=link.on_delete,
        on_update=link.on_update,
        declared=link.declared,
        replacement=replacement,
        reason=reason,
        orphan_check=sql.orphan_check(link.child, link.columns, link.parent, link.parent_columns),
        deletes=deletes,
        line=link.line,
    )


def _replacement(link: ForeignKeyLink, ownership: Ownership, deletes: int) -> tuple[str, str]:
    child, parent = ownership.place(link.child), ownership.place(link.parent)
    seen = f"{link.parent} is deleted from {deletes:,}×" if deletes else f"{link.parent} was never seen losing a row"
    if link.on_delete in _FOLLOWS:
        told = f"{child} {_FOLLOWS[link.on_delete]} its rows after {parent} has deleted (on delete {link.on_delete})"
        return LOOSE_KEY, f"{told}; {seen}"
    if deletes:
        refused = f"on delete {link.on_delete} refuses today" if link.declared else "nothing refuses it today"
        return EVENT, f"{seen} and {refused}: {parent} announces the delete and {child} answers for its rows"
    return BY_ID, f"{seen}: {child} keeps the id and asks {parent} for the rest"
