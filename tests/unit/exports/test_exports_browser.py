"""Mermaid and draw.io's graph library in the browser they are written for: every name drawn, nothing executed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from selenium.webdriver import Chrome

import format_readers
from analyses import shop
from browser import chromium, complaints
from decompose.assessment.model import Analysis
from decompose.assessment.sagas.draft import sagas
from decompose.exports import EXPORTS
from decompose.exports.boundary_graph import picture_graph
from decompose.exports.columns import columns_by_table
from decompose.exports.labels import node_lines
from decompose.exports.model import ExportOptions, Level
from decompose.exports.names import one_line
from decompose.reports.saga_diagram import render_diagram
from export_samples import NAMES, busy, empty, gallery
from repository import published_texts

SAMPLES: dict[str, Analysis] = {"shop": shop(), "gallery": gallery(), "busy": busy(300, 15)}
RENDER = {export.name: export.render for export in EXPORTS}
LIBRARIES = ("mermaid/dist/mermaid.min.js", "mxgraph/javascript/mxClient.min.js")
# The graph library asks for its translations unless told not to.
PAGE = """<!doctype html><meta charset="utf-8"><title>readers</title>
<script>var mxLoadResources = false, mxLoadStylesheets = false, mxForceIncludes = false;</script>
"""
PARSE = """
const done = arguments[1];
mermaid.initialize({startOnLoad: false, securityLevel: "strict"});
mermaid.parse(arguments[0]).then((found) => done(found.diagramType), (error) => done("refused: " + error));
"""
DRAW = """
const [text, name, done] = arguments;
const read = (svg) => {
  const holder = document.createElement("div");
  holder.innerHTML = svg;
  const spans = [...holder.querySelectorAll("foreignObject, text")].map((element) => element.textContent.trim());
  return {texts: spans, scripts: holder.querySelectorAll("script, iframe, [onclick], [onload]").length};
};
mermaid.initialize({startOnLoad: false, securityLevel: "strict"});
mermaid.render(name, text).then((found) => done(read(found.svg)), (error) => done({refused: String(error)}));
"""
DECODE = """
const parsed = mxUtils.parseXml(arguments[0]);
const model = new mxGraphModel();
new mxCodec(parsed).decode(parsed.getElementsByTagName("mxGraphModel")[0], model);
const cells = Object.values(model.cells);
return {
  values: cells.filter((cell) => cell.vertex).map((cell) => cell.value),
  edges: cells.filter((cell) => cell.edge && cell.source && cell.target).length,
  loose: cells.filter((cell) => cell.edge && !(cell.source && cell.target)).length,
  flat: cells.filter((cell) => cell.vertex && !(cell.geometry.width > 0 && cell.geometry.height > 0)).length,
};
"""


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    page = tmp_path_factory.mktemp("readers") / "readers.html"
    scripts = (f'<script src="{format_readers.package(path).as_uri()}"></script>' for path in LIBRARIES)
    page.write_text(PAGE + "\n".join(scripts))
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        browser.set_script_timeout(120)
        browser.get(page.as_uri())
        yield browser
        assert complaints(browser) == []
        assert browser.execute_script("return window.seenByTest") == []


def drawn(browser: Chrome, text: str, name: str) -> list[str]:
    found: dict[str, Any] = browser.execute_async_script(DRAW, text, name)
    assert "refused" not in found, found
    assert found["scripts"] == 0
    return [" ".join(str(label).split()) for label in found["texts"]]


def folded(name: str) -> str:
    return " ".join(one_line(name).split())


def test_the_limits_are_those_of_mermaid(readers: Chrome) -> None:
    limits = readers.execute_script("const c = mermaid.mermaidAPI.defaultConfig; return [c.maxTextSize, c.maxEdges]")
    assert limits == [50_000, 500]


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("level", [None, *Level])
def test_mermaid_parses_the_flowchart(readers: Chrome, sample: str, level: Level | None) -> None:
    text = RENDER["mermaid"](SAMPLES[sample], ExportOptions(level=level))
    assert readers.execute_async_script(PARSE, text) == "flowchart-v2"
    assert len(text.encode("utf-16-le")) <= 2 * 50_000


@pytest.mark.parametrize("sample", SAMPLES)
def test_mermaid_draws_the_flowchart(readers: Chrome, sample: str) -> None:
    graph = picture_graph(SAMPLES[sample], ExportOptions())
    labels = drawn(readers, RENDER["mermaid"](SAMPLES[sample], ExportOptions()), "flow")
    assert [
        node.label for node in graph.nodes if not any(label.startswith(folded(node.label)) for label in labels)
    ] == []


def test_mermaid_draws_every_name_in_the_flowchart(readers: Chrome) -> None:
    labels = drawn(readers, RENDER["mermaid"](SAMPLES["gallery"], ExportOptions(level=Level.TABLES)), "names")
    assert [name for name in NAMES if folded(name) not in labels] == []


@pytest.mark.parametrize("sample", SAMPLES)
def test_mermaid_draws_the_entities(readers: Chrome, sample: str) -> None:
    text = RENDER["mermaid-er"](SAMPLES[sample], ExportOptions())
    assert readers.execute_async_script(PARSE, text) == "er"
    labels = drawn(readers, text, "entities")
    tables = columns_by_table(SAMPLES[sample].evidence)
    assert [table for table in tables if folded(table) not in labels] == []
    if sample == "shop":
        assert {column.name for columns in tables.values() for column in columns} <= set(labels)


def test_mermaid_draws_the_sagas(readers: Chrome) -> None:
    for sample in ("shop", "gallery"):
        analysis = SAMPLES[sample]
        found = sagas(analysis.evidence, analysis.decomposition)
        assert found
        for number, saga in enumerate(found):
            labels = drawn(readers, render_diagram(saga), f"saga{sample}{number}")
            assert [service for service in saga.services if service.strip() and folded(service) not in labels] == []


def test_mermaid_draws_the_diagrams_of_the_documents(readers: Chrome) -> None:
    documents = [text for path, text in published_texts().items() if path.suffix == ".md"]
    diagrams = [
        block for text in documents for block in re.findall(r"^```mermaid\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    ]
    assert diagrams
    for number, diagram in enumerate(diagrams):
        assert drawn(readers, diagram, f"document{number}")


@pytest.mark.parametrize("name", ["mermaid", "mermaid-er"])
def test_mermaid_draws_nothing_when_there_is_nothing(readers: Chrome, name: str) -> None:
    assert drawn(readers, RENDER[name](empty(), ExportOptions()), "nothing") == []


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("level", Level)
def test_drawio_decodes_every_cell(readers: Chrome, sample: str, level: Level) -> None:
    options = ExportOptions(level=level)
    graph = picture_graph(SAMPLES[sample], options)
    found = readers.execute_script(DECODE, RENDER["drawio"](SAMPLES[sample], options))
    assert (found["edges"], found["loose"], found["flat"]) == (len(graph.edges), 0, 0)
    assert [node for node in graph.nodes if ", ".join(node_lines(node)) not in found["values"]] == []


@pytest.mark.parametrize(
    "text", ["flowchart LR\n  a[public.orders (x)]\n", 'erDiagram\n  "a {\n', "sequenceDiagram\n  a->\n"]
)
def test_mermaid_refuses_what_is_broken(readers: Chrome, text: str) -> None:
    assert readers.execute_async_script(PARSE, text).startswith("refused: ")


def test_too_long_a_text_is_not_drawn(readers: Chrome) -> None:
    long = "flowchart LR\n" + "".join(f'  a{number}["{"x" * 90}"]\n' for number in range(500))
    assert drawn(readers, long, "long") == ["Maximum text size in diagram exceeded"]
