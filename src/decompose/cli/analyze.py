"""Read schema and logs, propose service boundaries, price them: the main job in one go."""

from __future__ import annotations

from dataclasses import replace

import typer

from decompose.cli.options import (
    DEFAULT_FOLDER,
    Apart,
    Databases,
    DialectName,
    Engine,
    EngineName,
    Format,
    Into,
    Jobs,
    Keep,
    LeastUnderstood,
    LogFormatName,
    LogPrefix,
    Logs,
    NoCache,
    OutputFolder,
    Owners,
    Pins,
    PrintFormat,
    Quiet,
    Scheduler,
    Seed,
    Since,
    Sources,
    Together,
    Until,
    Verbose,
)
from decompose.errors import InputError

NAME = "analyze"


def run(
    sources: Sources = None,
    log: Logs = None,
    log_format: LogFormatName = None,
    log_prefix: LogPrefix = None,
    dialect: DialectName = None,
    database: Databases = None,
    since: Since = "",
    until: Until = "",
    jobs: Jobs = 1,
    engine: Engine = EngineName.LOCAL,
    scheduler: Scheduler = "",
    no_cache: NoCache = False,
    into: Into = None,
    together: Together = None,
    apart: Apart = None,
    pin: Pins = None,
    owner: Owners = None,
    keep: Keep = None,
    seed: Seed = 0,
    min_understood: LeastUnderstood = 0.5,
    output: OutputFolder = DEFAULT_FOLDER,
    format_: PrintFormat = Format.TEXT,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Collect, propose and assess; write the output folder and print one screen."""
    from decompose import pipeline
    from decompose.boundaries.propose import ProposalSettings
    from decompose.cli.demands import constraints_of, in_shown_names, keeping, known_capabilities
    from decompose.cli.documents import gather, request_of, scheduler_of, write_folder
    from decompose.cli.output import Notes, print_result
    from decompose.cli.rendering import addressed, render_analysis

    notes = Notes(quiet, verbose)
    demands = constraints_of(together, apart, pin, owner)
    known = known_capabilities(output)
    request = replace(
        request_of(sources, log, log_format, log_prefix, dialect, database),
        since=since,
        until=until,
        jobs=jobs,
        cache=not no_cache,
        scheduler=scheduler_of(engine, scheduler),
    )
    evidence = gather(request, notes)
    pipeline.refuse_if_blind(evidence.coverage, min_understood)
    notes.progress("proposing boundaries")
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
    analysis = pipeline.judge(evidence, found)
    write_folder(output, analysis, notes)
    print_result(render_analysis(analysis, format_, addressed(output)))
    if analysis.decomposition.note:
        raise typer.Exit(InputError.exit_code)
