"""Read schema and logs and write evidence.json, for a later `propose` and `assess`."""

from __future__ import annotations

from decompose.cli.options import (
    DEFAULT_FOLDER,
    Databases,
    DialectName,
    Jobs,
    LogFormatName,
    LogPrefix,
    Logs,
    NoCache,
    OutputFolder,
    Quiet,
    Since,
    Sources,
    Until,
    Verbose,
)

NAME = "collect"


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
    no_cache: NoCache = False,
    output: OutputFolder = DEFAULT_FOLDER,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Collect evidence into the output folder and print its coverage."""
    from decompose.cli.documents import gather
    from decompose.cli.output import Notes, print_result, write
    from decompose.cli.rendering import look
    from decompose.pipeline import CollectRequest
    from decompose.reports.terminal import coverage_block
    from decompose.store import evidence_json

    request = CollectRequest(
        sources=tuple(sources or ()),
        logs=tuple(log or ()),
        log_format=log_format,
        prefix=log_prefix,
        dialect=dialect,
        databases=tuple(database or ()),
        since=since,
        until=until,
        jobs=jobs,
        cache=not no_cache,
    )
    evidence = gather(request, Notes(quiet, verbose))
    write(output / "evidence.json", evidence_json.dump(evidence))
    print_result("\n".join([*coverage_block(evidence.coverage, look()), f"Written: {output / 'evidence.json'}"]))
