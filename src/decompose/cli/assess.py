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
Merges = Annotated[
    list[str] | None, typer.Option("--merge", metavar="A,B", help="Price two or more services made one. Repeatable.")
]
Splits = Annotated[
    list[str] | None,
    typer.Option(
        "--split",
        metavar="SERVICE[=T,T]",
        help="Price a service cut along its weakest line, or with these tables leaving it. Repeatable.",
    ),
]
Reference = Annotated[
    Path | None,
    typer.Option(
        "--reference", metavar="SERVICES.yml", help="Another cut to compare with (MoJoFM); JSON and Markdown."
    ),
]


def run(
    file: ServicesArgument = None,
    services: ServicesFile = None,
    move: Moves = None,
    merge: Merges = None,
    split: Splits = None,
    reference: Reference = None,
    folder: InputFolder = DEFAULT_FOLDER,
    output: OptionalFolder = None,
    format_: PrintFormat = Format.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Print what a cut costs and breaks; write assessment.json for the folder's own cut, or into -o."""
    from decompose import pipeline
    from decompose.assessment.breakage import breakage
    from decompose.assessment.move import Change, changed
    from decompose.cli.documents import load_decomposition, load_evidence, load_proposal
    from decompose.cli.output import Notes, print_result, write
    from decompose.cli.rendering import addressed, render_assessment
    from decompose.evidence.spellings import shown_name
    from decompose.store import assessment_json

    if file and services:
        raise UsageError(f"two decompositions to price: {file} and {services}", "name one of them")
    notes = Notes(quiet, verbose)
    evidence = load_evidence(folder)
    given = file or services
    decomposition = load_decomposition(folder, given, evidence) if given else load_proposal(folder, evidence)
    before = None
    asked = Change(
        tuple((shown_name(table, evidence.schema), service) for table, service in map(_move, move or ())),
        tuple(map(_names, merge or ())),
        tuple(
            (name, tuple(shown_name(t, evidence.schema) for t in tables)) for name, tables in map(_split, split or ())
        ),
    )
    if not asked.empty:
        before = pipeline.judge(evidence, decomposition)
        decomposition = changed(evidence, decomposition, asked)
    analysis = pipeline.judge(evidence, decomposition)
    broken = breakage(evidence, decomposition, load_decomposition(folder, reference, evidence) if reference else None)
    if output is not None or not (before or file or services):
        path = (output or folder) / "assessment.json"
        write(path, assessment_json.dump(analysis.assessment, evidence.coverage, broken))
        notes.detail(f"written: {path}")
    where = addressed(folder, given)
    moved = [f"moving {table} to {service}" for table, service in asked.moves]
    told = [*moved, *(f"merging {text}" for text in merge or ()), *(f"splitting {text}" for text in split or ())]
    print_result(render_assessment(analysis, format_, before, ", ".join(told), broken, where))


def _move(text: str) -> tuple[str, str]:
    table, equals, service = (part.strip() for part in text.partition("="))
    if not (table and equals and service):
        raise UsageError(f"--move takes TABLE=SERVICE, not {text!r}", "for example --move invoices=billing")
    return table, service


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _split(text: str) -> tuple[str, tuple[str, ...]]:
    service, equals, tables = text.partition("=")
    if not service.strip() or (equals and not _names(tables)):
        raise UsageError(f"--split takes SERVICE or SERVICE=TABLE,TABLE, not {text!r}", "for example --split orders")
    return service.strip(), _names(tables)
