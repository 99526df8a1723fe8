"""Collects from the evidence what concerns given tables: transactions, joins, references."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from decompose.assessment.explain.explanation import JoinUse, Reference, TransactionUse
from decompose.assessment.findings.joins import condition
from decompose.assessment.ownership import Ownership
from decompose.evidence.bundle import Evidence, ForeignKeyLink, Statement, TransactionProfile

_MODES = ("writes", "locks", "cascades", "reads")


class Gathering:
    """One pass over the evidence per question; all results are ordered by executions, then by name."""

    def __init__(self, evidence: Evidence, ownership: Ownership) -> None:
        self._evidence = evidence
        self._ownership = ownership
        self._statements = {statement.fingerprint: statement for statement in evidence.statements}

    def transactions(
        self, tables: frozenset[str], wanted: Callable[[TransactionProfile], bool]
    ) -> tuple[TransactionUse, ...]:
        """The wanted profiles, those that write first; their statements are those that touch the tables."""
        uses = [self._use(profile, tables) for profile in self._evidence.profiles if wanted(profile)]
        return tuple(sorted(uses, key=lambda use: (use.how == "reads", -use.count, use.id)))

    def _use(self, profile: TransactionProfile, tables: frozenset[str]) -> TransactionUse:
        modes = (profile.writes, profile.locks, profile.cascades, profile.reads)
        how = next((name for name, touched in zip(_MODES, modes, strict=True) if tables.intersection(touched)), "reads")
        known = [self._statements[name] for name in profile.statements if name in self._statements]
        return TransactionUse(
            id=profile.id,
            name=profile.name,
            kind=profile.kind,
            count=profile.count,
            rolled_back=profile.rolled_back,
            how=how,
            tables=profile.boundary,
            services=self._ownership.services(profile.boundary),
            statements=_touching(known, tables),
        )

    def joins(self, wanted: Callable[[str, str], bool]) -> tuple[JoinUse, ...]:
        """Wanted pairs of joined tables."""
        statements: defaultdict[tuple[str, str], dict[str, Statement]] = defaultdict(dict)
        conditions: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for statement in self._evidence.statements:
            for pair in statement.joins:
                if pair.left != pair.right and wanted(pair.left, pair.right):
                    statements[pair.left, pair.right][statement.fingerprint] = statement
                    conditions[pair.left, pair.right].add(condition(pair))
        uses = [self._join(left, right, conditions[left, right], found) for (left, right), found in statements.items()]
        return tuple(sorted(uses, key=lambda use: (-use.executions, use.left, use.right)))

    def _join(self, left: str, right: str, conditions: set[str], found: dict[str, Statement]) -> JoinUse:
        statements = _ranked(found.values())
        return JoinUse(
            left=left,
            left_place=self._ownership.place(left),
            right=right,
            right_place=self._ownership.place(right),
            conditions=tuple(sorted(conditions)),
            executions=sum(statement.executions for statement in statements),
            statements=statements,
        )

    def references(self, wanted: Callable[[str, str], bool]) -> tuple[Reference, ...]:
        """Wanted references between tables, declared ones first."""
        found = [self._reference(link) for link in self._evidence.links if wanted(link.child, link.parent)]
        return tuple(sorted(found, key=_reference_order))

    def _reference(self, link: ForeignKeyLink) -> Reference:
        places = self._ownership.place(link.child), self._ownership.place(link.parent)
        return Reference(link, *places, self._ownership.crosses(link.child, link.parent))


def _reference_order(reference: Reference) -> tuple[bool, bool, str, str, tuple[str, ...]]:
    link = reference.link
    return not link.declared, not reference.crosses, link.child, link.parent, link.columns


def _ranked(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    return tuple(sorted(statements, key=lambda statement: (-statement.executions, statement.fingerprint)))


def _touching(statements: Iterable[Statement], tables: frozenset[str]) -> tuple[Statement, ...]:
    def writes(statement: Statement) -> bool:
        return any(access.mode.writes and access.table in tables for access in statement.accesses)

    found = [s for s in statements if any(access.table in tables for access in s.accesses)]
    return tuple(sorted(found, key=lambda s: (not writes(s), -s.executions, s.fingerprint)))
