"""`decompose drift check --format json`: `decompose/drift@1`, one object with stable keys and every result."""

from __future__ import annotations

import json
import re
from typing import Any

from decompose.assessment.drift.model import Drift, Identity, Result, Status
from decompose.reports.drift.text import Scene, evidence, headline, message, next_step, place, severity

FORMAT = "decompose/drift@1"
_DIGITS = 6
_SURROGATE = re.compile("[\ud800-\udfff]")


def render_drift_json(drift: Drift, scene: Scene) -> str:
    """The object's text; equal drifts give equal bytes."""
    coverage = drift.coverage
    found = {
        "format": FORMAT,
        "drift": drift.failed,
        "headline": headline(drift),
        "today": drift.today,
        "counts": {status.value: len(drift.of(status)) for status in Status},
        "accepted": drift.accepted,
        "oldest_days": drift.oldest_days,
        "coverage": {
            "statements": coverage.statements,
            "statements_understood": coverage.statements_understood,
            "transactions": coverage.transactions,
            "sessions": coverage.sessions,
            "tables": coverage.tables,
            "unread_ddl": drift.unread_ddl,
            "partial": drift.partial,
            "set_apart": [{"reason": reason, "count": count} for reason, count in drift.set_apart],
        },
        "analyzer": {"lock": drift.upgrade[0], "this": drift.upgrade[1]} if drift.upgrade else None,
        "figures": {
            "services": drift.metrics.services,
            "separate_services": drift.metrics.separate_services,
            "write_transactions": drift.metrics.write_transactions,
            "distributed_write_share": round(drift.metrics.distributed_write_share, _DIGITS),
            "couplings": drift.metrics.couplings,
            "pairs": [{"services": [a, b], "couplings": count} for a, b, count in drift.metrics.pairs],
        },
        "results": [_result(result, drift, scene) for result in drift.results],
    }
    text = json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def _result(result: Result, drift: Drift, scene: Scene) -> dict[str, Any]:
    at = place(result, scene)
    told: dict[str, Any] = {
        "id": result.identity.id,
        **_identity(result.identity),
        "status": result.status.value,
        "severity": severity(result),
        "fails": result.fails,
        "message": message(result, drift),
        "evidence": evidence(result, scene),
        "next": next_step(result, scene),
        "path": at.path,
        "line": at.line,
    }
    if result.sighting is not None:
        told["executions"] = result.sighting.executions
        told["labels"] = list(result.sighting.labels)
        told["found_in"] = list(result.sighting.evidence)
    if result.entry is not None:
        entry = result.entry
        told["accepted"] = {
            "reason": entry.reason,
            "owner": entry.owner,
            "since": entry.since,
            "until": entry.until or None,
        }
    if result.by is not None:
        told["by"] = {"id": result.by.id, **_identity(result.by)}
    return told


def _identity(identity: Identity) -> dict[str, Any]:
    return {
        "kind": identity.kind.value,
        "services": list(identity.services),
        "tables": list(identity.tables),
        "mode": identity.mode,
    }
