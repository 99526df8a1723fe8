"""Say why a table, service, transaction, stored routine, capability or pair is where it is, with the evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decompose.cli.options import DEFAULT_FOLDER, Format, InputFolder, PrintFormat, ServicesFile
from decompose.errors import UsageError

if TYPE_CHECKING:
    from decompose.assessment.explain.explanation import Explanation
    from decompose.assessment.model import Analysis
    from decompose.boundaries.model import Decomposition
    from decompose.evidence.bundle import Evidence

NAME = "explain"

Subject = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME",
        help="A table, a service, a transaction (id or name), a view, trigger or stored routine, a capability, "
        "or a pair: `a,b` or two names.",
    ),
]


Target = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write here instead of stdout.")]


def run(
    names: Subject,
    services: ServicesFile = None,
    folder: InputFolder = DEFAULT_FOLDER,
    output: Target = None,
    format_: PrintFormat = Format.TEXT,
) -> None:
    """Print the evidence and the terms of the cost that hold NAME in its place, and what each change would cost.

    Text is Markdown, too, broken at the terminal's width.
    """
    from decompose.cli.documents import load_decomposition, load_evidence, load_proposal
    from decompose.cli.output import deliver

    evidence = load_evidence(folder)
    known = load_decomposition(folder, services, evidence) if services else load_proposal(folder, evidence)
    deliver(_rendered(_explained(evidence, known, names), format_), output)


def _explained(evidence: Evidence, known: Decomposition, names: list[str]) -> Explanation:
    """The answer; a decomposition of the user's has no capability map, which is worked out when nothing else fits."""
    from decompose import pipeline

    analysis = pipeline.judge(evidence, known)
    try:
        return _found(analysis, names)
    except UsageError:
        if known.capabilities:
            raise
        return _found(pipeline.judge(evidence, pipeline.find_levels(evidence, known)), names)


def _found(analysis: Analysis, names: list[str]) -> Explanation:
    """Several words are a pair, else a name of several words: `view open_orders`."""
    from decompose.assessment.explain.explain import explain
    from decompose.evidence.spellings import shown_name

    written = (part.strip() for name in names for part in name.split(","))
    shown = [shown_name(name, analysis.evidence.schema) for name in written]
    try:
        return explain(analysis, ",".join(shown))
    except UsageError as error:
        try:
            return explain(analysis, " ".join(names))
        except UsageError:
            raise error from None


def _rendered(found: Explanation, format_: Format) -> str:
    if format_ is Format.JSON:
        from decompose.store import explanation_json

        return explanation_json.dump(found)
    if format_ is Format.MARKDOWN:
        from decompose.reports.explanation import lines

        return "\n".join(lines(found))
    from decompose.cli.rendering import look
    from decompose.reports.explanation import render_explanation

    return render_explanation(found, look())
