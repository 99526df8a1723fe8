"""Which renderer prints an answer: text for people, Markdown for documents, JSON for programs."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from decompose.cli.options import DEFAULT_FOLDER, Format
from decompose.cli.output import wants_colour, width

if TYPE_CHECKING:
    from decompose.assessment.breakage import Breakage
    from decompose.assessment.model import Analysis
    from decompose.reports.screen import Look


def look() -> Look:
    """How text may look on this stdout."""
    from decompose.reports.screen import Look

    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return Look(width=width(), colour=wants_colour(), unicode=encoding.startswith("utf"))


def addressed(folder: Path, services: Path | None = None) -> str:
    """The options that make a next command work on the same folder and decomposition; nothing for the defaults."""
    told = f" --in {shlex.quote(str(folder))}" if folder != DEFAULT_FOLDER else ""
    return f"{told} --services {shlex.quote(str(services))}" if services else told


def render_analysis(analysis: Analysis, format_: Format, where: str = "") -> str:
    """The answer of `analyze` and `propose`; `where` are the options of the next command, see `addressed`."""
    if format_ is Format.JSON:
        from decompose.store import analysis_json

        return analysis_json.dump(analysis)
    if format_ is Format.MARKDOWN:
        from decompose.reports.markdown import render_markdown

        return render_markdown(analysis)
    from decompose.reports import terminal

    return terminal.render_analysis(analysis, look(), where=where)


def render_alternatives(analysis: Analysis, format_: Format, where: str = "") -> str:
    """The Pareto front; as JSON it is a part of the whole answer. `where` as in `render_analysis`."""
    if format_ is Format.JSON:
        return render_analysis(analysis, format_)
    if format_ is Format.MARKDOWN:
        from decompose.reports.levels_markdown import front

        return "\n".join(front(analysis))
    from decompose.reports.levels_text import render_front

    return render_front(analysis, look(), where)


def render_assessment(
    analysis: Analysis, format_: Format, before: Analysis | None, change: str, broken: Breakage, where: str = ""
) -> str:
    """The answer of `assess`; `before` is the price without the changes that `change` names."""
    if format_ is Format.JSON:
        from decompose.store import assessment_json

        earlier = before.assessment if before else None
        return assessment_json.dump(analysis.assessment, analysis.evidence.coverage, broken, earlier, change)
    if format_ is Format.MARKDOWN:
        from decompose.reports.breakage_markdown import render_breakage
        from decompose.reports.markdown import render_markdown

        return f"{render_markdown(analysis, before.assessment if before else None, change)}\n{render_breakage(broken)}"
    from decompose.reports import assessment_screen

    return assessment_screen.render_assessment(analysis, look(), before=before, change=change, where=where)
