"""The capability map, the levels and the front on a screen and as Markdown, with names of any kind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyses import shop
from decompose.assessment.model import Analysis
from decompose.boundaries.model import (
    AGGREGATE,
    CAPABILITY,
    SERVICE,
    UNION,
    Alternative,
    Branch,
    Capability,
    Decomposition,
    Hierarchy,
    Service,
    SubCapability,
)
from decompose.reports.levels_markdown import capability_map, front, levels
from decompose.reports.levels_text import capability_tree, level_tree, other_cuts, render_front
from decompose.reports.screen import PLAIN, Look, cells

ASCII = Look(unicode=False)
HOSTILE = "a\x1b[31m|`<b>\n名前" * 8

DECOMPOSITION = Decomposition(
    services=(Service("ordering", ("lines", "notes", "orders")), Service("help", ("pages",))),
    capabilities=(
        Capability(
            "Selling", (SubCapability("Checkout", ("p1", "p2"), ("lines", "orders"), "the label buy#now"),), "told"
        ),
        Capability("Support", (SubCapability("Pages", (), ()),)),
    ),
    hierarchy=Hierarchy(
        (
            Branch(UNION, "Selling", -1, 1, 0.5),
            Branch(CAPABILITY, "Selling", 0, 3, derived_from="told"),
            Branch(SERVICE, "ordering", 1, 2, -0.25),
            Branch(AGGREGATE, "notes", 2, 3, tables=("notes",)),
            Branch(AGGREGATE, "orders", 2, 3, tables=("lines", "orders")),
            Branch(CAPABILITY, "Support", 0, 3),
            Branch(SERVICE, "help", 5, 3),
            Branch(AGGREGATE, "pages", 6, 3, tables=("pages",)),
        )
    ),
    alternatives=(
        Alternative(2, 0.05, 0.375, 0.9, 0.75, 1.0, True, True, (Service("help", ("pages",)),)),
        Alternative(3, 0.25, 0.625, 0.5, 0.5, 1.25, cut=(Service("a", ("lines",)), Service("b", ("notes",)))),
    ),
)
ANALYSIS = replace(shop(), decomposition=DECOMPOSITION)


def hostile() -> Analysis:
    name = HOSTILE
    parts = (SubCapability(name, ("p",), (name,), name),)
    rows = (Alternative(2, 0.0, 0.5, 1.0, 0.5, 1.0, cut=(Service(name, (name,)),)),)
    branches = (
        Branch(CAPABILITY, name, -1, 1, derived_from=name),
        Branch(SERVICE, name, 0, 1, derived_from=name),
        Branch(AGGREGATE, name, 1, 1, tables=(name, "b")),
    )
    found = Decomposition(
        (), capabilities=(Capability(name, parts, name),), hierarchy=Hierarchy(branches), alternatives=rows
    )
    return replace(ANALYSIS, decomposition=found)


def test_the_capability_tree() -> None:
    assert capability_tree(DECOMPOSITION).splitlines() == [
        "Selling  (told)",
        "└─ Checkout: 2 transactions, 2 tables  (the label buy#now)",
        "   └─ lines, orders",
        "",
        "Support",
        "└─ Pages: 0 transactions, 0 tables",
    ]


def test_the_level_tree_passes_over_unions() -> None:
    assert level_tree(DECOMPOSITION, ASCII).splitlines() == [
        "Selling  (told)",
        "`- ordering",
        "   |- notes",
        "   `- orders with lines",
        "",
        "Support",
        "`- help",
        "   `- pages",
    ]


def test_the_front() -> None:
    lines = render_front(ANALYSIS).splitlines()
    assert lines[2].split() == ["2", "5.0", "%", "90.0", "%", "37.5", "%", "75.0", "%", "1.00", "proposed"]
    assert lines[3].split() == ["3", "25.0", "%", "50.0", "%", "62.5", "%", "50.0", "%", "1.25"]
    assert lines[4].startswith("  Another cut is as good as the proposal")
    assert "    3: a, b" in lines
    assert other_cuts(DECOMPOSITION, PLAIN) == ["Other cuts: 3 services (decompose propose --front)"]
    assert other_cuts(DECOMPOSITION, Look(40)) == ["Other cuts: 3 services", "  (decompose propose --front)"]


def test_nothing_to_show() -> None:
    empty = replace(ANALYSIS, decomposition=Decomposition(()))
    assert render_front(empty) == "No alternatives: there is no service.\n"
    assert capability_tree(empty.decomposition) == "No capabilities.\n"
    assert level_tree(empty.decomposition) == "No services.\n"
    assert other_cuts(empty.decomposition, PLAIN) == []
    assert (capability_map(empty.decomposition, {}), levels(empty.decomposition), front(empty)) == ([], [], [])


@pytest.mark.parametrize("look", [PLAIN, ASCII, Look(60), Look(colour=True)])
def test_hostile_names_stay_inside_the_width_and_print_nothing_of_their_own(look: Look) -> None:
    seen = hostile()
    plain = replace(look, colour=False)
    for text in (
        capability_tree(seen.decomposition, plain),
        level_tree(seen.decomposition, plain),
        render_front(seen, plain),
    ):
        assert "\x1b" not in text
        assert max(cells(line) for line in text.splitlines()) <= look.width
    assert "\x1b[31m" not in capability_tree(seen.decomposition, look)


def test_markdown() -> None:
    assert capability_map(DECOMPOSITION, {"p1": "buy"})[:8] == [
        "## Capability map",
        "",
        "### Selling",
        "",
        "Named after told.",
        "",
        "| part | transactions | tables | named after |",
        "| --- | --- | --- | --- |",
    ]
    assert "  - `ordering`" in levels(DECOMPOSITION)
    assert "    - `orders`: `lines`, `orders`" in levels(DECOMPOSITION)
    assert "| 2 | 5.0 % | 90.0 % | 37.5 % | 75.0 % | 1.00 | **proposed**, dominated |" in front(ANALYSIS)
    for text in (capability_map(hostile().decomposition, {}), levels(hostile().decomposition)):
        assert not any("<b>" in line or "\x1b" in line for line in text)
