"""`services.yml`: which service owns which table; written to be edited, read strictly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from decompose.assessment.ownership import INFRASTRUCTURE, SHARED, UNASSIGNED
from decompose.assessment.phrases import added_cost
from decompose.boundaries.model import Decomposition, Role, Service
from decompose.errors import UsageError
from decompose.store.yaml_text import comment, flow_list, scalar

if TYPE_CHECKING:
    from decompose.store.table_claims import TableClaims
    from decompose.store.yaml_nodes import Place

_KEYS = ("services", SHARED, INFRASTRUCTURE)
_RESERVED = frozenset({SHARED, INFRASTRUCTURE, UNASSIGNED})
_SERVICE_KEYS = ("capability", "tables", "owner")
_HEAD = (
    "Which service owns which table. Edit freely; `decompose assess` prices the result.",
    "services: a table belongs to exactly one; patterns such as order_* take what no other entry names.",
    "shared: reference data, replicated to whoever reads it. infrastructure: noise, left out of coupling.",
)


def dump(decomposition: Decomposition) -> str:
    """The decomposition as commented YAML; what the document cannot hold (stability, reasons) stands in comments."""
    lines = [f"# {line}" for line in _HEAD]
    if decomposition.note:
        lines += comment(f"No verdict: {decomposition.note}")
    lines.append("services:" if decomposition.services else "services: {}")
    for service in decomposition.services:
        lines += _service_lines(service, decomposition)
    lines += _apart_lines(SHARED, decomposition.shared, decomposition.roles)
    lines += _apart_lines(INFRASTRUCTURE, decomposition.infrastructure, decomposition.roles)
    if decomposition.unassigned:
        lines += comment("In no service yet: " + ", ".join(map(scalar, decomposition.unassigned)))
    return "\n".join(lines) + "\n"


def _service_lines(service: Service, decomposition: Decomposition) -> list[str]:
    lines = [f"  {scalar(service.name)}:"]
    if service.stability is not None:
        lines[0] += f"  # stability {round(service.stability * 100)} %"
    if service.capability:
        lines.append(f"    capability: {scalar(service.capability)}")
    lines.append(f"    tables: {flow_list(service.tables, 6)}")
    if service.owner:
        lines.append(f"    owner: {scalar(service.owner)}")
    for table, second, added in decomposition.unsure:
        if table in service.tables:
            price = f"which adds {added_cost(added)} to the cost"
            lines += comment(f"on the fence: {scalar(table)} (next best: {scalar(second)}, {price})", 4)
    return lines


def _apart_lines(kind: str, tables: Sequence[str], roles: Iterable[Role]) -> list[str]:
    if not tables:
        return [f"{kind}: []"]
    reasons = {role.table: role.reason for role in roles if role.kind == kind}
    lines = [f"{kind}:"]
    for table in tables:
        reason = reasons.get(table, "")
        told = "  # " + (reason if reason.isprintable() else scalar(reason)) if reason else ""
        lines.append(f"  - {scalar(table)}{told}")
    return lines


def load(
    text: str, tables: Iterable[str], source_name: str, spellings: Mapping[str, Iterable[str]] | None = None
) -> Decomposition:
    """Reads a services.yml against the tables of the evidence; `spellings` are their other, qualified names.

    Table names match whatever their case; explicit names win over patterns. Names that match no table are kept as they
    are (the assessment reports them); tables that nothing names end in `unassigned`. Raises UsageError with
    `file:line:column` for anything the document may not hold and for a table that two entries claim.
    """
    from decompose.store.table_claims import TableClaims
    from decompose.store.yaml_nodes import parse, unknown_key

    root = parse(text, source_name)
    claims = TableClaims(tables, spellings)
    services: list[Service] | None = None
    for name, key, value in root.members() if root is not None else ():
        if name not in _KEYS:
            unknown_key(key, name, _KEYS)
        if name == "services":
            services = [_read_service(*member, claims) for member in value.members()]
        else:
            claims.claim(name, value)
    if services is None:
        raise UsageError(f"{source_name}: there is no `services:`", "the shortest one is `services: {}`")
    owned = claims.resolve()
    return Decomposition(
        services=tuple(replace(service, tables=owned.get(service.name, ())) for service in services),
        shared=owned.get(SHARED, ()),
        infrastructure=owned.get(INFRASTRUCTURE, ()),
        unassigned=claims.unclaimed(),
    )


def _read_service(name: str, key: Place, value: Place, claims: TableClaims) -> Service:
    from decompose.store.yaml_nodes import unknown_key

    if key.label() in _RESERVED:
        key.fail(f"a service cannot be called {name!r}", "that name stands for tables outside the services")
    told = {"capability": "", "owner": ""}
    for member, place, entry in value.members():
        if member == "tables":
            claims.claim(name, entry)
        elif member in told:
            told[member] = entry.label()
        else:
            unknown_key(place, member, _SERVICE_KEYS)
    return Service(name, (), told["capability"], told["owner"])
