"""The capability map, the levels and the Pareto front as Markdown."""

from __future__ import annotations

from collections.abc import Mapping

from decompose.assessment.model import Analysis
from decompose.boundaries.model import AGGREGATE, CAPABILITY, SERVICE, Decomposition
from decompose.reports.markdown_text import code, codes, heading, table, text
from decompose.reports.wording import percent


def capability_map(decomposition: Decomposition, names: Mapping[str, str]) -> list[str]:
    """The capability map, empty without one; `names` are the transaction profiles' labels by id."""
    if not decomposition.capabilities:
        return []
    lines = ["## Capability map"]
    for capability in decomposition.capabilities:
        lines += ["", heading(3, capability.name or "(no name)"), ""]
        if capability.derived_from:
            lines += [f"Named after {text(capability.derived_from)}.", ""]
        rows = (
            (
                text(part.name),
                codes(dict.fromkeys(names.get(profile) or profile for profile in part.transactions)),
                codes(part.tables),
                text(part.derived_from),
            )
            for part in capability.children
        )
        lines += table(("part", "transactions", "tables", "named after"), rows)
    return lines


def levels(decomposition: Decomposition) -> list[str]:
    """Capabilities, services and aggregates as nested lists; empty without services."""
    hierarchy = decomposition.hierarchy
    depth = {CAPABILITY: 0, SERVICE: 1, AGGREGATE: 2}
    rows = [branch for branch in hierarchy.branches if branch.level in depth]
    if not rows:
        return []
    lines = [
        "## Levels",
        "",
        "Capabilities, their services, and the aggregates: tables that are always written together.",
        "",
    ]
    for branch in rows:
        shown = code(branch.name) if branch.level != CAPABILITY else text(branch.name)
        told = f": {codes(branch.tables)}" if len(branch.tables) > 1 else ""
        lines.append(f"{'  ' * depth[branch.level]}- {shown}{told}")
    return lines


def front(analysis: Analysis) -> list[str]:
    """The alternatives as a table; empty without any."""
    rows = analysis.decomposition.alternatives
    if not rows:
        return []
    told = (
        "No other cut is at least as good as one of these in distributed writes, cohesion and balance and better in "
        "one of them. Cost is the objective's, the proposal being 1."
    )
    cells = [
        (
            str(row.services),
            percent(row.distributed_write_share, 1),
            percent(row.cohesion, 1),
            percent(row.balance, 1),
            percent(row.largest_share, 1),
            f"{row.cost:.2f}",
            ("**proposed**, dominated" if row.dominated else "**proposed**") if row.chosen else "",
        )
        for row in rows
    ]
    head = ("services", "distributed writes", "cohesion", "balance", "largest", "cost", "")
    return ["## Alternatives", "", told, "", *table(head, cells, numbers=(0, 1, 2, 3, 4, 5))]
