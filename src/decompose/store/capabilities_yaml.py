"""`capabilities.yml`: what the business does, in its own words; names may be edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decompose.boundaries.model import AGGREGATE, CAPABILITY, SERVICE, Capability, Decomposition, SubCapability
from decompose.store.yaml_text import comment, flow_list, scalar

if TYPE_CHECKING:
    from decompose.store.yaml_nodes import Place

_KEYS = ("capabilities",)
_PART_KEYS = ("tables", "transactions", "derived_from", "proposed")
_LISTS = ("tables", "transactions", "proposed")
_HEAD = (
    "The capability map: capabilities, their parts, and the tables and transactions (profile ids) that carry them.",
    "Rename a capability or a part, or move a part below another capability: the next run into this folder keeps that.",
    "Each part is known again by its tables, and by `proposed`, the place that decompose had given it.",
)


def dump(decomposition: Decomposition) -> str:
    """The capability map as YAML: capability, its parts, the tables and transaction profiles of each."""
    lines = [f"# {line}" for line in _HEAD]
    lines.append("capabilities:" if decomposition.capabilities else "capabilities: {}")
    for capability in decomposition.capabilities:
        lines.append(f"  {scalar(capability.name)}:" + ("" if capability.children else " {}"))
        if capability.derived_from:
            lines += comment(f"derived from {capability.derived_from}", 4)
        for part in capability.children:
            lines += _part_lines(capability.name, part)
    return "\n".join(lines) + "\n"


def dump_levels(decomposition: Decomposition) -> str:
    """Capabilities, their services and the aggregates of each as nested YAML; for readers, nothing reads it back."""
    branches = decomposition.hierarchy.branches
    margin = {CAPABILITY: "  ", SERVICE: "    ", AGGREGATE: "      "}
    lines = ["# Capabilities, their services, and the aggregates: tables that are always written together."]
    lines.append("capabilities:" if branches else "capabilities: {}")
    for branch in branches:
        if branch.level == AGGREGATE:
            lines.append(f"{margin[AGGREGATE]}{scalar(branch.name)}: {flow_list(branch.tables, 8)}")
        elif branch.level in margin:
            lines.append(f"{margin[branch.level]}{scalar(branch.name)}:")
    return "\n".join(lines) + "\n"


def _part_lines(capability: str, part: SubCapability) -> list[str]:
    proposed = part.proposed or (capability, part.name)
    lines = [f"    {scalar(part.name)}:"]
    if part.derived_from:
        lines.append(f"      derived_from: {scalar(part.derived_from)}")
    lines.append(f"      proposed: {flow_list(proposed, 8)}")
    lines.append(f"      tables: {flow_list(part.tables, 8)}")
    lines.append(f"      transactions: {flow_list(part.transactions, 8)}")
    return lines


def load(text: str, source_name: str) -> tuple[Capability, ...]:
    """Reads what `dump` writes, in the order of the document; UsageError with `file:line:column` for a fault.

    A part's `proposed` is empty where it is in the place it was proposed for. What a capability's name was derived from
    stands in comments, and so is not read.
    """
    from decompose.store.yaml_nodes import parse, unknown_key

    root = parse(text, source_name)
    found: list[Capability] = []
    for name, key, value in root.members() if root is not None else ():
        if name not in _KEYS:
            unknown_key(key, name, _KEYS)
        found = [_capability(*member) for member in value.members()]
    return tuple(found)


def _capability(_: str, key: Place, value: Place) -> Capability:
    name = key.label()
    return Capability(name, tuple(_part(name, *member) for member in value.members()))


def _part(capability: str, _: str, key: Place, value: Place) -> SubCapability:
    from decompose.store.yaml_nodes import unknown_key

    lists: dict[str, tuple[str, ...]] = dict.fromkeys(_LISTS, ())
    told = ""
    for name, place, entry in value.members():
        if name not in _PART_KEYS:
            unknown_key(place, name, _PART_KEYS)
        if name in _LISTS:
            lists[name] = tuple(item.text() for item in entry.items())
        else:
            told = entry.text()
        if name == "proposed" and len(lists[name]) != 2:
            entry.fail("`proposed` takes two names, [capability, part]", "remove the line if you don't know them")
    proposed = lists["proposed"]
    moved = proposed if proposed != (capability, key.text()) else ()
    return SubCapability(key.label(), lists["transactions"], lists["tables"], told, moved)
