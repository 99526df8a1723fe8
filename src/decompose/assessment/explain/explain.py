"""Answers "why is this where it is?" for a table, service, transaction, routine, capability or pair."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from difflib import get_close_matches

from decompose.assessment.explain.cost_terms import CostTerms
from decompose.assessment.explain.explanation import Alternative, Explanation, JoinUse, Reference, Tie
from decompose.assessment.explain.gather import Gathering
from decompose.assessment.explain.of_capability import capability_names, find_capability
from decompose.assessment.explain.of_code import StoredCodes
from decompose.assessment.findings.foreign_keys import relationships
from decompose.assessment.findings.god_tables import god_tables
from decompose.assessment.findings.stored_code import StoredCode
from decompose.assessment.measure import measure
from decompose.assessment.model import Analysis
from decompose.assessment.move import completed, moved
from decompose.assessment.ownership import UNASSIGNED, Ownership
from decompose.assessment.phrases import added_cost, plural, times
from decompose.boundaries.model import Service
from decompose.errors import UsageError
from decompose.evidence.bundle import Evidence, TransactionProfile

_ALTERNATIVES = 6
_SUGGESTIONS = 3


def explain(analysis: Analysis, name: str) -> Explanation:
    """Looks for a table, then a service, a transaction (id, name or label), a view, trigger or stored routine, a
    capability, and a pair `a,b`; case matters last. `service NAME`, `view NAME` ... skip what comes before.

    Raises UsageError, with the nearest name, where nothing is called so.
    """
    question = _Question(analysis)
    found = question.one(name.strip())
    if found is None:
        left, comma, right = name.rpartition(",")
        found = question.pair(left.strip(), right.strip()) if comma else None
    if found is None:
        raise UsageError(
            f"nothing is called {name!r}: no table, service, transaction, stored routine, capability or pair `a,b`",
            _suggestion(name, question.names()),
        )
    return found


def _suggestion(name: str, names: list[str]) -> str:
    """The nearest name, else the shortest ones that hold it: routes are long, and nobody types them whole."""
    near = get_close_matches(name, names, 1)
    holding = sorted((n for n in names if name.strip().casefold() in n.casefold()), key=lambda n: (len(n), n))
    told = [repr(known) for known in near or holding[:_SUGGESTIONS]]
    if not told:
        return "tables, services and transactions are in the report"
    return f"did you mean {' or '.join(filter(None, (', '.join(told[:-1]), told[-1])))}?"


def _of_kind(kind: str, name: str) -> str:
    """`orders` of `service orders`: what the name is of is said where a table and a service are called alike."""
    before, blank, rest = name.strip().partition(" ")
    return rest.strip() if blank and before.casefold() == kind else name


def _find(name: str, names: list[str]) -> str | None:
    if name in names:
        return name
    folded = sorted({known for known in names if known.casefold() == name.casefold()})
    return folded[0] if len(folded) == 1 else None


class _Question:
    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._evidence: Evidence = analysis.evidence
        self._ownership = Ownership(analysis.evidence, analysis.decomposition)
        self._gathering = Gathering(analysis.evidence, self._ownership)
        self._stored = StoredCodes(analysis.evidence, self._ownership, self._gathering)
        self._tables = [table.name for table in analysis.evidence.tables]
        unassigned = self._ownership.unassigned
        rest = (Service(UNASSIGNED, unassigned),) if unassigned else ()
        self._services = {service.name: service for service in (*analysis.decomposition.services, *rest)}

    def names(self) -> list[str]:
        """Everything that can be asked for, sorted."""
        labels = {label for profile in self._evidence.profiles for label, _ in profile.labels}
        named = {*self._stored.names(), *capability_names(self._analysis.decomposition)}
        return sorted({*self._tables, *self._services, *(p.name for p in self._evidence.profiles), *labels, *named})

    def one(self, name: str) -> Explanation | None:
        table, service = self._table_called(name), self._service_called(name)
        if table is not None:
            return self._table(table)
        if service is not None:
            return self._service(self._services[service])
        profiles = [p for p in self._evidence.profiles if name in (p.id, p.name) or any(name == n for n, _ in p.labels)]
        if profiles:
            return self._transaction(name, profiles)
        codes = self._stored.called(name)
        return self._code(codes) if codes else self._capability(name)

    def _code(self, codes: list[StoredCode]) -> Explanation:
        tables = frozenset(table for code in codes for table in code.tables)
        return Explanation(
            kind=codes[0].kind,
            name=codes[0].name,
            places=self._places(tables),
            because=tuple(dict.fromkeys(reason for code in codes for reason in self._stored.because(code))),
            transactions=self._stored.transactions(codes),
        )

    def _capability(self, name: str) -> Explanation | None:
        found = find_capability(name, self._analysis.decomposition, self._ownership)
        if found is None:
            return None
        whole = self._group("capability", found.name, found.tables)
        if not found.transactions:
            return replace(whole, because=(*found.because, *whole.because))
        uses = self._gathering.transactions(found.tables, lambda profile: profile.id in found.transactions)
        return replace(whole, because=found.because, transactions=uses)

    def pair(self, left: str, right: str) -> Explanation | None:
        sides = [self._side(left), self._side(right)]
        if not all(tables for _, tables in sides):
            return None
        (first, ours), (second, theirs) = sides

        def across(one: str, other: str) -> bool:
            return (one in ours and other in theirs) or (one in theirs and other in ours)

        def both(profile: TransactionProfile) -> bool:
            touched = {*profile.reads, *profile.boundary}
            return not ours.isdisjoint(touched) and not theirs.isdisjoint(touched)

        costs = CostTerms(self._analysis, sorted(ours | theirs))
        here, there = sorted(ours.intersection(self._tables)), sorted(theirs.intersection(self._tables))
        return Explanation(
            kind="pair",
            name=f"{first},{second}",
            places=self._places(ours | theirs),
            transactions=self._gathering.transactions(ours | theirs, both),
            joins=self._gathering.joins(across),
            references=self._gathering.references(across),
            cost=costs.whole,
            bonds=costs.between(f"{first} with {second}", here, there) if here and there else (),
            options=costs.of_pair(here, there, (first, second)) if here and there else (),
            stored=self._stored.touching(
                ours | theirs, lambda code: not (ours.isdisjoint(code.tables) or theirs.isdisjoint(code.tables))
            ),
        )

    def _table_called(self, name: str) -> str | None:
        return _find(_of_kind("table", name), self._tables)

    def _service_called(self, name: str) -> str | None:
        return _find(_of_kind("service", name), list(self._services))

    def _side(self, name: str) -> tuple[str, frozenset[str]]:
        table = self._table_called(name)
        if table is not None:
            return table, frozenset({table})
        service = self._service_called(name) or ""
        return service, frozenset(self._services[service].tables if service else ())

    def _places(self, tables: frozenset[str]) -> tuple[tuple[str, str], ...]:
        return tuple((table, self._ownership.place(table)) for table in sorted(tables))

    def _transaction(self, name: str, profiles: list[TransactionProfile]) -> Explanation:
        ids = {profile.id for profile in profiles}
        tables = frozenset(table for p in profiles for table in (*p.reads, *p.boundary))
        uses = self._gathering.transactions(tables, lambda profile: profile.id in ids)
        services = sorted({service for use in uses for service in use.services})
        written = (
            f"writes in {plural(len(services), 'service')}: {', '.join(services)}" if services else "writes nothing"
        )
        total = sum(profile.count for profile in profiles)
        count = sum(min(dict(profile.labels).get(name, profile.count), profile.count) for profile in profiles)
        committed = f"{times(count)} committed" + (
            f" (its profiles under all labels: {times(total)})" if count < total else ""
        )
        return Explanation(
            kind="transaction",
            name=name,
            places=self._places(tables),
            because=(f"{plural(len(profiles), 'profile')}, {committed}; {written}",),
            transactions=uses,
        )

    def _service(self, service: Service) -> Explanation:
        found = self._group("service", service.name, frozenset(service.tables))
        known = sorted(set(service.tables).intersection(self._tables))
        if not known or service.name == UNASSIGNED:
            return found
        return replace(found, options=CostTerms(self._analysis).of_service(service.name, known))

    def _group(self, kind: str, name: str, ours: frozenset[str]) -> Explanation:
        """Tables that belong together: what they do together, and what crosses their border."""

        def crossing(one: str, other: str) -> bool:
            return (one in ours) != (other in ours)

        uses = self._gathering.transactions(ours, lambda profile: not ours.isdisjoint(profile.boundary))
        inside = sum(use.count for use in uses if len(use.services) == 1)
        total = sum(use.count for use in uses)
        joins, references = self._gathering.joins(crossing), self._gathering.references(crossing)
        known = sorted(ours.intersection(self._tables))
        costs = CostTerms(self._analysis)
        return Explanation(
            kind=kind,
            name=name,
            places=self._places(ours),
            because=(f"{inside:,} of {total:,} write transactions stay inside",),
            ties=self._ties(ours, joins, references),
            transactions=tuple(sorted(uses, key=lambda use: len(use.services) < 2)),
            joins=joins,
            references=references,
            cost=costs.whole,
            bonds=costs.bonds(known),
            stored=self._stored.touching(ours, lambda code: self._stored.across(code) or not ours >= set(code.tables)),
        )

    def _table(self, table: str) -> Explanation:
        ours = frozenset({table})
        uses = self._gathering.transactions(ours, lambda profile: table in profile.boundary or table in profile.reads)
        joins = self._gathering.joins(lambda one, other: table in (one, other))
        references = self._gathering.references(lambda one, other: table in (one, other))
        ties = self._ties(ours, joins, references)
        costs = CostTerms(self._analysis, (table,))
        declared, undeclared = relationships(self._evidence).get(table, (frozenset(), frozenset()))
        return Explanation(
            kind="table",
            name=table,
            places=self._places(ours),
            because=self._because(table, ties),
            declared=len(declared),
            undeclared=len(undeclared),
            ties=ties,
            transactions=uses,
            joins=joins,
            references=references,
            alternatives=self._alternatives(table, ties),
            columns=next(
                (g for g in god_tables(self._evidence, self._analysis.decomposition) if g.table == table), None
            ),
            cost=costs.whole,
            bonds=costs.bonds((table,)),
            options=costs.of_table(table),
            stored=self._stored.touching(ours, lambda _: True),
        )

    def _because(self, table: str, ties: tuple[Tie, ...]) -> tuple[str, ...]:
        decomposition = self._analysis.decomposition
        place = self._ownership.place(table)
        told = [f"{role.kind}: {role.reason}" for role in decomposition.roles if role.table == table]
        if place == UNASSIGNED:
            told.append("no service claims it: it stays in the monolith")
        told += [
            f"on the fence: {second} is the second choice (moving it there adds {added_cost(added)} to the cost)"
            for name, second, added in decomposition.unsure
            if name == table
        ]
        away = [tie for tie in ties if tie.service != place]
        if not away:
            other = "a table of another service" if ties else "any table"
            told.append(f"no common write, join or reference binds it to {other}")
        elif table in decomposition.shared or table in decomposition.infrastructure:
            told.append(f"set apart, in no service; its strongest ties are to {ties[0].service}")
        elif ties[0].service == place:
            told.append(f"its strongest ties are inside {place}")
        else:
            told.append(f"its strongest ties are to {ties[0].service}, not to {place}")
        if table in self._services:
            told.append(f"a service is called so, too: service {table}")
        return tuple(told)

    def _ties(
        self, ours: frozenset[str], joins: tuple[JoinUse, ...], references: tuple[Reference, ...]
    ) -> tuple[Tie, ...]:
        written: Counter[str] = Counter()
        joined: Counter[str] = Counter()
        referring: Counter[str] = Counter()
        for profile in self._evidence.profiles:
            if not ours.isdisjoint(profile.boundary):
                others = self._ownership.services(set(profile.boundary) - ours)
                written.update({name: profile.count for name in others if profile.count})
        for use in joins:
            joined[use.right_place if use.left in ours else use.left_place] += use.executions
        for reference in references:
            if reference.link.child != reference.link.parent:
                referring[reference.parent_place if reference.link.child in ours else reference.child_place] += 1
        names = [name for name in {*written, *joined, *referring} if name in self._services]
        ties = [Tie(name, written[name], joined[name], referring[name]) for name in names]
        return tuple(sorted(ties, key=lambda tie: (-tie.written_together, -tie.joined, -tie.references, tie.service)))

    def _alternatives(self, table: str, ties: tuple[Tie, ...]) -> tuple[Alternative, ...]:
        decomposition = completed(self._evidence, self._analysis.decomposition)
        home = self._ownership.place(table)
        before = measure(self._evidence, decomposition)
        options = []
        for tie in [tie for tie in ties if tie.service != home][:_ALTERNATIVES]:
            after = measure(self._evidence, moved(decomposition, {table: tie.service}))
            options.append(Alternative(tie.service, before, after))
        return tuple(sorted(options, key=lambda option: (option.after.saga_cost, option.after.cross_joins)))
