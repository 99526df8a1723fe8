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
_SINGULAR = {"capabilities": "capability", "services": "service", "aggregates": "aggregate"}
"""`export` speaks of levels in the plural; both take both."""

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
    from decompose.cli.demands import constraints_of, in_shown_names, keeping, known_capabilities
    from decompose.cli.documents import load_evidence, write_folder
    from decompose.cli.output import Notes, print_result
    from decompose.cli.rendering import addressed, render_alternatives, render_analysis

    notes = Notes(quiet, verbose)
    level = checked_level(_SINGULAR.get(level, level))
    demands = constraints_of(together, apart, pin, owner)
    target = output or (folder.parent if folder.is_file() else folder)
    known = known_capabilities(target)
    evidence = load_evidence(folder)
    pipeline.refuse_if_blind(evidence.coverage, min_understood)
    demands = in_shown_names(demands, evidence.schema)
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
    write_folder(target, analysis, notes)
    where = addressed(target)
    print_result(render_alternatives(analysis, format_, where) if front else render_analysis(analysis, format_, where))
    if analysis.decomposition.note:
        raise typer.Exit(InputError.exit_code)
