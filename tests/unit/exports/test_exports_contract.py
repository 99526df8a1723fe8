from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from analyses import shop, wide
from decompose.exports import EXPORTS, TREE_EXPORTS, Export, TreeExport
from decompose.exports.model import EdgeKind, ExportOptions, Level
from export_samples import empty
from golden_files import assert_golden
from hostile_names import HOSTILE, bare, hostile

NAMED = pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
TREES = pytest.mark.parametrize("export", TREE_EXPORTS, ids=lambda export: export.name)
CONTROLS = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
LINES_KEPT = {"csv", "csv-nodes", "json", "graphml", "gexf", "service-cutter"}
"""Formats that carry names as they are, by means of their own."""


def joined(files: Mapping[str, str]) -> str:
    return "".join(f"--- {name}\n{text}" for name, text in files.items())


@NAMED
def test_the_export_of_the_shop(export: Export) -> None:
    assert_golden(f"exports/shop{export.suffix}", export.render(shop(), ExportOptions()))


@TREES
def test_the_folder_of_the_shop(export: TreeExport) -> None:
    assert_golden(f"exports/shop.{export.name}.txt", joined(export.render(shop(), ExportOptions())))


@NAMED
@pytest.mark.parametrize("level", Level)
def test_every_level_twice_the_same(export: Export, level: Level) -> None:
    text = export.render(shop(), ExportOptions(level=level))
    assert text.endswith("\n")
    assert export.render(shop(), ExportOptions(level=level)) == text


@NAMED
@pytest.mark.parametrize("seed", range(len(HOSTILE)))
def test_any_name_can_be_written_to_a_file(export: Export, seed: int) -> None:
    for analysis in (shop(hostile(seed)), shop(bare(HOSTILE[seed]))):
        for level in (Level.SERVICES, Level.TABLES, Level.COLUMNS):
            text = export.render(analysis, ExportOptions(level=level))
            text.encode()
            if export.name not in LINES_KEPT:
                assert not CONTROLS.search(text)


@NAMED
def test_nothing_to_draw_is_no_error(export: Export) -> None:
    assert export.render(empty(), ExportOptions()).endswith("\n")


@NAMED
def test_a_service_can_be_chosen(export: Export) -> None:
    text = export.render(shop(), ExportOptions(services=("billing",)))
    assert "billing" in text or "payments" in text
    assert "catalog" not in text
    assert "products" not in text


@pytest.mark.parametrize(
    "export",
    [e for e in EXPORTS if e.name in ("dot", "mermaid", "d2", "plantuml", "drawio", "graphml", "gexf", "json", "csv")],
    ids=lambda export: export.name,
)
def test_a_thousand_tables_start_at_services(export: Export) -> None:
    assert len(export.render(wide(1000, 20), ExportOptions())) < 30_000 or export.name == "json"


@TREES
@pytest.mark.parametrize("evil", HOSTILE)
def test_file_names_are_safe_everywhere(export: TreeExport, evil: str) -> None:
    for analysis in (shop(bare(evil)), shop(hostile(len(evil)))):
        files = export.render(analysis, ExportOptions())
        assert len({name.lower() for name in files}) == len(analysis.evidence.tables)
        assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]{0,110}\.yml", name) for name in files)
        assert not any(name.lower().split(".")[0] in ("con", "nul", "aux", "prn") for name in files)
        joined(files).encode()


def test_names_are_told_apart() -> None:
    names = [export.name for export in (*EXPORTS, *TREE_EXPORTS)]
    assert len(set(names)) == len(names)
    assert len({export.suffix for export in EXPORTS}) == len(EXPORTS)
    assert all(export.suffix.startswith(".") and export.title for export in EXPORTS)


ASKED: tuple[tuple[str, ExportOptions], ...] = (
    ("edges", ExportOptions(kinds=(EdgeKind.JOIN,))),
    ("edges", ExportOptions(min_weight=41)),
    ("most_edges", ExportOptions(most_edges=1)),
)
"""What is honoured, and an option that changes what the shop shows of one service or another."""


@NAMED
@pytest.mark.parametrize(("what", "options"), ASKED, ids=("edges", "min-weight", "max-edges"))
def test_a_format_does_what_it_says_it_honours_and_nothing_else(
    export: Export, what: str, options: ExportOptions
) -> None:
    chosen = [("billing",), ("ordering",)]
    plain = [export.render(shop(), ExportOptions(services=services)) for services in chosen]
    asked = [export.render(shop(), replace(options, services=services)) for services in chosen]
    assert (asked != plain) == getattr(export.honours, what)


@NAMED
def test_a_format_shows_the_levels_that_it_says(export: Export) -> None:
    texts = {level: export.render(shop(), ExportOptions(level=level)) for level in Level}
    if export.honours.levels == tuple(Level):
        assert len({*texts.values()}) == len(Level)
    else:
        assert len({*texts.values()}) == 1
