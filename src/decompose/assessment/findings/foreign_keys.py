"""Findings on the schema's own ties: foreign keys, cascades and triggers that reach over a boundary."""

from __future__ import annotations

from collections.abc import Iterator

from decompose.assessment.model import Finding
from decompose.assessment.ownership import Ownership
from decompose.assessment.phrases import key, listed, plural, times
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence, ForeignKeyLink
from decompose.evidence.naming import TableNames

Referrer = tuple[str, tuple[str, ...]]
"""A table and those of its columns that refer to another table."""
Referrers = frozenset[Referrer]

_ACTING = frozenset({"cascade", "set null", "set default"})
_DELETING = {"cascade": "deletes rows of", "set null": "empties columns of", "set default": "resets columns of"}


def _columns(table: str, columns: tuple[str, ...]) -> str:
    return f"{table}({', '.join(columns)})"


def reference(link: ForeignKeyLink) -> str:
    """`orders(user_id) -> users(id)`."""
    parent = _columns(link.parent, link.parent_columns) if link.parent_columns else link.parent
    return f"{_columns(link.child, link.columns)} -> {parent}"


def ddl_line(link: ForeignKeyLink) -> tuple[str, ...]:
    """Where the schema declares it, if that is known: `DDL line 12`."""
    return () if link.line is None else (f"DDL line {link.line}",)


def _finding(
    code: str, severity: str, link: ForeignKeyLink, ownership: Ownership, message: str, executions: int = 0
) -> Finding:
    return Finding(
        code=code,
        key=key(code, ownership.services((link.child, link.parent)), reference(link)),
        severity=severity,
        message=message,
        services=ownership.services((link.child, link.parent)),
        tables=(link.child, link.parent),
        executions=executions,
        evidence=ddl_line(link),
    )


def _crossing(evidence: Evidence, ownership: Ownership) -> list[ForeignKeyLink]:
    found = [link for link in evidence.links if ownership.crosses(link.child, link.parent)]
    return sorted(found, key=lambda link: (link.parent, link.child, link.columns, link.parent_columns))


def foreign_keys(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`foreign-key-to-retire`: a declared foreign key from one service to another, with its on-delete action."""
    ownership = Ownership(evidence, decomposition)
    for link in _crossing(evidence, ownership):
        if link.declared:
            yield _finding(
                "foreign-key-to-retire",
                "warning",
                link,
                ownership,
                f"foreign key {reference(link)}, on delete {link.on_delete}, reaches from "
                f"{ownership.place(link.child)} into {ownership.place(link.parent)}",
            )


def undeclared_references(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`undeclared-reference`: no foreign key, but joins show that one service's rows point to another's."""
    ownership = Ownership(evidence, decomposition)
    for link in _crossing(evidence, ownership):
        if not link.declared:
            yield _finding(
                "undeclared-reference",
                "info",
                link,
                ownership,
                f"{reference(link)} is not declared but joined ({times(link.joined)}); it reaches from "
                f"{ownership.place(link.child)} into {ownership.place(link.parent)}",
                link.joined,
            )


def cascades(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`cross-cascade`: a delete or key update in one service changes another service's rows."""
    ownership = Ownership(evidence, decomposition)
    for link in _crossing(evidence, ownership):
        if link.declared and (link.on_delete in _ACTING or link.on_update in _ACTING):
            yield _finding("cross-cascade", "warning", link, ownership, _cascade(link, ownership))


def _cascade(link: ForeignKeyLink, ownership: Ownership) -> str:
    told = []
    if link.on_delete in _ACTING:
        told.append(
            f"deleting rows of {link.parent} {_DELETING[link.on_delete]} {link.child} (on delete {link.on_delete})"
        )
    if link.on_update in _ACTING:
        told.append(f"a key update of {link.parent} changes {link.child} (on update {link.on_update})")
    places = f"from {ownership.place(link.parent)} into {ownership.place(link.child)}"
    return f"{' and '.join(told)}, {places}, through {reference(link)}"


def triggers(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`cross-trigger`: a trigger on one service's table writes tables of others."""
    ownership = Ownership(evidence, decomposition)
    names = TableNames(evidence.schema)
    for trigger in sorted(evidence.schema.triggers, key=lambda found: (found.table, found.name)):
        written = {table for ref in trigger.writes for table in names.resolve(ref, trigger.table.database)}
        for table in names.resolve(trigger.table):
            away = sorted(other for other in written if ownership.crosses(table, other))
            if not away:
                continue
            services = ownership.services((table, *away))
            yield Finding(
                code="cross-trigger",
                key=key("cross-trigger", services, table, trigger.name, away),
                severity="warning",
                message=f"trigger {trigger.name} on {table} ({ownership.place(table)}) writes "
                + ", ".join(f"{other} ({ownership.place(other)})" for other in away)
                + f" after {listed(trigger.events)}",
                services=services,
                tables=(table, *away),
                evidence=() if trigger.line is None else (f"DDL line {trigger.line}",),
            )


def relationships(evidence: Evidence) -> dict[str, tuple[Referrers, Referrers]]:
    """Table to what refers to it: declared ones, and undeclared but joined ones; its own columns left out."""
    found: dict[str, tuple[set[Referrer], set[Referrer]]] = {}
    for link in evidence.links:
        if link.child != link.parent:
            found.setdefault(link.parent, (set(), set()))[not link.declared].add((link.child, link.columns))
    return {
        table: (frozenset(declared), frozenset(undeclared - declared))
        for table, (declared, undeclared) in sorted(found.items())
    }


def relationship_text(table: str, declared: int, undeclared: int) -> str:
    """`users has 47 relationships: 35 declared foreign keys, 12 undeclared but joined`."""
    return (
        f"{table} has {plural(declared + undeclared, 'relationship')}: {plural(declared, 'declared foreign key')}, "
        f"{undeclared:,} undeclared but joined"
    )
