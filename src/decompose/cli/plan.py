"""Plan the way there: which service leaves first and why, and the playbook of every step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decompose.cli.options import DEFAULT_FOLDER, Format, InputFolder, PrintFormat, Quiet, ServicesFile, Verbose

if TYPE_CHECKING:
    from decompose.assessment.model import Analysis
    from decompose.assessment.plan.model import Plan
    from decompose.cli.output import Notes

NAME = "plan"

Strategy = Annotated[
    str,
    typer.Option(
        "--strategy", metavar="ORDER", help="recommended, big-bang, or NAME-first for a service or a table's service."
    ),
]
Target = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="DIR", help="Write plan.md, plan.json, SQL, sagas and events here."),
]


def run(
    strategy: Strategy = "recommended",
    services: ServicesFile = None,
    folder: InputFolder = DEFAULT_FOLDER,
    output: Target = None,
    format_: PrintFormat = Format.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Print the order of extraction, the price of stopping after each step, and other orders beside it."""
    from decompose import pipeline
    from decompose.assessment.plan.plan import FIRST, plan
    from decompose.cli.documents import load_decomposition, load_evidence
    from decompose.cli.output import Notes, print_result
    from decompose.cli.rendering import addressed
    from decompose.evidence.spellings import shown_name

    evidence = load_evidence(folder)
    analysis = pipeline.judge(evidence, load_decomposition(folder, services, evidence))
    if strategy.endswith(FIRST):
        strategy = shown_name(strategy.removesuffix(FIRST), evidence.schema) + FIRST
    found = plan(evidence, analysis.decomposition, strategy)
    if output is not None:
        _write(output, found, analysis, Notes(quiet, verbose))
    where = addressed(folder, services)
    print_result(_rendered(found, analysis, format_, where, output))


def _rendered(found: Plan, analysis: Analysis, format_: Format, where: str, output: Path | None) -> str:
    if format_ is Format.JSON:
        from decompose.store import plan_json

        return plan_json.dump(found, analysis.evidence.coverage)
    if format_ is Format.MARKDOWN:
        from decompose.reports.plan_markdown import render_plan_markdown

        return render_plan_markdown(found)
    from decompose.cli.rendering import look
    from decompose.reports.plan_screen import render_plan

    written = str(output / "plan.md") if output else ""
    return render_plan(found, analysis.evidence.coverage, look(), where=where, written=written)


def _write(folder: Path, found: Plan, analysis: Analysis, notes: Notes) -> None:
    from decompose.cli.output import write
    from decompose.exports.asyncapi import render_asyncapi
    from decompose.reports.plan_markdown import render_plan_markdown, step_folder, step_scripts
    from decompose.reports.saga_diagram import render_diagram
    from decompose.store import plan_json

    write(folder / "plan.json", plan_json.dump(found, analysis.evidence.coverage))
    write(folder / "plan.md", render_plan_markdown(found, scripts="sql"))
    write(folder / "events.asyncapi.yaml", render_asyncapi(analysis))
    for step in found.steps:
        for name, text in step_scripts(step).items():
            write(folder / "sql" / step_folder(step) / name, text)
    for number, saga in enumerate(found.sagas, 1):
        write(folder / "sagas" / f"{number:02}.mmd", render_diagram(saga))
    notes.say(f"written: {folder}")
