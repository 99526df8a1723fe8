"""Write the explorer: one self-contained HTML file that opens offline, in any browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from decompose.cli.options import DEFAULT_FOLDER, InputFolder, Quiet, ServicesFile

NAME = "report"

CompareFile = Annotated[
    Path | None, typer.Option("--compare", metavar="FILE", help="A second decomposition to show on the same map.")
]
Target = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Where to write it; DIR/report.html if not given."),
]


def run(
    folder: InputFolder = DEFAULT_FOLDER,
    services: ServicesFile = None,
    compare: CompareFile = None,
    output: Target = None,
    quiet: Quiet = False,
) -> None:
    """Render the report of a decomposition, the folder's own by default, and say where it is."""
    from decompose import pipeline
    from decompose.cli.documents import load_decomposition, load_evidence, load_proposal, planned
    from decompose.cli.output import Notes, print_result, write
    from decompose.reports.html import Comparison, render_html

    evidence = load_evidence(folder)
    decomposition = load_decomposition(folder, services, evidence) if services else load_proposal(folder, evidence)
    other = Comparison(compare.name, load_decomposition(folder, compare, evidence)) if compare else None
    path = output or (folder if folder.is_dir() else folder.parent) / "report.html"
    analysis = pipeline.judge(evidence, pipeline.find_levels(evidence, decomposition))
    page = render_html(analysis, other, planned(analysis))
    if path == Path("-"):
        print_result(page)
        return
    write(path, page)
    Notes(quiet).say(f"written: {path}; open it in any browser, it loads nothing from the network")
