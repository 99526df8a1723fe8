"""Accepted couplings under new names: after a table was renamed, or moved to another service, nothing new has come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from decompose.assessment.drift.model import PLACED_BY_TABLES, SCHEMA_KINDS, SETS, Entry, Identity, Kind


def carried(
    entries: Iterable[Entry], sighted: Iterable[Identity], present: frozenset[str], services: frozenset[str]
) -> dict[Identity, Entry]:
    """Sighted coupling to the unmatched entry it continues.

    `entries` and `sighted` are those without a counterpart, `present` the full names of all tables, `services` the
    names of all services. A rename is believed only if exactly one table that no entry knows takes over every declared
    coupling of a table that is gone; what is merely swapped for another coupling stays new.
    """
    left = list(entries)
    free = {identity for identity in sighted if identity.kind is not Kind.BUDGET}
    renames = _renames(left, free, present)
    found: dict[Identity, Entry] = {}
    moves: defaultdict[str, set[str]] = defaultdict(set)
    by_shape = {_shape(identity): identity for identity in sorted(free)}
    for entry in left:
        old = _renamed(entry.identity, renames)
        target = old if old in free else by_shape.get(_shape(old))
        if target is None or target in found:
            continue
        found[target] = entry
        for before, after in zip(old.services, target.services, strict=False):
            moves[before].add(after)
    services_renamed = {
        before: min(after) for before, after in moves.items() if before not in services and len(after) == 1
    }
    for entry in left:
        target = _renamed(entry.identity, renames, services_renamed)
        if target in free and target not in found:
            found[target] = entry
    return found


def _shape(identity: Identity) -> tuple[object, ...]:
    """Everything but the services, where they follow from the tables."""
    if identity.kind in PLACED_BY_TABLES:
        return identity.kind, identity.tables, identity.mode
    return identity.kind, identity.services, identity.tables, identity.mode


def _renamed(identity: Identity, tables: Mapping[str, str], services: Mapping[str, str] | None = None) -> Identity:
    if not tables and not services:
        return identity
    named = [tables.get(table, table) for table in identity.tables]
    owners = [(services or {}).get(name, name) for name in identity.services]
    if identity.kind in (*SETS, Kind.JOIN):
        named.sort()
    if identity.kind in (*SETS, Kind.JOIN, Kind.CYCLE):
        owners.sort()
    return replace(identity, tables=tuple(named), services=tuple(owners))


def _renames(entries: Iterable[Entry], free: set[Identity], present: frozenset[str]) -> dict[str, str]:
    of_table: defaultdict[str, list[Identity]] = defaultdict(list)
    for entry in entries:
        for table in entry.identity.tables:
            of_table[table].append(entry.identity)
    gone = sorted(table for table in of_table if table not in present)
    if not gone:
        return {}
    by_others: defaultdict[tuple[Kind, str, frozenset[str]], set[str]] = defaultdict(set)
    for identity in free:
        for table in identity.tables:
            if table not in of_table:
                by_others[_beside(identity, table, {})].add(table)
    shapes = {(i.kind, frozenset(i.tables), i.mode) for i in free}
    found: dict[str, str] = {}
    for table in gone:
        others = frozenset(gone) - {table} - found.keys()
        candidates = {new for i in of_table[table] for new in by_others.get(_beside(i, table, found), ())}
        fitting = [new for new in sorted(candidates) if _takes_over(of_table[table], table, new, shapes, found, others)]
        if len(fitting) == 1 and fitting[0] not in found.values():
            found[table] = fitting[0]
    return found


def _beside(identity: Identity, table: str, renames: Mapping[str, str]) -> tuple[Kind, str, frozenset[str]]:
    """A coupling without one of its tables: what a table that takes its place must be coupled to."""
    return identity.kind, identity.mode, frozenset(renames.get(t, t) for t in identity.tables if t != table)


def _takes_over(
    identities: Iterable[Identity],
    old: str,
    new: str,
    shapes: set[tuple[Kind, frozenset[str], str]],
    renames: Mapping[str, str],
    unknown: frozenset[str],
) -> bool:
    """Whether every declared coupling of `old` is there with `new` in its place, and one coupling at least is."""
    names = {**renames, old: new}
    matched = False
    for identity in identities:
        if unknown.intersection(identity.tables):
            continue
        there = (identity.kind, frozenset(names.get(t, t) for t in identity.tables), identity.mode) in shapes
        if not there and identity.kind in SCHEMA_KINDS and identity.kind is not Kind.UNASSIGNED:
            return False
        matched = matched or there
    return matched
