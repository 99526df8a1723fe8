"""Read schema and logs and write evidence.json, for a later `propose` and `assess`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from decompose.cli.options import (
    DEFAULT_FOLDER,
    Databases,
    DialectName,
    Engine,
    EngineName,
    Jobs,
    LogFormatName,
    LogPrefix,
    Logs,
    NoCache,
    OutputFolder,
    Quiet,
    Scheduler,
    Since,
    Sources,
    Until,
    Verbose,
)
from decompose.errors import UsageError

NAME = "collect"


def run(
    context: typer.Context,
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
    merge: Annotated[
        bool,
        typer.Option("--merge", help="SOURCEs are evidence files, folders of them or globs: write their union."),
    ] = False,
    output: OutputFolder = DEFAULT_FOLDER,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Collect evidence into the output folder and print its coverage."""
    from decompose.cli.documents import evidence_files, gather, request_of, scheduler_of, united_evidence
    from decompose.cli.output import Notes, print_result, write
    from decompose.cli.rendering import look
    from decompose.reports.terminal import coverage_block
    from decompose.store import evidence_json

    request = replace(
        request_of(sources, log, log_format, log_prefix, dialect, database),
        since=since,
        until=until,
        jobs=jobs,
        cache=not no_cache,
        scheduler=scheduler_of(engine, scheduler),
    )
    notes = Notes(quiet, verbose)
    if merge:
        # Logs that the configuration names are left alone; those of the command line were meant.
        named = context.get_parameter_source("log")
        if not sources or (named is not None and named.name == "COMMANDLINE"):
            raise UsageError(
                "--merge takes evidence files and no log",
                "to add a log to evidence: `decompose collect evidence.json --log new.log`",
            )
        evidence = united_evidence(evidence_files(sources), notes)
    else:
        evidence = gather(request, notes)
    write(output / "evidence.json", evidence_json.dump(evidence))
    print_result("\n".join([*coverage_block(evidence.coverage, look()), f"Written: {output / 'evidence.json'}"]))
