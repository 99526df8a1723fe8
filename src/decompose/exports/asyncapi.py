"""The domain events of a split as an AsyncAPI 3.0 document: one channel per event, who sends, who receives.

Format: AsyncAPI Specification 3.0.0; payloads are JSON Schema draft 7, which is its default schema format.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from decompose.assessment.events import Consumer, DomainEvent, Field, domain_events
from decompose.assessment.model import Analysis
from decompose.exports.model import DEFAULTS, ExportOptions
from decompose.exports.names import identifiers, one_line

_TYPES: tuple[tuple[str, dict[str, str]], ...] = (
    (r"bool", {"type": "boolean"}),
    (r"(tiny|small|medium|big)?(int|serial)|integer", {"type": "integer"}),
    (r"numeric|decimal|number|float|double|real|money", {"type": "number"}),
    (r"timestamp|datetime", {"type": "string", "format": "date-time"}),
    (r"date$", {"type": "string", "format": "date"}),
    (r"uuid", {"type": "string", "format": "uuid"}),
)


def render_asyncapi(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """YAML; with `options.services`, only the events that one of them publishes or consumes."""
    events = [event for event in domain_events(analysis.evidence, analysis.decomposition) if _wanted(event, options)]
    ids = identifiers((event.name for event in events), extra=".-", longest=120)
    document: dict[str, Any] = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Domain events of the split",
            "version": "1.0.0",
            "description": "Written by the publisher's outbox in the same commit as the data. "
            "A consumer keeps the ids it has seen: every event may come twice.",
        },
        "defaultContentType": "application/json",
        "channels": {ids[event.name]: _channel(event, ids[event.name]) for event in events},
        "operations": {name: operation for event in events for name, operation in _operations(event, ids[event.name])},
        "components": {"messages": {ids[event.name]: _message(event) for event in events}},
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=10_000)


def _wanted(event: DomainEvent, options: ExportOptions) -> bool:
    named = {event.publisher, *(consumer.service for consumer in event.consumers)}
    return not options.services or not named.isdisjoint(options.services)


def _channel(event: DomainEvent, key: str) -> dict[str, Any]:
    return {
        "address": one_line(event.name),
        "title": one_line(f"{event.subject} {event.kind}"),
        "messages": {key: {"$ref": f"#/components/messages/{key}"}},
    }


def _operations(event: DomainEvent, key: str) -> list[tuple[str, dict[str, Any]]]:
    told = ", ".join(f"{label} ({count:,}×)" for label, count in event.after[:5]) or "no transaction of the capture"
    found = [(f"{key}.send", _operation("send", event.publisher, f"Outbox row in the commit of: {told}.", key))]
    services: dict[str, list[Consumer]] = {}
    for consumer in event.consumers:
        services.setdefault(consumer.service, []).append(consumer)
    names = identifiers(services, extra="-", longest=80)
    for service, consumers in services.items():
        kept = "; ".join(f"{consumer.projection}: {consumer.reason}" for consumer in consumers)
        found.append((f"{key}.receive.{names[service]}", _operation("receive", service, kept, key)))
    return found


def _operation(action: str, service: str, description: str, key: str) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{key}"},
        "title": one_line(f"{service} {action}s"),
        "description": one_line(description),
        "messages": [{"$ref": f"#/channels/{key}/messages/{key}"}],
        "tags": [{"name": one_line(service)}],
    }


def _message(event: DomainEvent) -> dict[str, Any]:
    data: dict[str, Any] = {
        "type": "object",
        "properties": {one_line(field.name): _schema(field) for field in event.payload},
    }
    keys = [one_line(field.name) for field in event.payload if field.key]
    if keys:
        data["required"] = keys
    return {
        "name": one_line(event.name),
        "title": one_line(f"{event.subject} {event.kind}"),
        "contentType": "application/json",
        "payload": {
            "type": "object",
            "required": ["event_id", "occurred_at", "data"],
            "properties": {
                "event_id": {"type": "string", "description": "Idempotency key; the same when sent again."},
                "occurred_at": {"type": "string", "format": "date-time"},
                "data": data,
            },
        },
    }


def _schema(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "string"}
    for pattern, schema in _TYPES:
        if re.match(pattern, field.type.lower()):
            found = dict(schema)
            break
    if field.nullable and not field.key:
        found["type"] = [found["type"], "null"]
    return found
