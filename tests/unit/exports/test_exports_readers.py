"""Every format read by its own tool: the shop, every hostile name at once, and 300 tables."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

import cml_parser
import networkx as nx
import pytest
import yaml
from jsonschema import Draft202012Validator, ValidationError

import format_readers
from analyses import shop
from decompose.assessment.model import Analysis
from decompose.exports import EXPORTS, TREE_EXPORTS
from decompose.exports.boundary_graph import boundary_graph
from decompose.exports.model import ExportOptions, Level
from decompose.exports.names import distinct_lines, one_line
from export_samples import NAMES, busy, empty, gallery
from repository import ROOT

SAMPLES: dict[str, Analysis] = {"shop": shop(), "gallery": gallery(), "busy": busy(300, 15)}
SCHEMAS = ROOT / "tests" / "vendor" / "export-formats"
RENDER = {export.name: export.render for export in EXPORTS}
LEVELS = (None, *Level)
EACH_SAMPLE = pytest.mark.parametrize("sample", SAMPLES)


def tables(analysis: Analysis) -> list[str]:
    return [table.name for table in analysis.evidence.tables]


def shown(names: list[str]) -> list[str]:
    """Names as formats without escapes show them, without the spaces that a drawing may fold."""
    return sorted(" ".join(name.split()) for name in distinct_lines(names).values())


def documents(name: str) -> dict[str, str]:
    """The format of every sample at every level that differs."""
    found = {}
    for sample, analysis in SAMPLES.items():
        for level in LEVELS:
            text = RENDER[name](analysis, ExportOptions(level=level))
            if text not in found.values():
                found[f"{sample}-{level or 'auto'}"] = text
    return found


def svg_texts(svg: str) -> set[str]:
    return {
        " ".join("".join(text.itertext()).split())
        for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    }


def assert_schema(document: Any, schema: str) -> None:
    Draft202012Validator(json.loads((SCHEMAS / schema).read_text())).validate(document)


# Graphviz


def test_graphviz_draws_every_document_without_a_word() -> None:
    for name, text in documents("dot").items():
        svg, complaint = format_readers.graphviz(text)
        assert (name, complaint) == (name, "")
        assert svg


def test_graphviz_shows_every_name_of_the_gallery() -> None:
    svg, _ = format_readers.graphviz(RENDER["dot"](SAMPLES["gallery"], ExportOptions(level=Level.TABLES)))
    assert {" ".join(one_line(name).split()) for name in NAMES} <= svg_texts(svg)


# D2


def test_d2_takes_every_document() -> None:
    complaints = {name: format_readers.d2(text) for name, text in documents("d2").items()}
    assert {name: complaint for name, complaint in complaints.items() if complaint} == {}


def test_d2_draws_every_name(tmp_path: Path) -> None:
    target = tmp_path / "gallery.svg"
    text = RENDER["d2"](SAMPLES["gallery"], ExportOptions(level=Level.TABLES))
    assert format_readers.d2(text, target) == ""
    drawn = " ".join(" ".join(ET.fromstring(target.read_text()).itertext()).split())
    assert [name for name in NAMES if " ".join(one_line(name).split()) not in drawn] == []


# PlantUML


def test_plantuml_takes_every_document(tmp_path: Path) -> None:
    assert format_readers.plantuml(documents("plantuml"), tmp_path) == 0


def test_plantuml_draws_every_name(tmp_path: Path) -> None:
    text = RENDER["plantuml"](SAMPLES["gallery"], ExportOptions(level=Level.TABLES))
    assert format_readers.plantuml({"gallery": text}, tmp_path, "--svg") == 0
    svg = ET.fromstring((tmp_path / "plantuml" / "gallery.svg").read_text())
    drawn = re.sub(r"[\s\u2060]", "", "".join(svg.itertext()))
    assert [name for name in NAMES if re.sub(r"\s", "", one_line(name)) not in drawn] == []


# Structurizr


def spelled(text: str) -> str:
    """The identifiers in letters alone: this reader knows digits only at an identifier's end, the language anywhere."""
    ids = re.findall(r"^ +(\w+) = container ", text, re.MULTILINE)
    assert all(re.fullmatch(r"[A-Za-z]\w*", identifier, re.ASCII) for identifier in ids)
    letters = {identifier: "e" + "".join(chr(ord("a") + int(d)) for d in str(n)) for n, identifier in enumerate(ids)}
    outside = re.split(r'("[^"]*")', text)
    outside[::2] = [re.sub(r"\w+", lambda found: letters.get(found[0], found[0]), part) for part in outside[::2]]
    return "".join(outside)


def test_structurizr_parses_every_workspace() -> None:
    read = format_readers.read(
        "structurizr", [spelled(RENDER["structurizr"](a, ExportOptions())) for a in SAMPLES.values()]
    )
    for analysis, found in zip(SAMPLES.values(), read, strict=True):
        assert found["errors"] == []
        assert len(set(found["names"])) == len(found["names"])
        services = shown([service.name for service in analysis.decomposition.services])
        told = [" ".join(name.split()) for name in found["names"]]
        assert [name for name in services if not set('"\\$') & set(name) and name not in told] == []
        assert len(told) == len(services) + 2


# DBML


def test_dbml_parses_every_schema() -> None:
    read = format_readers.read("dbml", [RENDER["dbml"](analysis, ExportOptions()) for analysis in SAMPLES.values()])
    for analysis, found in zip(SAMPLES.values(), read, strict=True):
        assert found["errors"] == []
        assert sorted(found["names"]) == sorted(distinct_lines(tables(analysis)).values())
        groups = {s.name for s in analysis.decomposition.services} | {"shared", "infrastructure"}
        assert sorted(found["groups"]) == sorted(distinct_lines(groups).values())
        assert len(found["columns"]) == sum(len(table.columns) for table in analysis.evidence.tables)
        assert found["references"] == sum(link.declared for link in analysis.evidence.links)


# AsyncAPI


def test_asyncapi_finds_no_fault() -> None:
    read = format_readers.read("asyncapi", [RENDER["asyncapi"](a, ExportOptions()) for a in SAMPLES.values()])
    for analysis, found in zip(SAMPLES.values(), read, strict=True):
        assert found["errors"] == []
        document = yaml.safe_load(RENDER["asyncapi"](analysis, ExportOptions()))
        assert found["names"] == [channel["address"] for channel in document["channels"].values()]
        assert found["operations"] == len(document["operations"]) > 0


# Backstage


def test_backstage_accepts_every_entity() -> None:
    catalogues = [list(yaml.safe_load_all(RENDER["backstage"](a, ExportOptions()))) for a in SAMPLES.values()]
    read = iter(format_readers.read("backstage", [json.dumps(entity) for found in catalogues for entity in found]))
    for analysis, entities in zip(SAMPLES.values(), catalogues, strict=True):
        found = [next(read) for _ in entities]
        assert [told["errors"] for told in found if told["errors"]] == []
        names = [name for told in found for name in told["names"]]
        assert len(set(names)) == len(names) == len(entities)
        assert {need for told in found for need in told["needs"]} <= set(names)
        assert sum(name.startswith("component:") for name in names) == len(analysis.decomposition.services)


# Context Mapper


@EACH_SAMPLE
def test_context_mapper_parses_every_map(sample: str) -> None:
    analysis = SAMPLES[sample]
    model = cml_parser.parse_text(RENDER["cml"](analysis, ExportOptions()), strict=True)
    contexts = {context.name for context in model.contexts}
    assert len(contexts) == len(model.contexts) == len(analysis.decomposition.services)
    assert {context.name for context in model.context_maps[0].contexts} == contexts
    ends = [(r.left.name, r.right.name) for r in model.context_maps[0].relationships]
    assert ends
    assert {end for pair in ends for end in pair} <= contexts
    entities = [e.name for c in model.contexts for aggregate in c.aggregates for e in aggregate.entities]
    assert len(set(entities)) == len(entities) == sum(len(s.tables) for s in analysis.decomposition.services)


# Graph files


@EACH_SAMPLE
@pytest.mark.parametrize("level", Level)
def test_networkx_reads_every_graph(sample: str, level: Level) -> None:
    options = ExportOptions(level=level)
    drawn = boundary_graph(SAMPLES[sample], options)
    read = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}
    graphs = [reader(io.BytesIO(RENDER[name](SAMPLES[sample], options).encode())) for name, reader in read.items()]
    graphs.append(nx.node_link_graph(json.loads(RENDER["json"](SAMPLES[sample], options)), edges="edges"))
    for graph in graphs:
        assert (graph.number_of_nodes(), graph.number_of_edges()) == (len(drawn.nodes), len(drawn.edges))
        assert Counter(data["kind"] for _, data in graph.nodes(data=True)) == Counter(n.kind for n in drawn.nodes)


# Formats with a schema of ours


@EACH_SAMPLE
def test_service_cutter_model(sample: str) -> None:
    document = json.loads(RENDER["service-cutter"](SAMPLES[sample], ExportOptions()))
    assert_schema(document, "service-cutter.json")
    names = [entity["name"] for entity in document["entities"]]
    assert len(set(names)) == len(names) == len(SAMPLES[sample].evidence.tables)
    assert {end for relation in document["relations"] for end in (relation["origin"], relation["destination"])} <= {
        *names
    }


@EACH_SAMPLE
def test_schema_domains(sample: str) -> None:
    domains = yaml.safe_load(RENDER["schema-domains"](SAMPLES[sample], ExportOptions()))
    assert_schema(domains, "schema-domains.json")
    found = [table for owned in domains.values() for table in owned]
    assert sorted(found) == sorted(distinct_lines(tables(SAMPLES[sample])).values())


@EACH_SAMPLE
def test_table_docs(sample: str) -> None:
    files = TREE_EXPORTS[0].render(SAMPLES[sample], ExportOptions())
    read = [yaml.safe_load(text) for text in files.values()]
    for document in read:
        assert_schema(document, "gitlab-table-docs.json")
    assert Counter(d["table_name"] for d in read) == Counter(one_line(table) for table in tables(SAMPLES[sample]))


def test_nothing_to_draw_is_read_too(tmp_path: Path) -> None:
    nothing = {name: render(empty(), ExportOptions()) for name, render in RENDER.items()}
    for reader in ("dbml", "asyncapi", "structurizr"):
        assert format_readers.read(reader, [nothing[reader]])[0]["errors"] == []
    assert format_readers.d2(nothing["d2"]) == ""
    assert format_readers.plantuml({"nothing": nothing["plantuml"]}, tmp_path) == 0
    assert format_readers.graphviz(nothing["dot"])[1] == ""
    assert cml_parser.parse_text(nothing["cml"], strict=True).contexts == []
    assert nx.read_gexf(io.BytesIO(nothing["gexf"].encode())).number_of_nodes() == 0
    assert nx.read_graphml(io.BytesIO(nothing["graphml"].encode())).number_of_nodes() == 0
    assert_schema(json.loads(nothing["service-cutter"]), "service-cutter.json")


# The readers can say no


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        ("dbml", 'Table "a {\n  id int\n}\n'),
        ("dbml", 'Table "a" {\n  "id" "enum(\n)"\n}\n'),
        ("asyncapi", "asyncapi: 3.0.0\ninfo:\n  title: x\n"),
        ("structurizr", 'workspace "x" { model { a = softwareSystem "b" { c = contayner "d" } } }'),
        (
            "backstage",
            '{"apiVersion": "backstage.io/v1alpha1", "kind": "System", "metadata": {"name": "a b"}, "spec": {}}',
        ),
    ],
)
def test_a_reader_refuses_what_is_broken(reader: str, text: str) -> None:
    assert format_readers.read(reader, [text])[0]["errors"]


def test_the_drawing_tools_refuse_what_is_broken(tmp_path: Path) -> None:
    assert format_readers.plantuml({"bad": '@startuml\ncomponent "a as x {\n@enduml\n'}, tmp_path) == 200
    assert format_readers.d2("a: 'b\nc -> {")
    assert format_readers.graphviz('digraph { "a }')[1]
    with pytest.raises(cml_parser.CmlSyntaxError):
        cml_parser.parse_text("ContextMap X { contains a-b }", strict=True)
    with pytest.raises(ValidationError):
        assert_schema({"name": "x", "entities": [], "relations": [{"type": "LIKES"}]}, "service-cutter.json")


def test_a_missing_reader_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(format_readers, "PACKAGES", tmp_path)
    with pytest.raises(format_readers.ReaderMissingError, match=r"scripts/validators\.py"):
        format_readers.read("dbml", [""])
    monkeypatch.setenv("PATH", "")
    with pytest.raises(format_readers.ReaderMissingError, match="java is not on PATH"):
        format_readers.program("java")
