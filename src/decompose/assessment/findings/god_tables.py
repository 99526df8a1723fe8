"""Advice on tables that many services write: split them by columns, replicate them or leave them, with the numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from decompose.assessment.findings.cohesion import god_tables as over_referenced
from decompose.assessment.findings.column_groups import Columns, Grouping, Update, grouped, read_along
from decompose.assessment.findings.god_table_model import (
    ALL_COLUMNS,
    LEAVE,
    REPLICATE,
    SPLIT,
    ColumnGroup,
    GodTable,
    ServiceColumns,
)
from decompose.assessment.findings.writers import Writers
from decompose.assessment.model import Finding
from decompose.assessment.ownership import INFRASTRUCTURE, Ownership
from decompose.assessment.phrases import key, listed, plural, times
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence, Statement, TableAccess, TableFacts, TransactionProfile
from decompose.evidence.statement import Mode
from decompose.graph.vocabulary import module_of, words

_READERS = 2
_COLUMNS_SHOWN = 8
_MOST = 2 / 3
"""The share of a group's writing executions from which on one service counts as its writer."""


def god_tables(evidence: Evidence, decomposition: Decomposition) -> tuple[GodTable, ...]:
    """The tables that several services write or that are referred to extraordinarily often, by name.

    Tables set apart as infrastructure are left out: everyone writes them, and that is their verdict.
    """
    ownership = Ownership(evidence, decomposition)
    writers = Writers(evidence, ownership)
    gods = {finding.tables[0] for finding in over_referenced(decomposition, evidence)}
    wanted = gods.union(name for name, services in writers.written.items() if len(services) > 1)
    facts = [
        table for table in evidence.tables if table.name in wanted and ownership.place(table.name) != INFRASTRUCTURE
    ]
    uses = _uses(evidence, {table.name: frozenset(table.columns) for table in facts})
    return tuple(_Table(table, table.name in gods, uses[table.name], writers).verdict() for table in facts)


def god_table_columns(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`god-table-columns`: a table that should be split by columns or replicated, with what goes where."""
    for god in god_tables(evidence, decomposition):
        if god.advice != LEAVE:
            yield Finding(
                code="god-table-columns",
                key=key("god-table-columns", god.table),
                severity="info",
                message=f"{god.advice} {god.table}: {god.reason}",
                services=tuple(sorted(use.service for use in god.services if use.writing)),
                tables=(god.table,),
                executions=sum(use.writing for use in god.services),
                evidence=tuple(dict.fromkeys(name for group in god.groups for name in group.statements)),
            )


@dataclass(frozen=True, slots=True)
class _Use:
    statement: Statement
    mode: Mode
    columns: tuple[str, ...]
    profiles: tuple[TransactionProfile, ...]


def _known(access: TableAccess, columns: frozenset[str]) -> tuple[str, ...]:
    """The table's own columns: what is read through a view carries the names that the view gives."""
    own = tuple(name for name in access.columns if name in columns) if columns else access.columns
    return own or (ALL_COLUMNS,)


def _uses(evidence: Evidence, tables: Mapping[str, frozenset[str]]) -> Mapping[str, list[_Use]]:
    """Per table its accesses by committed statements, with the profiles these occur in."""
    found: defaultdict[str, list[_Use]] = defaultdict(list)
    touching = [s for s in evidence.statements if any(access.table in tables for access in s.accesses)]
    profiles: dict[str, list[TransactionProfile]] = {statement.fingerprint: [] for statement in touching}
    for profile in evidence.profiles:
        for name in profile.statements if profile.count else ():
            if name in profiles:
                profiles[name].append(profile)
    for statement in touching:
        within = tuple(profiles[statement.fingerprint])
        for access in statement.accesses if within else ():
            if access.table in tables:
                columns = _known(access, tables[access.table])
                found[access.table].append(_Use(statement, access.mode, columns, within))
    return found


class _Table:
    def __init__(self, facts: TableFacts, god: bool, uses: Sequence[_Use], writers: Writers) -> None:
        self._facts = facts
        self._name = facts.name
        self._god = god
        self._uses = uses
        self._writers = writers
        self._place = writers.ownership.place(facts.name)

    def verdict(self) -> GodTable:
        services = self._services()
        grouping = grouped(self._updates(), self._facts.columns, self._facts.primary_key)
        groups = self._groups(grouping)
        held = {column for group in groups for column in group.columns}
        seen = {column for use in self._uses for column in use.columns if column != ALL_COLUMNS}
        identity = [*self._facts.primary_key, *(self._facts.columns or sorted(seen))]
        advice, reason = self._advice(services, groups, grouping)
        return GodTable(
            table=self._name,
            place=self._place,
            services=services,
            groups=groups,
            identity=tuple(dict.fromkeys(column for column in identity if column not in held)),
            contested=grouping.contested,
            advice=advice,
            reason=reason,
        )

    def _homes(self, use: _Use) -> dict[str, int]:
        """Service to how often it may have run the statement."""
        counts: Counter[str] = Counter()
        for profile in use.profiles:
            counts[self._writers.home(profile, self._name)] += profile.count
        if len(counts) == 1:
            return dict.fromkeys(counts, use.statement.executions)
        return {name: min(count, use.statement.executions) for name, count in counts.items()}

    def _services(self) -> tuple[ServiceColumns, ...]:
        columns: defaultdict[tuple[str, bool], set[str]] = defaultdict(set)
        executions: Counter[tuple[str, bool]] = Counter()
        for use in self._uses:
            if use.mode is Mode.LOCK:
                continue
            writes = use.mode.writes
            for service, count in self._homes(use).items():
                columns[service, writes].update(use.columns)
                executions[service, writes] += count
        found = [
            ServiceColumns(
                service=name,
                reads=tuple(sorted(columns[name, False])),
                writes=tuple(sorted(columns[name, True])),
                reading=executions[name, False],
                writing=executions[name, True],
            )
            for name in sorted({service for service, _ in columns})
        ]
        return tuple(sorted(found, key=lambda use: (-use.writing, -use.reading, use.service)))

    def _updates(self) -> Iterable[Update]:
        for use in self._uses:
            columns = frozenset(use.columns)
            if use.mode is Mode.UPDATE and ALL_COLUMNS not in columns:
                contexts = {self._writers.context(profile, self._name) for profile in use.profiles}
                found = tuple(sorted(filter(None, contexts)))
                yield Update(use.statement.fingerprint, columns, use.statement.executions, found)

    def _groups(self, grouping: Grouping) -> tuple[ColumnGroup, ...]:
        along = read_along(grouping.groups, self._reads(grouping))
        taken: set[str] = set()
        found = []
        for number, group in enumerate(grouping.groups):
            statements = {update.fingerprint for update in group.updates}
            used = [use for use in self._uses if use.statement.fingerprint in statements and use.mode is Mode.UPDATE]
            homes: Counter[str] = Counter()
            for use in used:
                homes.update(self._homes(use))
            service = min(homes, key=lambda name: (-homes[name], name))
            found.append(
                ColumnGroup(
                    name=self._named(group, used, taken),
                    columns=tuple(sorted({*group.names, *(name for name, of in along.items() if of == number)})),
                    service=service,
                    share=homes[service] / homes.total(),
                    writing=sum(update.executions for update in group.updates),
                    statements=tuple(sorted(statements)),
                )
            )
            taken.add(found[-1].name)
        return tuple(found)

    def _reads(self, grouping: Grouping) -> Mapping[str, list[frozenset[str]]]:
        found: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
        for use in self._uses:
            for column in use.columns if use.mode is Mode.READ else ():
                if column not in (*self._facts.primary_key, *grouping.everywhere, ALL_COLUMNS):
                    found[column].append(frozenset(use.columns))
        return found

    def _named(self, group: Columns, used: Sequence[_Use], taken: set[str]) -> str:
        """The module that most transactions on the group come from, else its commonest word, else its first column."""
        modules: Counter[str] = Counter()
        for profile in {profile.id: profile for use in used for profile in use.profiles}.values():
            modules.update({module: count for label, count in profile.labels if (module := module_of(label))})
        said = Counter(word for column in group.names for word in words(column))
        own = set(words(self._name))
        ranked = [
            *sorted(modules, key=lambda name: (-modules[name], name)),
            *sorted((word for word in said if said[word] > 1), key=lambda word: (-said[word], word)),
        ]
        return next((n for n in ranked if n not in taken and set(words(n)) != own), group.names[0])

    def _advice(
        self, services: Sequence[ServiceColumns], groups: Sequence[ColumnGroup], grouping: Grouping
    ) -> tuple[str, str]:
        writing = [use.service for use in services if use.writing]
        readers = [use for use in services if use.reading and use.service not in writing]
        clear = {group.service for group in groups if group.share >= _MOST}
        written = f"{plural(len(writing), 'service writes', 'services write')} it ({listed(writing, _COLUMNS_SHOWN)})"
        if len(groups) > 1 and len(writing) > 1 and (self._god or len(clear) > 1):
            return SPLIT, f"{written}, {_parts(groups, grouping)}"
        if len(writing) <= 1 and len(readers) >= _READERS:
            return REPLICATE, f"{f'{writing[0]} alone' if writing else 'nobody'} writes it, {_read(readers)}"
        if len(groups) > 1:
            return LEAVE, f"{written}, and no two of its {len(groups)} column groups have writers of their own"
        told = "its updates change one group of columns" if groups else "no update tells its columns apart"
        return LEAVE, f"{written if writing else 'nobody writes it'}, and {told}"


def _parts(groups: Sequence[ColumnGroup], grouping: Grouping) -> str:
    parts = [
        f"{group.name} ({listed(group.columns, _COLUMNS_SHOWN)}) to {group.service}, {times(group.writing)}"
        for group in groups
    ]
    return (
        f"and {grouping.inside:,} of {plural(grouping.updating, 'update')} of named columns change one group only: "
        f"{'; '.join(parts)}; the rest stays as the shared identity"
    )


def _read(readers: Sequence[ServiceColumns]) -> str:
    columns = sorted({column for use in readers for column in use.reads})
    count = times(sum(use.reading for use in readers))
    return f"{plural(len(readers), 'other service')} read {listed(columns, _COLUMNS_SHOWN)} ({count})"
