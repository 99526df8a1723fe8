"""`decompose export`: every format from a folder, its options, pictures, and what it says when it cannot."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analyses import shop
from decompose import pipeline
from decompose.cli.app import app
from decompose.cli.documents import write_folder
from decompose.cli.output import Notes
from decompose.exports import EXPORTS, TREE_EXPORTS
from decompose.exports.model import Level
from export_samples import busy

RUN = CliRunner()
SIGNATURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop")
    write_folder(path, pipeline.judge(shop().evidence, shop().decomposition), Notes(quiet=True))
    return path


def export(folder: Path, *arguments: str, code: int = 0) -> str:
    done = RUN.invoke(app, ["export", "--in", str(folder), *arguments])
    assert done.exit_code == code, done.output
    return done.stdout_bytes.decode() if code == 0 else done.output


@pytest.mark.parametrize("name", [export.name for export in EXPORTS])
def test_every_format_the_same_on_stdout_and_in_a_file(folder: Path, tmp_path: Path, name: str) -> None:
    printed = export(folder, "--format", name)
    assert export(folder, "--format", name, "-o", str(tmp_path / "graph")) == ""
    assert (tmp_path / "graph").read_bytes().decode() == printed


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("name", [export.name for export in (*EXPORTS, *TREE_EXPORTS)])
def test_a_level_that_a_format_cannot_show_is_refused(folder: Path, tmp_path: Path, name: str, level: Level) -> None:
    honours = next(each.honours for each in (*EXPORTS, *TREE_EXPORTS) if each.name == name)
    known = level in honours.levels
    told = export(folder, "--format", name, "--level", level, "-o", str(tmp_path / "out"), code=0 if known else 2)
    assert known or f"{name} cannot show {level}: it shows" in told
    assert (tmp_path / "out").exists() is known


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("dbml", ("--edges", "join")),
        ("dbml", ("--min-weight", "5")),
        ("mermaid-er", ("--min-weight", "5")),
        ("service-cutter", ("--max-edges", "3")),
        ("asyncapi", ("--collapse-above", "3")),
        ("svg", ("--no-guard-formulas",)),
        ("table-docs", ("--edges", "join")),
    ],
)
def test_an_option_that_a_format_would_ignore_is_refused(folder: Path, name: str, arguments: tuple[str, ...]) -> None:
    assert f"{name} has no use for {arguments[0]}" in export(folder, "--format", name, *arguments, code=2)


@pytest.mark.parametrize("name", [export.name for export in (*EXPORTS, *TREE_EXPORTS)])
def test_a_service_that_is_not_there_is_refused_by_every_format(folder: Path, tmp_path: Path, name: str) -> None:
    told = export(folder, "--format", name, "--service", "nowhere", "-o", str(tmp_path / "out"), code=2)
    assert "there is no service 'nowhere'" in told


def test_the_list_names_everything(folder: Path) -> None:
    named = [line.split()[0] for line in export(folder, "--format", "list").splitlines()]
    assert named == [*(e.name for e in EXPORTS), *(e.name for e in TREE_EXPORTS), "svg", "png"]


def test_a_tree_needs_a_folder(folder: Path, tmp_path: Path) -> None:
    assert "name their folder with -o DIR" in export(folder, "--format", "table-docs", code=2)
    export(folder, "--format", "table-docs", "-o", str(tmp_path / "docs"))
    assert len(list((tmp_path / "docs").glob("*.yml"))) == 8


def test_the_picture_as_svg_and_as_png(folder: Path, tmp_path: Path) -> None:
    svg = export(folder, "--format", "svg")
    assert svg.startswith("<?xml")
    assert "order_lines" in svg
    for name in ("one.png", "two.png"):
        export(folder, "--format", "png", "-o", str(tmp_path / name))
    first, second = (tmp_path / name for name in ("one.png", "two.png"))
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().startswith(SIGNATURE)
    # The same layout: 96 dots to the inch where the SVG has 72 points.
    wide, high = struct.unpack(">II", first.read_bytes()[16:24])
    points = [float(part.partition("pt")[0]) for part in (svg.partition('width="')[2], svg.partition('height="')[2])]
    assert [wide, high] == pytest.approx([size * 96 / 72 for size in points], abs=3)


def test_a_png_goes_down_a_pipe(folder: Path) -> None:
    done = RUN.invoke(app, ["export", "--in", str(folder), "--format", "png", "--level", "services"])
    assert done.exit_code == 0
    assert done.stdout_bytes.startswith(SIGNATURE)


def test_a_picture_at_the_level_and_of_the_edges_asked_for(folder: Path) -> None:
    svg = export(folder, "--format", "svg", "--level", "services", "--edges", "join", "--min-weight", "50")
    assert "75 joins" in svg
    assert "25 joins" not in svg
    assert "order_lines" not in svg


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_without_graphviz_there_is_a_hint(folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setenv("PATH", "")
    told = export(folder, "--format", kind, code=2)
    assert "not installed" in told
    assert "apt-get install graphviz" in told
    assert "--format dot" in told


def test_a_picture_that_takes_too_long_asks_for_less(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("decompose.cli.graphviz_pictures.SECONDS", 0.0001)
    assert "--level services" in export(folder, "--format", "png", code=2)


def test_where_services_stand_in_for_tables_can_be_said(folder: Path) -> None:
    assert "order_lines" in export(folder, "--format", "d2")
    assert "order_lines" not in export(folder, "--format", "d2", "--collapse-above", "7")
    assert "order_lines" in export(folder, "--format", "d2", "--collapse-above", "7", "--level", "tables")
    assert "order_lines" in export(folder, "--format", "d2", "--collapse-above", "8")


def test_many_tables_are_shown_when_asked_for(tmp_path: Path) -> None:
    analysis = busy(100, 6)
    write_folder(tmp_path, pipeline.judge(analysis.evidence, analysis.decomposition), Notes(quiet=True))
    assert "table_00050" not in export(tmp_path, "--format", "mermaid")
    assert "table_00050" in export(tmp_path, "--format", "mermaid", "--collapse-above", "100")


def test_cells_are_guarded_unless_told_otherwise(tmp_path: Path) -> None:
    analysis = shop(lambda name: f"=1+{name}")
    write_folder(tmp_path, pipeline.judge(analysis.evidence, analysis.decomposition), Notes(quiet=True))
    assert "\n'=1+orders," in export(tmp_path, "--format", "csv-nodes")
    assert "\n=1+orders," in export(tmp_path, "--format", "csv-nodes", "--no-guard-formulas")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--format", "jpeg"), "there is no export format 'jpeg'"),
        (("--format", "dot", "--level", "rows"), "--level does not know 'rows'"),
        (("--format", "dot", "--edges", "love"), "--edges does not know 'love'"),
        (("--format", "dot", "--service", "nowhere"), "there is no service 'nowhere'"),
    ],
)
def test_what_is_not_known_is_named(folder: Path, arguments: tuple[str, ...], told: str) -> None:
    assert told in " ".join(export(folder, *arguments, code=2).split())
