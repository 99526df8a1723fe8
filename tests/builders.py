"""Builders, so that a test reads like the domain: `schema("orders -> users")`, `tx("R users; W orders", times=40)`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise

from decompose.boundaries.model import Decomposition, Service
from decompose.evidence.bundle import (
    ColumnPair,
    Coverage,
    Evidence,
    ForeignKeyLink,
    Statement,
    TableAccess,
    TableFacts,
    TransactionBoundary,
    TransactionProfile,
)
from decompose.evidence.schema import (
    Column,
    ForeignKey,
    Routine,
    RoutineAccess,
    Schema,
    Table,
    TableRef,
    Trigger,
)
from decompose.evidence.statement import Mode

_SETS = {"R": "reads", "W": "writes", "L": "locks", "C": "cascades"}
_MODES = {"R": Mode.READ, "W": Mode.UPDATE, "L": Mode.LOCK}


@dataclass(frozen=True, slots=True)
class Work:
    """A transaction profile before it is counted into evidence, with the statements behind it."""

    profile: TransactionProfile
    statements: tuple[Statement, ...] = ()


def identity(*parts: object) -> str:
    """Sixteen hex digits of whatever tells two things apart."""
    return sha256(repr(parts).encode()).hexdigest()[:16]


def schema(text: str, on_delete: Mapping[str, str] | None = None, dialect: str = "postgresql") -> Schema:
    """Tables with an `id` and a `<parent>_id` per arrow: `"order_items -> orders -> customers; countries"`.

    `on_delete` names actions by `"child -> parent"`; chains are separated by `;`.
    """
    parents: dict[str, list[str]] = {}
    for chain in filter(None, (part.strip() for part in text.split(";"))):
        names = [name.strip() for name in chain.split("->")]
        for name in names:
            parents.setdefault(name, [])
        for child, parent in pairwise(names):
            parents[child].append(parent)
    actions = on_delete or {}
    return Schema(dialect, tuple(_table(name, parents[name], actions) for name in sorted(parents)))


def _table(name: str, parents: Iterable[str], on_delete: Mapping[str, str]) -> Table:
    keys = [
        ForeignKey(
            name=f"{name}_{parent}_fk",
            columns=(f"{parent}_id",),
            parent=TableRef(parent),
            parent_columns=("id",),
            on_delete=on_delete.get(f"{name} -> {parent}", "no action"),
        )
        for parent in sorted(parents)
    ]
    columns = ("id", *(column for key in keys for column in key.columns))
    return Table(
        name=name,
        columns=tuple(Column(column, "integer") for column in columns),
        primary_key=("id",),
        foreign_keys=tuple(keys),
    )


def trigger(
    name: str, table: str, writes: str, events: tuple[str, ...] = ("insert",), line: int | None = None
) -> Trigger:
    """A trigger on a table that writes others, named with spaces between."""
    return Trigger(name, TableRef(table), events, writes=tuple(TableRef(other) for other in writes.split()), line=line)


def routine(
    name: str, text: str, calls: str = "", kind: str = "procedure", unread: str = "", line: int | None = None
) -> Routine:
    """A stored routine by what it touches: `"insert orders; read users"`, and the names of those it calls."""
    accesses = (part.split() for part in text.split(";") if part.strip())
    touched = tuple(sorted(RoutineAccess(TableRef(table), mode) for mode, table in accesses))
    called = tuple(TableRef(other) for other in calls.split())
    return Routine(name, kind=kind, language="sql", accesses=touched, calls=called, unread=unread, line=line)


def tx(
    accesses: str, times: int = 1, label: str = "", kind: str = "explicit", rolled_back: int = 0, sql: bool = True
) -> Work:
    """A transaction: `"R customers; W orders order_items; L stock; C history"`, with a statement per table touched."""
    sets: dict[str, tuple[str, ...]] = {}
    for part in filter(None, (part.strip() for part in accesses.split(";"))):
        letter, *tables = part.split()
        sets[_SETS[letter]] = tuple(sorted(tables))
    touched = [(mode, table) for letter, mode in _MODES.items() for table in sets.get(_SETS[letter], ())]
    statements = tuple(statement(f"{mode.value} {table}", times, {table: mode}) for mode, table in touched if sql)
    full = {name: sets.get(name, ()) for name in _SETS.values()}
    profile = TransactionProfile(
        id=identity(kind, label, sorted(full.items())),
        name=label or accesses,
        kind=kind,
        count=times,
        rolled_back=rolled_back,
        reads=full["reads"],
        writes=full["writes"],
        locks=full["locks"],
        cascades=full["cascades"],
        statements=tuple(sorted(found.fingerprint for found in statements)),
        labels=((label, times),) if label else (),
    )
    return Work(profile, statements)


def statement(template: str, times: int, modes: Mapping[str, Mode], joins: tuple[ColumnPair, ...] = ()) -> Statement:
    """A statement of the workload by what it touches."""
    accesses = tuple(sorted(TableAccess(table, mode) for table, mode in modes.items()))
    return Statement(identity(template), template, template.split()[0].upper(), times, accesses, joins)


def join(text: str, times: int = 1) -> Statement:
    """A reading statement that sets columns equal: `"orders.user_id = users.id, orders.a = items.b"`."""
    pairs = []
    for part in text.split(","):
        sides = sorted(tuple(side.strip().rsplit(".", 1)) for side in part.split("="))
        pairs.append(ColumnPair(sides[0][0], sides[0][1], sides[1][0], sides[1][1]))
    tables = {table: Mode.READ for pair in pairs for table in (pair.left, pair.right)}
    return statement(f"SELECT WHERE {text}", times, tables, tuple(sorted(pairs)))


def undeclared(text: str, joined: int = 1) -> ForeignKeyLink:
    """An inferred reference: `"orders.user_id -> users.id"`."""
    child, parent = (side.strip().rsplit(".", 1) for side in text.split("->"))
    return ForeignKeyLink(child[0], (child[1],), parent[0], (parent[1],), declared=False, joined=joined)


def evidence(
    known: Schema, *work: Work | Statement | ForeignKeyLink, lines: Mapping[str, int] | None = None
) -> Evidence:
    """Evidence of a schema and its work; `lines` gives DDL lines by `"child -> parent"`."""
    profiles = tuple(sorted((w.profile for w in work if isinstance(w, Work)), key=lambda profile: profile.id))
    statements: dict[str, Statement] = {}
    for found in _statements(work):
        earlier = statements.get(found.fingerprint)
        times = found.executions + (earlier.executions if earlier else 0)
        statements[found.fingerprint] = replace(found, executions=times)
    links = [*_declared(known, lines or {}), *(link for link in work if isinstance(link, ForeignKeyLink))]
    return Evidence(
        dialect=known.dialect,
        schema=known,
        tables=_tables(known, profiles),
        links=tuple(sorted(links, key=lambda link: (link.child, link.columns, link.parent))),
        statements=tuple(statements[name] for name in sorted(statements)),
        profiles=profiles,
        boundaries=_boundaries(profiles),
        coverage=Coverage(transactions=sum(p.count + p.rolled_back for p in profiles), tables=len(known.tables)),
    )


def _statements(work: Iterable[Work | Statement | ForeignKeyLink]) -> Iterable[Statement]:
    for item in work:
        if isinstance(item, Work):
            yield from item.statements
        elif isinstance(item, Statement):
            yield item


def _declared(known: Schema, lines: Mapping[str, int]) -> Iterable[ForeignKeyLink]:
    for table in known.tables:
        for key in table.foreign_keys:
            yield ForeignKeyLink(
                child=table.name,
                columns=key.columns,
                parent=key.parent.name,
                parent_columns=key.parent_columns,
                on_delete=key.on_delete,
                on_update=key.on_update,
                line=lines.get(f"{table.name} -> {key.parent.name}"),
            )


def _tables(known: Schema, profiles: Iterable[TransactionProfile]) -> tuple[TableFacts, ...]:
    found = {t.name: TableFacts(t.name, tuple(c.name for c in t.columns), t.primary_key) for t in known.tables}
    for profile in profiles:
        for name in (*profile.reads, *profile.boundary):
            found.setdefault(name, TableFacts(name, declared=False))
    return tuple(found[name] for name in sorted(found))


def _boundaries(profiles: Iterable[TransactionProfile]) -> tuple[TransactionBoundary, ...]:
    groups: dict[tuple[str, ...], list[TransactionProfile]] = {}
    for profile in profiles:
        if profile.count and profile.boundary:
            groups.setdefault(profile.boundary, []).append(profile)
    return tuple(
        TransactionBoundary(members[0].name, sum(p.count for p in members), tables, tuple(p.id for p in members))
        for tables, members in sorted(groups.items())
    )


def cut(text: str) -> Decomposition:
    """A decomposition: `"ordering: orders lines; identity: users; shared: countries; infrastructure: migrations"`."""
    apart: dict[str, tuple[str, ...]] = {"shared": (), "infrastructure": ()}
    services = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, _, tables = part.partition(":")
        listed = tuple(sorted(tables.split()))
        if name.strip() in apart:
            apart[name.strip()] = listed
        else:
            services.append(Service(name.strip(), listed))
    return Decomposition(
        tuple(sorted(services, key=lambda service: service.name)), apart["shared"], apart["infrastructure"]
    )
