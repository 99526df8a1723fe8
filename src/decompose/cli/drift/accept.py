"""Accept couplings into the lock, with a reason and an owner: by key, or all that are new."""

from __future__ import annotations

from typing import Annotated

import typer

from decompose.cli.drift.options import DEFAULT_LOCK, DEFAULT_SERVICES, LockFile, Services, SourceOptions, Today
from decompose.cli.options import (
    Databases,
    DialectName,
    LeastUnderstood,
    LogFormatName,
    LogPrefix,
    Logs,
    Quiet,
    Verbose,
)
from decompose.errors import UsageError

NAME = "accept"

Keys = Annotated[
    list[str] | None, typer.Argument(metavar="[KEY]...", help="Ids as `drift check` shows them, or how they begin.")
]
Everything = Annotated[bool, typer.Option("--all", help="Accept everything that is new.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it may stay.")]
Owner = Annotated[str, typer.Option("--owner", metavar="TEAM", help="Who answers for it.")]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="When the acceptance ends.")]


def run(
    keys: Keys = None,
    everything: Everything = False,
    reason: Reason = "",
    owner: Owner = "",
    until: Until = None,
    sources: SourceOptions = None,
    log: Logs = None,
    services: Services = DEFAULT_SERVICES,
    lock: LockFile = DEFAULT_LOCK,
    log_format: LogFormatName = None,
    log_prefix: LogPrefix = None,
    dialect: DialectName = None,
    database: Databases = None,
    min_understood: LeastUnderstood = 0.5,
    today: Today = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write the lock with the accepted couplings."""
    from decompose.assessment.drift.settle import Acceptance, accept, choose
    from decompose.cli.documents import request_of
    from decompose.cli.drift.inputs import Asked, day, examine, load_lock, this_analyzer
    from decompose.cli.output import Notes, print_result, write
    from decompose.store import lock_yaml

    if bool(keys) == everything:
        raise UsageError("name the couplings to accept, or --all", "`decompose drift check` shows their ids")
    if not reason.strip() or not owner.strip():
        raise UsageError("an acceptance needs --reason and --owner", "whoever reviews the lock will ask for both")
    notes = Notes(quiet, verbose)
    request = request_of(sources, log, log_format, log_prefix, dialect, database)
    first = not lock.exists()
    document = load_lock(lock, required=False)
    since = day(today)
    given = Acceptance(reason.strip(), owner.strip(), since, day(until) if until else "")
    if given.until and given.until < since:
        raise UsageError(f"--until {given.until} is in the past", "give a day to come")
    drift, _, _ = examine(Asked(request, services, lock, today=since, min_understood=min_understood), document, notes)
    chosen = choose(drift, keys or [], everything, first)
    changed = accept(document.lock, drift, chosen, given, this_analyzer())
    write(lock, lock_yaml.dump(lock_yaml.with_lock(document, changed)))
    print_result(f"{lock}: {len(chosen):,} accepted, {len(changed.entries):,} in all")
