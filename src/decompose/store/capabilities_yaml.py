"""`capabilities.yml`: what the business does, in its own words; names may be edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from decompose.boundaries.model import Capability, Decomposition, SubCapability
from decompose.store.yaml_text import flow_list, scalar

if TYPE_CHECKING:
    from decompose.store.yaml_nodes import Place

_KEYS = ("capabilities",)
_PART_KEYS = ("tables", "transactions")


def dump(decomposition: Decomposition) -> str:
    """The capability map as YAML: capability, its parts, the tables and transaction profiles of each."""
    lines = ["# Capabilities, their parts, and the transactions (profile ids) and tables that carry them."]
    lines.append("capabilities:" if decomposition.capabilities else "capabilities: {}")
    for capability in decomposition.capabilities:
        lines.append(f"  {scalar(capability.name)}:" + ("" if capability.children else " {}"))
        for part in capability.children:
            lines.append(f"    {scalar(part.name)}:")
            lines.append(f"      tables: {flow_list(part.tables, 8)}")
            lines.append(f"      transactions: {flow_list(part.transactions, 8)}")
    return "\n".join(lines) + "\n"


def load(text: str, source_name: str) -> tuple[Capability, ...]:
    """Reads what `dump` writes, in the order of the document; UsageError with `file:line:column` for a fault."""
    from decompose.store.yaml_nodes import parse, unknown_key

    root = parse(text, source_name)
    found: list[Capability] = []
    for name, key, value in root.members() if root is not None else ():
        if name not in _KEYS:
            unknown_key(key, name, _KEYS)
        found = [_capability(*member) for member in value.members()]
    return tuple(found)


def _capability(_: str, key: Place, value: Place) -> Capability:
    return Capability(key.label(), tuple(_part(*member) for member in value.members()))


def _part(_: str, key: Place, value: Place) -> SubCapability:
    from decompose.store.yaml_nodes import unknown_key

    lists: dict[str, tuple[str, ...]] = dict.fromkeys(_PART_KEYS, ())
    for name, place, entry in value.members():
        if name not in _PART_KEYS:
            unknown_key(place, name, _PART_KEYS)
        lists[name] = tuple(item.text() for item in entry.items())
    return SubCapability(key.label(), lists["transactions"], lists["tables"])
