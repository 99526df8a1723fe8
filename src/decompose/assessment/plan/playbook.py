"""The playbook of one step in strangler order: every phase with its check and its way back."""

from __future__ import annotations

from collections.abc import Sequence

from decompose.assessment.findings.routines_across import RoutineAcross, with_commits
from decompose.assessment.phrases import listed, plural, times
from decompose.assessment.plan.ingredients import Ingredients
from decompose.assessment.plan.model import Phase, Replica
from decompose.assessment.plan.moving import Moving
from decompose.assessment.sagas.departures import an_event_will_do, departures
from decompose.evidence.bundle import Evidence

PERCENTAGES = (1, 10, 50, 100)


class Playbook:
    """Writes the phases; one instance per evidence."""

    def __init__(self, evidence: Evidence) -> None:
        self._moving = Moving(evidence)

    def phases(self, step: Ingredients) -> tuple[Phase, ...]:
        """From virtually separate to removal."""
        return (
            self._separate(step),
            self._observe(step),
            self._moving.replicate(step),
            self._route(step),
            self._write(step),
            self._moving.dual_write(step),
            self._moving.retire(step),
            self._moving.cut_over(step),
            self._moving.remove(step),
        )

    def _separate(self, step: Ingredients) -> Phase:
        apart = step.separation
        actions = []
        drafts = f"({plural(len(step.sagas), 'draft')} below"
        if apart.distributed:
            actions.append(
                f"take {plural(apart.distributed, 'execution')} of common transactions apart, inside the monolith "
                f"{drafts}; {plural(apart.participants, 'participant')} more in all)"
            )
        elif apart.participants:
            joining = plural(apart.participants, "participant")
            actions.append(f"add {joining} to common transactions that are apart already {drafts})")
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
            actions.append(
                f"take over what {plural(apart.cascades, 'cascading key')} did: sweeps, from when the keys go"
            )
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

    def _route(self, step: Ingredients) -> Phase:
        reading = [route for route in step.routes if not route.writes]
        told = [f"{r.label} ({plural(r.reads, 'reading transaction')})" for r in reading if r.labelled]
        nameless = sum(route.reads for route in reading if not route.labelled)
        percent = ", ".join(f"{share} %" for share in PERCENTAGES)
        actions = [
            f"route {percent} of each, the least used first; any error or timeout falls back to the monolith",
            *told,
        ]
        if nameless:
            actions.append(
                f"{plural(nameless, 'reading transaction')} without a label: find out who they are (sqlcommenter, "
                "marginalia), or leave them on the monolith until the cut-over"
            )
        return Phase(
            "route-reads",
            "Route reads by percentage, with fallback",
            tuple(actions) if reading else ("no route only reads here: nothing to shift before the write path",),
            (),
            "same answers as the monolith in shadow reads, error rate and latency no worse, for a day per percentage",
            "set the percentage to 0",
        )

    def _write(self, step: Ingredients) -> Phase:
        actions = departures(step.sagas, step.services, step.left)
        actions += [f"publish from the outbox: {name}" for name in step.events]
        actions += [f"consume, from the outbox of whoever publishes by then: {name}" for name in step.consumed]
        actions += self._writers(step)
        return Phase(
            "write-path",
            "Write path: sagas and events first, on the monolith's tables",
            tuple(actions) or ("no transaction writes here",),
            (),
            "every saga ends done or undone under injected failures; every event is consumed twice without harm",
            "the switch of the common commit stays until the cut-over",
        )

    def _writers(self, step: Ingredients) -> list[str]:
        named = [route for route in step.routes if route.writes and route.labelled]
        named.sort(key=lambda route: (-route.writes, route.label))
        told = [f"{route.label} ({plural(route.writes, 'writing transaction')})" for route in named]
        nameless = sum(route.writes for route in step.routes if not route.labelled)
        found = [f"writes come from {listed(told, 8)}"] if told else []
        found += [f"{plural(nameless, 'writing transaction')} without a label write here, too"] if nameless else []
        return found


def _named(step: Ingredients) -> str:
    return listed(step.services, 6)


def _tables(replicas: Sequence[Replica]) -> list[str]:
    return list(dict.fromkeys(replica.table for replica in replicas))


def _routine_text(item: RoutineAcross) -> str:
    called = f" (called {times(item.executions)})" if item.executions else ""
    fate = with_commits(f"{item.advice}; {item.reason}", item.commits)
    doubt = f"; {item.unread}: read it yourself" if item.unread else ""
    return f"{item.kind} {item.name}{called}: {fate}{doubt}"
