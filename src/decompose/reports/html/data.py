"""The explorer's data: an analysis as small JSON, rows instead of objects, tables and places by their number.

The page computes every figure of `assessment.measure` from these rows, so all statements and profiles are here; beyond
a bound the least telling ones lose their text and are merged with their like, which no figure notices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from decompose.assessment.model import Analysis
from decompose.assessment.ownership import INFRASTRUCTURE, SHARED, UNASSIGNED, Ownership
from decompose.assessment.plan.model import Plan
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Coverage, Evidence, Statement, TransactionProfile
from decompose.reports.html.code_rows import code_rows
from decompose.reports.html.god_rows import god_rows
from decompose.reports.html.layout import HUES, affinities, lay_out
from decompose.reports.html.level_rows import alternative_rows, hierarchy_rows
from decompose.reports.html.plan_rows import plan_rows
from decompose.reports.wording import plural

FORMAT = "decompose/explorer@1"
DETAILED = 4000
"""How many statements, and how many profiles, keep their own row and can be looked up in the page."""
TEMPLATES = 340_000
"""How many characters of SQL the page carries; the most telling statements first."""
TEMPLATE = 1500
FINDINGS = 2000
Row = list[Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A second decomposition for the same map, and what readers call it."""

    name: str
    decomposition: Decomposition


def model(analysis: Analysis, comparison: Comparison | None = None, plan: Plan | None = None) -> dict[str, Any]:
    """The whole of it, ready for JSON."""
    evidence, decomposition = analysis.evidence, analysis.decomposition
    names = _names(analysis, comparison)
    index = {name: number for number, name in enumerate(names)}
    places = _places(decomposition)
    home = _homes(names, evidence, decomposition, [place["n"] for place in places])
    affinity = affinities(evidence, index)
    countries: list[list[int]] = [[] for _ in places]
    for table, place in enumerate(home):
        countries[place].append(table)
    tiles, hues = lay_out(countries, affinity)
    for entry, hue in zip(places, hues, strict=True):
        entry["hue"] = hue
    statements, numbers, fewer = _statements(evidence, index)
    return {
        "format": FORMAT,
        "hues": HUES,
        "tables": _tables(names, evidence, tiles),
        "places": places,
        "home": home,
        "links": [_link(link, index) for link in evidence.links],
        "statements": statements,
        "profiles": _profiles(evidence.profiles, index, numbers),
        "left_out": fewer,
        "gods": god_rows(analysis, index, numbers),
        "code": code_rows(analysis, index, numbers),
        "capabilities": [
            [capability.name, [_part(child, index) for child in capability.children], capability.derived_from]
            for capability in decomposition.capabilities
        ],
        "alternatives": alternative_rows(decomposition, index),
        "hierarchy": hierarchy_rows(decomposition, index),
        "roles": [[index[role.table], role.kind, role.reason] for role in decomposition.roles],
        "unsure": [[index[table], second, cost] for table, second, cost in decomposition.unsure],
        "note": decomposition.note,
        "coverage": _coverage(evidence.coverage),
        "findings": [_finding(finding, index) for finding in analysis.assessment.findings[:FINDINGS]],
        "plan": None if plan is None else plan_rows(plan),
        "other": None if comparison is None else _other(comparison, names, evidence),
    }


def _names(analysis: Analysis, comparison: Comparison | None) -> list[str]:
    """Every table that the evidence or a decomposition names, sorted."""
    evidence = analysis.evidence
    found = {table.name for table in evidence.tables}
    for decomposition in (analysis.decomposition, comparison.decomposition if comparison else Decomposition(())):
        found.update(decomposition.shared, decomposition.infrastructure, decomposition.unassigned)
        found.update(*(service.tables for service in decomposition.services))
        found.update(role.table for role in decomposition.roles)
        found.update(entry[0] for entry in decomposition.unsure)
    for profile in evidence.profiles:
        found.update(profile.reads, profile.boundary)
    for statement in evidence.statements:
        found.update(access.table for access in statement.accesses)
        found.update(*((pair.left, pair.right) for pair in statement.joins))
    found.update(*((link.child, link.parent) for link in evidence.links))
    for finding in analysis.assessment.findings:
        found.update(finding.tables)
    return sorted(found)


def _places(decomposition: Decomposition) -> list[dict[str, Any]]:
    """The services in their order, then `shared`, `infrastructure` and `(unassigned)`; `kind` numbers these four."""
    found: list[dict[str, Any]] = [
        {
            "n": service.name,
            "kind": 0,
            "cap": service.capability,
            "owner": service.owner,
            "sure": service.stability,
        }
        for service in decomposition.services
    ]
    return found + [{"n": name, "kind": kind} for kind, name in enumerate((SHARED, INFRASTRUCTURE, UNASSIGNED), 1)]


def _homes(names: Sequence[str], evidence: Evidence, decomposition: Decomposition, places: Sequence[str]) -> list[int]:
    owner = Ownership(evidence, decomposition)
    services = {name: number for number, name in reversed(list(enumerate(places[:-3])))}
    apart = {name: number + len(places) - 3 for number, name in enumerate(places[-3:])}
    found = []
    for name in names:
        service, place = owner.service(name), owner.place(name)
        found.append(services[place] if service is not None and place in services else apart[place])
    return found


def _tables(names: Sequence[str], evidence: Evidence, tiles: Mapping[int, tuple[int, int]]) -> list[Row]:
    """name, columns, primary key, rows, comment, standing (0 unknown, 1 seen in the log, 2 declared), q, r."""
    facts = {table.name: table for table in evidence.tables}
    found: list[Row] = []
    for number, name in enumerate(names):
        fact = facts.get(name)
        known: Row = [name, [], [], None, "", 0]
        if fact is not None:
            own = {column: place for place, column in enumerate(fact.columns)}
            key = [own[column] for column in fact.primary_key if column in own]
            known = [name, list(fact.columns), key, fact.row_estimate, fact.comment, 2 if fact.declared else 1]
        found.append([*known, *tiles[number]])
    return found


def _link(link: Any, index: Mapping[str, int]) -> Row:
    return [
        index[link.child], index[link.parent], list(link.columns), list(link.parent_columns),
        link.on_delete, link.on_update, int(link.declared), link.joined, link.line,
    ]  # fmt: skip


def _statements(evidence: Evidence, index: Mapping[str, int]) -> tuple[list[Row], dict[str, int], dict[str, int]]:
    """Rows of fingerprint, template, verb, executions, accesses (table, mode), joins (table, column, table, column).

    Also the row of each fingerprint, and how many statements lost their row or their text.
    """
    ranked = sorted(evidence.statements, key=lambda each: (-_telling(each), each.fingerprint))
    room = TEMPLATES
    rows: list[Row] = []
    numbers: dict[str, int] = {}
    silent = 0
    for statement in ranked[:DETAILED]:
        text = statement.template[:TEMPLATE] + ("…" if len(statement.template) > TEMPLATE else "")
        room -= len(text)
        silent += room < 0
        numbers[statement.fingerprint] = len(rows)
        accesses = [part for access in statement.accesses for part in (index[access.table], access.mode.value[0])]
        joins = [
            part
            for pair in statement.joins
            for part in (index[pair.left], pair.left_column, index[pair.right], pair.right_column)
        ]
        shown = text if room >= 0 else ""
        rows.append([statement.fingerprint, shown, statement.verb, statement.executions, accesses, joins])
    merged = _merged(ranked[DETAILED:], index)
    return rows + merged, numbers, {"statements": len(ranked[DETAILED:]), "templates": silent}


def _telling(statement: Statement) -> int:
    tables = {access.table for access in statement.accesses}
    return statement.executions * (10 if len(tables) > 1 else 1)


def _merged(statements: Iterable[Statement], index: Mapping[str, int]) -> list[Row]:
    """One row without a name for all statements over the same tables and joined pairs: figures need no more."""
    counts: defaultdict[tuple[tuple[int, ...], tuple[tuple[int, int], ...]], int] = defaultdict(int)
    for statement in statements:
        tables = tuple(sorted({index[access.table] for access in statement.accesses}))
        pairs = tuple(sorted({(index[pair.left], index[pair.right]) for pair in statement.joins}))
        counts[tables, pairs] += statement.executions
    return [
        ["", "", "", count, [part for table in tables for part in (table, "r")],
         [part for left, right in pairs for part in (left, "", right, "")]]
        for (tables, pairs), count in sorted(counts.items())
    ]  # fmt: skip


def _profiles(
    profiles: Sequence[TransactionProfile], index: Mapping[str, int], numbers: Mapping[str, int]
) -> list[Row]:
    """Rows of id, name, explicit (0 or 1), executions, rolled back, reads, writes, locks, cascades, statements, labels.

    Beyond `DETAILED` those over the same sets are one row without id and name.
    """
    ranked = sorted(profiles, key=lambda each: (-each.count * (1 + len(each.boundary)), each.id))
    rows: list[Row] = [
        [
            profile.id,
            profile.name,
            int(profile.kind == "explicit"),
            profile.count,
            profile.rolled_back,
            *([index[table] for table in part] for part in _sets(profile)),
            [numbers[name] for name in profile.statements if name in numbers],
            [list(label) for label in profile.labels[:20]],
        ]
        for profile in ranked[:DETAILED]
    ]
    counts: dict[tuple[Any, ...], list[int]] = {}
    for profile in ranked[DETAILED:]:
        sets = tuple(tuple(index[table] for table in part) for part in _sets(profile))
        entry = counts.setdefault((int(profile.kind == "explicit"), sets), [0, 0])
        entry[0] += profile.count
        entry[1] += profile.rolled_back
    for (explicit, sets), (count, undone) in sorted(counts.items()):
        rows.append(["", "", explicit, count, undone, *map(list, sets), [], []])
    return rows


def _sets(profile: TransactionProfile) -> tuple[tuple[str, ...], ...]:
    return profile.reads, profile.writes, profile.locks, profile.cascades


def _part(child: Any, index: Mapping[str, int]) -> Row:
    tables = [index[table] for table in child.tables if table in index]
    return [child.name, tables, len(child.transactions), child.derived_from]


def _finding(finding: Any, index: Mapping[str, int]) -> Row:
    tables = [index[table] for table in finding.tables]
    return [finding.code, finding.severity, finding.message, finding.executions, tables, list(finding.evidence[:20])]


def _coverage(seen: Coverage) -> dict[str, Any]:
    counts = {field.name: getattr(seen, field.name) for field in fields(seen) if field.name != "gaps"}
    return counts | {"gaps": [[gap.reason, gap.count] for gap in seen.gaps]}


def _other(comparison: Comparison, names: Sequence[str], evidence: Evidence) -> dict[str, Any]:
    places = _places(comparison.decomposition)
    homes = _homes(names, evidence, comparison.decomposition, [place["n"] for place in places])
    return {"name": comparison.name, "places": places, "home": homes}


def left_out_text(fewer: Mapping[str, int]) -> str:
    """What the page had to leave out to stay small; empty when nothing."""
    told = []
    if fewer["statements"]:
        told.append(f"{plural(fewer['statements'], 'statement')} counted but not listed")
    if fewer["templates"]:
        told.append(f"the text of {plural(fewer['templates'], 'listed statement')} left to evidence.json")
    return "; ".join(told)
