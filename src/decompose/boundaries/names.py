"""Short names for services, from the words of their tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from decompose.boundaries.model import RESERVED
from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import GENERIC_WORDS, Vocabulary

_LATER = 0.35
_GENERIC = 0.3
_CENTRAL = 1.0


def service_names(
    graph: CouplingGraph, services: Sequence[tuple[int, ...]], vocabulary: Vocabulary, given: Sequence[str]
) -> list[str]:
    """A unique name for each service (table indices): the `given` one unless empty, larger services choosing first.

    The word that is most common in the service's table names and least elsewhere; the table most referred to breaks
    ties. A second word, then a number, is added where a word is taken.
    """
    everywhere = Counter(word for name in vocabulary.tables for word in set(name))
    referred = Counter(reference.parent for reference in graph.references)
    names = list(given)
    taken = {name for name in given if name} | RESERVED
    for number in sorted(range(len(services)), key=lambda n: (-len(services[n]), services[n])):
        if names[number]:
            continue
        spoken: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
        for table in services[number]:
            for word in set(vocabulary.tables[table]):
                spoken[word].append(vocabulary.tables[table])
        ranked = [_whole(word, spoken[word]) for word in _ranked(services[number], vocabulary, everywhere, referred)]
        names[number] = _free(ranked, taken)
        taken.add(names[number])
    return names


def _whole(word: str, spoken: Sequence[Sequence[str]]) -> str:
    """A word of all these names with the one that always follows it, if there are several: `wish` of `wish lists`."""
    following = {name[name.index(word) + 1] if name[-1] != word else "" for name in spoken}
    (other,) = following if len(following) == 1 else ("",)
    return f"{word}-{other}" if other and len(spoken) > 1 else word


def title(parts: Sequence[str]) -> str:
    """Words as a heading."""
    return " ".join(part.capitalize() for part in parts if part)


def _ranked(
    tables: tuple[int, ...], vocabulary: Vocabulary, everywhere: Counter[str], referred: Counter[int]
) -> list[str]:
    score: dict[str, float] = {}
    inside = Counter(word for table in tables for word in set(vocabulary.tables[table]))
    most = max((referred[table] for table in tables), default=0) or 1
    for table in tables:
        for position, word in enumerate(dict.fromkeys(vocabulary.tables[table])):
            weight = (_LATER if position else 1.0) * (_GENERIC if word in GENERIC_WORDS else 1.0)
            own = (inside[word] / everywhere[word]) ** 0.5
            score[word] = score.get(word, 0.0) + weight * own * (1.0 + _CENTRAL * referred[table] / most)
    return sorted(score, key=lambda word: (-score[word], word))


def _free(ranked: list[str], taken: set[str]) -> str:
    words = ranked or ["service"]
    if words[0] not in taken:
        return words[0]
    for second in words[1:]:
        if f"{words[0]}-{second}" not in taken:
            return f"{words[0]}-{second}"
    number = 2
    while f"{words[0]}-{number}" in taken:
        number += 1
    return f"{words[0]}-{number}"
