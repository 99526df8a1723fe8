"""Each format read back by a reader of its kind: hostile names change what is read, never how it is built."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace

import networkx as nx
import pytest
import yaml

from analyses import shop, wide
from decompose.assessment.model import Analysis
from decompose.exports import EXPORTS, TREE_EXPORTS
from decompose.exports.boundary_graph import boundary_graph
from decompose.exports.model import ExportOptions, Level
from decompose.exports.names import one_line
from export_samples import busy
from hostile_names import HOSTILE, bare, hostile

RENDER = {export.name: export.render for export in EXPORTS}
LEVELS = (Level.SERVICES, Level.TABLES, Level.COLUMNS)
SEEDS = pytest.mark.parametrize("seed", range(len(HOSTILE)))
INVALID_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def variants(seed: int) -> tuple[Analysis, Analysis]:
    return shop(hostile(seed)), shop(bare(HOSTILE[seed]))


@SEEDS
@pytest.mark.parametrize("name", ["graphml", "gexf"])
def test_networkx_reads_the_graph_back(name: str, seed: int) -> None:
    read = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[name]
    for analysis in variants(seed):
        for level in LEVELS:
            options = ExportOptions(level=level)
            drawn = boundary_graph(analysis, options)
            graph = read(io.BytesIO(RENDER[name](analysis, options).encode()))
            assert graph.number_of_edges() == len(drawn.edges)
            assert Counter(data["label"] for _, data in graph.nodes(data=True)) == Counter(
                INVALID_XML.sub("\ufffd", node.label) for node in drawn.nodes
            )


@SEEDS
def test_node_link_json_keeps_every_name(seed: int) -> None:
    for analysis in variants(seed):
        text = RENDER["json"](analysis, ExportOptions())
        graph = nx.node_link_graph(json.loads(text), edges="edges")
        drawn = boundary_graph(analysis, ExportOptions())
        assert {data["label"] for _, data in graph.nodes(data=True)} == {node.label for node in drawn.nodes}
        assert graph.number_of_edges() == len(drawn.edges)
        assert text.isascii()


@SEEDS
@pytest.mark.parametrize("guard", [True, False])
def test_csv_reads_back_and_holds_no_formula(seed: int, guard: bool) -> None:
    for analysis in variants(seed):
        text = RENDER["csv-nodes"](analysis, ExportOptions(guard_formulas=guard))
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert {len(row) for row in rows} == {4}
        drawn = [node.label for node in boundary_graph(analysis, ExportOptions()).nodes]
        if guard:
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
            assert [row[0].removeprefix("'") for row in rows[1:] if row[0].startswith("'=")] == [
                name for name in drawn if name.startswith("=")
            ]
        else:
            assert [row[0] for row in rows[1:]] == [
                name.encode("utf-8", "replace").decode().replace("\x00", "\ufffd") for name in drawn
            ]


@SEEDS
def test_drawio_cells_hang_together(seed: int) -> None:
    for analysis in variants(seed):
        for level in LEVELS:
            root = ET.fromstring(RENDER["drawio"](analysis, ExportOptions(level=level)).encode())
            cells = list(root.iter("mxCell"))
            ids = [cell.get("id") for cell in cells]
            assert len(set(ids)) == len(ids)
            assert {cell.get(end) for cell in cells for end in ("parent", "source", "target")} <= {None, *ids}
            drawn = boundary_graph(analysis, ExportOptions(level=level))
            assert sum(cell.get("edge") == "1" for cell in cells) == len(drawn.edges)
            assert {one_line(node.label) for node in drawn.nodes if node.tables == (node.label,)} <= {
                cell.get("value") for cell in cells
            }


def test_drawio_boxes_do_not_overlap() -> None:
    root = ET.fromstring(RENDER["drawio"](wide(200, 9), ExportOptions(level=Level.TABLES)).encode())
    frames = []
    for cell in root.iter("mxCell"):
        box = cell.find("mxGeometry")
        if cell.get("vertex") == "1" and cell.get("parent") == "1" and box is not None:
            frames.append(tuple(int(box.get(side, "")) for side in ("x", "y", "width", "height")))
    for left, top, width, height in frames:
        others = [frame for frame in frames if frame[:2] != (left, top)]
        assert not any(left < x + w and x < left + width and top < y + h and y < top + height for x, y, w, h in others)


def skeleton(text: str, strings: str) -> list[str]:
    """The lines without their strings and without what tells generated identifiers apart."""
    bare_text = re.sub(strings, " S ", text)
    return sorted(re.sub(r"\b(group|table|column|service)(_\w+)?\b", "I", line) for line in bare_text.splitlines())


STRINGS = {
    "mermaid": r'"[^"\\%{}<>`]*(?:<br/>[^"\\%{}<>`]*)?"',
    "plantuml": r'"[^"]*"| : [^\n]*',
    "d2": r"'(?:[^'\n]|'')*'",
}


@SEEDS
@pytest.mark.parametrize("name", STRINGS)
def test_names_stay_inside_their_strings(name: str, seed: int) -> None:
    for level in LEVELS:
        options = ExportOptions(level=level)
        plain = skeleton(RENDER[name](shop(), options), STRINGS[name])
        for analysis in variants(seed):
            assert skeleton(RENDER[name](analysis, options), STRINGS[name]) == plain


@SEEDS
def test_plantuml_labels_hold_no_markup(seed: int) -> None:
    text = RENDER["plantuml"](shop(hostile(seed)), ExportOptions())
    labels = re.findall(r'"([^"]*)" as', text)
    assert len(labels) == 14
    assert not any(re.search(r"[*~%!\\]|--|__|//|<(?!U\+[0-9A-F]{4}>)", label) for label in labels)


@SEEDS
@pytest.mark.parametrize("name", ["dbml", "structurizr", "cml"])
def test_braces_and_quotes_balance(name: str, seed: int) -> None:
    for analysis in variants(seed):
        text = RENDER[name](analysis, ExportOptions())
        outside = re.sub(r'"(?:[^"\\\n]|\\.)*"', "", text)
        assert '"' not in outside
        assert outside.count("{") == outside.count("}")
        assert outside.isascii()


@SEEDS
def test_yaml_formats_read_back(seed: int) -> None:
    for analysis in variants(seed):
        components = [d for d in yaml.safe_load_all(RENDER["backstage"](analysis, ExportOptions())) if d]
        names = [d["metadata"]["name"] for d in components if d["kind"] == "Component"]
        assert len(set(names)) == 4
        assert all(re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?", n) and len(n) <= 63 for n in names)
        needed = {need for d in components for need in d["spec"].get("dependsOn", ())}
        assert needed <= {f"component:{name}" for name in names}
        domains = yaml.safe_load(RENDER["schema-domains"](analysis, ExportOptions()))
        assert sum(len(tables) for tables in domains.values()) == 8
        assert len(domains) == 6
        for text in TREE_EXPORTS[0].render(analysis, ExportOptions()).values():
            assert {"table_name", "gitlab_schema", "feature_categories"} <= set(yaml.safe_load(text))


@SEEDS
def test_service_cutter_relations_name_entities(seed: int) -> None:
    for analysis in variants(seed):
        document = json.loads(RENDER["service-cutter"](analysis, ExportOptions()))
        names = {entity["name"] for entity in document["entities"]}
        assert len(names) == 8
        assert {relation[end] for relation in document["relations"] for end in ("origin", "destination")} <= names
        assert Counter(relation["type"] for relation in document["relations"]) == {"AGGREGATION": 4, "COMPOSITION": 2}


def test_mermaid_keeps_within_its_own_limits() -> None:
    crowded = RENDER["mermaid"](busy(390, 20), ExportOptions(level=Level.TABLES, most_edges=0))
    drawn = sum(crowded.count(f" {line}|") for line in ("-->", "===", "---", "-.-", "-.->"))
    assert f"  %% the {drawn} strongest of 1,164 edges are drawn\n" in crowded
    assert 0 < drawn <= 500
    coarser = RENDER["mermaid"](wide(1000, 30), ExportOptions(level=Level.TABLES))
    assert "  %% tables do not fit the limits of Mermaid: services are shown\n" in coarser
    assert "a-service-with-a-long-name-0007" in coarser
    small = RENDER["mermaid"](wide(1000, 30), ExportOptions(collapse_above=10_000))
    assert all(len(text) <= 50_000 for text in (crowded, coarser, small))


@pytest.mark.parametrize(
    ("tables", "told"),
    [(100, ""), (170, "columns other than keys are"), (300, "columns are"), (1000, "columns and 579 tables are")],
)
def test_mermaid_leaves_out_what_its_limits_forbid(tables: int, told: str) -> None:
    text = RENDER["mermaid-er"](busy(tables, 10), ExportOptions())
    assert len(text) <= 50_000
    assert re.findall(r"%% (.*) left out", text) == ([told] if told else [])
    assert "table_00001" in text  # what most references lead to stays


def test_context_map_words_become_names() -> None:
    text = RENDER["cml"](shop(lambda name: {"billing": "event", "payments": "Entity"}.get(name, name)), ExportOptions())
    assert "BoundedContext ^event {" in text
    assert "Entity ^Entity { aggregateRoot }" in text
    assert "^event [P]<->[P] ordering" in text


def test_a_context_map_of_one_service_has_its_neighbours_and_what_ties_them() -> None:
    text = RENDER["cml"](shop(), ExportOptions(services=("billing",)))
    assert "contains billing" in text
    assert "contains ordering" in text
    assert "contains catalog" not in text
    assert "billing [P]<->[P] ordering" in text


def test_large_numbers_on_edges_are_told_in_groups_of_three() -> None:
    seen = shop()
    profiles = tuple(replace(profile, count=1000 * profile.count) for profile in seen.evidence.profiles)
    busy = replace(seen, evidence=replace(seen.evidence, profiles=profiles))
    for name in ("dot", "mermaid", "d2", "plantuml", "drawio"):
        assert "40,000 tx" in RENDER[name](busy, ExportOptions(level=Level.SERVICES))


def test_a_drawing_of_services_has_them_on_a_ring_and_their_edges_beside_each_other() -> None:
    for count in (4, 12, 40):
        seen = busy(5 * count, count)
        root = ET.fromstring(RENDER["drawio"](seen, ExportOptions(level=Level.SERVICES)))
        cells = root.findall(".//mxCell")
        boxes = [cell.find("mxGeometry") for cell in cells if cell.get("vertex")]
        frames = [
            tuple(int(box.get(side, "0")) for side in ("x", "y", "width", "height")) for box in boxes if box is not None
        ]
        assert len(frames) >= count
        for number, (x, y, width, height) in enumerate(frames):
            for left, top, _, _ in frames[:number]:
                assert abs(x - left) >= width or abs(y - top) >= height
        bends = Counter(
            (cell.get("source"), cell.get("target"), point.get("x"), point.get("y"))
            for cell in cells
            for point in cell.iter("mxPoint")
        )
        assert bends
        assert max(bends.values()) == 1
