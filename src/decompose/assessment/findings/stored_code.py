"""Views, triggers and stored routines alike: code that lives in the database and touches tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from decompose.assessment.findings.routines_across import RoutineUse, routine_uses, shown_name
from decompose.evidence.bundle import Evidence, Statement
from decompose.evidence.naming import TableNames
from decompose.evidence.schema import Trigger

VIEW = "view"
TRIGGER = "trigger"


@dataclass(frozen=True, slots=True)
class StoredCode:
    """A view, trigger, function, procedure or event with the tables it touches, display names, sorted.

    `fires_on` are the tables of a trigger, `events` what fires it. `writes` includes what a routine locks and what
    triggers and cascades write behind it. `fingerprints` are those of statements that call a routine or name a view,
    `executions` theirs. `unread` says why the body cannot be read in full, empty where it can.
    `use` is a routine's own, nothing for views and triggers.
    """

    kind: str
    name: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    fires_on: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    executions: int = 0
    fingerprints: tuple[str, ...] = ()
    unread: str = ""
    line: int | None = None
    use: RoutineUse | None = None

    @property
    def tables(self) -> tuple[str, ...]:
        """All tables, sorted."""
        return tuple(sorted({*self.reads, *self.writes, *self.fires_on}))


def stored_code(evidence: Evidence) -> tuple[StoredCode, ...]:
    """Everything the schema holds, by kind and name."""
    names = TableNames(evidence.schema)
    views = (
        StoredCode(VIEW, shown_name(view), tuple(sorted(names.resolve(view.ref))), line=view.line)
        for view in evidence.schema.views
    )
    triggers = (_trigger(trigger, names) for trigger in evidence.schema.triggers)
    routines = (_routine(use) for use in routine_uses(evidence))
    return tuple(sorted([*views, *triggers, *routines], key=lambda code: (code.kind, code.name, code.tables)))


def _trigger(trigger: Trigger, names: TableNames) -> StoredCode:
    database = trigger.table.database
    writes = {table for ref in trigger.writes for table in names.resolve(ref, database)}
    reads = {table for ref in trigger.reads for table in names.resolve(ref, database)} - writes
    on = tuple(sorted(names.resolve(trigger.table, database)))
    found = StoredCode(TRIGGER, trigger.name, tuple(sorted(reads)), tuple(sorted(writes)), on, line=trigger.line)
    return replace(found, events=trigger.events)


def _routine(use: RoutineUse) -> StoredCode:
    return StoredCode(
        kind=use.kind,
        name=use.name,
        reads=use.reads,
        writes=tuple(sorted({*use.writes, *use.follows})),
        executions=use.executions,
        fingerprints=use.fingerprints,
        unread=use.unread,
        line=use.line,
        use=use,
    )


def with_readers(view: StoredCode, statements: Iterable[Statement]) -> StoredCode:
    """The view with the statements that name it; whatever else has its name counts, too."""
    spelled = re.compile(rf"(?<![\w$]){re.escape(view.name.rpartition('.')[2])}(?![\w$])", re.IGNORECASE)
    found = [statement for statement in statements if spelled.search(statement.template)]
    ranked = sorted(found, key=lambda statement: (-statement.executions, statement.fingerprint))
    return replace(
        view,
        executions=sum(statement.executions for statement in found),
        fingerprints=tuple(statement.fingerprint for statement in ranked),
    )
