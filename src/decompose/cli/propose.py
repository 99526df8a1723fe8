"""Propose service boundaries from the evidence of an earlier `collect` or `analyze`."""

from __future__ import annotations

from typing import Annotated

import typer

from decompose.cli.options import (
    DEFAULT_FOLDER,
    Apart,
    Format,
    InputFolder,
    Into,
    Keep,
    LeastUnderstood,
    OptionalFolder,
    Owners,
    Pins,
    PrintFormat,
    Quiet,
    Seed,
    Together,
    Verbose,
)
from decompose.errors import InputError

NAME = "propose"

CutLevel = Annotated[
    str,
    typer.Option("--level", metavar="LEVEL", help="What services.yml holds: each capability, service or aggregate."),
]
ShowFront = Annotated[
    bool, typer.Option("--front", help="Print the alternatives: what other numbers of services give up and gain.")
]


def run(
    folder: InputFolder = DEFAULT_FOLDER,
    output: OptionalFolder = None,
    into: Into = None,
    together: Together = None,
    apart: Apart = None,
    pin: Pins = None,
    owner: Owners = None,
    keep: Keep = None,
    level: CutLevel = "service",
    front: ShowFront = False,
    seed: Seed = 0,
    min_understood: LeastUnderstood = 0.5,
    format_: PrintFormat = Format.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write services.yml beside the evidence and print the proposal."""
    from decompose import pipeline
    from decompose.boundaries.levels import at_level, checked_level
    from decompose.boundaries.propose import ProposalSettings
    from decompose.cli.demands import constraints_of, keeping, known_capabilities
    from decompose.cli.documents import load_evidence, write_folder
    from decompose.cli.output import Notes, print_result
    from decompose.cli.rendering import addressed, render_alternatives, render_analysis

    notes = Notes(quiet, verbose)
    checked_level(level)
    demands = constraints_of(together, apart, pin, owner)
    known = known_capabilities(output or folder)
    evidence = load_evidence(folder)
    pipeline.refuse_if_blind(evidence.coverage, min_understood)
    settings = ProposalSettings(
        services=into,
        seed=seed,
        constraints=keeping(demands, keep, evidence, notes) if keep else demands,
        capabilities=known,
    )
    found = pipeline.propose(evidence, settings)
    for remark in found.remarks:
        notes.say(remark)
    analysis = pipeline.judge(evidence, at_level(found, level))
    write_folder(output or folder, analysis, notes)
    where = addressed(output or folder)
    print_result(render_alternatives(analysis, format_) if front else render_analysis(analysis, format_, where))
    if analysis.decomposition.note:
        raise typer.Exit(InputError.exit_code)
