"""SARIF 2.1.0 (OASIS), as GitHub code scanning and other hosts read it.

One run, one rule per kind, one result per coupling that fails or deserves a look. Fingerprints are the couplings' ids,
so that moved lines and other counts do not open an alert again.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from decompose.assessment.drift.model import Drift, Kind, Result, Status
from decompose.reports.drift.selection import shown
from decompose.reports.drift.text import Scene, evidence, headline, message, next_step, place, severity, title

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASELINE = {
    Status.RESOLVED: "absent",
    Status.STALE: "absent",
    Status.CARRIED: "unchanged",
    Status.EXPIRED: "unchanged",
}


def render_sarif(drift: Drift, scene: Scene, version: str) -> str:
    """The log file's text; `version` is the tool's."""
    results, left = shown(drift)
    kinds = tuple(Kind)
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "decompose",
                "version": version,
                "semanticVersion": version,
                "rules": [_rule(kind) for kind in kinds],
            }
        },
        "automationDetails": {"id": "decompose/drift/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notes(drift, left)}],
        "results": [_result(result, drift, scene, kinds.index(result.identity.kind)) for result in results],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, allow_nan=False) + "\n"


def _notes(drift: Drift, left: int) -> list[dict[str, Any]]:
    told = [headline(drift)]
    if left:
        told.append(f"{left} more results are left out to stay within the limits of code hosts")
    return [{"level": "note", "message": {"text": text}} for text in told]


def _rule(kind: Kind) -> dict[str, Any]:
    text = title(kind)
    return {
        "id": kind.value,
        "name": "".join(word.capitalize() for word in kind.value.split("-")),
        "shortDescription": {"text": f"{text[0].upper()}{text[1:]}"},
        "fullDescription": {"text": f"{text[0].upper()}{text[1:]} that the team has not accepted in its lock."},
        "help": {"text": "Undo the coupling, or accept it in review with `decompose drift accept`."},
        "defaultConfiguration": {"level": "error"},
    }


def _result(result: Result, drift: Drift, scene: Scene, rule: int) -> dict[str, Any]:
    at = place(result, scene)
    parts = [message(result, drift), evidence(result, scene), next_step(result, scene)]
    return {
        "ruleId": result.identity.kind.value,
        "ruleIndex": rule,
        "level": severity(result),
        "message": {"text": ". ".join(part for part in parts if part)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(at.path.lstrip("/"), safe="/")},
                    "region": {"startLine": at.line},
                }
            }
        ],
        "partialFingerprints": {"decomposeCoupling/v1": result.identity.id},
        "baselineState": _BASELINE.get(result.status, "new"),
    }
