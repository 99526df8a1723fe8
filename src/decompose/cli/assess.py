"""Price a decomposition: the proposal, your own services.yml, or either with tables moved."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from decompose.cli.options import (
    DEFAULT_FOLDER,
    Format,
    InputFolder,
    OptionalFolder,
    PrintFormat,
    Quiet,
    ServicesFile,
    Verbose,
)
from decompose.errors import UsageError

NAME = "assess"

ServicesArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[SERVICES.yml]", help="The decomposition to price; the folder's own by default."),
]
Moves = Annotated[
    list[str] | None, typer.Option("--move", metavar="TABLE=SERVICE", help="Price this change. Repeatable.")
]


def run(
    file: ServicesArgument = None,
    services: ServicesFile = None,
    move: Moves = None,
    folder: InputFolder = DEFAULT_FOLDER,
    output: OptionalFolder = None,
    format_: PrintFormat = Format.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Print what a cut costs and breaks; write assessment.json for the folder's own cut, or into -o."""
    from decompose import pipeline
    from decompose.assessment.move import moved
    from decompose.cli.documents import load_decomposition, load_evidence
    from decompose.cli.output import Notes, print_result, write
    from decompose.cli.rendering import render_assessment
    from decompose.store import assessment_json

    notes = Notes(quiet, verbose)
    evidence = load_evidence(folder)
    decomposition = load_decomposition(folder, file or services, evidence)
    before = None
    if move:
        before = pipeline.judge(evidence, decomposition)
        decomposition = moved(decomposition, _moves(move))
    analysis = pipeline.judge(evidence, decomposition)
    if output is not None or not (move or file or services):
        path = (output or folder) / "assessment.json"
        write(path, assessment_json.dump(analysis.assessment, analysis.evidence.coverage))
        notes.detail(f"written: {path}")
    print_result(render_assessment(analysis, format_, before, ", ".join(move or ())))


def _moves(asked: list[str]) -> dict[str, str]:
    moves = {}
    for text in asked:
        table, equals, service = (part.strip() for part in text.partition("="))
        if not (table and equals and service):
            raise UsageError(f"--move takes TABLE=SERVICE, not {text!r}", "for example --move invoices=billing")
        moves[table] = service
    return moves
