"""Coupling drift: is it getting worse? The gate for CI, against an accepted and reviewed baseline."""

from __future__ import annotations

import typer

from decompose.cli.drift import accept, check, history, prune

NAME = "drift"

app = typer.Typer(
    name=NAME,
    no_args_is_help=True,
    rich_markup_mode=None,
    help=__doc__,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

for _module in (check, accept, prune, history):
    app.command(name=_module.NAME, help=_module.__doc__)(_module.run)
