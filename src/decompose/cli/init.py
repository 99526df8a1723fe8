"""Write a commented decompose.yml to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from decompose.errors import UsageError

NAME = "init"

Folder = Annotated[Path, typer.Argument(metavar="[DIR]", help="Where decompose.yml is written.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an existing file.")]


def run(folder: Folder = Path(), overwrite: Overwrite = False) -> None:
    """Write the file; an existing one is kept unless told otherwise."""
    from decompose.cli.config import FILE
    from decompose.cli.output import print_result, write

    path = folder / FILE
    if path.exists() and not overwrite:
        raise UsageError(f"{path} is there already", "--overwrite replaces it")
    write(path, commented())
    print_result(f"Written: {path}")


def commented() -> str:
    """Every setting with what it says, switched off."""
    from decompose.cli.config import SETTINGS

    lines = [
        "# decompose.yml: what `decompose` takes for granted in this folder.",
        "# Flags beat environment variables (DECOMPOSE_LOG, DECOMPOSE_DIALECT, ...), which beat this file.",
        "# Remove the `#` in front of a setting to use it.",
    ]
    for setting in SETTINGS:
        lines += ["", f"# {setting.says}", f"# {setting.name}: {setting.example}"]
    return "\n".join(lines) + "\n"
