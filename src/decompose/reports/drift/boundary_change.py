"""A small before/after picture of the boundaries that a change touches, in Mermaid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from decompose.assessment.drift.model import GONE, Drift, Kind, Result, Status
from decompose.reports.safe import printable

_ADDED = (Status.NEW, Status.UNPROVEN, Status.SANDBOXED)
_CHANGING = (*_ADDED, Status.FORBIDDEN, Status.EXPIRED, *GONE)
_EDGES = 12
_NAME = 40

_Pair = tuple[str, str]


def boundary_change(drift: Drift) -> list[str]:
    """Two diagrams, of the accepted couplings and of the present ones, between the services that change; or nothing.

    An edge is a pair of services with the number of its couplings; what has changed says how, and is drawn thick.
    """
    changing = _pairs(result for result in drift.results if result.status in _CHANGING)
    if not changing:
        return []
    before = _pairs(result for result in drift.results if result.entry is not None or result.by is not None)
    after = _pairs(result for result in drift.results if result.status not in GONE)
    added = _pairs(result for result in drift.results if result.status in _ADDED)
    removed = _pairs(drift.of(*GONE))
    chosen = sorted(pair for pair, _ in sorted(changing.items(), key=lambda item: (-item[1], item[0]))[:_EDGES])
    told = {pair: _told(after[pair], added[pair], removed[pair]) for pair in chosen}
    return [
        *("Before:", "", "```mermaid", *_diagram(chosen, {p: str(before[p]) for p in chosen if before[p]}), "```", ""),
        *("After:", "", "```mermaid", *_diagram(chosen, {p: told[p] for p in chosen if after[p]}, "==="), "```", ""),
    ]


def _told(count: int, added: int, removed: int) -> str:
    changes = [f"{sign}{number}" for sign, number in (("+", added), ("-", removed)) if number]
    return f"{count} ({', '.join(changes)})" if changes else str(count)


def _pairs(results: Iterable[Result]) -> Counter[_Pair]:
    found: Counter[_Pair] = Counter()
    for result in results:
        if result.identity.kind not in (Kind.CYCLE, Kind.BUDGET):
            services = sorted(set(result.identity.services))
            found.update((a, b) for at, a in enumerate(services) for b in services[at + 1 :])
    return found


def _diagram(chosen: list[_Pair], labels: Mapping[_Pair, str], changed: str = "---") -> list[str]:
    """`labels` are the edges that are there; one that tells of a change is drawn with the line `changed`."""
    names = sorted({name for pair in chosen for name in pair})
    number = {name: at for at, name in enumerate(names)}
    lines = ["flowchart LR", *(f'  s{at}["{_label(name)}"]' for name, at in number.items())]
    for first, second in chosen:
        label = labels.get((first, second))
        if label is not None:
            line = changed if "(" in label else "---"
            lines.append(f'  s{number[first]} {line}|"{label}"| s{number[second]}')
    return lines


def _label(name: str) -> str:
    """A label that Mermaid cannot take for syntax: everything but letters, digits and a few marks as an entity code."""
    cut = printable(name if len(name) <= _NAME else name[: _NAME - 1] + "…")
    return "".join(c if c.isalnum() or c in " _-." else f"#{ord(c)};" for c in cut)
