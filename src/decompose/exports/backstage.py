"""Backstage catalogue (backstage.io/docs/features/software-catalog/descriptor-format): services as components."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from decompose.assessment.model import Analysis
from decompose.boundaries.model import Service
from decompose.exports.model import DEFAULTS, ExportOptions
from decompose.exports.names import identifiers, one_line
from decompose.exports.service_relations import service_relations

_LONGEST = 63
"""What Backstage allows for a name."""


def render_backstage(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """One YAML document per capability (a system) and per service (a component that depends on others)."""
    services = analysis.decomposition.services
    names = identifiers((service.name for service in services), extra="-", longest=_LONGEST)
    systems = identifiers((s.capability for s in services if s.capability), extra="-", longest=_LONGEST)
    needs: dict[str, set[str]] = {service.name: set() for service in services}
    for relation in service_relations(analysis, options):
        if relation.references or relation.transactions:
            needs[relation.left].add(names[relation.right])
        if relation.referenced or relation.transactions:
            needs[relation.right].add(names[relation.left])
    chosen = [service for service in services if not options.services or service.name in options.services]
    told = {service.capability for service in chosen}
    documents = [_system(name, capability) for capability, name in systems.items() if capability in told]
    documents += [_component(service, names, systems, sorted(needs[service.name])) for service in chosen]
    text: str = yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True, width=10_000, explicit_start=True)
    return "# Backstage entities\n" + text


def _system(name: str, capability: str) -> dict[str, object]:
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "System",
        "metadata": {"name": name, "title": one_line(capability)},
        "spec": {"owner": "unknown"},
    }


def _component(
    service: Service, names: Mapping[str, str], systems: Mapping[str, str], depends: list[str]
) -> dict[str, object]:
    spec: dict[str, object] = {"type": "service", "lifecycle": "proposed", "owner": _owner(service)}
    if service.capability:
        spec["system"] = systems[service.capability]
    if depends:
        spec["dependsOn"] = [f"component:{name}" for name in depends]
    told = ", ".join(_lines(service.tables))
    metadata = {"name": names[service.name], "title": one_line(service.name), "description": f"Tables: {told}"}
    return {"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": metadata, "spec": spec}


def _owner(service: Service) -> str:
    if not service.owner:
        return "unknown"
    return identifiers([service.owner], extra="-", longest=_LONGEST)[service.owner]


def _lines(tables: tuple[str, ...]) -> Iterator[str]:
    return (one_line(table) for table in tables)
