"""Stored routines that reach over a boundary, what becomes of each, and those that cannot be judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from decompose.assessment.model import Finding
from decompose.assessment.ownership import UNASSIGNED, Ownership
from decompose.assessment.phrases import by_service, key, listed, times
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence, Statement
from decompose.evidence.cascades import Cascades
from decompose.evidence.naming import DEFAULT_SCHEMAS, TableNames
from decompose.evidence.routines import Routines
from decompose.evidence.schema import Routine, View
from decompose.evidence.statement import Access, Mode
from decompose.evidence.views import BaseAccesses

SPLIT = "split"
MOVE = "move"
REPLACE = "replace by calls"
COMMITTING = "it commits in between, so a call is several transactions already"


@dataclass(frozen=True, slots=True)
class RoutineUse:
    """A stored routine with everything it touches, itself and through routines it calls, triggers and cascades.

    `writes` are tables written or locked, `follows` those that only triggers and cascades write, `reads` the others.
    `executions` are those of statements that call it, `fingerprints` theirs, the most executed first; both stay empty
    for what only other code calls. `commits` says that a call may be several transactions.
    """

    kind: str
    name: str
    language: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    follows: tuple[str, ...]
    executions: int
    fingerprints: tuple[str, ...]
    unread: str
    line: int | None
    commits: bool = False

    @property
    def tables(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(sorted({*self.reads, *self.writes, *self.follows}))


@dataclass(frozen=True, slots=True)
class RoutineAcross:
    """A routine that touches tables of several services; `advice` is `split`, `move` or `replace by calls`.

    `writes` are all tables written, locked or reached by triggers and cascades. `commits` says that a call may be
    several transactions.
    """

    kind: str
    name: str
    language: str
    services: tuple[str, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    executions: int
    advice: str
    reason: str
    unread: str = ""
    fingerprints: tuple[str, ...] = ()
    line: int | None = None
    commits: bool = False

    @property
    def told(self) -> str:
        """Its advice with the reason, and whether it commits in between."""
        return with_commits(f"{self.advice}: {self.reason}", self.commits)


def with_commits(text: str, commits: bool) -> str:
    """The text, and that the routine commits in between if it does."""
    return f"{text}; {COMMITTING}" if commits else text


def routine_uses(evidence: Evidence) -> tuple[RoutineUse, ...]:
    """Every routine of the schema, by name and kind."""
    routines = Routines(evidence.schema.routines)
    if not routines:
        return ()
    names = TableNames(evidence.schema)
    behind = BaseAccesses(names, Cascades(evidence.schema, names))
    callers: defaultdict[tuple[str, Routine], list[Statement]] = defaultdict(list)
    for statement in evidence.statements:
        for routine in routines.called(statement.template):
            callers[routine.kind, routine].append(statement)
    found = [_use(routine, routines, behind, callers[routine.kind, routine]) for routine in evidence.schema.routines]
    return tuple(sorted(found, key=lambda use: (use.name, use.kind)))


def _use(routine: Routine, routines: Routines, behind: BaseAccesses, callers: list[Statement]) -> RoutineUse:
    reads: set[str] = set()
    writes: set[str] = set()
    follows: set[str] = set()
    for effect in routines.effects(routine):
        access = Access(effect.table, Mode(effect.mode), ("*",))
        for item in behind.tables(access, routine.database):
            (reads if item.mode is Mode.READ else writes).add(item.table)
        follows |= behind.cascades(access, routine.database)
    ranked = sorted(callers, key=lambda statement: (-statement.executions, statement.fingerprint))
    return RoutineUse(
        routine.kind,
        shown_name(routine),
        routine.language,
        tuple(sorted(reads - writes - follows)),
        tuple(sorted(writes)),
        tuple(sorted(follows - writes)),
        sum(statement.executions for statement in callers),
        tuple(dict.fromkeys(statement.fingerprint for statement in ranked)),
        routines.unread(routine),
        routine.line,
        routines.commits(routine),
    )


def shown_name(stored: Routine | View) -> str:
    """The name of a routine or view, qualified unless its schema is the default one."""
    owners = [part for part in (stored.database, stored.schema) if part not in DEFAULT_SCHEMAS]
    return ".".join([*owners, stored.name])


def routines_across(uses: Iterable[RoutineUse], ownership: Ownership) -> tuple[RoutineAcross, ...]:
    """Those that touch tables of several services: what writes in several first, then the most executed."""
    found = [_across(use, ownership) for use in uses if len(ownership.services(use.tables)) > 1]
    return tuple(sorted(found, key=lambda item: (item.advice != SPLIT, -item.executions, item.name, item.kind)))


def _across(use: RoutineUse, ownership: Ownership) -> RoutineAcross:
    advice, reason = _advice(use, ownership)
    return RoutineAcross(
        use.kind,
        use.name,
        use.language,
        ownership.services(use.tables),
        ownership.owned(use.reads),
        ownership.owned((*use.writes, *use.follows)),
        use.executions,
        advice,
        reason,
        use.unread,
        use.fingerprints,
        use.line,
        use.commits,
    )


def _advice(use: RoutineUse, ownership: Ownership) -> tuple[str, str]:
    writing = ownership.services(use.writes)
    if len(writing) > 1:
        return (
            SPLIT,
            f"{_all(writing)} each take the part that writes or locks their tables; the caller runs them as a saga",
        )
    if not writing:
        return REPLACE, f"it only reads: its caller asks {_all(ownership.services(use.tables))}, or reads a copy"
    told = [f"it writes for {_told(writing[0])} alone and goes there"]
    away = [service for service in ownership.services(use.follows) if service not in writing]
    told += [f"{_all(away)} follows by an event"] if away else []
    away = [service for service in ownership.services(use.reads) if service not in writing]
    told += [f"what it reads of {_all(away)} is asked for"] if away else []
    return MOVE, "; ".join(told)


def _told(service: str) -> str:
    return "what stays in the monolith" if service == UNASSIGNED else service


def _all(services: Sequence[str]) -> str:
    return listed([_told(service) for service in services])


def cross_routines(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`cross-routine`: a stored function, procedure or event touches tables of several services."""
    ownership = Ownership(evidence, decomposition)
    for item in routines_across(routine_uses(evidence), ownership):
        told = [
            f"{verb} {by_service(ownership.grouped(tables))}"
            for verb, tables in (("writes", item.writes), ("reads", item.reads))
            if tables
        ]
        called = f" (called {times(item.executions)})" if item.executions else ""
        yield Finding(
            code="cross-routine",
            key=key("cross-routine", item.services, item.kind, item.name),
            severity="warning",
            message=f"{item.kind} {item.name}{called} {' and '.join(told)}; {item.told}",
            services=item.services,
            tables=tuple(sorted({*item.reads, *item.writes})),
            executions=item.executions,
            evidence=(*item.fingerprints, *(() if item.line is None else (f"DDL line {item.line}",))),
        )


def unread_routines(_: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`unread-routine`: what a stored routine touches is not known in full, so no answer about it is complete."""
    for use in sorted(routine_uses(evidence), key=lambda use: (-use.executions, use.name, use.kind)):
        if use.unread:
            called = f", called {times(use.executions)}" if use.executions else ""
            yield Finding(
                code="unread-routine",
                key=key("unread-routine", use.kind, use.name),
                severity="info",
                message=f"{use.kind} {use.name} cannot be read in full ({use.unread}){called}: read it yourself",
                tables=use.tables,
                executions=use.executions,
                evidence=(*use.fingerprints, *(() if use.line is None else (f"DDL line {use.line}",))),
            )
