"""The trend of coupling over stored runs, or over the commits of this repository; `--add` stores this run."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decompose.cli.drift.options import DEFAULT_LOCK, DEFAULT_SERVICES, LockFile, Services, Today
from decompose.cli.options import Databases, DialectName, LogFormatName, LogPrefix, Logs, Quiet, Sources, Verbose
from decompose.errors import UsageError

if TYPE_CHECKING:
    from decompose.assessment.drift.history import Trend
    from decompose.cli.drift.inputs import Asked
    from decompose.cli.output import Notes

NAME = "history"
DEFAULT_STORE = "sqlite:///decompose-history.db"


class HistoryFormat(StrEnum):
    """How a trend is told."""

    TEXT = "text"
    JSON = "json"
    SVG = "svg"


Store = Annotated[str, typer.Option("--store", metavar="URL", help="Where runs are stored: a SQLAlchemy URL.")]
Add = Annotated[bool, typer.Option("--add", help="Check the given sources and logs, and store that run first.")]
Revision = Annotated[
    str | None, typer.Option("--revision", metavar="NAME", help="What a stored run is called; git's HEAD by default.")
]
Git = Annotated[
    bool, typer.Option("--git", help="Look at the commits that changed the schema files or the services instead.")
]
Last = Annotated[int, typer.Option("--last", metavar="N", min=1, help="How many commits or runs at most.")]
TrendFormat = Annotated[HistoryFormat, typer.Option("--format", help="A table, an object, or a chart.")]
Target = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write here instead of stdout.")]


def run(
    sources: Sources = None,
    log: Logs = None,
    services: Services = DEFAULT_SERVICES,
    lock: LockFile = DEFAULT_LOCK,
    store: Store = DEFAULT_STORE,
    add: Add = False,
    revision: Revision = None,
    git: Git = False,
    last: Last = 100,
    format_: TrendFormat = HistoryFormat.TEXT,
    output: Target = None,
    log_format: LogFormatName = None,
    log_prefix: LogPrefix = None,
    dialect: DialectName = None,
    database: Databases = None,
    today: Today = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Print the trend of distributed writes, couplings per pair and virtually separate services."""
    from decompose.assessment.drift.history import Trend
    from decompose.cli.documents import request_of
    from decompose.cli.drift.inputs import Asked
    from decompose.cli.output import Notes, deliver
    from decompose.store import drift_runs

    if git and add:
        raise UsageError("--git and --add do not go together", "store runs with --add, look back with --git")
    notes = Notes(quiet, verbose)
    request = request_of(sources, log, log_format, log_prefix, dialect, database)
    asked = Asked(request, services, lock, today=today)
    if git:
        trend = _over_git(asked, last, notes)
    else:
        if add:
            _store(asked, store, revision, notes)
        trend = Trend(drift_runs.load(store)[-last:])
    deliver(_render(trend, format_), output)


def _store(asked: Asked, store: str, revision: str | None, notes: Notes) -> None:
    from decompose.assessment.drift.history import Run
    from decompose.cli.drift.inputs import examine, load_lock
    from decompose.cli.git_files import head
    from decompose.store import drift_runs

    if store in asked.request.sources:
        raise UsageError("runs are not stored in the database that is judged", "it is only ever read; name another")
    drift, _, _ = examine(asked, load_lock(asked.lock, required=True), notes)
    verdict = "drift" if drift.failed else "no drift"
    drift_runs.add(store, Run(revision or head(), drift.today, drift.metrics, verdict))


def _over_git(asked: Asked, last: int, notes: Notes) -> Trend:
    """Each commit's schema under its own services (today's where it has none), with the same logs throughout."""
    from decompose.assessment.drift.check import observe
    from decompose.assessment.drift.history import Run, Trend
    from decompose.cli.drift.inputs import evidence_at, load_lock, services_at
    from decompose.cli.git_files import revisions

    policy = load_lock(asked.lock, required=False).lock.policy
    files = [Path(source) for source in asked.request.sources]
    runs = []
    for commit, day in revisions([*files, asked.services], last):
        notes.progress(f"looking at {commit[:12]}")
        evidence = evidence_at(commit, asked.request)
        if evidence is not None:
            figures = observe(evidence, services_at(commit, asked.services, evidence), policy).metrics
            runs.append(Run(commit, day, figures))
    return Trend(tuple(runs))


def _render(trend: Trend, format_: HistoryFormat) -> str:
    from decompose.cli.rendering import look
    from decompose.reports.drift.trend import render_trend_json, render_trend_svg, render_trend_table

    if format_ is HistoryFormat.JSON:
        return render_trend_json(trend)
    if format_ is HistoryFormat.SVG:
        return render_trend_svg(trend)
    return render_trend_table(trend, look())
