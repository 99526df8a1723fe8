"""Which tables a write reaches behind the statement's back: triggers and ON DELETE/UPDATE actions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from decompose.evidence.naming import TableNames
from decompose.evidence.schema import Schema, TableRef, View
from decompose.evidence.statement import Mode

_ACTING = frozenset({"cascade", "set null", "set default"})
_FIRES = {
    Mode.INSERT: frozenset({"insert"}),
    Mode.UPDATE: frozenset({"update"}),
    Mode.DELETE: frozenset({"delete"}),
    Mode.TRUNCATE: frozenset({"truncate"}),
    Mode.WRITE: frozenset({"insert", "update"}),
}
_NEVER: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Action:
    child: str
    parent_columns: frozenset[str]
    child_columns: frozenset[str]
    on_delete: str
    on_update: str


class Cascades:
    """The closure of written tables, by the schema's word."""

    def __init__(self, schema: Schema, names: TableNames) -> None:
        self._actions: dict[str, list[_Action]] = defaultdict(list)
        self._triggers: dict[str, list[tuple[frozenset[str], tuple[str, ...]]]] = defaultdict(list)
        self._instead: dict[TableRef, list[tuple[frozenset[str], tuple[str, ...]]]] = defaultdict(list)
        for table in schema.tables:
            for key in table.foreign_keys:
                (child,) = names.resolve(table.ref) or (table.name,)
                action = _Action(
                    child, frozenset(key.parent_columns), frozenset(key.columns), key.on_delete, key.on_update
                )
                for parent in names.resolve(key.parent, table.database):
                    if action not in self._actions[parent]:
                        self._actions[parent].append(action)
        for trigger in schema.triggers:
            written = tuple(
                sorted({name for ref in trigger.writes for name in names.resolve(ref, trigger.table.database)})
            )
            view = names.view(trigger.table, trigger.table.database)
            if view is not None:
                self._instead[view.ref].append((frozenset(trigger.events), written))
                continue
            for name in names.resolve(trigger.table):
                self._triggers[name].append((frozenset(trigger.events), written))

    def reached(self, table: str, mode: Mode, columns: tuple[str, ...] = ()) -> frozenset[str]:
        """Tables written beside `table` when it is written in `mode`; `columns` are those an update sets."""
        if table not in self._actions and table not in self._triggers:
            return _NEVER
        found: set[str] = set()
        queue = [(table, mode, frozenset(columns))]
        seen = set(queue)
        while queue:
            name, how, changed = queue.pop()
            for step in self._next(name, how, changed):
                if step not in seen:
                    seen.add(step)
                    queue.append(step)
                    found.add(step[0])
        return frozenset(found)

    def instead(self, view: View, mode: Mode) -> frozenset[str] | None:
        """Tables that an INSTEAD OF trigger writes when its view is written; None where there is no such trigger."""
        fired = [written for events, written in self._instead.get(view.ref, ()) if events & _FIRES.get(mode, _NEVER)]
        if not fired:
            return None
        direct = {name for written in fired for name in written}
        return frozenset(direct.union(*(self.reached(name, Mode.WRITE) for name in direct)))

    def _next(self, table: str, mode: Mode, changed: frozenset[str]) -> list[tuple[str, Mode, frozenset[str]]]:
        steps: list[tuple[str, Mode, frozenset[str]]] = []
        for action in self._actions.get(table, ()):
            if mode is Mode.DELETE and action.on_delete in _ACTING:
                follows = Mode.DELETE if action.on_delete == "cascade" else Mode.UPDATE
                steps.append((action.child, follows, action.child_columns))
            if mode is Mode.UPDATE and action.on_update in _ACTING and changed & action.parent_columns:
                steps.append((action.child, Mode.UPDATE, action.child_columns))
        for events, written in self._triggers.get(table, ()):
            if events & _FIRES.get(mode, _NEVER):
                steps.extend((name, Mode.WRITE, frozenset()) for name in written)
        return steps
