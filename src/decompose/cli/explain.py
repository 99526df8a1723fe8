"""Say why a table, service, transaction or pair is where it is, with the evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decompose.cli.options import DEFAULT_FOLDER, Format, InputFolder, PrintFormat, ServicesFile

if TYPE_CHECKING:
    from decompose.assessment.explain.explanation import Explanation

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
    format_: PrintFormat = Format.TEXT,
) -> None:
    """Print the evidence and the terms of the cost that hold NAME in its place, and what each change would cost.

    Text is Markdown, too.
    """
    from decompose import pipeline
    from decompose.assessment.explain.explain import explain
    from decompose.cli.documents import load_decomposition, load_evidence
    from decompose.cli.output import deliver

    evidence = load_evidence(folder)
    analysis = pipeline.judge(evidence, load_decomposition(folder, services, evidence))
    deliver(_rendered(explain(analysis, name), format_), output)


def _rendered(found: Explanation, format_: Format) -> str:
    if format_ is Format.JSON:
        from decompose.store import explanation_json

        return explanation_json.dump(found)
    from decompose.reports.explanation import lines

    return "\n".join(lines(found))
