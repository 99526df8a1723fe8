"""Print the capability map: what the business does, and the tables and transactions that carry it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from decompose.cli.options import DEFAULT_FOLDER, InputFolder, ServicesFile

if TYPE_CHECKING:
    from decompose.boundaries.model import Decomposition

NAME = "capabilities"


class MapFormat(StrEnum):
    """How the map is printed."""

    TREE = "tree"
    MARKDOWN = "markdown"
    YAML = "yaml"


PrintMap = Annotated[MapFormat, typer.Option("--format", help="How to print the map.")]
Levels = Annotated[
    bool, typer.Option("--levels", help="Print services and aggregates below each capability instead of its parts.")
]
Target = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write here instead of stdout.")]


def run(
    services: ServicesFile = None,
    folder: InputFolder = DEFAULT_FOLDER,
    format_: PrintMap = MapFormat.TREE,
    levels: Levels = False,
    output: Target = None,
) -> None:
    """Print the map of the folder's proposal, or of another decomposition."""
    from decompose import pipeline
    from decompose.cli.documents import load_decomposition, load_evidence, load_proposal
    from decompose.cli.output import deliver

    evidence = load_evidence(folder)
    given = load_decomposition(folder, services, evidence) if services else load_proposal(folder, evidence)
    found = pipeline.find_levels(evidence, given)
    deliver(_rendered(found, {p.id: p.name for p in evidence.profiles}, format_, levels), output)


def _rendered(found: Decomposition, names: dict[str, str], format_: MapFormat, levels: bool) -> str:
    from decompose.cli.rendering import look
    from decompose.reports import levels_markdown, levels_text
    from decompose.store import capabilities_yaml

    if format_ is MapFormat.YAML:
        return capabilities_yaml.dump_levels(found) if levels else capabilities_yaml.dump(found)
    if format_ is MapFormat.MARKDOWN:
        lines = levels_markdown.levels(found) if levels else levels_markdown.capability_map(found, names)
        return "\n".join(lines)
    return levels_text.level_tree(found, look()) if levels else levels_text.capability_tree(found, look())
