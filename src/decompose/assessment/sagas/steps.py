"""The local transactions of a saga: who coordinates, what each service does alone, where the point of no return is.

The order follows one rule: what can refuse comes first and can be taken back, then the pivot, then what only has to be
repeated until it succeeds. Among equals, services and statements stand as they usually run, where that is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from decompose.assessment.ownership import Ownership
from decompose.assessment.phrases import listed
from decompose.assessment.portable_sql import PortableSql
from decompose.assessment.sagas.inverse import BOTH, BY_HAND, NO_WAY_BACK, OPPOSITE, inverse
from decompose.assessment.sagas.model import LocalTransaction, Operation, Role
from decompose.assessment.sagas.subject import Part, Subject
from decompose.assessment.sagas.template_updates import update
from decompose.assessment.usual_order import LAST, UsualOrder
from decompose.evidence.bundle import Evidence, Statement, TransactionProfile
from decompose.evidence.statement import Mode

_WORDS = re.compile(r"[a-z]+")
_MONEY_WORDS = "payment payments charge charges refund refunds payout payouts capture captures"
_MONEY = frozenset(_MONEY_WORDS.split())
_SCARCE_WORDS = "stock stocks inventory balance balances quota reserved allocated available seats credit"
_SCARCE = frozenset(_SCARCE_WORDS.split())
_MODE_ORDER = {Mode.LOCK: 0, Mode.INSERT: 1, Mode.UPDATE: 2, Mode.WRITE: 3, Mode.DELETE: 4, Mode.TRUNCATE: 5}


class Steps:
    """Takes transactions apart; one instance per decomposition."""

    def __init__(self, evidence: Evidence, ownership: Ownership) -> None:
        self._ownership = ownership
        self._sql = PortableSql(evidence)
        self._statements = {statement.fingerprint: statement for statement in evidence.statements}
        self._money = {
            service: tuple(table for table in tables if is_money(table))
            for service, tables in ownership.grouped(table.name for table in evidence.tables).items()
        }
        self._usual = UsualOrder(evidence)
        self._subject = Subject(evidence, self._sql)

    def parts(self, profiles: Sequence[TransactionProfile]) -> dict[str, Part]:
        """Service to its part; locks count as operations, tables that only cascades reach as `follows`."""
        boundary = {table for profile in profiles for table in profile.boundary}
        operations: dict[str, list[Operation]] = {}
        for name in sorted({name for profile in profiles for name in profile.statements}):
            if name in self._statements:
                for operation in self._operations(self._statements[name], boundary):
                    operations.setdefault(self._ownership.place(operation.table), []).append(operation)
        ranks = self._usual.statements(profiles)
        found = {}
        for service, tables in self._ownership.grouped(boundary).items():
            known = operations.get(service, [])
            direct = {table for profile in profiles for table in (*profile.writes, *profile.locks)}
            missing = direct.intersection(tables) - {operation.table for operation in known}
            known += [Operation(table, Mode.WRITE, "", "", "", BY_HAND) for table in sorted(missing)]
            follows = tuple(table for table in tables if table not in direct)
            ordered = tuple(sorted(known, key=lambda operation: self._order(operation, ranks)))
            begun = min((ranks.get(operation.fingerprint, LAST) for operation in ordered), default=LAST)
            found[service] = Part(service, ordered, follows, _refuses(ordered), begun)
        return found

    def _operations(self, statement: Statement, boundary: set[str]) -> Iterable[Operation]:
        for access in statement.accesses:
            known = access.table in boundary and self._ownership.service(access.table) is not None
            if known and (access.mode.writes or access.mode is Mode.LOCK):
                undo, how = inverse(self._sql, statement, access)
                yield Operation(access.table, access.mode, statement.fingerprint, statement.template, undo, how)

    def _order(self, operation: Operation, ranks: Mapping[str, int]) -> tuple[int, int, int, str, str]:
        """As they usually run; else locks first, parents before children."""
        mode = Mode(operation.mode)
        depth = self._subject.depth(operation.table)
        return (
            ranks.get(operation.fingerprint, LAST),
            _MODE_ORDER.get(mode, 3),
            -depth if mode is Mode.DELETE else depth,
            operation.table,
            operation.fingerprint,
        )

    def ordered(
        self, parts: dict[str, Part], coordinator: str, saga: str, external: tuple[str, ...] = ()
    ) -> tuple[LocalTransaction, ...]:
        """The steps in order, with roles, reasons and idempotency keys; `external` are outside systems it calls."""
        pivot, why = self._pivot(parts, coordinator)
        if external:
            told = listed(external, 3)
            owned = not any(map(is_money_part, parts.values())) and not self._money.get(coordinator)
            why = f"{told} is called: that cannot be taken back" if owned else f"{why}; {told} is called here"
        others = [part for name, part in parts.items() if name not in (pivot, coordinator)]
        others.sort(key=lambda part: (part.begun, part.service))
        before: list[tuple[Part, str, Role, str]] = [
            (part, "do", Role.COMPENSATABLE, f"{part.service} can refuse: {part.refuses}")
            for part in others
            if part.refuses
        ]
        after: list[tuple[Part, str, Role, str]] = [
            (part, "do", Role.RETRIABLE, f"nothing in {part.service} can refuse: it is repeated until done")
            for part in others
            if not part.refuses
        ]
        middle = self._middle(parts, coordinator, pivot, why, bool(before), before, after)
        steps = [*before, middle, *after]
        key = self._subject.key(parts, coordinator)
        return tuple(
            LocalTransaction(
                number,
                part.service,
                purpose,
                role,
                reason,
                _undoable(part, role),
                part.follows,
                f"{saga}:{key}:{number}",
            )
            for number, (part, purpose, role, reason) in enumerate(steps, 1)
        )

    def _middle(
        self,
        parts: dict[str, Part],
        coordinator: str,
        pivot: str,
        why: str,
        refusing: bool,
        before: list[tuple[Part, str, Role, str]],
        after: list[tuple[Part, str, Role, str]],
    ) -> tuple[Part, str, Role, str]:
        """The pivot step; what the coordinator does apart from it goes before and after."""
        own = parts[coordinator]
        opened = self._subject.opened(parts, coordinator)
        opening = own.only(lambda operation: operation.mode == Mode.INSERT and operation.table in opened)
        closing = own.only(lambda operation: operation not in opening.operations)
        opens = f"{coordinator} coordinates: it opens what the others refer to and can take it back"
        if pivot != coordinator:
            if opening.operations:
                before.insert(0, (replace(opening, follows=()), "open", Role.COMPENSATABLE, opens))
            elif own.refuses:
                told = "it marks its rows as pending and can clear the mark"
                before.insert(0, (_marks(own), "mark", Role.COMPENSATABLE, f"{coordinator} can refuse: {told}"))
            rest = closing if opening.operations or own.refuses else own
            if rest.operations or rest.follows:
                after.insert(0, (_done(rest), "confirm", Role.RETRIABLE, f"{coordinator} confirms after {pivot}"))
            return parts[pivot], "do", Role.PIVOT, why
        if is_money_part(own) and refusing:
            self._confirm_after(before, after)
        if refusing and opening.operations and closing.operations and not is_money_part(own):
            before.insert(0, (replace(opening, follows=()), "open", Role.COMPENSATABLE, opens))
            return closing, "confirm", Role.PIVOT, why
        return own, "do", Role.PIVOT, why

    @staticmethod
    def _confirm_after(before: list[tuple[Part, str, Role, str]], after: list[tuple[Part, str, Role, str]]) -> None:
        """Who only sets a state under a lock marks its rows before the money moves and confirms afterwards."""
        for place, (part, _, _, reason) in enumerate(before):
            states = [operation for operation in part.operations if operation.mode != Mode.LOCK]
            if states and all(o.mode == Mode.UPDATE and o.undone_by not in (OPPOSITE, BOTH) for o in states):
                before[place] = (_marks(part), "mark", Role.COMPENSATABLE, reason)
                told = f"{part.service} holds its rows pending since its mark: setting the state cannot be refused"
                after.append((_done(part), "confirm", Role.RETRIABLE, told))

    def _pivot(self, parts: dict[str, Part], coordinator: str) -> tuple[str, str]:
        paying = sorted(
            (name for name, part in parts.items() if is_money_part(part)),
            key=lambda name: (name != coordinator, -len(parts[name].tables), name),
        )
        if paying:
            tables = sorted(table for table in parts[paying[0]].tables if is_money(table))
            return paying[0], f"money moves with {', '.join(tables)}: that cannot be taken back by a statement"
        owned = self._money.get(coordinator, ())
        if owned:
            return (
                coordinator,
                f"{coordinator} owns {', '.join(owned[:3])}: once the payment is taken, all else must follow",
            )
        return coordinator, f"{coordinator} decides: nothing after its commit can refuse"


def _refuses(operations: Sequence[Operation]) -> str:
    locked = sorted({operation.table for operation in operations if operation.mode == Mode.LOCK})
    if locked:
        return f"it checks {', '.join(locked[:3])} under a lock"
    for operation in operations:
        found = update(operation.template) if operation.mode == Mode.UPDATE else None
        if found and any(part.sign == "-" for part in found.assignments):
            return f"it counts {operation.table} down"
        words = set(_WORDS.findall(operation.table.lower()))
        if operation.mode in (Mode.UPDATE, Mode.WRITE) and words & _SCARCE:
            return f"{operation.table} holds what can run out"
        if found and any(_SCARCE & set(_WORDS.findall(part.column.lower())) for part in found.assignments):
            return f"{operation.table} counts what can run out"
    return ""


def _undoable(part: Part, role: Role) -> tuple[Operation, ...]:
    """Its operations; from the pivot on nothing is undone."""
    if role is Role.COMPENSATABLE:
        return part.operations
    return tuple(replace(operation, inverse="", undone_by=NO_WAY_BACK) for operation in part.operations)


def _marks(part: Part) -> Part:
    """The part of a step that only checks and marks: its locks, no follow-ups."""
    return replace(part.only(lambda operation: operation.mode == Mode.LOCK), follows=())


def _done(part: Part) -> Part:
    return part.only(lambda operation: operation.mode != Mode.LOCK)


def follows_only(part: Part) -> bool:
    """Whether a service only keeps count of what others do: it cannot lead the transaction."""
    writes = [operation for operation in part.operations if operation.mode != Mode.LOCK]
    locks = len(part.operations) > len(writes)
    return not locks and all(operation.undone_by in (OPPOSITE, BOTH) for operation in writes)


def is_money(table: str) -> bool:
    """Whether a table's name tells of money that moves."""
    return bool(_MONEY & set(_WORDS.findall(table.lower())))


def is_money_part(part: Part) -> bool:
    """Whether a service's part moves money: it inserts or updates a table that tells of it."""
    return any(operation.mode != Mode.LOCK and is_money(operation.table) for operation in part.operations)
