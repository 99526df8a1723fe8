"""Context Mapper CML (contextmapper.org/docs/language-reference): services as bounded contexts, aggregates inside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from decompose.assessment.model import Analysis
from decompose.boundaries.model import Service
from decompose.exports.aggregates import aggregates_of
from decompose.exports.cml_keywords import KEYWORDS
from decompose.exports.model import DEFAULTS, ExportOptions
from decompose.exports.names import identifiers, one_line
from decompose.exports.placement import homes
from decompose.exports.service_relations import ServiceRelation, service_relations


def render_cml(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """A context map and its contexts; every root of an aggregate is an entity, as are the tables that follow it.

    What two services write in one transaction makes them partners; a reference makes the referred-to service the
    upstream; joins alone are a shared kernel.
    """
    services = analysis.decomposition.services
    ids = _names(service.name for service in services)
    names = _names(homes(analysis.evidence, analysis.decomposition))
    relations = list(service_relations(analysis, options))
    asked = {*options.services, *(name for relation in relations for name in (relation.left, relation.right))}
    chosen = [service for service in services if not options.services or service.name in asked]
    contexts = [_context(service, ids, names, entities) for service, entities in _entities(analysis, chosen)]
    return "\n\n".join(["\n".join(_map([ids[s.name] for s in chosen], relations, ids)), *contexts]) + "\n"


def quoted(text: str) -> str:
    """A string; the language's own escapes are those of Java."""
    return '"' + one_line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _names(names: Iterable[str]) -> dict[str, str]:
    return {name: f"^{word}" if word in KEYWORDS else word for name, word in identifiers(names).items()}


def _map(names: list[str], relations: list[ServiceRelation], ids: Mapping[str, str]) -> Iterator[str]:
    yield "ContextMap Boundaries {"
    yield from (f"  contains {name}" for name in names)
    yield from (f"  {_relation(relation, ids)}" for relation in relations)
    yield "}"


def _relation(relation: ServiceRelation, ids: Mapping[str, str]) -> str:
    left, right = ids[relation.left], ids[relation.right]
    if relation.transactions or (relation.references and relation.referenced):
        return f"{left} [P]<->[P] {right}"
    if relation.references:
        return f"{right} [U]->[D] {left}"
    return f"{left} [U]->[D] {right}" if relation.referenced else f"{left} [SK]<->[SK] {right}"


def _entities(analysis: Analysis, services: list[Service]) -> Iterator[tuple[Service, dict[str, tuple[str, ...]]]]:
    home_of = {table: home.id for table, home in homes(analysis.evidence, analysis.decomposition).items()}
    roots = aggregates_of(analysis, home_of)
    for service in services:
        yield service, {root: tables for root, tables in roots.items() if root in service.tables}


def _context(
    service: Service, ids: Mapping[str, str], names: Mapping[str, str], entities: Mapping[str, tuple[str, ...]]
) -> str:
    lines = [f"BoundedContext {ids[service.name]} {{"]
    if service.capability:
        lines.append(f"  domainVisionStatement = {quoted(service.capability)}")
    for root, tables in entities.items():
        lines.append(f"  Aggregate {names[root].lstrip('^')}_aggregate {{")
        lines += [f"    Entity {names[t]}" + (" { aggregateRoot }" if t == root else "") for t in tables]
        lines.append("  }")
    return "\n".join([*lines, "}"])
