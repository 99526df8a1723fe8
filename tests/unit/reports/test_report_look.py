"""How the explorer looks in a real Chromium: names that do not collide, quick pointing, widths, empty states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import ActionChains, Chrome

from browser import chromium, complaints
from builders import cut, evidence, join, schema, tx
from decompose import pipeline
from decompose.assessment.model import Analysis
from decompose.boundaries.model import Alternative
from decompose.reports.html import render_html
from report_page import click, find, section, select_table, show, texts, to_map

WATCH_PEN = """
const pen = CanvasRenderingContext2D.prototype, {stroke, fill, fillText} = pen;
window.strokes = 0; window.written = [];
pen.stroke = function (...given) { window.strokes += 1; return stroke.apply(this, given); };
pen.fill = function (...given) { window.strokes += 1; return fill.apply(this, given); };
pen.fillText = function (text, x, y, ...most) {
  const wide = Math.min(this.measureText(text).width, ...most), high = parseFloat(this.font.match(/([\\d.]+)px/)[1]);
  window.written.push({text, x, y, wide, high, bold: this.font.includes("700") || this.font.includes("bold")});
  return fillText.call(this, text, x, y, ...most);
};
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as found:
        found.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH_PEN})
        yield found


def many(services: int = 40, tables: int = 4) -> Analysis:
    """Services in a ring: each writes with its neighbour, joins the one after, and refers to the one after that."""
    names = [[f"warehouse_{s}_part_{t}" for t in range(tables)] for s in range(services)]
    known = schema("; ".join(f"{own[0]} -> {names[(s + 3) % services][1]}" for s, own in enumerate(names)))
    work = [
        tx(f"R {own[2]}; W {own[0]} {own[1]} {names[(s + 1) % services][0]}", 10 + s, f"step#{s}")
        for s, own in enumerate(names)
    ]
    joins = [join(f"{own[3]}.id = {names[(s + 2) % services][3]}.id", 5 + s) for s, own in enumerate(names)]
    homes = "; ".join(f"warehouse-logistics-{s}: {' '.join(own)}" for s, own in enumerate(names))
    return pipeline.judge(evidence(known, *work, *joins), cut(homes))


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("crowd"), many())


def written(folder: Path, analysis: Analysis) -> str:
    path = folder / "report.html"
    path.write_text(render_html(analysis), encoding="utf-8")
    return path.as_uri()


def drawn(browser: Chrome, action: str) -> dict[str, Any]:
    """What is stroked, filled and written on the map by an action and the frames after it."""
    found: dict[str, Any] = browser.execute_async_script(
        "const done = arguments[0]; window.strokes = 0; window.written = [];"
        f"{action};"
        "const later = (frames) => frames ? requestAnimationFrame(() => later(frames - 1))"
        " : done({strokes: window.strokes, written: window.written});"
        "later(4);"
    )
    return found


def test_pointing_at_tiles_draws_none_of_the_map_anew(browser: Chrome, crowd: str) -> None:
    show(browser, crowd)
    to_map(browser)
    whole = drawn(browser, "document.getElementById('zoom-fit').click()")["strokes"]
    point = (
        "const box = document.getElementById('map').getBoundingClientRect();"
        "for (let n = 0; n < 30; n++) {{ const at = decomposeExplorer.locate(`warehouse_${{n}}_part_1`);"
        " document.getElementById('map').dispatchEvent(new PointerEvent('pointermove',"
        " {{clientX: box.left + at[0], clientY: box.top + at[1]}})); }} {after}"
    )
    plain = drawn(browser, point.format(after=""))
    assert find(browser, "#tip").is_displayed()
    assert plain["strokes"] < 5 < whole / 20
    select_table(browser, "warehouse_0_part_0")
    assert drawn(browser, point.format(after=""))["strokes"] < 5


def test_dragging_a_tile_over_many_countries_draws_the_map_once_it_is_dropped(browser: Chrome, crowd: str) -> None:
    show(browser, crowd)
    to_map(browser)
    whole = drawn(browser, "document.getElementById('zoom-fit').click()")["strokes"]
    hand = (
        "const map = document.getElementById('map'), box = map.getBoundingClientRect();"
        "const go = (kind, table) => { const at = decomposeExplorer.locate(table);"
        " map.dispatchEvent(new PointerEvent(kind, {clientX: box.left + at[0], clientY: box.top + at[1], pointerId: 1,"
        " button: 0})); };"
        "map.setPointerCapture = () => {}; go('pointerdown', 'warehouse_0_part_0');"
        "for (let n = 1; n < 30; n++) go('pointermove', `warehouse_${n}_part_1`);"
    )
    assert drawn(browser, hand)["strokes"] < 12 < whole / 10
    assert drawn(browser, hand + "go('pointerup', 'warehouse_29_part_1');")["strokes"] > 100
    assert "warehouse_0_part_0 moved to warehouse-logistics-29" in str(
        find(browser, "#live").get_attribute("textContent")
    )


def test_lines_between_tables_are_drawn_in_few_strokes(browser: Chrome, crowd: str) -> None:
    show(browser, crowd)
    to_map(browser)
    without = drawn(browser, "for (const each of document.querySelectorAll('#kinds input')) each.click()")["strokes"]
    lines = drawn(browser, "document.getElementById('all-edges').click()")["strokes"]
    assert lines == without
    every = drawn(browser, "for (const each of document.querySelectorAll('#kinds input')) each.click()")["strokes"]
    assert 3 <= every - without <= 30  # of 200 lines: at most five widths of each of three kinds, inside and across


def test_names_of_services_neither_collide_nor_leave_the_map(browser: Chrome, crowd: str) -> None:
    show(browser, crowd)
    to_map(browser)
    width = browser.execute_script("return document.getElementById('map').getBoundingClientRect().width")
    names = [each for each in drawn(browser, "document.getElementById('zoom-fit').click()")["written"] if each["bold"]]
    assert len({each["text"] for each in names if each["text"].split("-")[-1].isdigit()}) >= 38
    boxes = [
        (e["x"] - e["wide"] / 2, e["x"] + e["wide"] / 2, e["y"] - e["high"] * 0.4, e["y"] + e["high"] * 0.4)
        for e in names
    ]
    assert all(left >= 0 and right <= width for left, right, _, _ in boxes)
    clashes = [
        (a, b)
        for n, a in enumerate(boxes)
        for b in boxes[:n]
        if a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]
    ]
    assert clashes == []


def test_long_names_of_tables_break_between_words_and_stay_in_their_tile(browser: Chrome, tmp_path: Path) -> None:
    known = schema("order_paymenteventquantity -> payment -> event -> quantity; OrderLineDiscountRule")
    seen = evidence(known, tx("W order_paymenteventquantity payment", 3), tx("W OrderLineDiscountRule event", 2))
    homes = "ordering: order_paymenteventquantity payment OrderLineDiscountRule; events: event quantity"
    show(browser, written(tmp_path, pipeline.judge(seen, cut(homes))))
    to_map(browser)
    lines = [each["text"] for each in drawn(browser, "document.getElementById('zoom-fit').click()")["written"]]
    for word in ("payment", "event", "quantity", "OrderLine", "Discount"):
        assert word in lines
    scale = browser.execute_script(
        "const [a, b] = ['event', 'quantity'].map(decomposeExplorer.locate);return Math.hypot(a[0] - b[0], a[1] - b[1])"
    )
    told = drawn(browser, "document.getElementById('zoom-fit').click()")["written"]
    assert all(each["wide"] <= scale for each in told if not each["bold"])


def test_many_services_are_told_by_their_largest_and_all_on_demand(browser: Chrome, crowd: str) -> None:
    show(browser, crowd)
    assert len(texts(browser, ".card")) == 10
    assert find(browser, "#more-cards").text == "Show all 40 services"
    find(browser, "#more-cards").click()
    assert len(texts(browser, ".card")) == 40
    assert not find(browser, "#more-cards").is_displayed()
    assert browser.switch_to.active_element == browser.find_elements("css selector", ".card")[10]


def test_the_matrix_keeps_its_heads_in_sight_and_leaves_out_services_without_a_mark(
    browser: Chrome, crowd: str
) -> None:
    show(browser, crowd)
    section(browser, "matrix")
    assert browser.find_elements("css selector", "table.matrix.dense")
    shown = texts(browser, ".matrix thead .turned")
    assert len(shown) == 26  # 25 rows, each with the next service's table
    assert "14 services without a mark in these rows left out" in find(browser, "#matrix-body").text
    sticky = "return getComputedStyle(document.querySelector('.matrix thead th')).position"
    assert browser.execute_script(sticky) == "sticky"


def test_journeys_count_what_they_write_and_say_what_is_not_drawn(browser: Chrome, tmp_path: Path) -> None:
    known = schema("orders -> users; payments")
    work = (tx("R users", 70, "shop#buy"), tx("W orders payments", 4, "shop#buy"), tx("W users", 2, "shop#join"))
    cut_ = cut("ordering: orders; paying: payments; people: users")
    show(browser, written(tmp_path, pipeline.judge(evidence(known, *work), cut_)))
    told = section(browser, "journeys")
    assert texts(browser, ".flows .count") == ["4×", "2×"]
    assert "not drawn" not in told.text
    show(browser, written(tmp_path, many()))
    assert "22 that cost less are not drawn" in section(browser, "journeys").text


def test_without_a_log_the_page_says_what_is_not_known(browser: Chrome, tmp_path: Path) -> None:
    seen = evidence(schema("order_items -> orders -> users"))
    show(browser, written(tmp_path, pipeline.judge(seen, cut("ordering: order_items orders; people: users"))))
    assert find(browser, ".coverage").text.startswith("no log: 3 tables of the schema only")
    assert "1 foreign key would go, what else breaks is not known" in find(browser, "#verdict").text
    for figure in ("distributed_write_share", "saga_cost", "cross_joins", "cross_reads"):
        for where in ("#figures", "#price"):
            assert find(browser, f"{where} [data-figure={figure}] .value").text == "-"
    assert "Not known: no log was read" in section(browser, "crossings").text
    assert "every transaction stays inside" not in find(browser, "#crossings-body").text
    assert section(browser, "matrix").text.startswith("Not known: no log was read")
    assert section(browser, "journeys").text == "Not known: no log was read."


def test_the_verdict_names_the_price(browser: Chrome, crowd: str) -> None:
    show(browser, crowd)
    assert (
        find(browser, "#verdict").text
        == "Don't cut here: 1,180 of 1,180 writing transactions would become distributed."
    )


@pytest.mark.parametrize(("width", "height"), [(1440, 1000), (1024, 768), (390, 844)])
def test_the_page_fits_every_width_and_the_map_its_window(browser: Chrome, crowd: str, width: int, height: int) -> None:
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        show(browser, crowd)
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        click(browser, 'nav a[href="#map-section"]')
        tops = (
            "return [...document.querySelectorAll('nav a')].map((each) => Math.round(each.getBoundingClientRect().top))"
        )
        assert len(set(browser.execute_script(tops))) == 1
        if width == 1440:
            ActionChains(browser).pause(1).perform()
            bottom = "return document.querySelector('.workspace').getBoundingClientRect().bottom <= innerHeight"
            assert browser.execute_script(bottom)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_numbers_stand_right_aligned_in_the_plain_tables(browser: Chrome, crowd: str) -> None:
    show(browser, crowd)
    click(browser, "#plain-toggle")
    told: dict[str, str] = browser.execute_script(
        "const every = [...document.querySelectorAll('#plain table')];"
        "const table = every.find((each) => each.caption.textContent === 'Services');"
        "const row = table.tBodies[0].rows[0];"
        "return Object.fromEntries([...table.tHead.rows[0].cells].map((head, n) =>"
        " [head.textContent, getComputedStyle(row.cells[n]).textAlign + ' ' + getComputedStyle(head).textAlign]))"
    )
    assert told["Tables"] == told["Writes crossing"] == told["Stability"] == "right right"
    assert {told["Service"], told["Capability"], told["Its tables"]} <= {"left left", "start start"}
    assert complaints(browser) == []


def test_tables_whose_names_begin_alike_are_told_apart_by_their_ends(browser: Chrome, tmp_path: Path) -> None:
    names = [f"generated_by_the_erp_module_for_accounts_receivable_{word}" for word in ("header", "footer")]
    seen = evidence(schema("; ".join(names)), *(tx(f"W {name}", 3) for name in names))
    show(browser, written(tmp_path, pipeline.judge(seen, cut("erp: " + " ".join(names)))))
    to_map(browser)
    told = {each["text"] for each in drawn(browser, "document.getElementById('zoom-fit').click()")["written"]}
    assert {"header", "footer", "…"} <= told


def test_what_is_set_apart_differs_in_more_than_its_colour(browser: Chrome, tmp_path: Path) -> None:
    seen = evidence(schema("orders -> users; countries"), tx("W orders", 3))
    plain, apart = cut("ordering: orders users countries"), cut("ordering: orders users")
    count = "window.dashed = 0; const pen = CanvasRenderingContext2D.prototype, set = pen.setLineDash;"
    count += (
        "pen.setLineDash = function (dash) { if (dash[0] === 0.2) window.dashed += 1; return set.call(this, dash); }"
    )
    for decomposition, dashed in ((plain, False), (replace(apart, shared=("countries",)), True)):
        show(browser, written(tmp_path, pipeline.judge(seen, decomposition)))
        to_map(browser)
        drawn(browser, f"{count}; document.getElementById('zoom-fit').click()")
        assert bool(browser.execute_script("return window.dashed")) is dashed


@pytest.mark.parametrize(("writes", "axis"), [((0.1, 0.1, 0.1, 0.4), "distributed writes"), ((0.0,) * 4, "balance")])
def test_other_cuts_that_lie_on_each_other_are_all_numbered(
    browser: Chrome, tmp_path: Path, writes: tuple[float, ...], axis: str
) -> None:
    found = tuple(
        Alternative(count, share, 0.5 + number / 10, 0.8 - number / 1000, 0.5, 1.0, chosen=number == 1)
        for number, (count, share) in enumerate(zip((2, 3, 4, 9), writes, strict=True))
    )
    cut_ = replace(cut("ordering: orders; people: users"), alternatives=found)
    show(browser, written(tmp_path, pipeline.judge(evidence(schema("orders -> users"), tx("W orders", 2)), cut_)))
    section(browser, "alternatives")
    told = texts(browser, ".front text")
    numbers = [number for text in told for number in text.split(" · ") if number.isdigit()]
    assert sorted(numbers) == ["2", "3", "4", "9"]
    assert texts(browser, ".front tspan.chosen") == ["3"]
    assert axis in told
