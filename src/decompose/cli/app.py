"""The `decompose` program: its commands, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer import TyperException
from typer.core import TyperGroup

from decompose import __version__
from decompose.cli import (
    analyze,
    assess,
    capabilities,
    collect,
    demo,
    doctor,
    drift,
    explain,
    export,
    init,
    plan,
    propose,
    report,
)
from decompose.cli.output import PLAIN, result_stream
from decompose.errors import DecomposeError, InputError
from decompose.evidence.collector import calm_collector

INTERNAL_ERROR = 70
INTERRUPTED = 130

_EPILOG = (
    "Exit codes: 0 fine, 1 drift found, 2 usage or configuration, 3 input unreadable or too incomplete to judge, "
    "4 database unreachable or refused, 70 internal error, 130 interrupted."
)


class ErrorBoundary(TyperGroup):
    """Runs a command; turns every typed error into one sentence, one hint and its exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command named on the command line."""
        try:
            with result_stream():
                return super().invoke(ctx)
        except DecomposeError as error:
            complain(error.message, error.hint)
            raise typer.Exit(error.exit_code) from error
        except PermissionError as error:
            complain(f"{error.filename} cannot be reached: {error.strerror}", "check its permissions and its folder's")
            raise typer.Exit(InputError.exit_code) from error
        except KeyboardInterrupt:
            complain("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, typer.Abort, TyperException, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("DECOMPOSE_DEBUG"):
                raise
            complain(
                f"internal error: {type(error).__name__} (this is a defect of decompose, please report it)",
                "DECOMPOSE_DEBUG=1 shows where it happened; that output may hold text from your input",
            )
            raise typer.Exit(INTERNAL_ERROR) from error


def complain(message: str, hint: str = "") -> None:
    """One sentence and one hint to stderr, free of control characters."""
    from decompose.evidence.redact import mask_url
    from decompose.reports.safe import printable

    typer.echo(f"decompose: {printable(mask_url(message))}", err=True)
    if hint:
        typer.echo(f"  hint: {printable(mask_url(hint))}", err=True)


app = typer.Typer(
    name="decompose",
    cls=ErrorBoundary,
    help="Service boundaries from a legacy database's schema and its captured query and transaction logs.",
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

for _module in (demo, doctor, analyze, collect, propose, assess, capabilities, explain, plan, export, report, init):
    app.command(name=_module.NAME, help=_module.__doc__)(_module.run)
app.add_typer(drift.app, name=drift.NAME)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"decompose {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    _show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of the program itself; the configuration file gives every command its defaults."""
    from decompose.cli.config import load_config

    values = load_config(Path())
    if values:
        context.default_map = _for_all(context.command, values)


def _for_all(group: Any, values: dict[str, object]) -> dict[str, Any]:
    """The same defaults for every command of a group, those of inner groups included."""
    return {
        name: _for_all(command, values) if hasattr(command, "commands") else values
        for name, command in group.commands.items()
    }


def main() -> None:
    """The console script."""
    # A closed stream is one that nobody reads.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (lives as long as the process)
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=PLAIN)
    try:
        # Help and version are printed before any command runs.
        with calm_collector(), result_stream():
            app()
    except DecomposeError as error:
        complain(error.message, error.hint)
        sys.exit(error.exit_code)
