"""What the playbook of one step is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from decompose.assessment.plan.model import Replica, Route, Separation
from decompose.assessment.plan.move_sql import MoveSql
from decompose.assessment.retirement import Retirement
from decompose.assessment.sagas.model import Saga


@dataclass(frozen=True, slots=True)
class Ingredients:
    """All that the phases of one step are made of.

    `followed` are references whose ON DELETE is done later from now on, `taken_along` routines that touch nothing
    else, `places` gives the schema of every table that has left after this step, `earlier` of those that left before.
    `left` are services that left before, `consumed` events of others that these consume.
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
    earlier: Mapping[str, str]
    left: tuple[str, ...] = ()
    consumed: tuple[str, ...] = ()
