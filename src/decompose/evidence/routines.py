"""Stored routines as statements meet them: which ones a statement calls, and which tables it touches through them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from decompose.evidence.catalogue import SqlReader
from decompose.evidence.schema import Routine, RoutineAccess, TableRef
from decompose.evidence.statement import Access, Control, Mode, ParsedStatement

UNREAD = "call of a stored routine whose body cannot be read in full"
"""Why a statement that does nothing but call such a routine is not understood."""
COMMITS = "call of a stored routine that commits in between: counted as one transaction"
"""Why a transaction that calls such a routine may be several."""
UNREAD_BODY = "stored routine whose body cannot be read in full"

_CALLS = frozenset(["CALL", "EXEC", "EXECUTE", "DO", "SET", "PERFORM", "BEGIN", "{", "?"])
"""First words of statements that are known once the routine is."""
_RUNS = _CALLS | frozenset(["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "WITH", "VALUES", "DECLARE"])
"""First words of statements that can run a routine; the others (GRANT, DROP, CREATE INDEX ...) only name it."""
_NAME = r'(?:[^\W\d][\w$#]*+|"(?:[^"]|"")++"|`(?:[^`]|``)++`|\[(?:[^\]]|\]\]){1,128}+\])'
"""As servers spell a name; a bracket that none closes would be read to the end of the statement, each time anew."""
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME}){{0,2}}"
_CALLED = re.compile(rf"(?<![\w$#.@\"`\]])(?P<into>(?:INTO|TABLE)\s+)?(?P<name>{_DOTTED})\s*\(", re.IGNORECASE)
_STARTED = re.compile(rf"\s*(?:CALL|EXEC|EXECUTE)\s+(?:[@?]\w*\s*=\s*)?(?P<name>{_DOTTED})", re.IGNORECASE)
_PART = re.compile(_NAME)


class Routines:
    """The stored routines of a schema, found by the names that statements use; their effects include what they call."""

    def __init__(self, routines: Iterable[Routine]) -> None:
        self._by_name: defaultdict[str, list[Routine]] = defaultdict(list)
        self._by_ref: defaultdict[TableRef, list[Routine]] = defaultdict(list)
        for routine in routines:
            self._by_ref[routine.ref].append(routine)
            if routine.kind != "event":
                self._by_name[routine.name.rpartition(".")[2].casefold()].append(routine)

    def __bool__(self) -> bool:
        return bool(self._by_ref)

    def called(self, template: str) -> tuple[Routine, ...]:
        """The routines that a statement names like functions or after CALL and EXEC; by qualified name and kind."""
        if not self._by_name or _verb(template) not in _RUNS:
            return ()
        names = [match["name"] for match in _CALLED.finditer(template) if not match["into"]]
        started = _STARTED.match(template)
        names += [started["name"]] if started else []
        found = {(r.ref, r.kind): r for name in names for r in self._meant(name)}
        return tuple(found[place] for place in sorted(found))

    def effects(self, routine: Routine) -> tuple[RoutineAccess, ...]:
        """What a routine touches, itself and through the routines it calls; sorted."""
        return tuple(sorted({access for member in self._closure(routine) for access in member.accesses}))

    def unread(self, routine: Routine) -> str:
        """Why what it touches is not known in full; empty where it is."""
        return next((member.unread for member in self._closure(routine) if member.unread), "")

    def commits(self, routine: Routine) -> bool:
        """Whether a call may be several transactions."""
        return any(member.commits for member in self._closure(routine))

    def _closure(self, routine: Routine) -> list[Routine]:
        found = [routine]
        seen = {routine.ref}
        for member in found:
            for ref in member.calls:
                if ref not in seen:
                    seen.add(ref)
                    found += self._by_ref.get(ref, [])
        return found

    def _meant(self, name: str) -> list[Routine]:
        parts = [_unquoted(part) for part in _PART.findall(name)]
        candidates = self._by_name.get(parts[-1].casefold(), [])
        if len(parts) == 1:
            return [routine for routine in candidates if not _package(routine)]
        owner = parts[-2].casefold()
        named = [routine for routine in candidates if owner in _owners(routine)]
        return named or [routine for routine in candidates if not (_package(routine) or routine.schema)]


def _package(routine: Routine) -> str:
    return routine.name.rpartition(".")[0]


def _owners(routine: Routine) -> tuple[str, ...]:
    """What may stand before a routine's name: its package, else its schema or database."""
    package = _package(routine)
    return (package.casefold(),) if package else (routine.schema.casefold(), routine.database.casefold())


def _verb(template: str) -> str:
    return template.lstrip("( ").partition(" ")[0].upper()


def _unquoted(part: str) -> str:
    if part[0] not in '"`[':
        return part
    closing = "]" if part[0] == "[" else part[0]
    return part[1:-1].replace(closing * 2, closing)


class RoutineReader:
    """A reader of SQL that adds what called routines touch to the statements that call them; see `SqlReader`."""

    def __init__(self, reader: SqlReader, routines: Iterable[Routine]) -> None:
        self._reader = reader
        self._routines = Routines(routines)

    def template(self, sql: str) -> str:
        """The text without literals and comments."""
        return self._reader.template(sql)

    def split(self, template: str) -> list[str]:
        """The single statements of a template."""
        return self._reader.split(template)

    def parse(self, template: str) -> ParsedStatement:
        """What a single statement's template does, itself and through the routines it calls; never raises."""
        parsed = self._reader.parse(template)
        if parsed.control is Control.NONE and "NAME_CONST (" in template:
            # MariaDB logs what a stored function runs, its parameters written as NAME_CONST: the schema tells.
            return replace(parsed, control=Control.TRIGGER_STEP, accesses=(), joins=(), reason="")
        called = self._routines.called(template) if parsed.control is Control.NONE else ()
        if not called:
            return parsed
        own = set(parsed.accesses)
        through = {
            Access(access.table, Mode(access.mode), ("*",))
            for routine in called
            for access in self._routines.effects(routine)
        }
        reason = "" if _verb(template) in _CALLS else parsed.reason
        if not own and any(self._routines.unread(routine) for routine in called):
            reason = UNREAD
        return replace(parsed, accesses=tuple(sorted(own | through)), reason=reason)

    def control_name(self, sql: str) -> str:
        """The savepoint, cursor or prepared transaction a statement speaks of."""
        return self._reader.control_name(sql)

    def tags(self, sql: str) -> Mapping[str, str]:
        """The attribution comments of a statement."""
        return self._reader.tags(sql)

    def label(self, tags: Mapping[str, str]) -> str:
        """One readable label for tags, empty if they carry none."""
        return self._reader.label(tags)
