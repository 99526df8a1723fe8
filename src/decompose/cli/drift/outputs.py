"""Which renderer prints a check, and where to: stdout, a file, or what a CI host reads."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from decompose.errors import UsageError

if TYPE_CHECKING:
    from decompose.assessment.drift.model import Drift
    from decompose.cli.output import Notes
    from decompose.reports.drift.text import Scene


class DriftFormat(StrEnum):
    """The outputs of a check."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITLAB = "gitlab"
    GITHUB = "github"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Output:
    """One output; without a target it goes to stdout."""

    format: DriftFormat
    target: Path | None = None


def outputs(asked: list[str]) -> tuple[Output, ...]:
    """What `--format` asked for, text on stdout if nothing goes there; UsageError for an unknown or doubled one."""
    found = []
    for text in asked:
        name, equals, target = text.partition("=")
        if name not in tuple(DriftFormat):
            raise UsageError(f"--format does not know {name!r}", f"known: {', '.join(DriftFormat)}, each with =FILE")
        if equals and not target:
            raise UsageError(f"--format {text} names no file", f"write it as {name}=FILE")
        found.append(Output(DriftFormat(name), Path(target) if target else None))
    printed = [output for output in found if output.target is None and output.format is not DriftFormat.GITHUB]
    if len(printed) > 1:
        raise UsageError("only one format can go to stdout", f"give the others a file: {printed[1].format}=FILE")
    if not printed and not any(output.target is None for output in found):
        found.insert(0, Output(DriftFormat.TEXT))
    return tuple(found)


def publish(wanted: tuple[Output, ...], drift: Drift, scene: Scene, notes: Notes) -> None:
    """Renders every output; files are written before stdout is."""
    from decompose.cli.output import print_result, write

    printed = []
    for output in wanted:
        text = render(output.format, drift, scene)
        if output.target is not None:
            write(output.target, text)
            notes.detail(f"written: {output.target}")
        else:
            printed.append(text)
        if output.format is DriftFormat.GITHUB:
            _step_summary(drift, scene)
    for text in printed:
        if text.strip():
            print_result(text)


def render(format_: DriftFormat, drift: Drift, scene: Scene) -> str:
    """The text of one output."""
    from decompose import __version__
    from decompose.cli.rendering import look
    from decompose.reports.drift.document import render_drift_json
    from decompose.reports.drift.github import render_github
    from decompose.reports.drift.gitlab import render_gitlab
    from decompose.reports.drift.junit import render_junit
    from decompose.reports.drift.markdown import render_drift_markdown
    from decompose.reports.drift.sarif import render_sarif
    from decompose.reports.drift.screen import render_drift_screen

    if format_ is DriftFormat.TEXT:
        return render_drift_screen(drift, scene, look())
    if format_ is DriftFormat.SARIF:
        return render_sarif(drift, scene, __version__)
    plain = {
        DriftFormat.JSON: render_drift_json,
        DriftFormat.JUNIT: render_junit,
        DriftFormat.GITLAB: render_gitlab,
        DriftFormat.GITHUB: render_github,
        DriftFormat.MARKDOWN: render_drift_markdown,
    }
    return plain[format_](drift, scene)


def _step_summary(drift: Drift, scene: Scene) -> None:
    """Appends to the file that GitHub Actions shows beside the job, where there is one."""
    from decompose.reports.drift.markdown import render_drift_markdown

    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    try:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(render_drift_markdown(drift, scene))
    except OSError as error:
        raise UsageError(
            f"the step summary {name} cannot be written: {error.strerror}", "unset GITHUB_STEP_SUMMARY"
        ) from error
