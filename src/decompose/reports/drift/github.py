"""GitHub Actions: workflow commands that annotate a run. The host shows ten errors and ten warnings per step."""

from __future__ import annotations

from decompose.assessment.drift.model import Drift, Result
from decompose.reports.drift.selection import shown
from decompose.reports.drift.text import Scene, evidence, headline, message, next_step, place, severity, title

PER_LEVEL = 10


def render_github(drift: Drift, scene: Scene) -> str:
    """The headline as plain text, then the commands, errors first; what is left out is counted in plain text."""
    results, _ = shown(drift, most=len(drift.results))
    lines = [f"decompose drift: {headline(drift)}"]
    for level in ("error", "warning"):
        found = [result for result in results if severity(result) == level]
        lines += [_command(level, result, drift, scene) for result in found[:PER_LEVEL]]
        if len(found) > PER_LEVEL:
            lines.append(f"+{len(found) - PER_LEVEL} more {level}s: see the step summary or the other reports")
    return "\n".join(lines) + "\n"


def _command(level: str, result: Result, drift: Drift, scene: Scene) -> str:
    at = place(result, scene)
    parts = [message(result, drift), evidence(result, scene), next_step(result, scene)]
    text = "\n".join(part for part in parts if part)
    place_ = f"file={_property(at.path)},line={at.line},title={_property('decompose: ' + title(result.identity.kind))}"
    return f"::{level} {place_}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
