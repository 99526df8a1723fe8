"""What a user demands of a proposal, from options, decompose.yml and an earlier services.yml."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from decompose.errors import UsageError

if TYPE_CHECKING:
    from decompose.boundaries.constraints import Constraints
    from decompose.boundaries.model import Capability, Decomposition
    from decompose.cli.output import Notes
    from decompose.evidence.bundle import Evidence
    from decompose.evidence.schema import Schema


_PATTERN = frozenset("*?[]")


def demand_of(tables: Iterable[str]) -> str:
    """Tables as `--together` and `--apart` take them; a name with a comma is quoted."""
    return ",".join(f'"{name.replace(chr(34), chr(34) * 2)}"' if set(name) & set(',"') else name for name in tables)


def constraints_of(
    together: Sequence[str] | None,
    apart: Sequence[str] | None,
    pin: Sequence[str] | None,
    owner: Sequence[str] | None,
) -> Constraints:
    """The demands of the options; UsageError for what is not spelled as they take it."""
    from decompose.boundaries.constraints import Constraints

    return Constraints(
        together=tuple(_tables(text, "--together") for text in together or ()),
        apart=tuple(pair for text in apart or () for pair in combinations(_tables(text, "--apart"), 2)),
        pinned=tuple(_claim(text, "--pin TABLE=SERVICE", "--pin invoices=billing") for text in pin or ()),
        owners=tuple(_claim(text, "--owner TABLE=TEAM", "--owner invoices=team-billing") for text in owner or ()),
    )


def in_shown_names(demands: Constraints, schema: Schema) -> Constraints:
    """The demands with tables named as documents show them, where they were written with their schema before them."""
    from dataclasses import replace

    from decompose.evidence.spellings import shown_name

    def shown(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(shown_name(name, schema) for name in names)

    return replace(
        demands,
        together=tuple(map(shown, demands.together)),
        apart=tuple((shown_name(one, schema), shown_name(other, schema)) for one, other in demands.apart),
        pinned=tuple((shown_name(table, schema), service) for table, service in demands.pinned),
        owners=tuple((shown_name(table, schema), team) for table, team in demands.owners),
    )


def keeping(demands: Constraints, path: Path, evidence: Evidence, notes: Notes) -> Constraints:
    """The demands, and everything a services.yml says of tables that these leave open."""
    from dataclasses import replace

    from decompose.cli.documents import load_decomposition

    kept = load_decomposition(path.parent, path, evidence)
    open_tables = {table.name for table in evidence.tables} - _claimed(demands, evidence)
    gone = sorted(_all_tables(kept) - {table.name for table in evidence.tables})
    if gone:
        more = f" and {len(gone) - 3} more" if len(gone) > 3 else ""
        notes.say(f"{path} names tables that are not in the evidence: {', '.join(gone[:3])}{more}")
    pinned = [(table, service) for service in kept.services for table in service.tables if table in open_tables]
    return replace(
        demands,
        pinned=(*demands.pinned, *((table, service.name) for table, service in pinned)),
        owners=(*demands.owners, *((table, service.owner) for table, service in pinned if service.owner)),
        shared=tuple(table for table in kept.shared if table in open_tables),
        infrastructure=tuple(table for table in kept.infrastructure if table in open_tables),
        capabilities=tuple((service.name, service.capability) for service in kept.services if service.capability),
    )


def known_capabilities(folder: Path) -> tuple[Capability, ...]:
    """The capability map of an earlier run as its readers have edited it; empty without one."""
    from decompose.cli.output import read_text
    from decompose.store import capabilities_yaml

    path = folder / "capabilities.yml"
    return capabilities_yaml.load(read_text(path), str(path)) if path.is_file() else ()


def _claimed(demands: Constraints, evidence: Evidence) -> set[str]:
    """Tables that the demands themselves give a service."""
    from decompose.boundaries.constraints import matching

    names = [table.name for table in evidence.tables]
    return {names[number] for name, _ in demands.pinned for number in matching(names, name)}


def _all_tables(kept: Decomposition) -> set[str]:
    return {*kept.shared, *kept.infrastructure, *(table for service in kept.services for table in service.tables)}


def _tables(text: str, option: str) -> tuple[str, ...]:
    try:
        (row,) = csv.reader([text], skipinitialspace=True, strict=True)
    except (csv.Error, ValueError):
        row = []
    found = tuple(part.strip() for part in row)
    if len(found) < 2 or not all(found):
        raise UsageError(f"{option} takes two tables or more, not {text!r}", f"for example {option} orders,order_lines")
    return found


def _claim(text: str, form: str, example: str) -> tuple[str, str]:
    table, _, claimant = (part.strip() for part in text.rpartition("="))
    if not table or not claimant:
        raise UsageError(f"{form.split()[0]} takes {form.split()[1]}, not {text!r}", f"for example {example}")
    if set(claimant) & _PATTERN:
        raise UsageError(
            f"{form.split()[0]} {text}: the name behind the = cannot be a pattern",
            f"patterns stand for tables, in front of it; for example {example}",
        )
    return table, claimant
