"""Write the boundary graph in another tool's format."""

from __future__ import annotations

import shutil
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from decompose.cli.options import DEFAULT_FOLDER, InputFolder, ServicesFile
from decompose.errors import UsageError

if TYPE_CHECKING:
    from decompose.assessment.model import Analysis
    from decompose.exports.model import ExportOptions

NAME = "export"
_PLURAL = {name.removesuffix("s"): name for name in ("services", "aggregates", "tables", "columns")}
_PLURAL["capability"] = "capabilities"
"""`propose` speaks of levels in the singular; both take both."""

Known = TypeVar("Known", bound=StrEnum)

PICTURES = {"svg": "picture drawn by Graphviz", "png": "picture drawn by Graphviz, as pixels"}
"""Formats that Graphviz makes of DOT."""

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
MostEdges = Annotated[
    int | None,
    typer.Option(
        "--max-edges",
        metavar="N",
        min=0,
        help="Keep the N strongest edges; 0 keeps all. Without it, pictures keep what can be read, data everything.",
    ),
]
Collapse = Annotated[
    int,
    typer.Option(
        "--collapse-above",
        metavar="N",
        min=0,
        help="Without --level: show services where there are more than N tables, or 5 N edges between them.",
    ),
]
Guard = Annotated[
    bool,
    typer.Option(
        "--guard-formulas/--no-guard-formulas",
        help="CSV: an apostrophe before cells that a spreadsheet would take for a formula.",
    ),
]
Target = Annotated[Path | None, typer.Option("-o", "--output", metavar="PATH", help="Write here instead of stdout.")]


def run(
    format_: FormatName,
    level: LevelName = None,
    service: OnlyServices = None,
    edges: Kinds = None,
    min_weight: Weight = 0,
    max_edges: MostEdges = None,
    collapse_above: Collapse = 60,
    guard_formulas: Guard = True,
    services: ServicesFile = None,
    folder: InputFolder = DEFAULT_FOLDER,
    output: Target = None,
) -> None:
    """Render the graph of a decomposition and print it or write it."""
    from decompose import pipeline
    from decompose.cli.documents import load_decomposition, load_evidence, load_proposal
    from decompose.cli.output import print_result
    from decompose.exports.model import EdgeKind, ExportOptions, Level

    titles = _titles()
    if format_ == "list":
        print_result("\n".join(f"{name:16}{title}" for name, title in titles.items()))
        return
    if format_ not in titles:
        raise UsageError(f"there is no export format {format_!r}", f"known: {', '.join(titles)}")
    options = ExportOptions(
        level=_one_of(Level, _PLURAL.get(level, level), "--level") if level else None,
        services=tuple(service or ()),
        kinds=tuple(_one_of(EdgeKind, kind, "--edges") for kind in edges or ()),
        min_weight=min_weight,
        most_edges=max_edges,
        collapse_above=collapse_above,
        collapse_above_edges=5 * collapse_above,
        guard_formulas=guard_formulas,
    )
    _refuse_what_is_not_honoured(format_, options)
    _refuse_without_folder(format_, output)
    evidence = load_evidence(folder)
    cut = load_decomposition(folder, services, evidence) if services else load_proposal(folder, evidence)
    if format_ == "cml" or options.level in (Level.CAPABILITIES, Level.AGGREGATES):
        cut = pipeline.find_levels(evidence, cut)
    _deliver(format_, pipeline.judge(evidence, cut), options, output)


def _titles() -> dict[str, str]:
    from decompose.exports import EXPORTS, TREE_EXPORTS

    files = {export.name: export.title for export in EXPORTS}
    return files | {tree.name: tree.title for tree in TREE_EXPORTS} | PICTURES


def _refuse_what_is_not_honoured(format_: str, options: ExportOptions) -> None:
    from decompose.exports import EXPORTS, TREE_EXPORTS
    from decompose.exports.honours import refuse_what_is_not_honoured

    honours = {each.name: each.honours for each in EXPORTS} | {each.name: each.honours for each in TREE_EXPORTS}
    refuse_what_is_not_honoured(format_, honours["dot" if format_ in PICTURES else format_], options)


def _refuse_without_folder(format_: str, output: Path | None) -> None:
    from decompose.exports import TREE_EXPORTS

    if output is None and format_ in {export.name for export in TREE_EXPORTS}:
        raise UsageError(f"{format_} writes several files", "name their folder with -o DIR")


def _deliver(format_: str, analysis: Analysis, options: ExportOptions, output: Path | None) -> None:
    from decompose.cli.output import deliver, deliver_bytes, write
    from decompose.exports import EXPORTS, TREE_EXPORTS
    from decompose.exports.boundary_graph import check_services
    from decompose.exports.dot import render_dot

    check_services(analysis, options)
    if format_ in PICTURES:
        deliver_bytes(_picture(format_, render_dot(analysis, options)), output)
        return
    for export in EXPORTS:
        if export.name == format_:
            deliver(export.render(analysis, options), output)
    for tree in TREE_EXPORTS:
        if tree.name == format_ and output is not None:
            for name, text in sorted(tree.render(analysis, options).items()):
                write(output / name, text)


def _picture(format_: str, dot: str) -> bytes:
    from decompose.cli.graphviz_pictures import SECONDS, render_png, render_svg

    svg = render_svg(dot) if format_ == "svg" else None
    picture = render_png(dot) if format_ == "png" else svg.encode() if svg else None
    if picture is not None:
        return picture
    if shutil.which("dot") is None and shutil.which("sfdp") is None:
        raise UsageError(
            f"{format_} needs Graphviz, which is not installed",
            "install it (Debian, Ubuntu: apt-get install graphviz; macOS: brew install graphviz), or use --format dot",
        )
    raise UsageError(
        f"Graphviz did not come to an end within {SECONDS} s",
        "draw less: --level services, --service NAME or --min-weight N; or use --format dot",
    )


def _one_of(kinds: type[Known], text: str, option: str) -> Known:
    try:
        return kinds(text)
    except ValueError as error:
        raise UsageError(f"{option} does not know {text!r}", f"known: {', '.join(kinds)}") from error
