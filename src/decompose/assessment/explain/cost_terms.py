"""The cost that boundaries are chosen by, for one table, service or pair: what binds it, what a change would cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from decompose.assessment.explain.explanation import Bond, Option, Term
from decompose.assessment.model import Analysis
from decompose.assessment.splitting import halves
from decompose.boundaries.objectives.terms import Amounts, Terms
from decompose.graph.build import build_graph

_DIGITS = 4
_SHOWN = 3
ALONE = "a service of its own"


class CostTerms:
    """The terms of one decomposition's cost; `asked` are tables set apart that are to be priced as if they were alone.

    Tables that belong to no service are left out, as they are when boundaries are proposed.
    """

    def __init__(self, analysis: Analysis, asked: Sequence[str] = ()) -> None:
        self._evidence = analysis.evidence
        graph = build_graph(analysis.evidence)
        self._names = [node.name for node in graph.tables]
        self._index = {name: number for number, name in enumerate(self._names)}
        self._services = [service.name for service in analysis.decomposition.services]
        home: dict[str, int] = {}
        for number, service in enumerate(analysis.decomposition.services):
            for table in service.tables:
                home.setdefault(table, number)
        alone = [name for name in asked if name not in home and name in self._index]
        self._fresh = len(self._services) + len(alone)
        home |= {name: len(self._services) + number for number, name in enumerate(alone)}
        self._home = tuple(home.get(name, self._fresh) for name in self._names)
        left_out = frozenset(number for number, name in enumerate(self._names) if name not in home)
        self._terms = Terms(graph, self._home, left_out)
        self.whole = round(self._terms.whole(), _DIGITS)
        """What the decomposition costs in all, in units of its own."""

    def bonds(self, tables: Sequence[str]) -> tuple[Bond, ...]:
        """What ties the tables to every service's other tables, the strongest first."""
        found = self._terms.binding(self._index[table] for table in tables)
        bonds = [
            Bond(self._services[service], *_told(amounts))
            for service, amounts in found.items()
            if service < len(self._services)
        ]
        return tuple(sorted(bonds, key=lambda bond: (-bond.cost, bond.service)))

    def of_table(self, table: str) -> tuple[Option, ...]:
        """Moving the table to each other service, or to one of its own."""
        return self._sorted([self._moving((table,), service, f"to {name}") for name, service in self._elsewhere(table)])

    def of_service(self, name: str, tables: Sequence[str]) -> tuple[Option, ...]:
        """Merging the service with each other one, and splitting it along its weakest line."""
        options = [
            self._moving(tables, service, f"merged with {other}")
            for service, other in enumerate(self._services)
            if other != name
        ]
        if len(tables) > 1:
            stays, leaves = halves(self._evidence, tables)
            told = f"split: {_first(stays)} | {_first(leaves)}"
            options.append(self._moving(leaves, self._fresh, told))
        return self._sorted(options)

    def between(self, name: str, left: Sequence[str], right: Sequence[str]) -> tuple[Bond, ...]:
        """What ties two groups of tables to one another, under the name of the second; empty where nothing does."""
        theirs = set(right) - set(left)
        found = self._terms.between([self._index[t] for t in left], [self._index[t] for t in sorted(theirs)])
        bond = Bond(name, *_told(found))
        return (bond,) if bond.terms else ()

    def of_pair(self, left: Sequence[str], right: Sequence[str], names: tuple[str, str]) -> tuple[Option, ...]:
        """Either table on its own where both sides share a service, else either with the other; services merged."""
        sides = ((left, names[0], self._place(right)), (right, names[1], self._place(left)))
        if self._place(left) == self._place(right):
            freed = [side for side in sides if len(side[0]) == 1 and self._home.count(side[2]) > 1]
            return self._sorted([self._moving(tables, self._fresh, f"{name} as {ALONE}") for tables, name, _ in freed])
        single = [side for side in sides if len(side[0]) == 1 and side[2] < len(self._services)]
        moves = [self._moving(tables, place, f"{name} to {self._services[place]}") for tables, name, place in single]
        merged = [] if moves else [self._moving(right, self._place(left), f"{names[0]} and {names[1]} merged")]
        return self._sorted([*moves, *merged])

    def _place(self, tables: Sequence[str]) -> int:
        return self._home[self._index[tables[0]]]

    def _elsewhere(self, table: str) -> list[tuple[str, int]]:
        own = self._home[self._index[table]]
        found = [(name, service) for service, name in enumerate(self._services) if service != own]
        return [*found, (ALONE, self._fresh)] if self._home.count(own) > 1 else found

    def _moving(self, tables: Sequence[str], service: int, told: str) -> Option:
        cost, terms = _told(self._terms.change({self._index[table]: service for table in tables}))
        return Option(told, cost, round(cost / self.whole, _DIGITS) if self.whole else 0.0, terms)

    @staticmethod
    def _sorted(options: list[Option]) -> tuple[Option, ...]:
        return tuple(sorted(options, key=lambda option: (option.cost, option.what)))


def _told(amounts: Amounts | Mapping[str, float]) -> tuple[float, tuple[Term, ...]]:
    """The sum and the terms, the weightiest first; what rounds to nothing is left out of the terms."""
    terms = [Term(name, round(cost, _DIGITS)) for name, cost in amounts.items() if round(cost, _DIGITS)]
    return round(sum(amounts.values()), _DIGITS), tuple(sorted(terms, key=lambda term: (-abs(term.cost), term.name)))


def _first(tables: Sequence[str]) -> str:
    more = len(tables) - _SHOWN
    return ", ".join(tables[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
