from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET

import pytest

from analyses import shop, wide
from decompose.cli import graphviz_pictures
from decompose.exports.dot import render_dot
from decompose.exports.model import ExportOptions, Level
from decompose.exports.names import one_line
from export_samples import busy
from golden_files import assert_golden
from hostile_names import HOSTILE, bare, hostile

SVG = "{http://www.w3.org/2000/svg}"
NOTHING = "<svg/>"
ENGINE = shutil.which("dot") is not None


def test_the_picture_of_the_services() -> None:
    assert_golden("exports/shop.services.dot", render_dot(shop(), ExportOptions(level=Level.SERVICES)))


def statements(dot: str) -> list[str]:
    """What a reader of DOT's grammar finds outside double-quoted strings, line by line."""
    outside, inside, escaped = [], False, False
    for character in dot:
        if inside:
            inside = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            inside = True
        else:
            outside.append(character)
    assert not inside
    return "".join(outside).splitlines()


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_names_stay_inside_their_quotes(level: Level, evil: str) -> None:
    options = ExportOptions(level=level)
    assert sorted(statements(render_dot(shop(bare(evil)), options))) == sorted(statements(render_dot(shop(), options)))


def test_a_thousand_tables_make_a_small_picture() -> None:
    assert len(render_dot(wide(1000, 20), ExportOptions())) < 10_000


@pytest.mark.parametrize("seed", range(0, len(HOSTILE), 4))
def test_graphviz_shows_every_name(seed: int) -> None:
    analysis = shop(hostile(seed))
    svg = graphviz_pictures.render_svg(render_dot(analysis, ExportOptions(level=Level.TABLES)))
    assert (svg is not None) == ENGINE
    shown = {text.text for text in ET.fromstring(svg or NOTHING).iter(f"{SVG}text")}
    names = {one_line(table.name) for table in analysis.evidence.tables if svg}
    assert {" ".join(name.split()) for name in names} <= {" ".join((text or "").split()) for text in shown}


def test_the_picture_tells_no_version_and_needs_no_network() -> None:
    dot = render_dot(shop(), ExportOptions())
    svg = graphviz_pictures.render_svg(dot)
    assert (svg is not None) == ENGINE
    assert "<!--" not in (svg or "")
    assert "DOCTYPE" not in (svg or "")
    assert graphviz_pictures.render_svg(dot) == svg


def test_without_graphviz_there_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert graphviz_pictures.render_svg(render_dot(shop(), ExportOptions())) is None


def test_a_large_graph_is_left_to_sfdp(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(graphviz_pictures.shutil, "which", lambda name: asked.append(name))
    graphviz_pictures.render_svg(render_dot(wide(400, 20), ExportOptions(level=Level.TABLES)))
    graphviz_pictures.render_svg(render_dot(shop(bare('a" [b')), ExportOptions()))
    assert asked == ["sfdp", "dot", "sfdp"]


def test_in_a_large_picture_the_names_of_services_are_nodes_and_tables_are_tinted() -> None:
    drawn = render_dot(busy(400, 20), ExportOptions(level=Level.TABLES))
    small = render_dot(busy(200, 20), ExportOptions(level=Level.TABLES))
    assert '"name service:service-007" [label="service-007", shape=plaintext' in drawn
    assert '"name service:service-007" -> "table:table_00150" [style=invis' in drawn
    assert drawn.count("style=invis") == 400
    assert drawn.count('fillcolor="#ffffff"') == 1  # the default
    assert "style=invis" not in small
    svg = graphviz_pictures.render_svg(drawn)
    assert (svg is not None) == ENGINE
    assert graphviz_pictures.render_svg(drawn) == svg
    shown = [text.text for text in ET.fromstring(svg or NOTHING).iter(f"{SVG}text")]
    assert shown.count("service-007") == 1
    assert shown.count("table_00399") == 1
