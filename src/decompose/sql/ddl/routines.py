"""Stored routines of a draft as nouns: which tables their bodies touch and which routines they call."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from decompose.evidence.routines import UNREAD_BODY
from decompose.evidence.schema import Routine, RoutineAccess, TableRef
from decompose.evidence.statement import Mode
from decompose.sql.ddl.commits import commits_between_writes
from decompose.sql.ddl.draft import Draft, Name, RoutineDraft, candidates
from decompose.sql.ddl.relations import Relations
from decompose.sql.ddl.touches import Touches, touches
from decompose.sql.dialects import Dialect

DYNAMIC = "dynamic SQL"


def routines(draft: Draft, relations: Relations, shown: Callable[[TableRef], TableRef]) -> tuple[Routine, ...]:
    """Every routine, by qualified name and kind; those that cannot be read in full are counted in the draft."""
    known = frozenset(ref for kind, ref in draft.routines if kind != "event")
    found = sorted(
        (_routine(routine, known, draft.dialect, relations, shown) for routine in draft.routines.values()),
        key=lambda item: (item.database, item.schema, item.name, item.kind),
    )
    unread = sum(bool(item.unread) for item in found)
    if unread:
        draft.unread[UNREAD_BODY] += unread
    return tuple(found)


def own_path(ref: TableRef, dialect: Dialect) -> tuple[str, ...]:
    """Where the body of a trigger or routine looks for names: beside its owner, then in the default schema."""
    return tuple(dict.fromkeys((ref.schema, dialect.default_schema)))


def _routine(
    routine: RoutineDraft,
    others: frozenset[TableRef],
    dialect: Dialect,
    relations: Relations,
    shown: Callable[[TableRef], TableRef],
) -> Routine:
    found = touches(routine.body, dialect)
    ref = shown(routine.ref)

    def name(parts: tuple[str, ...]) -> Name:
        return Name(parts, routine.ref.database, own_path(routine.ref, dialect))

    package = routine.ref.name.rpartition(".")[0]
    called = (name(parts) for call in found.calls for parts in _spellings(call, package))
    accesses = {
        RoutineAccess(shown(known), mode.value)
        for parts, mode in _modes(found)
        if (known := relations.find(name(parts))) is not None
    }
    return Routine(
        ref.name,
        ref.schema,
        ref.database,
        kind=routine.kind,
        language=routine.language,
        accesses=tuple(sorted(accesses)),
        calls=tuple(sorted(shown(ref) for ref in _called(called, others, dialect) - {routine.ref})),
        unread=routine.unread or (DYNAMIC if found.dynamic else ""),
        line=routine.line,
        commits=commits_between_writes(routine.body, dialect),
    )


def _spellings(parts: tuple[str, ...], package: str) -> list[tuple[str, ...]]:
    """What a call can mean besides itself: `package.routine`, or a routine of the same package."""
    if len(parts) > 1:
        return [(*parts[:-2], f"{parts[-2]}.{parts[-1]}"), parts]
    return [(f"{package}.{parts[0]}",), parts] if package else [parts]


def _modes(found: Touches) -> list[tuple[tuple[str, ...], Mode]]:
    reads = [(parts, Mode.READ) for parts in found.reads]
    return [*reads, *((parts, Mode.LOCK) for parts in found.locks), *found.writes]


def _called(names: Iterable[Name], known: frozenset[TableRef], dialect: Dialect) -> set[TableRef]:
    found = (next((ref for ref in candidates(name, dialect) if ref in known), None) for name in names)
    return {ref for ref in found if ref is not None}
