"""Evidence of several shards or days as one: associative, commutative, the same bytes for any grouping and order.

Counts add up, statements unite by their text, profiles by their sets, schemas by names. What belongs to two pieces of
evidence cannot be put together any more: a transaction over the seam stays incomplete in both, a session over the seam
counts twice, and profiles keep the cascades of the schema they were collected with.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from functools import reduce

from decompose.errors import UsageError
from decompose.evidence.bundle import ColumnPair, Coverage, Evidence, Statement, TableAccess, TransactionProfile
from decompose.evidence.fold.assemble import complete, gaps_of
from decompose.evidence.fold.profiles import Counts, Touched, named_profiles
from decompose.evidence.naming import TableNames
from decompose.evidence.schema import Schema
from decompose.evidence.schema_union import unite_schemas

_ANY_DIALECT = "generic"
_DIFFERS = " differs between evidence files"
_UNDECLARED = "evidence collected without the schema of table "
_COUNTED = tuple(field.name for field in fields(Coverage) if field.name not in ("tables", "tables_touched", "gaps"))

Rename = Callable[[str], tuple[str, ...]]


def unite_all(evidence: Iterable[Evidence]) -> Evidence:
    """All of them as one; needs at least one. Raises UsageError for what is not of one system."""
    return reduce(unite, evidence)


def unite(first: Evidence, second: Evidence) -> Evidence:
    """Both as one. Raises UsageError for different dialects, and where a table's name has become ambiguous."""
    dialect = _dialect(first.dialect, second.dialect)
    known = {gap.reason for each in (first, second) for gap in each.coverage.gaps}
    differing = frozenset(reason.removesuffix(_DIFFERS) for reason in known if reason.endswith(_DIFFERS))
    united = unite_schemas(
        first.schema, second.schema, _dialect(first.schema.dialect, second.schema.dialect), differing
    )
    names = TableNames(united.schema)
    meant = _meant(names)
    undeclared = {reason.removeprefix(_UNDECLARED) for reason in known if reason.startswith(_UNDECLARED)}
    for piece in (first, second):
        undeclared.update(table.name for table in piece.tables if not table.declared and table.name in meant)
    _refuse_ambiguous(undeclared, meant)
    told = frozenset([name + _DIFFERS for name in united.differing] + [_UNDECLARED + name for name in undeclared])
    renames = [_renames(each.schema, names, meant) for each in (first, second)]
    found = complete(
        united.schema,
        _statements(zip((first, second), renames, strict=True)),
        _profiles(zip((first, second), renames, strict=True)),
        _coverage(first.coverage, second.coverage, told),
        {*first.sources, *second.sources},
    )
    return replace(found, dialect=dialect)


def _dialect(first: str, second: str) -> str:
    if _ANY_DIALECT in (first, second):
        return second if first == _ANY_DIALECT else first
    if first != second:
        low, high = sorted((first, second))
        raise UsageError(
            f"the evidence is of different dialects: {low} and {high}",
            "unite the evidence of one system's shards or days; several systems are analyzed one by one",
        )
    return first


def _meant(names: TableNames) -> Mapping[str, tuple[str, ...]]:
    """The display names of declared tables by every spelling that a log without a schema may have had for them."""
    found: dict[str, set[str]] = defaultdict(set)
    for table in names.tables:
        display = names.display(table)
        for spelling in (display, table.name, f"{table.schema}.{table.name}"):
            found[spelling].add(display)
    return {spelling: tuple(sorted(displays)) for spelling, displays in found.items()}


def _refuse_ambiguous(undeclared: Iterable[str], meant: Mapping[str, tuple[str, ...]]) -> None:
    """Which of several tables was meant depended on the order of uniting, were it not refused."""
    for name in sorted(undeclared):
        if len(meant.get(name, ())) > 1:
            raise UsageError(
                f"evidence that was collected without a schema names the table {name}, "
                f"which may be any of {', '.join(meant[name])}",
                "collect it again with the schema as SOURCE",
            )


def _renames(schema: Schema, names: TableNames, meant: Mapping[str, tuple[str, ...]]) -> Rename:
    """From the display names of one piece to those of the union: more tables can make longer names."""
    before = TableNames(schema)
    changed = {before.display(table): names.resolve(table.ref) for table in before.tables}

    def rename(name: str) -> tuple[str, ...]:
        return changed.get(name) or meant.get(name) or (name,)

    return rename


def _all(tables: Iterable[str], rename: Rename) -> frozenset[str]:
    return frozenset(new for table in tables for new in rename(table))


def _statements(pieces: Iterable[tuple[Evidence, Rename]]) -> tuple[Statement, ...]:
    found: dict[tuple[str, str], Statement] = {}
    for piece, rename in pieces:
        for statement in piece.statements:
            accesses = {
                TableAccess(table, access.mode, access.columns)
                for access in statement.accesses
                for table in rename(access.table)
            }
            joins = {renamed for pair in statement.joins for renamed in _pairs(pair, rename)}
            known = found.get((statement.fingerprint, statement.template))
            times, verb, reason = statement.executions, statement.verb, statement.reason
            if known is not None:
                accesses.update(known.accesses)
                joins.update(known.joins)
                times, verb, reason = times + known.executions, min(verb, known.verb), min(reason, known.reason)
            found[statement.fingerprint, statement.template] = replace(
                statement,
                executions=times,
                verb=verb,
                reason=reason,
                accesses=tuple(sorted(accesses)),
                joins=tuple(sorted(joins)),
            )
    return tuple(found[place] for place in sorted(found))


def _pairs(pair: ColumnPair, rename: Rename) -> Iterable[ColumnPair]:
    for left in rename(pair.left):
        for right in rename(pair.right):
            sides = sorted([(left, pair.left_column), (right, pair.right_column)])
            if left != right:
                yield ColumnPair(*sides[0], *sides[1])


def _profiles(pieces: Iterable[tuple[Evidence, Rename]]) -> tuple[TransactionProfile, ...]:
    found: dict[tuple[str, Touched], Counts] = defaultdict(Counts)
    for piece, rename in pieces:
        for profile in piece.profiles:
            sets = (profile.reads, profile.writes, profile.locks, profile.cascades)
            counts = found[profile.kind, Touched(*(_all(each, rename) for each in sets))]
            counts.committed += profile.count
            counts.rolled_back += profile.rolled_back
            counts.labels.update(dict(profile.labels))
            counts.statements.update(profile.statements)
            counts.external.update(dict(profile.external))
            for fingerprint, position in zip(profile.statements, profile.positions, strict=False):
                counts.follow(fingerprint, *position)
    return named_profiles(found)


def _coverage(first: Coverage, second: Coverage, told: frozenset[str]) -> Coverage:
    sums: Mapping[str, int] = {name: getattr(first, name) + getattr(second, name) for name in _COUNTED}
    gaps: Counter[str] = Counter()
    for gap in (*first.gaps, *second.gaps):
        gaps[gap.reason] += gap.count
    for reason in told:
        gaps[reason] = 1
    return Coverage(**sums, gaps=gaps_of(gaps))
