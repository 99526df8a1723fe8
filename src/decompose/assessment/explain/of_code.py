"""Explains views, triggers and stored routines, and lists those that touch a table, a service or a pair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from decompose.assessment.explain.explanation import StoredUse, TransactionUse
from decompose.assessment.explain.gather import Gathering
from decompose.assessment.findings.routines_across import (
    COMMITTING,
    REPLACE,
    SPLIT,
    routines_across,
    shown_name,
)
from decompose.assessment.findings.stored_code import TRIGGER, VIEW, StoredCode, stored_code, with_readers
from decompose.assessment.ownership import Ownership
from decompose.assessment.phrases import by_service, listed, times
from decompose.evidence.bundle import Evidence, TransactionProfile

_HOW = ("writes", "fires on", "reads")
_NAMED = 8


class StoredCodes:
    """The code stored in the database, asked by name or by the tables it touches."""

    def __init__(self, evidence: Evidence, ownership: Ownership, gathering: Gathering) -> None:
        self._evidence = evidence
        self._ownership = ownership
        self._gathering = gathering
        self._all = stored_code(evidence)

    def names(self) -> list[str]:
        """What each can be asked by."""
        return [code.name for code in self._all]

    def called(self, name: str) -> list[StoredCode]:
        """All of that name, or of that kind and name (`procedure place`); upper and lower case alike if need be."""
        for fold in (str, str.casefold):
            wanted = fold(name)
            found = [code for code in self._all if wanted in (fold(code.name), fold(f"{code.kind} {code.name}"))]
            if found:
                return [self._used(code) for code in found]
        return []

    def _used(self, code: StoredCode) -> StoredCode:
        return with_readers(code, self._evidence.statements) if code.kind == VIEW else code

    def touching(self, tables: frozenset[str], wanted: Callable[[StoredCode], bool]) -> tuple[StoredUse, ...]:
        """Those that touch the tables and are wanted: writers first, then the most executed."""
        found = [self._use(code, tables) for code in self._all if not tables.isdisjoint(code.tables) and wanted(code)]
        return tuple(sorted(found, key=lambda use: (_HOW.index(use.how), -use.executions, use.kind, use.name)))

    def _use(self, code: StoredCode, tables: frozenset[str]) -> StoredUse:
        touched = zip(_HOW, (code.writes, code.fires_on, code.reads), strict=True)
        return StoredUse(
            kind=code.kind,
            name=code.name,
            how=next(how for how, names in touched if not tables.isdisjoint(names)),
            reads=code.reads,
            writes=code.writes,
            fires_on=code.fires_on,
            services=self._ownership.services(code.tables),
            executions=code.executions,
            unread=code.unread,
            line=code.line,
        )

    def across(self, code: StoredCode) -> bool:
        """Whether it touches tables of several services."""
        return len(self._ownership.services(code.tables)) > 1

    def because(self, code: StoredCode) -> tuple[str, ...]:
        """What it does, what becomes of it, who runs it."""
        told = [self._effect(code), self._advice(code)]
        told += [f"cannot be read in full ({code.unread}): read it yourself"] if code.unread else []
        told += [COMMITTING] if code.use and code.use.commits and not self.across(code) else []
        told += self._neighbours(code)
        if code.executions:
            told.append(f"{'named by statements executed' if code.kind == VIEW else 'called'} {times(code.executions)}")
        told += [f"DDL line {code.line}"] if code.line is not None else []
        return tuple(line for line in told if line)

    def _effect(self, code: StoredCode) -> str:
        verbs = [(f"fires on {' or '.join(code.events)} of", code.fires_on), ("writes", code.writes)]
        told = [f"{verb} {self._places(tables)}" for verb, tables in [*verbs, ("reads", code.reads)] if tables]
        return "; ".join(told) or "touches no table that is known"

    def _places(self, tables: Sequence[str]) -> str:
        apart = [f"{table} ({self._ownership.place(table)})" for table in tables if not self._ownership.owned([table])]
        return ", ".join(filter(None, [by_service(self._ownership.grouped(tables)), *apart]))

    def _advice(self, code: StoredCode) -> str:
        services = self._ownership.services(code.tables)
        if len(services) < 2:
            return f"it touches {services[0]} alone and goes there" if services else ""
        if code.kind == VIEW:
            return f"{REPLACE}: its readers ask {listed(services, _NAMED)}, or read a copy"
        if code.kind == TRIGGER:
            coupled = self._ownership.services((*code.fires_on, *code.writes))
            if len(coupled) > 1:
                return f"{SPLIT}: it couples {listed(coupled, _NAMED)} in one commit; an event takes its place"
            return f"{REPLACE}: what it reads of {listed(self._ownership.services(code.reads), _NAMED)} is asked for"
        uses = [code.use] if code.use else []
        return "".join(item.told for item in routines_across(uses, self._ownership))

    def _neighbours(self, code: StoredCode) -> list[str]:
        """What a routine calls, and which routines call it."""
        routines = self._evidence.schema.routines
        own = [r for r in routines if (r.kind, shown_name(r)) == (code.kind, code.name)]
        refs = {routine.ref for routine in own}
        below = {shown_name(r) for r in routines if any(r.ref in routine.calls for routine in own)}
        above = {shown_name(r) for r in routines if not refs.isdisjoint(r.calls)}
        told = [("calls", below), ("called by", above)]
        return [f"{verb} {listed(sorted(names), _NAMED)}" for verb, names in told if names]

    def transactions(self, codes: Iterable[StoredCode]) -> tuple[TransactionUse, ...]:
        """Those that call a routine, read a view or fire a trigger."""
        codes = tuple(codes)
        prints = {name for code in codes for name in code.fingerprints}
        fired = {table for code in codes for table in code.fires_on}

        def wanted(profile: TransactionProfile) -> bool:
            return not prints.isdisjoint(profile.statements) or not fired.isdisjoint(profile.writes)

        return self._gathering.transactions(frozenset(table for code in codes for table in code.tables), wanted)
