"""The plan: in which order services leave the monolith, and how each of them does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from decompose.assessment.crossings import Crossings
from decompose.assessment.events import Events
from decompose.assessment.findings.cohesion import GOD_TABLE
from decompose.assessment.findings.foreign_keys import relationship_text, relationships
from decompose.assessment.findings.routines_across import routine_uses
from decompose.assessment.move import matched
from decompose.assessment.ownership import Ownership
from decompose.assessment.phrases import percent
from decompose.assessment.plan.ingredients import Ingredients
from decompose.assessment.plan.model import Candidate, Outline, Plan, PlanStep, Refusal
from decompose.assessment.plan.move_sql import MoveSql
from decompose.assessment.plan.needs import Needs, State, state
from decompose.assessment.plan.order import Departure, Order
from decompose.assessment.plan.playbook import Playbook
from decompose.assessment.plan.table_order import circular, parents_first, schema_names
from decompose.assessment.portable_sql import PortableSql
from decompose.assessment.pricing import Tally
from decompose.assessment.retirement import retirements
from decompose.assessment.sagas.departures import only_follow
from decompose.assessment.sagas.draft import Sagas
from decompose.assessment.sagas.model import Saga
from decompose.boundaries.model import Decomposition
from decompose.errors import UsageError
from decompose.evidence.bundle import Evidence

RECOMMENDED = "recommended"
BIG_BANG = "big-bang"
FIRST = "-first"
BAD_SHARE = 0.2
"""From which share of all write transactions a first step that splits them is refused."""
_BOUNDARIES_NAMED = 2


def plan(evidence: Evidence, decomposition: Decomposition, strategy: str = RECOMMENDED) -> Plan:
    """The way to the decomposition; `strategy` is `recommended`, `big-bang` or `NAME-first` (a service or a table).

    Whatever is asked for is priced beside the recommended order. UsageError for an unknown strategy or name.
    """
    return _Planner(evidence, decomposition).plan(strategy)


@dataclass(frozen=True, slots=True)
class _Way:
    strategy: str
    departures: tuple[Departure, ...]


class _Planner:
    def __init__(self, evidence: Evidence, decomposition: Decomposition) -> None:
        self._evidence = evidence
        self._decomposition = decomposition
        self._ownership = Ownership(evidence, decomposition)
        self._sagas = Sagas(evidence, self._ownership).all()
        self._order = Order(evidence, decomposition, self._sagas)
        self._sql = PortableSql(evidence)
        self._schemas = schema_names(sorted(self._order.tables), self._sql)
        self._playbook = Playbook(evidence)
        self._uses = routine_uses(evidence)
        crossings = Crossings(evidence, self._ownership, self._uses).all()
        retired = retirements(evidence, self._ownership)
        self._events = Events(evidence, self._ownership).catalogue(crossings, retired, self._sagas)

    def plan(self, strategy: str) -> Plan:
        best = _Way(RECOMMENDED, tuple(self._order.departures()))
        bang = _Way(BIG_BANG, tuple(self._order.big_bang()))
        first, asked = "", best
        if strategy == BIG_BANG:
            asked = bang
        elif strategy != RECOMMENDED:
            first = self._first(strategy)
            asked = _Way(strategy, tuple(self._order.departures(first)))
        steps = self._steps(asked)
        ways = [best] if asked in (best, bang) else [best, asked]
        return Plan(
            strategy=strategy,
            steps=steps,
            outlines=tuple(self._outline(way) for way in (*ways, bang) if way.departures),
            refusal=self._refusal(first, best) if first else None,
            sagas=self._sagas,
            events=self._events,
        )

    def _first(self, strategy: str) -> str:
        """The service that a strategy `NAME-first` puts first; a table stands for the service that owns it."""
        if not strategy.endswith(FIRST) or len(strategy) == len(FIRST):
            raise UsageError(
                f"there is no strategy {strategy!r}", "known: recommended, big-bang, NAME-first (a service or a table)"
            )
        name = strategy.removesuffix(FIRST)
        tables = {table: service for service, tables in self._order.tables.items() for table in tables}
        hint = "NAME-first takes a service of the decomposition, or a table that a service owns"
        found = matched("service or table", name, [*self._order.tables, *tables], hint)
        return found if found in self._order.tables else tables[found]

    def _steps(self, way: _Way) -> tuple[PlanStep, ...]:
        gone: list[str] = []
        before = state(self._evidence, self._decomposition, gone, self._uses)
        found = []
        for number, departure in enumerate(way.departures, 1):
            after = state(self._evidence, self._decomposition, [*gone, *departure.services], self._uses)
            found.append(self._step(number, gone, departure, before, after))
            gone += departure.services
            before = after
        return tuple(found)

    def _step(self, number: int, gone: Sequence[str], departure: Departure, before: State, after: State) -> PlanStep:
        leaving = departure.services
        candidates = self._order.candidates(gone)
        chosen = [candidate for candidate in candidates if candidate.service in leaving]
        standing = self._order.standing([*gone, *leaving])
        added = standing.price - self._order.standing(gone).price
        needs = Needs(self._evidence, before, after, leaving)
        tables = tuple(sorted(table for name in leaving for table in self._order.tables[name]))
        split = tuple(saga for saga in self._sagas if self._split_by(saga, leaving, after))
        following = sum(saga.executions for saga in split if only_follow(saga, leaving))
        ingredients = Ingredients(
            services=leaving,
            moves=tuple(self._move(name) for name in leaving),
            separation=needs.separation(added, following),
            replicas=needs.replicas(),
            routes=needs.routes(tables),
            sagas=split,
            events=tuple(e.name for e in self._events if e.publisher in leaving),
            left=tuple(gone),
            consumed=tuple(
                e.name
                for e in self._events
                if e.publisher not in leaving and any(consumer.service in leaving for consumer in e.consumers)
            ),
            retired=needs.retired(),
            followed=needs.followed(),
            taken_along=needs.taken_along(),
            places=self._places((*gone, *leaving)),
            earlier=self._places(gone),
        )
        return PlanStep(
            number=number,
            services=leaving,
            schemas=tuple((name, self._schemas[name]) for name in leaving),
            tables=tables,
            candidate=chosen[0] if len(chosen) == 1 else _together(chosen, added),
            others=tuple(candidate for candidate in candidates if candidate not in chosen),
            separation=ingredients.separation,
            replicas=ingredients.replicas,
            routes=ingredients.routes,
            sagas=tuple(saga.key for saga in ingredients.sagas),
            events=ingredients.events,
            retired=ingredients.retired,
            phases=self._playbook.phases(ingredients),
            after=standing,
        )

    def _places(self, gone: Iterable[str]) -> dict[str, str]:
        return {table: self._schemas[name] for name in gone for table in self._order.tables[name]}

    def _move(self, service: str) -> MoveSql:
        links = [(link.child, link.parent) for link in self._evidence.links if link.declared]
        order = parents_first(self._order.tables[service], links)
        return MoveSql(self._sql, self._schemas[service], order, circular(order, links))

    def _split_by(self, saga: Saga, leaving: Sequence[str], after: State) -> bool:
        """Whether the step makes the saga's transaction distributed, or adds a participant to it."""
        tables = {table for step in saga.steps for table in step.tables}
        return not set(leaving).isdisjoint(saga.services) and len(after.ownership.services(tables)) > 1

    def _outline(self, way: _Way) -> Outline:
        gone: list[str] = []
        prices: list[Tally] = []
        for departure in way.departures:
            gone += departure.services
            prices.append(self._order.standing(gone).price)
        first = prices[0]
        return Outline(
            strategy=way.strategy,
            first=way.departures[0].services,
            steps=len(way.departures),
            first_distributed=first.distributed_write_transactions,
            first_foreign_keys=first.foreign_keys_to_retire,
            first_crossing=first.cross_joins + first.cross_reads,
            largest_step=max(sum(len(self._order.tables[n]) for n in d.services) for d in way.departures),
            way=round(sum(price.saga_cost for price in prices) / len(prices), 1),
        )

    def _refusal(self, first: str, best: _Way) -> Refusal | None:
        """Refused where another service is easier and a god table or too many transactions would be cut first."""
        instead = best.departures[0].services[0]
        if first == instead:
            return None
        reasons = [*self._god_reasons(first)]
        price = self._order.standing([first]).price
        split = price.distributed_write_transactions
        writes = sum(profile.count for profile in self._evidence.profiles if profile.boundary)
        if split >= BAD_SHARE * max(writes, 1) or (reasons and price.saga_cost):
            reasons.append(
                f"{split:,} of {writes:,} write transactions ({percent(split, writes)}) become "
                f"distributed by the first step alone, against "
                f"{self._order.standing([instead]).price.distributed_write_transactions:,} with {instead}"
            )
            reasons += self._broken(first)
        return Refusal(first, tuple(reasons), instead) if reasons else None

    def _god_reasons(self, first: str) -> list[str]:
        owned = set(self._order.tables[first])
        ranked = []
        for table, (declared, undeclared) in relationships(self._evidence).items():
            away = sum(child not in owned for child, _ in declared | undeclared)
            if table in owned and away >= GOD_TABLE:
                text = relationship_text(table, len(declared), len(undeclared))
                ranked.append((-away, f"{text}; {away:,} of them from outside {first}"))
        return [text for _, text in sorted(ranked)]

    def _broken(self, first: str) -> list[str]:
        """The transactions that the first step takes apart, the most important first."""
        alone = state(self._evidence, self._decomposition, [first], self._uses).ownership
        drafts = [saga for saga in Sagas(self._evidence, alone).all() if first in saga.services]
        return [
            f"{saga.name} ({saga.executions:,}×) writes "
            + ", ".join(f"{listed_tables(saga, service)} ({_stays(service)})" for service in saga.services)
            + " in one transaction"
            for saga in drafts[:_BOUNDARIES_NAMED]
        ]


def listed_tables(saga: Saga, service: str) -> str:
    """The tables a service writes or locks itself in a saga, the first six."""
    tables = sorted({o.table for step in saga.steps if step.service == service for o in step.operations})
    follows = sorted({table for step in saga.steps if step.service == service for table in step.follows})
    names = tables or follows
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


def _stays(service: str) -> str:
    return "monolith" if service.startswith("(") else service


def _together(chosen: Sequence[Candidate], added: Tally) -> Candidate:
    """Several services as one candidate; none where nothing leaves."""
    return Candidate(
        service=", ".join(candidate.service for candidate in chosen),
        tables=sum(candidate.tables for candidate in chosen),
        distributed=added.distributed_write_transactions,
        crossing=added.cross_joins + added.cross_reads,
        inbound=sum(candidate.inbound for candidate in chosen),
        outbound=sum(candidate.outbound for candidate in chosen),
        writes=sum(candidate.writes for candidate in chosen),
        write_share=min(sum(candidate.write_share for candidate in chosen), 1.0),
        stability=None,
        difficulty=round(sum(candidate.difficulty for candidate in chosen), 6),
        reason="everything at once: nothing can be tried, measured or taken back in part",
    )
