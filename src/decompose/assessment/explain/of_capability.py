"""Finds a capability, or a part of one, by its name: the tables and transactions behind it, and who serves it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from decompose.assessment.ownership import Ownership
from decompose.assessment.phrases import listed
from decompose.boundaries.model import Decomposition

SEPARATOR = " › "
_SPLIT = re.compile(r"\s*[›>/]\s*")
_KIND = "capability "
_NAMED = 12


@dataclass(frozen=True, slots=True)
class Named:
    """A capability or a part of one; `transactions` are the part's profile ids, empty for a whole capability."""

    name: str
    tables: frozenset[str]
    because: tuple[str, ...]
    transactions: frozenset[str] = frozenset()


def capability_names(decomposition: Decomposition) -> list[str]:
    """All names of capabilities and of their parts."""
    parts = [(c.name, f"{c.name}{SEPARATOR}{child.name}") for c in decomposition.capabilities for child in c.children]
    return sorted({*(name for pair in parts for name in pair), *(s.capability for s in decomposition.services)} - {""})


def find_capability(name: str, decomposition: Decomposition, ownership: Ownership) -> Named | None:
    """By name, whatever its case: `Order Management`, `Order Management > Checkout`, `Checkout`."""
    literal = name.casefold()
    spellings = (literal, literal.removeprefix(_KIND).strip())
    for wanted in spellings:
        found = _whole(wanted, decomposition, ownership) or _part(wanted, decomposition, ownership, str)
        if found:
            return found
    return next(filter(None, (_part(wanted, decomposition, ownership, _SPLIT.split) for wanted in spellings)), None)


def _whole(wanted: str, decomposition: Decomposition, ownership: Ownership) -> Named | None:
    mapped = [item for item in decomposition.capabilities if item.name.casefold() == wanted]
    serving = [service for service in decomposition.services if service.capability.casefold() == wanted and wanted]
    if not mapped and not serving:
        return None
    tables = {table for item in mapped for child in item.children for table in child.tables}
    tables |= {table for service in serving for table in service.tables}
    told = _served(tables, ownership)
    told += [f"its name was taken from {item.derived_from}" for item in mapped if item.derived_from]
    parts = [child.name for item in mapped for child in item.children]
    told += [f"parts: {listed(parts, _NAMED)}"] if parts else []
    return Named(mapped[0].name if mapped else serving[0].capability, frozenset(tables), tuple(told))


def _part(
    wanted: str, decomposition: Decomposition, ownership: Ownership, alike: Callable[[str], object]
) -> Named | None:
    for item in decomposition.capabilities:
        for child in item.children:
            name = f"{item.name}{SEPARATOR}{child.name}"
            if alike(wanted) in (alike(name.casefold()), alike(child.name.casefold())):
                told = _served(set(child.tables), ownership)
                told += [f"its name was taken from {child.derived_from}"] if child.derived_from else []
                return Named(name, frozenset(child.tables), tuple(told), frozenset(child.transactions))
    return None


def _served(tables: set[str], ownership: Ownership) -> list[str]:
    services = ownership.services(tables)
    return [f"served by {listed(services, _NAMED)}"] if services else []
