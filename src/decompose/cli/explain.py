"""Say why a table, service, transaction or pair is where it is, with the evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from decompose.cli.options import DEFAULT_FOLDER, InputFolder, ServicesFile

NAME = "explain"

Subject = Annotated[
    str, typer.Argument(metavar="NAME", help="A table, a service, a transaction (id or name), or a pair `a,b`.")
]


Target = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write here instead of stdout.")]


def run(
    name: Subject,
    services: ServicesFile = None,
    folder: InputFolder = DEFAULT_FOLDER,
    output: Target = None,
) -> None:
    """Print the evidence that holds NAME in its place, and what the alternatives would cost."""
    from decompose import pipeline
    from decompose.assessment.explain import explain
    from decompose.cli.documents import load_decomposition, load_evidence
    from decompose.cli.output import deliver
    from decompose.reports.explanation import lines
    from decompose.reports.safe import printable

    evidence = load_evidence(folder)
    analysis = pipeline.judge(evidence, load_decomposition(folder, services, evidence))
    deliver("\n".join(printable(line) for line in lines(explain(analysis, name))), output)
