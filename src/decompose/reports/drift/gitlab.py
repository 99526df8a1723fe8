"""GitLab's code quality report: a JSON array in Code Climate's form, shown in merge requests."""

from __future__ import annotations

import json

from decompose.assessment.drift.model import Drift, Result
from decompose.reports.drift.selection import shown
from decompose.reports.drift.text import Scene, message, next_step, place, severity

_SEVERITIES = {"error": "major", "warning": "minor"}


def render_gitlab(drift: Drift, scene: Scene) -> str:
    """The report's text; paths are relative to the repository and have no `./`."""
    results, left = shown(drift)
    items = [_item(result, drift, scene) for result in results]
    if left:
        items.append(
            {
                "type": "issue",
                "description": f"{left} more results are left out; `decompose drift check` prints them",
                "check_name": "decompose-drift",
                "fingerprint": "decompose-drift-left-out",
                "severity": "info",
                "categories": ["Complexity"],
                "location": {"path": scene.lock, "lines": {"begin": 1}},
            }
        )
    return json.dumps(items, indent=1, allow_nan=False) + "\n"


def _item(result: Result, drift: Drift, scene: Scene) -> dict[str, object]:
    at = place(result, scene)
    step = next_step(result, scene)
    return {
        "type": "issue",
        "description": message(result, drift) + (f". {step}" if step else ""),
        "check_name": result.identity.kind.value,
        "fingerprint": result.identity.id,
        "severity": _SEVERITIES[severity(result)],
        "categories": ["Complexity"],
        "location": {"path": at.path.removeprefix("./"), "lines": {"begin": at.line}},
    }
