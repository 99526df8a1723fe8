"""What becomes of common commits at one step of a plan, while some services have left and others still wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from decompose.assessment.phrases import listed, times
from decompose.assessment.sagas.model import Role, Saga

_NAMED = 6


def only_follow(saga: Saga, leaving: Sequence[str]) -> bool:
    """Whether these services do nothing in a transaction that could refuse or decide."""
    return all(step.role is Role.RETRIABLE for step in saga.steps if step.service in leaving)


def an_event_will_do(saga: Saga, leaving: Sequence[str]) -> bool:
    """Whether the services that leave now can follow by an event, whatever the others need later."""
    return saga.coordinator not in leaving and only_follow(saga, leaving)


def departures(sagas: Iterable[Saga], leaving: Sequence[str], left: Sequence[str]) -> list[str]:
    """One line per common commit; variants of one transaction that fare alike are told together.

    `leaving` are the services of this step, `left` those of the steps before.
    """
    found: dict[tuple[str, str, str], list[Saga]] = {}
    for saga in sagas:
        found.setdefault((*_departure(saga, leaving, left), saga.name), []).append(saga)
    told = []
    for (how, why, name), drafts in found.items():
        executions = times(sum(saga.executions for saga in drafts))
        variants = f", {len(drafts)} variants" if len(drafts) > 1 else ""
        told.append(f"{how} the common commit of {name} ({executions}{variants}): {why}")
    return told


def _departure(saga: Saga, leaving: Sequence[str], left: Sequence[str]) -> tuple[str, str]:
    """What takes the place of a common commit with this step, and why."""
    going = [service for service in saga.services if service in leaving]
    if an_event_will_do(saga, leaving):
        tables = sorted({table for step in saga.steps if step.service in going for table in step.tables})
        rest = ", what the others do stays as it is" if len(saga.services) - len(going) > 1 else ""
        return "an event after", f"{listed(going, _NAMED)} then writes {listed(tables)} and cannot refuse{rest}"
    staying = [service for service in saga.services if service not in (*leaving, *left)]
    rest = f"; until they leave, {listed(staying, _NAMED)} stay one commit in the monolith" if len(staying) > 1 else ""
    return f"{saga.verdict.value} instead of", f"{saga.reason}{rest}"
