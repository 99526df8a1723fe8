"""The playbook of one step in strangler order: every phase with its check and its way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from decompose.assessment.events import MONOLITH
from decompose.assessment.findings.routines_across import RoutineAcross
from decompose.assessment.ownership import UNASSIGNED
from decompose.assessment.phrases import listed, plural
from decompose.assessment.plan.model import Phase, Replica, Route, Separation
from decompose.assessment.plan.move_sql import MoveSql, Purpose, Query, sweep
from decompose.assessment.portable_sql import PortableSql
from decompose.assessment.retirement import Retirement
from decompose.assessment.sagas.departures import an_event_will_do, departures
from decompose.assessment.sagas.model import Saga
from decompose.evidence.bundle import Evidence
from decompose.evidence.naming import TableNames

PERCENTAGES = (1, 10, 50, 100)
NO_ROW = "no row"


@dataclass(frozen=True, slots=True)
class Ingredients:
    """All that the phases of one step are made of.

    `followed` are references whose ON DELETE is done later from now on, `taken_along` routines that touch nothing
    else, `places` gives the schema of every table that
    has left after this step. `left` are services that left before, `consumed` events of others that these consume.
    """

    services: tuple[str, ...]
    moves: tuple[MoveSql, ...]
    separation: Separation
    replicas: tuple[Replica, ...]
    routes: tuple[Route, ...]
    sagas: tuple[Saga, ...]
    events: tuple[str, ...]
    retired: tuple[Retirement, ...]
    followed: tuple[Retirement, ...]
    taken_along: tuple[str, ...]
    places: Mapping[str, str]
    left: tuple[str, ...] = ()
    consumed: tuple[str, ...] = ()


class Playbook:
    """Writes the phases; one instance per evidence."""

    def __init__(self, evidence: Evidence) -> None:
        self._dialect = evidence.dialect
        self._sql = PortableSql(evidence)
        names = TableNames(evidence.schema)
        self._constraints: dict[tuple[str, tuple[str, ...]], str] = {}
        self._triggers: dict[str, list[str]] = {}
        for table in names.tables:
            for key in table.foreign_keys:
                self._constraints.setdefault((names.display(table), key.columns), key.name)
        for trigger in evidence.schema.triggers:
            for name in names.resolve(trigger.table):
                self._triggers.setdefault(name, []).append(trigger.name)

    def phases(self, step: Ingredients) -> tuple[Phase, ...]:
        """From virtually separate to removal."""
        writers = (self._separate, self._observe, self._replicate, self._route, self._write, self._dual)
        return tuple(write(step) for write in (*writers, self._retire, self._cut_over, self._remove))

    def _separate(self, step: Ingredients) -> Phase:
        apart = step.separation
        actions = []
        if apart.distributed or apart.participants:
            actions.append(
                f"take {plural(apart.distributed, 'execution')} of common transactions apart, inside the monolith "
                f"({plural(len(step.sagas), 'draft')} below; {plural(apart.participants, 'participant')} more in all)"
            )
        if apart.crossing_statements:
            actions.append(
                f"rewrite {plural(apart.crossing_statements, 'statement')} "
                f"({plural(apart.crossing_executions, 'execution')}) that would cross"
            )
        if apart.views or apart.triggers:
            actions.append(
                f"replace views and triggers that reach across: {listed((*apart.views, *apart.triggers), 8)}"
            )
        actions += [_routine_text(item) for item in apart.routines]
        if apart.cascades:
            actions.append(f"take over what {plural(apart.cascades, 'cascading key')} did: the sweeps of the cut-over")
        return Phase(
            "separate",
            "Virtually separate inside the monolith",
            tuple(actions) or ("nothing to rewrite: the foreign keys, if any, go in their own phase",),
            (),
            f"assessing a new capture shows nothing that crosses {_named(step)}",
            "each rewrite behind its own switch; nothing has moved yet",
        )

    def _observe(self, step: Ingredients) -> Phase:
        actions = ["errors and latency per route, monolith and service side by side, for a full business cycle before"]
        actions += ["age of the oldest outbox row, per event"] if step.events else []
        drafts = [saga for saga in step.sagas if not an_event_will_do(saga, step.services)]
        actions += ["sagas that are neither done nor undone, by age, and compensations per hour"] if drafts else []
        actions += [f"lag of the copies of {listed(_tables(step.replicas), 6)}"] if step.replicas else []
        actions += ["the reconciliation figures of the dual-write phase, as a series"]
        return Phase(
            "observe",
            "See before touching",
            tuple(actions),
            (),
            "each series shows a normal day of the monolith",
            "nothing to take back",
        )

    def _replicate(self, step: Ingredients) -> Phase:
        actions = []
        for move in step.moves:
            triggers = sorted({name for table in move.order for name in self._triggers.get(table, ())})
            actions.append(
                f"create {plural(len(move.order), 'table')} in {move.schema} with their own DDL, without references to "
                "tables outside it, and keep them fed from the monolith's change stream"
            )
            if triggers:
                actions.append(f"keep these triggers off on both sides while rows are copied: {listed(triggers, 8)}")
            if move.keyless:
                actions.append(f"no key is known of {listed(move.keyless, 8)}: copy them by hand, in one locked go")
        if step.taken_along:
            actions.append(f"these routines touch nothing else and go along: {listed(step.taken_along, 8)}")
        actions += [_copy_text(replica) for replica in step.replicas]
        return Phase(
            "replicate",
            "Replicate for reading, and back-fill",
            tuple(actions),
            tuple(query for move in step.moves for query in move.backfill()),
            "the reconciliation of the dual-write phase gives 0 and 0, twice in a row",
            f"stop the stream and drop {', '.join(move.schema for move in step.moves)}; nobody reads it yet",
        )

    def _route(self, step: Ingredients) -> Phase:
        reading = [route for route in step.routes if not route.writes]
        told = [f"{route.label} ({plural(route.reads, 'reading transaction')})" for route in reading]
        percent = ", ".join(f"{share} %" for share in PERCENTAGES)
        return Phase(
            "route-reads",
            "Route reads by percentage, with fallback",
            (f"route {percent} of each, the least used first; any error or timeout falls back to the monolith", *told)
            if told
            else ("no route only reads here: nothing to shift before the write path",),
            (),
            "same answers as the monolith in shadow reads, error rate and latency no worse, for a day per percentage",
            "set the percentage to 0",
        )

    def _write(self, step: Ingredients) -> Phase:
        actions = departures(step.sagas, step.services, step.left)
        actions += [f"publish from the outbox: {name}" for name in step.events]
        actions += [f"consume, from the outbox of whoever publishes by then: {name}" for name in step.consumed]
        writing = [f"{r.label} ({plural(r.writes, 'writing transaction')})" for r in step.routes if r.writes]
        actions += [f"writes come from {listed(writing, 8)}"] if writing else []
        return Phase(
            "write-path",
            "Write path: sagas and events first, on the monolith's tables",
            tuple(actions) or ("no transaction writes here",),
            (),
            "every saga ends done or undone under injected failures; every event is consumed twice without harm",
            "the switch of the common commit stays until the cut-over",
        )

    def _dual(self, step: Ingredients) -> Phase:
        return Phase(
            "dual-write",
            "Dual-write window with reconciliation",
            (
                "the monolith writes first and stays the truth; the service's tables are written beside it",
                "reconcile at a quiet moment or in one snapshot; where rows differ, run the repair that follows it",
            ),
            tuple(query for move in step.moves for query in (*move.reconcile(), *move.repair())),
            "0 and 0 for every table over a full business cycle",
            "stop writing to the service; its rows are thrown away and filled again",
        )

    def _retire(self, step: Ingredients) -> Phase:
        checks = [Query(item.child, Purpose.ORPHANS, item.orphan_check, NO_ROW) for item in step.retired]
        drops = [Query(item.child, Purpose.RETIRE, self._drop(item)) for item in step.retired if item.declared]
        actions = [
            f"{item.child}({', '.join(item.columns)}) to {item.parent}, on delete {item.on_delete}: {item.replacement}"
            for item in step.retired
            if item.declared
        ]
        return Phase(
            "retire-keys",
            "Retire foreign keys, those that nothing follows first",
            tuple(actions) or ("no declared key crosses",),
            (*checks, *drops),
            "every orphan check gives no row, before and a day after",
            "add the constraint again (on PostgreSQL NOT VALID first); the orphan checks show what stands in its way",
        )

    def _drop(self, item: Retirement) -> str:
        name = self._constraints.get((item.child, item.columns), "")
        if self._dialect == "sqlite" or not name:
            why = "SQLite rebuilds the table" if self._dialect == "sqlite" else "the key has no name in the schema"
            told = f"{item.child}({', '.join(item.columns)}) REFERENCES {item.parent}: {why}"
            return f"-- {' '.join(told.split())}"
        return f"ALTER TABLE {self._sql.table(item.child)} DROP CONSTRAINT {self._sql.name(name)};"

    def _cut_over(self, step: Ingredients) -> Phase:
        sweeps = [
            Query(item.child, Purpose.SWEEP, text, f"in place of on delete {item.on_delete}")
            for item in step.followed
            if (text := sweep(self._sql, item, step.places))
        ]
        actions = [
            "take write rights on the tables from the monolith's account; route 100 % of the writes to the service",
            "keep the monolith's tables until the removal: the way back fills them again",
        ]
        actions += ["sweep regularly: what ON DELETE did at once is done a little later"] if sweeps else []
        return Phase(
            "cut-over",
            "Cut over: the service becomes the truth",
            tuple(actions),
            (*sweeps, *(query for move in step.moves for query in move.way_back())),
            "the reconciliation gives 0 and 0 a day after, and no journey's error rate has moved",
            "run the way back above (triggers off), reconcile to 0 and 0, give the rights back, set the routes to 0 %",
        )

    def _remove(self, step: Ingredients) -> Phase:
        tables = [table for move in step.moves for table in reversed(move.order)]
        return Phase(
            "remove",
            "Remove what is left in the monolith",
            ("after a full business cycle without a reader: back up, then drop the tables, the switches and the feed",),
            tuple(Query(table, Purpose.REMOVE, f"DROP TABLE {self._sql.table(table)};") for table in tables),
            "a new capture shows no statement on them, and the drift check stays clean",
            "none but the backup: this is the only phase without a way back",
        )


def _named(step: Ingredients) -> str:
    return listed(step.services, 6)


def _tables(replicas: Sequence[Replica]) -> list[str]:
    return list(dict.fromkeys(replica.table for replica in replicas))


def _routine_text(item: RoutineAcross) -> str:
    called = f" (called {item.executions:,}×)" if item.executions else ""
    doubt = f"; {item.unread}: read it yourself" if item.unread else ""
    return f"{item.kind} {item.name}{called}: {item.advice}; {item.reason}{doubt}"


def _copy_text(replica: Replica) -> str:
    columns = "" if replica.columns == ("*",) else f"({', '.join(replica.columns)})"
    by = listed([label for label, _ in replica.readers], 3)
    lag = {"none": "no lag: it decides on it, so it asks the owner before it writes"}.get(
        replica.lag, f"may be {replica.lag} old"
    )
    return f"{_who(replica.reader)} keeps {replica.table}{columns} of {_who(replica.owner)}: {lag} ({by or 'no label'})"


def _who(place: str) -> str:
    return MONOLITH if place == UNASSIGNED else place
