"""The options that the drift commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_LOCK = Path("decompose.lock.yml")
DEFAULT_SERVICES = Path("services.yml")

Services = Annotated[
    Path, typer.Option("--services", metavar="FILE", help="The declared boundaries.", show_default=True)
]
LockFile = Annotated[Path, typer.Option("--lock", metavar="FILE", help="The accepted couplings.", show_default=True)]
SourceOptions = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="SOURCE", help="Database URL, .sql DDL file or evidence.json. Repeatable."),
]
Base = Annotated[
    str | None,
    typer.Option(
        "--base",
        metavar="REV",
        help="A git revision to compare with: its schema and services are read without a checkout.",
    ),
]
Partial = Annotated[
    bool, typer.Option("--partial", help="The capture is a part only (some of the tests): nothing counts as gone.")
]
Today = Annotated[
    str | None, typer.Option("--today", metavar="DATE", help="Judge expiry as of this day; today (UTC) by default.")
]
