"""The part of an application that a transaction's label names: routes, controllers, operations."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import module_of, singular, words

_METHOD = re.compile(r"[A-Z]+ ")
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]*")
_LOCALE = re.compile(r"[a-z]{2}([-_][A-Za-z]{2})?")
_CAPTURE = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_ANCHORS = re.compile(r"^\^|\$$|\\[AZz]")
_PLUMBING = frozenset({"api", "app", "apps", "index", "rest", "rpc", "v", "www"})
_LEAST_ROUTES = 12
_MOST = 0.5
_ONWARD = 0.8
_LEAST_BRANCHES = 3
_MOSTLY = 0.6

_Steps = tuple[str, ...]
"""The steps of a path; a placeholder is empty."""


def module(label: str) -> str:
    """`orders` of `orders#create`, `orders.create`, `GET /api/v2/orders/17` or `en-gb/orders/<int:pk>/`; else empty.

    Of a path, the first step that is a word and not plumbing (api, a version, a locale); placeholders are no words.
    """
    return modules((label,)).get(label, "")


def modules(labels: Iterable[str]) -> Mapping[str, str]:
    """The part of the application each label names, empty ones left out.

    Where there are a dozen routes or more, a step says nothing that most of them pass through on their way to another
    (`shops/{shop}/orders`, `shops/{shop}/items`), or that only leads on, to three others or more (`admin/users`) or
    to such a step.
    """
    found: dict[str, str] = {}
    routes: dict[str, _Steps] = {}
    for label in sorted(set(labels)):
        path = _METHOD.sub("", label, count=1)
        if "/" not in path:
            found[label] = module_of(label)
        elif " " not in path:
            routes[label] = _steps(path)
    passed = _passed_through([_spoken(steps) for steps in sorted(set(routes.values()))], set(routes.values()))
    for label, steps in routes.items():
        spoken = _spoken(steps)
        telling = (step for step in spoken if singular(step) not in passed)
        found[label] = next(telling, spoken[-1] if spoken else "")
    return {label: name for label, name in found.items() if name}


def labelled_areas(graph: CouplingGraph, services: Sequence[Sequence[int]]) -> list[tuple[str, ...]]:
    """For each service (table indices), the words of the module that labels three in five of the runs that write it.

    Empty where no module does.
    """
    owner = {table: number for number, tables in enumerate(services) for table in tables}
    named = modules(edge.name for edge in graph.transactions)
    runs: list[Counter[str]] = [Counter() for _ in services]
    for edge in graph.transactions:
        for number in sorted({owner[table] for table in edge.writes if table in owner}):
            runs[number][named.get(edge.name, "")] += edge.executions
    return [_mostly(found) for found in runs]


def _mostly(runs: Counter[str]) -> tuple[str, ...]:
    name, count = min(runs.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
    return words(name) if name and count >= _MOSTLY * sum(runs.values()) else ()


def _steps(path: str) -> _Steps:
    """The steps, lower case, without plumbing and locales; what is no word is a placeholder."""
    plain = _CAPTURE.sub("{}", _ANCHORS.sub("", path))
    steps = (step for step in plain.partition("?")[0].split("/") if step)
    spoken = (step.lower() if _WORD.fullmatch(step) else "" for step in steps)
    return tuple(word for word in spoken if word not in _PLUMBING and not _LOCALE.fullmatch(word))


def _spoken(steps: _Steps) -> _Steps:
    return tuple(step for step in steps if step)


def _passed_through(routes: Sequence[_Steps], full: Iterable[_Steps]) -> frozenset[str]:
    """The singular of the words that routes only pass through."""
    if len(routes) < _LEAST_ROUTES:
        return frozenset()
    met: Counter[str] = Counter()
    onward: Counter[str] = Counter()
    for route in routes:
        spoken = list(dict.fromkeys(singular(step) for step in route))
        met.update(spoken)
        onward.update(spoken[:-1])
    shared = {word for word, count in met.items() if count > _MOST * len(routes) and onward[word] >= _ONWARD * count}
    return frozenset(shared | _only_leading_on(full, shared))


def _only_leading_on(full: Iterable[_Steps], shared: set[str]) -> set[str]:
    """Words that never end a route and never stand before a placeholder, but before three words or shared ones."""
    leads: defaultdict[str, set[str]] = defaultdict(set)
    for steps in full:
        for step, following in zip(steps, (*steps[1:], ""), strict=True):
            if step:
                leads[singular(step)].add(singular(following))
    return {
        word
        for word, following in leads.items()
        if "" not in following and (len(following) >= _LEAST_BRANCHES or following <= shared)
    }
