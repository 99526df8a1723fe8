"""Say what can be rebuilt from a server's logging or from a log, and what would change that."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from decompose.cli.explain import Target
from decompose.cli.options import DialectName, LogFormatName, LogPrefix, Quiet, Verbose

if TYPE_CHECKING:
    from decompose.evidence.capture.model import Diagnosis

NAME = "doctor"
NOTHING_TO_REBUILD = 3


class DoctorFormat(StrEnum):
    """How a diagnosis is printed."""

    TEXT = "text"
    JSON = "json"


Captures = Annotated[
    list[str],
    typer.Argument(metavar="SOURCE...", help="Database URLs, log files, folders and globs.", show_default=False),
]
Full = Annotated[bool, typer.Option("--full", help="Read logs to their end, not only their first 64 MiB.")]
HowToPrint = Annotated[DoctorFormat, typer.Option("--format", help="How to print the result.")]


def run(
    captures: Captures,
    full: Full = False,
    log_format: LogFormatName = None,
    log_prefix: LogPrefix = None,
    dialect: DialectName = None,
    format_: HowToPrint = DoctorFormat.TEXT,
    output: Target = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Diagnose each SOURCE; exit 3 when nothing can be rebuilt from one of them."""
    from decompose import pipeline
    from decompose.cli.output import Notes, deliver
    from decompose.evidence.capture.model import Rebuildable

    notes = Notes(quiet, verbose)
    request = pipeline.DoctorRequest(log_format, log_prefix, dialect, 0 if full else pipeline.DoctorRequest().limit)
    found = [each for source in captures for each in pipeline.diagnose(source, request, notes.progress)]
    deliver(_rendered(found, format_), output)
    if any(each.rebuildable is Rebuildable.NOTHING for each in found):
        raise typer.Exit(NOTHING_TO_REBUILD)


def _rendered(found: list[Diagnosis], format_: DoctorFormat) -> str:
    if format_ is DoctorFormat.JSON:
        from decompose.store import doctor_json

        return doctor_json.dump(found)
    from decompose.cli.rendering import look
    from decompose.reports.doctor import render_diagnosis

    screen = look()
    return "\n".join(render_diagnosis(each, screen) for each in found)
