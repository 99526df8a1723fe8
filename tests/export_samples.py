"""What the export tests draw: every hostile name at once, each as it is, and a busy database of any size."""

from __future__ import annotations

from itertools import pairwise

from decompose.assessment.model import Analysis, Assessment
from decompose.boundaries.model import Decomposition, Service
from decompose.evidence.bundle import (
    ColumnPair,
    Coverage,
    Evidence,
    ForeignKeyLink,
    Statement,
    TableFacts,
    TransactionBoundary,
    TransactionProfile,
)
from decompose.evidence.schema import Column, ForeignKey, Schema, Table, TableRef
from hostile_names import HOSTILE

KEYWORDS: tuple[str, ...] = (
    *("Table", "TableGroup", "Ref", "Enum", "Project", "Note", "indexes", "workspace", "model", "views", "container"),
    *("include", "monolith", "ContextMap", "BoundedContext", "Aggregate", "contains", "P", "U", "D", "SK", "package"),
    *("component", "@startuml", "@enduml", "!include x", "!define A B", "graph", "digraph", "node", "edge", "strict"),
    *("erDiagram", "flowchart LR", "click", "style", "linkStyle", "direction", "direction: right", "layers", "steps"),
    *("shape", "label", "near", "constraint", "vars", "${x}", "a.b.c", "_ <- *", "A;B", "100%", "%%{init: {}}%%"),
    *("mxCell", "&lt;b&gt;", "#quot;", "#35;", "x -> y", "x --> y", "|", "^", "`", "~", "$ref", "#/channels/x", "a/b"),
)
"""Words that mean something to one of the formats, or look like its syntax."""
NAMES: tuple[str, ...] = tuple(dict.fromkeys((*HOSTILE, *KEYWORDS)))
_SERVICE_SIZE = 7


def gallery() -> Analysis:
    """A table, its columns and often a service for every hostile name: each written as it is, none twice."""
    names = sorted(NAMES)
    owners = names[:: _SERVICE_SIZE - 2]
    return _database(names, owners[: len(names) // _SERVICE_SIZE], list(names))


def empty() -> Analysis:
    """Nothing at all."""
    evidence = Evidence("sqlite", Schema("sqlite"), (), (), (), (), (), Coverage())
    return Analysis(evidence, Decomposition(()), Assessment(0, 0.0, 0, 0, 0.0, 0.0, 0, 0))


def busy(tables: int, services: int) -> Analysis:
    """Any number of tables in equal services, each referring to another, read and written with its neighbours."""
    names = [f"table_{number:05d}" for number in range(tables)]
    return _database(names, [f"service-{number:03d}" for number in range(services)], ["id", "parent id", "what's it"])


def _database(tables: list[str], services: list[str], columns: list[str]) -> Analysis:
    facts = tuple(
        TableFacts(table, tuple(_columns(table, columns)), (_columns(table, columns)[0],), 10, table)
        for table in sorted(tables)
    )
    parents = {table: tables[number // 2] for number, table in enumerate(tables) if number // 2 != number}
    links = tuple(
        ForeignKeyLink(child, (_columns(child, columns)[1],), parent, (_columns(parent, columns)[0],))
        for child, parent in sorted(parents.items())
    )
    statements, profiles = _work(tables, columns)
    evidence = Evidence(
        dialect="postgresql",
        schema=Schema("postgresql", tuple(_ddl(fact, parents.get(fact.name), columns) for fact in facts)),
        tables=facts,
        links=links,
        statements=statements,
        profiles=profiles,
        boundaries=tuple(TransactionBoundary(p.name, p.count, p.writes, (p.id,)) for p in profiles),
        coverage=Coverage(statements=10, statements_understood=10, tables=len(tables)),
    )
    return Analysis(evidence, _decomposition(tables, services), Assessment(len(services), 0.1, 9, 9, 1.0, 9.0, 9, 9))


def _columns(table: str, columns: list[str]) -> list[str]:
    """Three of the columns, others for every table."""
    first = sum(table.encode("utf-8", "surrogatepass")) % len(columns)
    return [columns[(first + step) % len(columns)] for step in range(3)]


def _ddl(facts: TableFacts, parent: str | None, columns: list[str]) -> Table:
    keys: tuple[ForeignKey, ...] = ()
    if parent is not None:
        keys = (ForeignKey("", (facts.columns[1],), TableRef(parent), (_columns(parent, columns)[0],), "cascade"),)
    shown = tuple(Column(column, f"enum('{column}',\"x\")", index > 0) for index, column in enumerate(facts.columns))
    return Table(facts.name, columns=shown, primary_key=facts.primary_key, foreign_keys=keys)


def _work(tables: list[str], columns: list[str]) -> tuple[tuple[Statement, ...], tuple[TransactionProfile, ...]]:
    statements, profiles = [], []
    for number, (left, right) in enumerate(pairwise(tables)):
        pair = ColumnPair(left, _columns(left, columns)[0], right, _columns(right, columns)[1])
        statements.append(Statement(f"s{number}", "SELECT ?", "select", number + 1, (), (pair,)))
        writes = tuple(sorted((left, right)))
        profiles.append(TransactionProfile(f"p{number}", left, "explicit", number + 1, 0, (), writes, (), (), ()))
    return tuple(statements), tuple(profiles)


def _decomposition(tables: list[str], services: list[str]) -> Decomposition:
    *owned, last, idle = tables
    size = max(len(owned) // len(services), 1)
    parts = [owned[size * n : size * (n + 1) if n < len(services) - 1 else len(owned)] for n in range(len(services))]
    return Decomposition(
        tuple(
            Service(name, tuple(sorted(part)), f"{name} capability", name)
            for name, part in sorted(zip(services, parts, strict=True))
        ),
        shared=(last,),
        infrastructure=(idle,),
    )
