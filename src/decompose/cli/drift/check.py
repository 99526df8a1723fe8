"""Compare with the accepted couplings: exit 1 when something new crosses a boundary. Writes no document of yours."""

from __future__ import annotations

from typing import Annotated

import typer

from decompose.cli.drift.options import DEFAULT_LOCK, DEFAULT_SERVICES, Base, LockFile, Partial, Services, Today
from decompose.cli.options import (
    Databases,
    DialectName,
    LeastUnderstood,
    LogFormatName,
    LogPrefix,
    Logs,
    Quiet,
    Sources,
    Verbose,
)

NAME = "check"
DRIFT = 1

Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="F[=FILE]",
        help="text, json, sarif, junit, gitlab, github or markdown; to stdout, or to FILE. Repeatable.",
    ),
]


def run(
    sources: Sources = None,
    log: Logs = None,
    services: Services = DEFAULT_SERVICES,
    lock: LockFile = DEFAULT_LOCK,
    base: Base = None,
    partial: Partial = False,
    format_: Formats = None,
    log_format: LogFormatName = None,
    log_prefix: LogPrefix = None,
    dialect: DialectName = None,
    database: Databases = None,
    min_understood: LeastUnderstood = 0.5,
    today: Today = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Check and print, in every format asked for."""
    from decompose.cli.documents import request_of
    from decompose.cli.drift.inputs import Asked, examine, load_lock
    from decompose.cli.drift.outputs import outputs, publish
    from decompose.cli.output import Notes

    notes = Notes(quiet, verbose)
    wanted = outputs(format_ or [])
    request = request_of(sources, log, log_format, log_prefix, dialect, database)
    document = load_lock(lock, required=True)
    asked = Asked(request, services, lock, base, partial, today, min_understood)
    drift, _, scene = examine(asked, document, notes)
    publish(wanted, drift, scene, notes)
    if drift.failed:
        raise typer.Exit(DRIFT)
