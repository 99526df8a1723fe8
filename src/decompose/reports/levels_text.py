"""The capability map, the levels and the Pareto front as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from decompose.assessment.model import Analysis
from decompose.boundaries.model import AGGREGATE, UNION, Alternative, Capability, Decomposition, Hierarchy
from decompose.reports.screen import PLAIN, Look, Style, cells, cut, name_list, packed, page, wrapped
from decompose.reports.wording import percent, plural

_LEGEND = (
    "distributed writes: of all transactions that write, those that write in several services",
    "cohesion: the share of all coupling that stays inside services",
    "balance: the chance that two tables drawn at random lie in two services",
    "largest: its share of the tables; cost: what the proposal minimises, the proposal being 1",
)


_LEAST_TOLD = 8


@dataclass(frozen=True, slots=True)
class _Node:
    """A line of a tree, told in full: what comes first, what is dimmed behind it, and what is below."""

    text: str
    told: str = ""
    children: tuple[_Node, ...] = ()


def capability_tree(decomposition: Decomposition, look: Look = PLAIN) -> str:
    """Capabilities, their parts with what their names were derived from, and the tables of each."""
    if not decomposition.capabilities:
        return "No capabilities.\n"
    return page(_tree(_capability(capability), look) for capability in decomposition.capabilities)


def _capability(capability: Capability) -> _Node:
    parts = []
    for part in capability.children:
        counts = f"{plural(len(part.transactions), 'transaction')}, {plural(len(part.tables), 'table')}"
        names = (_Node(", ".join(part.tables)),) if part.tables else ()
        parts.append(_Node(f"{part.name}: {counts}", part.derived_from, names))
    return _Node(capability.name, capability.derived_from, tuple(parts))


def level_tree(decomposition: Decomposition, look: Look = PLAIN) -> str:
    """Capabilities, the services in them and the aggregates in those, each with its tables."""
    roots = _levels(decomposition.hierarchy)
    if not roots:
        return "No services.\n"
    return page(_tree(root, look) for root in roots)


def _levels(hierarchy: Hierarchy) -> list[_Node]:
    """The branches of the named levels as a forest, by name; unions are passed over."""
    below: list[list[int]] = [[] for _ in hierarchy.branches]
    roots: list[int] = []
    above: list[int] = []
    for position, branch in enumerate(hierarchy.branches):
        parent = branch.parent
        if parent >= 0 and hierarchy.branches[parent].level == UNION:
            parent = above[parent]
        above.append(parent)
        if branch.level != UNION:
            (roots if parent < 0 else below[parent]).append(position)
    return [_level(hierarchy, below, root) for root in sorted(roots, key=lambda each: hierarchy.branches[each].name)]


def _level(hierarchy: Hierarchy, below: Sequence[Sequence[int]], position: int) -> _Node:
    branch = hierarchy.branches[position]
    if branch.level == AGGREGATE:
        others = [table for table in branch.tables if table != branch.name]
        return _Node(f"{branch.name} with {', '.join(others)}" if others else branch.name)
    ordered = sorted(below[position], key=lambda each: hierarchy.branches[each].name)
    return _Node(branch.name, branch.derived_from, tuple(_level(hierarchy, below, child) for child in ordered))


def _tree(root: _Node, look: Look) -> list[str]:
    return [_line(root, "", look, Style.HEADING), *_branches(root.children, "", look)]


def _line(node: _Node, before: str, look: Look, style: Style = Style.PLAIN) -> str:
    """One line of the tree: the text, and what it was derived from where there is room for more than a few letters."""
    text = cut(node.text, look.width - cells(before), look)
    room = look.width - cells(before) - cells(text)
    told = cut(f"  ({node.told})", room, look) if node.told and room > _LEAST_TOLD else ""
    return before + look.paint(text, style) + look.paint(told, Style.DIM)


def _branches(nodes: Sequence[_Node], margin: str, look: Look) -> Iterator[str]:
    for number, node in enumerate(nodes):
        last = number == len(nodes) - 1
        fork = ("└─ " if last else "├─ ") if look.unicode else ("`- " if last else "|- ")
        deeper = margin + ("   " if last else "│  " if look.unicode else "|  ")
        if node.told or node.children:
            yield _line(node, margin + fork, look)
            yield from _branches(node.children, deeper, look)
        else:
            yield from _leaf(node.text, margin + fork, deeper, look)


def _leaf(text: str, first: str, later: str, look: Look) -> Iterator[str]:
    inner = Look(look.width - len(first), look.colour, look.unicode)
    for number, line in enumerate(wrapped(text, inner, indent="", hang="", lines=max(len(text), 1))):
        yield (first if number == 0 else later) + line


def render_front(analysis: Analysis, look: Look = PLAIN, where: str = "") -> str:
    """The alternatives as a table, what its columns mean, and how to take one; `where` are options of that command."""
    rows = analysis.decomposition.alternatives
    if not rows:
        return "No alternatives: there is no service.\n"
    head = (
        f"  {'SERVICES':>8}  {'DISTRIBUTED WRITES':>18}  {'COHESION':>8}  {'BALANCE':>8}  {'LARGEST':>8}  {'COST':>6}"
    )
    lines = [look.paint("Alternatives", Style.HEADING), look.paint(cut(head, look.width, look), Style.DIM)]
    lines += [_row(row, look) for row in rows]
    if any(row.dominated for row in rows):
        lines += wrapped("Another cut is as good as the proposal in all but its cost, and better in one.", look)
    legend = [line for text in _LEGEND for line in wrapped(text, look)]
    names = [_services(row, look) for row in rows if row.cut and not row.chosen]
    # Whole, for it is to be copied.
    how = [f"Next: decompose propose --into N{look.clean(where)}", "  (may find a cheaper cut of N services)"]
    return page([lines, legend, *([["Their services", *names]] if names else []), how])


def _row(row: Alternative, look: Look) -> str:
    mark = "proposed" if row.chosen else ""
    line = (
        f"  {row.services:>8}  {percent(row.distributed_write_share, 1):>18}  {percent(row.cohesion, 1):>8}"
        f"  {percent(row.balance, 1):>8}  {percent(row.largest_share, 1):>8}  {row.cost:>6.2f}"
    )
    return look.paint(cut(f"{line}  {mark}".rstrip(), look.width, look), Style.GOOD if row.chosen else Style.PLAIN)


def _services(row: Alternative, look: Look) -> str:
    head = f"  {row.services:>3}: "
    return head + name_list([service.name for service in row.cut], look.width - len(head), look)


def other_cuts(decomposition: Decomposition, look: Look, where: str = "") -> list[str]:
    """The other numbers of services worth a look, on one line or two; none where there are none."""
    own = {row.services for row in decomposition.alternatives if row.chosen}
    counts = sorted({row.services for row in decomposition.alternatives} - own)
    if not counts:
        return []
    told = f"Other cuts: {', '.join(map(str, counts))} services"
    command = f"(decompose propose --front{look.clean(where)})"
    if cells(told) + 1 + cells(command) <= look.width:
        return [f"{told} {command}"]
    return [*packed([told], look, ""), f"  {command}"]
