"""The end of the fold: counts, names and schema become the evidence that every later station reads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from decompose.evidence.bundle import (
    ColumnPair,
    Coverage,
    Evidence,
    ForeignKeyLink,
    Statement,
    TableFacts,
    TransactionProfile,
)
from decompose.evidence.cascades import Cascades
from decompose.evidence.catalogue import Catalogue
from decompose.evidence.fold.profiles import Profiler, boundaries
from decompose.evidence.fold.tally import Tally
from decompose.evidence.log_entry import Gap
from decompose.evidence.naming import TableNames
from decompose.evidence.routines import COMMITS, UNREAD, UNREAD_BODY, Routines
from decompose.evidence.schema import Schema
from decompose.evidence.statement import Join
from decompose.evidence.temporary import temporary_tables
from decompose.evidence.views import BaseAccesses

UNDECLARED_TABLE = "statement names a table that the schema does not have"
MISSING_PARENT = "foreign key to a table that neither schema nor log has"
_OF_TABLES = frozenset({UNDECLARED_TABLE, MISSING_PARENT})
IN_SCHEMA = "in the schema: "
"""Begins the reason of a gap that is in the schema, not in the log."""


def assemble(schema: Schema, catalogue: Catalogue, tally: Tally, sources: Iterable[str] = ()) -> Evidence:
    """Everything one collection learnt, sorted and in display names."""
    names = TableNames(schema, temporary_tables(parsed.template for parsed in catalogue.statements))
    cascades = Cascades(schema, names)
    profiles = Profiler(names, cascades).profiles(tally, catalogue.statements)
    statements = _statements(catalogue, tally, names, BaseAccesses(names, cascades))
    _count_calls(schema, catalogue, tally)
    return complete(schema, statements, profiles, _counted(catalogue, tally), sources)


def complete(
    schema: Schema,
    statements: tuple[Statement, ...],
    profiles: tuple[TransactionProfile, ...],
    coverage: Coverage,
    sources: Iterable[str] = (),
) -> Evidence:
    """Evidence from what was counted: tables, links, boundaries and the coverage of tables follow from the rest."""
    names = TableNames(schema)
    tables = _tables(names, statements, profiles)
    declared = _declared(schema, names)
    known = {table.name for table in tables}
    links = [link for link in declared if link.parent in known]
    missing = len(declared) - len(links)
    links += _inferred(schema, names, statements)
    return Evidence(
        dialect=schema.dialect,
        schema=schema,
        tables=tables,
        links=tuple(sorted(links, key=lambda link: (link.child, link.columns, link.parent, link.parent_columns))),
        statements=statements,
        profiles=profiles,
        boundaries=boundaries(profiles),
        coverage=_with_tables(coverage, tables, statements, profiles, missing, schema.unread),
        sources=tuple(sorted(sources)),
    )


def _count_calls(schema: Schema, catalogue: Catalogue, tally: Tally) -> None:
    """Gaps for calls of routines that cannot be read in full, or that are not one transaction."""
    routines = Routines(schema.routines)
    if not any(routine.unread or routine.commits for routine in schema.routines):
        return
    for number, parsed in enumerate(catalogue.statements):
        called = routines.called(parsed.template) if parsed.understood else ()
        # What such a statement touches beside the call is known: it counts as understood, and as a gap.
        if any(routines.unread(routine) for routine in called):
            tally.gaps[UNREAD] += tally.attempts[number]
        if any(routines.commits(routine) for routine in called):
            tally.gaps[COMMITS] += tally.attempts[number]


def _statements(catalogue: Catalogue, tally: Tally, names: TableNames, behind: BaseAccesses) -> tuple[Statement, ...]:
    found = [
        Statement(
            fingerprint=parsed.fingerprint,
            template=parsed.template,
            verb=parsed.verb,
            executions=tally.executions[number],
            accesses=tuple(sorted({found for access in parsed.accesses for found in behind.tables(access)})),
            joins=tuple(sorted({pair for join in parsed.joins for pair in _pairs(join, names)})),
            reason=parsed.reason,
        )
        for number, parsed in enumerate(catalogue.statements)
        if catalogue.touches[number]
    ]
    return tuple(sorted(found, key=lambda statement: (statement.fingerprint, statement.template)))


def _pairs(join: Join, names: TableNames) -> list[ColumnPair]:
    if names.is_view(join.left) or names.is_view(join.right):
        return []
    pairs = []
    for left in names.resolve(join.left):
        for right in names.resolve(join.right):
            sides = sorted([(left, join.left_column), (right, join.right_column)])
            if left != right:
                pairs.append(ColumnPair(*sides[0], *sides[1]))
    return pairs


def _declared(schema: Schema, names: TableNames) -> list[ForeignKeyLink]:
    found: dict[tuple[str, tuple[str, ...], str], ForeignKeyLink] = {}
    for table in schema.tables:
        for key in table.foreign_keys:
            for child in names.resolve(table.ref):
                for parent in names.resolve(key.parent, table.database):
                    link = ForeignKeyLink(
                        child=child,
                        columns=key.columns,
                        parent=parent,
                        parent_columns=key.parent_columns,
                        on_delete=key.on_delete,
                        on_update=key.on_update,
                        line=key.line,
                    )
                    found.setdefault((child, key.columns, parent), link)
    return list(found.values())


def _inferred(schema: Schema, names: TableNames, statements: Iterable[Statement]) -> list[ForeignKeyLink]:
    """Undeclared references: a column joined to another table's single-column primary key, not declared as such."""
    keys = {names.display(t): t.primary_key[0] for t in names.tables if len(t.primary_key) == 1}
    columns = {names.display(t): {column.name for column in t.columns} for t in names.tables}
    declared = {
        (child, key.columns)
        for table in schema.tables
        for key in table.foreign_keys
        for child in names.resolve(table.ref)
    }
    joined: Counter[tuple[str, str, str, str]] = Counter()
    for statement in statements:
        for pair in statement.joins:
            for side in (
                (pair.left, pair.left_column, pair.right, pair.right_column),
                (pair.right, pair.right_column, pair.left, pair.left_column),
            ):
                child, column, parent, parent_column = side
                is_reference = keys.get(parent) == parent_column and column in columns.get(child, ())
                if is_reference and keys.get(child) != column and (child, (column,)) not in declared:
                    joined[side] += statement.executions
    return [
        ForeignKeyLink(child, (column,), parent, (parent_column,), declared=False, joined=times)
        for (child, column, parent, parent_column), times in sorted(joined.items())
    ]


def _tables(
    names: TableNames, statements: Iterable[Statement], profiles: Iterable[TransactionProfile]
) -> tuple[TableFacts, ...]:
    found = {
        names.display(table): TableFacts(
            name=names.display(table),
            columns=tuple(column.name for column in table.columns),
            primary_key=table.primary_key,
            row_estimate=table.row_estimate,
            comment=table.comment,
        )
        for table in names.tables
    }
    seen: dict[str, set[str]] = defaultdict(set)
    for statement in statements:
        for access in statement.accesses:
            seen[access.table].update(column for column in access.columns if column != "*")
    for profile in profiles:
        for table in (*profile.reads, *profile.boundary):
            seen[table].update(())
    for table, columns in seen.items():
        if table not in found:
            found[table] = TableFacts(name=table, columns=tuple(sorted(columns)), declared=False)
    return tuple(found[name] for name in sorted(found))


def _counted(catalogue: Catalogue, tally: Tally) -> Coverage:
    """The coverage of entries, statements and transactions; nothing of tables."""
    recorded = sum(tally.recorded.values())
    gaps = Counter(tally.gaps)
    understood = attempts = 0
    for number, parsed in enumerate(catalogue.statements):
        attempts += tally.attempts[number]
        if parsed.understood:
            understood += tally.attempts[number]
        else:
            gaps[parsed.reason] += tally.attempts[number]
    finished = tally.explicit + tally.autocommit + tally.rolled_back + recorded
    return Coverage(
        entries=tally.entries,
        statements=attempts,
        statements_understood=understood,
        transactions=finished + tally.incomplete,
        transactions_complete=finished,
        transactions_explicit=tally.explicit + recorded,
        transactions_autocommit=tally.autocommit,
        rolled_back=tally.rolled_back,
        sessions=tally.sessions,
        gaps=gaps_of(gaps),
    )


def _with_tables(
    coverage: Coverage,
    tables: tuple[TableFacts, ...],
    statements: Sequence[Statement],
    profiles: Iterable[TransactionProfile],
    missing_parents: int,
    unread: Iterable[tuple[str, int]],
) -> Coverage:
    # A source that knows no transactions tells of its tables in statements only.
    touched = {table for profile in profiles for table in (*profile.reads, *profile.boundary)} or {
        access.table for statement in statements for access in statement.accesses
    }
    kept = (gap for gap in coverage.gaps if gap.reason not in _OF_TABLES and not gap.reason.startswith(IN_SCHEMA))
    gaps = Counter({gap.reason: gap.count for gap in kept})
    # A routine that nobody calls hides nothing; its calls are counted.
    gaps.update({f"{IN_SCHEMA}{reason}": count for reason, count in unread if reason != UNREAD_BODY})
    gaps[MISSING_PARENT] = missing_parents
    if any(table.declared for table in tables):
        undeclared = {table.name for table in tables if not table.declared}
        gaps[UNDECLARED_TABLE] = sum(
            statement.executions
            for statement in statements
            if any(access.table in undeclared for access in statement.accesses)
        )
    return replace(coverage, tables=len(tables), tables_touched=len(touched), gaps=gaps_of(gaps))


def gaps_of(counts: Mapping[str, int]) -> tuple[Gap, ...]:
    """Counts by reason as gaps, by reason; none for what did not happen."""
    return tuple(Gap(reason, count) for reason, count in sorted(counts.items()) if count)
