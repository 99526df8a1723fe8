"""Short names for services, from the words of their tables, the database schema they lie in, and what touches them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import log1p

from decompose.boundaries.label_modules import modules
from decompose.boundaries.model import RESERVED
from decompose.evidence.naming import DEFAULT_SCHEMAS
from decompose.graph.lookups import runs_of
from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import GENERIC_WORDS, Vocabulary, words

_LATER = 0.35
_GENERIC = 0.3
_CENTRAL = 2.0
_UNTOUCHED = 0.2
_SINGLE = 0.5
_MANY = 6
_OBSERVED = 1 / 3
_COVERING = 0.6
_MODIFIERS = frozenset(
    {
        *("active", "archived", "auto", "blocked", "cached", "current", "custom", "deleted", "external", "favorite"),
        *("favourite", "fixed", "internal", "known", "last", "legacy", "main", "multi", "new", "old", "other"),
        *("pending", "recent", "related", "scheduled", "suggested", "temporary"),
        *("django", "drupal", "laravel", "rails", "spring", "wordpress", "wp"),
    }
)
"""Words that tell of what kind, or of what framework, and not what; a name is made of what stands beside them."""
_THINGS = frozenset({"assignment", "event", "group", "item", "list", "record"})
"""Words that tell how a table is built, but are what a business deals in where a table is called so."""
_INITIALS = frozenset({"api", "crm", "dns", "erp", "faq", "gps", "ip", "pdf", "rma", "sms", "sso", "url", "vat", "vpn"})
_VAGUE = GENERIC_WORDS | _MODIFIERS


def service_names(
    graph: CouplingGraph, services: Sequence[tuple[int, ...]], vocabulary: Vocabulary, given: Sequence[str]
) -> list[str]:
    """A unique name for each service, as `ServiceNames` finds them."""
    return ServiceNames(graph, vocabulary).of(services, given)


def title(parts: Sequence[str]) -> str:
    """Words as a heading."""
    return " ".join(part.upper() if part in _INITIALS else part.capitalize() for part in parts if part)


class ServiceNames:
    """Names services; larger ones choose first, then those that a word fits best.

    A service is called by the database schema that covers it, where there is one. Else by the word that is most common
    in the names of its tables and least elsewhere; tables that others refer to and that many runs touch count more,
    words that the labels of its writing transactions say, too; words that tell how a table is built count less, unless
    a table is called by one alone. A second word, then a number, is added where a word is taken.
    """

    def __init__(self, graph: CouplingGraph, vocabulary: Vocabulary) -> None:
        self._spoken = vocabulary.tables
        self._everywhere = Counter(word for name in self._spoken for word in set(name))
        self._referred = Counter(reference.parent for reference in graph.references)
        self._touched = runs_of(graph)[1]
        self._spaces = [node.namespace for node in graph.tables]
        self._space_sizes = Counter(self._spaces)
        self._labels: dict[int, Counter[str]] = defaultdict(Counter)
        named = {label: words(name) for label, name in modules(edge.name for edge in graph.transactions).items()}
        for edge in graph.transactions:
            for word in named.get(edge.name, ()):
                for table in edge.writes:
                    self._labels[table][word] += edge.executions

    def of(self, services: Sequence[tuple[int, ...]], given: Sequence[str]) -> list[str]:
        """A unique name for each service (table indices): the `given` one unless empty."""
        names = list(given)
        taken = {name for name in given if name} | RESERVED
        unnamed = [(number, self._scores(services[number])) for number, name in enumerate(names) if not name]
        unnamed.sort(key=lambda u: (-len(services[u[0]]), -max(u[1].values(), default=0.0), services[u[0]]))
        for number, scores in unnamed:
            names[number] = _free(self._ranked(services[number], scores), taken)
            taken.add(names[number])
        return names

    def _ranked(self, tables: tuple[int, ...], score: Mapping[str, float]) -> list[str]:
        """The names, best first."""
        holding: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
        for table in tables:
            for word in set(self._spoken[table]):
                holding[word].append(self._spoken[table])
        ordered = sorted(score, key=lambda word: (-score[word], word))
        whole = [_whole(word, holding[word]) for word in ordered]
        space = "-".join(words(self.covering_schema(tables)))
        return [space, *whole] if space else whole

    def covering_schema(self, tables: Sequence[int]) -> str:
        """The database schema that has most of these tables and hardly any other; empty where there is none."""
        inside = Counter(self._spaces[table] for table in tables if self._spaces[table] not in DEFAULT_SCHEMAS)
        space, count = min(inside.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
        alike = 2 * count / (len(tables) + self._space_sizes[space])
        return space if alike >= _COVERING else ""

    def _scores(self, tables: tuple[int, ...]) -> Mapping[str, float]:
        score: defaultdict[str, float] = defaultdict(float)
        inside = Counter(word for table in tables for word in set(self._spoken[table]))
        alone = {self._spoken[table][0] for table in tables if len(self._spoken[table]) == 1}
        vague = _VAGUE - (alone & _THINGS)
        for table, weight in zip(tables, self._weights(tables), strict=True):
            for position, word in enumerate(dict.fromkeys(self._spoken[table])):
                telling = (_LATER if position else 1.0) * (_GENERIC if word in vague else 1.0)
                own = (inside[word] / self._everywhere[word]) ** 0.5
                score[word] += weight * telling * own
        labels = sum((self._labels[table] for table in tables if table in self._labels), Counter[str]())
        total = labels.total() or 1
        single = _SINGLE if len(tables) >= _MANY else 1.0
        return {
            word: value * (1.0 + labels[word] / total) * (single if inside[word] == 1 else 1.0)
            for word, value in score.items()
        }

    def _weights(self, tables: tuple[int, ...]) -> list[float]:
        """What each table says of the service: more if others refer to it or many runs touch it."""
        most = max((self._referred[table] for table in tables), default=0) or 1
        busiest = self._busiest(tables)
        return [
            (1.0 + _CENTRAL * self._referred[table] / most)
            * (_UNTOUCHED + (1 - _UNTOUCHED) * log1p(self._touched[table]) / busiest if busiest else 1.0)
            for table in tables
        ]

    def _busiest(self, tables: tuple[int, ...]) -> float:
        """The logarithm of the runs that touch the busiest table; 0 where too few are touched at all to compare."""
        touched = [self._touched[table] for table in tables if self._touched[table]]
        return log1p(max(touched)) if len(touched) >= _OBSERVED * len(tables) else 0.0


def _whole(word: str, names: Sequence[Sequence[str]]) -> str:
    """A word of all these names with the one that always follows it, if there are several: `wish` of `wish lists`."""
    following = {name[name.index(word) + 1] if name[-1] != word else "" for name in names}
    (other,) = following if len(following) == 1 else ("",)
    return f"{word}-{other}" if other and len(names) > 1 else word


def _free(ranked: list[str], taken: set[str]) -> str:
    found = ranked or ["service"]
    if found[0] not in taken:
        return found[0]
    said = set(found[0].split("-"))
    for second in found[1:]:
        if said.isdisjoint(second.split("-")) and f"{found[0]}-{second}" not in taken:
            return f"{found[0]}-{second}"
    number = 2
    while f"{found[0]}-{number}" in taken:
        number += 1
    return f"{found[0]}-{number}"
