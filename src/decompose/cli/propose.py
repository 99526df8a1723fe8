"""Propose service boundaries from the evidence of an earlier `collect` or `analyze`."""

from __future__ import annotations

import typer

from decompose.cli.options import (
    DEFAULT_FOLDER,
    Format,
    InputFolder,
    Into,
    LeastUnderstood,
    OptionalFolder,
    PrintFormat,
    Quiet,
    Seed,
    Verbose,
)
from decompose.errors import InputError

NAME = "propose"


def run(
    folder: InputFolder = DEFAULT_FOLDER,
    output: OptionalFolder = None,
    into: Into = None,
    seed: Seed = 0,
    min_understood: LeastUnderstood = 0.5,
    format_: PrintFormat = Format.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write services.yml beside the evidence and print the proposal."""
    from decompose import pipeline
    from decompose.boundaries.propose import ProposalSettings
    from decompose.cli.documents import load_evidence, write_folder
    from decompose.cli.output import Notes, print_result
    from decompose.cli.rendering import render_analysis

    notes = Notes(quiet, verbose)
    evidence = load_evidence(folder)
    pipeline.refuse_if_blind(evidence.coverage, min_understood)
    analysis = pipeline.judge(evidence, pipeline.propose(evidence, ProposalSettings(services=into, seed=seed)))
    write_folder(output or folder, analysis, notes)
    print_result(render_analysis(analysis, format_))
    if analysis.decomposition.note:
        raise typer.Exit(InputError.exit_code)
