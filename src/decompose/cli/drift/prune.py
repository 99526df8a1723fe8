"""Remove from the lock what is gone, and write renamed and moved tables under their present names."""

from __future__ import annotations

from decompose.cli.drift.options import (
    DEFAULT_LOCK,
    DEFAULT_SERVICES,
    LockFile,
    Partial,
    Services,
    SourceOptions,
    Today,
)
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

NAME = "prune"


def run(
    sources: SourceOptions = None,
    log: Logs = None,
    services: Services = DEFAULT_SERVICES,
    lock: LockFile = DEFAULT_LOCK,
    partial: Partial = False,
    log_format: LogFormatName = None,
    log_prefix: LogPrefix = None,
    dialect: DialectName = None,
    database: Databases = None,
    min_understood: LeastUnderstood = 0.5,
    today: Today = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write the lock without its stale entries; what a capture does not show is kept."""
    from decompose.assessment.drift.model import GONE, Status
    from decompose.assessment.drift.settle import prune
    from decompose.cli.documents import request_of
    from decompose.cli.drift.inputs import Asked, examine, load_lock
    from decompose.cli.output import Notes, print_result, write
    from decompose.store import lock_yaml

    request = request_of(sources, log, log_format, log_prefix, dialect, database)
    document = load_lock(lock, required=True)
    asked = Asked(request, services, lock, partial=partial, today=today, min_understood=min_understood)
    drift, _, _ = examine(asked, document, Notes(quiet, verbose))
    changed = prune(document.lock, drift)
    write(lock, lock_yaml.dump(lock_yaml.with_lock(document, changed)))
    print_result(
        f"{lock}: {len(drift.of(*GONE)):,} removed, {len(drift.of(Status.CARRIED)):,} carried over, "
        f"{len(changed.entries):,} in all"
    )
