"""Pure renderers for people: each takes an analysis and returns text; opening files is the command line's job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from decompose.assessment.model import Analysis
from decompose.reports.markdown import render_markdown
from decompose.reports.terminal import render_analysis


@dataclass(frozen=True, slots=True)
class Report:
    """A way to tell an analysis; `render` gives text that ends in a newline."""

    name: str
    title: str
    render: Callable[[Analysis], str]


REPORTS: tuple[Report, ...] = (
    Report("terminal", "one screen of plain text", render_analysis),
    Report("markdown", "the complete report, readable in any repository browser", render_markdown),
)
