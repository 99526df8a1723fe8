"""Write the boundary graph in another tool's format."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from decompose.cli.options import DEFAULT_FOLDER, InputFolder, ServicesFile
from decompose.errors import UsageError

NAME = "export"

Known = TypeVar("Known", bound=StrEnum)

FormatName = Annotated[str, typer.Option("--format", metavar="F", help="The format; `--format list` names them all.")]
LevelName = Annotated[
    str | None,
    typer.Option("--level", metavar="LEVEL", help="capabilities, services, aggregates, tables or columns."),
]
OnlyServices = Annotated[
    list[str] | None,
    typer.Option("--service", metavar="NAME", help="Only this service and its neighbours. Repeatable."),
]
Kinds = Annotated[
    list[str] | None, typer.Option("--edges", metavar="KIND", help="transaction, join or reference. Repeatable.")
]
Weight = Annotated[int, typer.Option("--min-weight", metavar="N", min=0, help="Drop transactions and joins below it.")]
Target = Annotated[Path | None, typer.Option("-o", "--output", metavar="PATH", help="Write here instead of stdout.")]


def run(
    format_: FormatName,
    level: LevelName = None,
    service: OnlyServices = None,
    edges: Kinds = None,
    min_weight: Weight = 0,
    services: ServicesFile = None,
    folder: InputFolder = DEFAULT_FOLDER,
    output: Target = None,
) -> None:
    """Render the graph of a decomposition and print it or write it."""
    from decompose import pipeline
    from decompose.cli.documents import load_decomposition, load_evidence
    from decompose.cli.output import deliver, print_result, write
    from decompose.exports import EXPORTS, TREE_EXPORTS
    from decompose.exports.model import EdgeKind, ExportOptions, Level

    known = {export.name: export for export in EXPORTS}
    trees = {export.name: export for export in TREE_EXPORTS}
    if format_ == "list":
        titles = {export.name: export.title for export in EXPORTS} | {tree.name: tree.title for tree in TREE_EXPORTS}
        print_result("\n".join(f"{name:16}{title}" for name, title in titles.items()))
        return
    if format_ not in known and format_ not in trees:
        raise UsageError(f"there is no export format {format_!r}", f"known: {', '.join([*known, *trees])}")
    if format_ in trees and output is None:
        raise UsageError(f"{format_} writes several files", "name their folder with -o DIR")
    options = ExportOptions(
        level=_one_of(Level, level, "--level") if level else None,
        services=tuple(service or ()),
        kinds=tuple(_one_of(EdgeKind, kind, "--edges") for kind in edges or ()),
        min_weight=min_weight,
    )
    evidence = load_evidence(folder)
    analysis = pipeline.judge(evidence, load_decomposition(folder, services, evidence))
    if output is not None and format_ in trees:
        for name, text in sorted(trees[format_].render(analysis, options).items()):
            write(output / name, text)
    else:
        deliver(known[format_].render(analysis, options), output)


def _one_of(kinds: type[Known], text: str, option: str) -> Known:
    try:
        return kinds(text)
    except ValueError as error:
        raise UsageError(f"{option} does not know {text!r}", f"known: {', '.join(kinds)}") from error
