"""The explorer in a real Chromium: every interaction, hostile names, no network, no JavaScript, accessibility."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from analyses import shop
from browser import chromium, complaints, watched
from decompose import pipeline
from decompose.assessment.findings.god_tables import god_tables
from decompose.assessment.measure import measure
from decompose.assessment.model import Analysis
from decompose.assessment.move import moved
from decompose.assessment.plan.plan import plan
from decompose.boundaries.levels import cut_at, recut, tables_of
from decompose.boundaries.model import LEVELS, Alternative, Branch, Decomposition, Hierarchy, Role
from decompose.evidence.bundle import Evidence
from decompose.reports.html import Comparison, render_html
from decompose.reports.wording import percent, plural, thousands
from decompose.store import services_yaml
from hostile_names import HOSTILE, hostile
from report_page import (
    answered,
    at,
    click,
    differs,
    figures,
    find,
    kinds,
    move,
    picture,
    press,
    section,
    select_table,
    show,
    shown_price,
    texts,
    to_map,
    until,
)
from repository import ROOT

SHOP = ROOT / "fixtures" / "shop"
AXE = ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js"
FIGURES = (
    "services", "largest_share", "write_transactions", "distributed_write_transactions", "distributed_write_share",
    "explicit_write_transactions", "explicit_distributed_write_transactions", "saga_cost", "cross_joins",
    "cross_reads", "foreign_keys_to_retire",
)  # fmt: skip
SHOWN = (
    ("services", "services"), ("saga_cost", "saga_cost"), ("cross_joins", "cross_joins"),
    ("cross_reads", "cross_reads"), ("foreign_keys_to_retire", "foreign_keys_to_retire"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """The shop's evidence, a cut of it, and the page that shows both beside the naive cut."""

    evidence: Evidence
    cut: Decomposition
    url: str


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as found:
        yield found


@pytest.fixture(scope="module")
def downloads(browser: Chrome) -> Path:
    """Where the module's browser puts what it downloads: beside its profile."""
    profile = Path(browser.capabilities["chrome"]["userDataDir"])
    return profile.parent / "downloads"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    request = pipeline.CollectRequest(
        sources=(str(SHOP / "schema.sqlite.sql"),), logs=(str(SHOP / "captures" / "sqlite.jsonl.gz"),)
    )
    seen = pipeline.collect(request)
    tables = [table.name for table in seen.tables]
    truth, naive = (
        services_yaml.load((SHOP / name).read_text(encoding="utf-8"), tables, name)
        for name in ("truth.yml", "naive.yml")
    )
    path = tmp_path_factory.mktemp("page") / "report.html"
    text = render_html(pipeline.judge(seen, truth), Comparison("naive.yml", naive), plan(seen, truth))
    path.write_text(text, encoding="utf-8")
    return Told(seen, truth, path.as_uri())


@pytest.fixture(scope="module")
def proposed(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The page of the shop's own proposal, which knows alternatives and a hierarchy."""
    cut = pipeline.propose(told.evidence)
    path = tmp_path_factory.mktemp("proposed") / "report.html"
    path.write_text(render_html(pipeline.judge(told.evidence, cut)), encoding="utf-8")
    return Told(told.evidence, cut, path.as_uri())


@pytest.fixture
def page(browser: Chrome, told: Told) -> Iterator[Chrome]:
    """The shop's page, fresh; afterwards nobody may have complained, asked anything of a network, or shown a dialog."""
    show(browser, told.url)
    yield browser
    assert browser.execute_script("return window.seenByTest") == []
    assert complaints(browser) == []
    assert {address.split("#")[0] for address in watched(browser)} <= {told.url, "about:blank"}


def groups_of(browser: Chrome) -> set[frozenset[str]]:
    """The tables of each service on the map, as the exported file has them."""
    text = yaml.safe_load(browser.execute_script("return decomposeExplorer.servicesYaml()"))
    return {frozenset(service["tables"]) for service in text["services"].values()}


def expected(seen: Evidence, decomposition: Decomposition) -> dict[str, float]:
    price = measure(seen, decomposition)
    return {name: getattr(price, name) for name in FIGURES}


def exported(browser: Chrome, downloads: Path) -> str:
    for old in downloads.glob("*"):
        old.unlink()
    click(browser, "#export")
    return str(until(browser, lambda: "".join(path.read_text("utf-8") for path in downloads.glob("services*.yml"))))


def test_the_page_counts_what_the_assessment_counts(page: Chrome, told: Told) -> None:
    assert figures(page) == expected(told.evidence, told.cut)
    price = measure(told.evidence, told.cut)
    values = shown_price(page)
    assert values["distributed_write_share"] == percent(price.distributed_write_transactions, price.write_transactions)
    assert values["largest_share"] == percent(price.largest_share, 1.0)
    assert {name: values[name] for name, _ in SHOWN} == {name: thousands(getattr(price, key)) for name, key in SHOWN}


@pytest.mark.parametrize("seed", [1, 2])
def test_ten_random_moves_cost_in_the_page_what_assess_says_of_the_exported_file(
    page: Chrome, told: Told, downloads: Path, seed: int
) -> None:
    chance = random.Random(seed)
    tables = [table.name for table in told.evidence.tables]
    places = [*(service.name for service in told.cut.services), "shared", "infrastructure", "(unassigned)"]
    moves: dict[str, str] = {}
    for number in range(10):
        table, place = chance.choice(tables), chance.choice(places)
        moves[table] = place
        if number < 4:
            move(page, table, place)
        else:
            assert page.execute_script("return decomposeExplorer.move(...arguments)", table, place)
        assert figures(page) == expected(told.evidence, moved(told.cut, moves)), moves
    text = exported(page, downloads)
    loaded = services_yaml.load(text, tables, "services.yml")
    assert figures(page) == expected(told.evidence, loaded)
    after = moved(told.cut, moves)
    kept = {each.name: each.tables for each in after.services if each.tables}
    assert {each.name: each.tables for each in loaded.services} == kept
    assert (loaded.shared, loaded.infrastructure) == (after.shared, after.infrastructure)
    price = measure(told.evidence, loaded)
    assert shown_price(page)["saga_cost"] == thousands(price.saga_cost)


def test_the_prices_offered_are_those_that_moving_has(page: Chrome, told: Told) -> None:
    select_table(page, "orders")
    before = expected(told.evidence, told.cut)
    rows = page.find_elements(By.CSS_SELECTOR, "table.moves tbody tr")
    assert len(rows) == len(told.cut.services) - 1
    for row in rows:
        name, *cells = (cell.text for cell in row.find_elements(By.CSS_SELECTOR, "th, td"))
        after = expected(told.evidence, moved(told.cut, {"orders": name}))
        changes = [
            after[key] - before[key] for key in ("saga_cost", "cross_joins", "cross_reads", "foreign_keys_to_retire")
        ]
        assert cells == [
            "±0" if not change else f"{'+' if change > 0 else '−'}{thousands(abs(change))}" for change in changes
        ]


def test_dragging_a_tile_previews_the_price_and_moves_the_table(page: Chrome, told: Told) -> None:
    canvas = to_map(page)
    before = figures(page)
    there = expected(told.evidence, moved(told.cut, {"orders": home(told, "users")}))
    hand = ActionChains(page, duration=60).move_to_element_with_offset(canvas, *at(page, "orders")).click_and_hold()
    hand.move_to_element_with_offset(canvas, *at(page, "users")).perform()
    until(page, lambda: shown_price(page)["saga_cost"] == thousands(there["saga_cost"]))
    assert figures(page) == before
    ActionChains(page).release().perform()
    until(page, lambda: figures(page) == there)
    assert "orders" in find(page, "#live").get_attribute("textContent")
    assert find(page, "#figures [data-figure=saga_cost] .delta").is_displayed()


def home(told: Told, table: str) -> str:
    return next(service.name for service in told.cut.services if table in service.tables)


def test_a_tile_dropped_on_the_sea_or_on_its_own_country_stays(page: Chrome) -> None:
    canvas = to_map(page)
    before = figures(page)
    for x, y in ((-canvas.size["width"] // 2 + 6, -canvas.size["height"] // 2 + 6), at(page, "orders")):
        hand = ActionChains(page, duration=40).move_to_element_with_offset(canvas, *at(page, "orders")).click_and_hold()
        hand.move_by_offset(30, 12).move_to_element_with_offset(canvas, x, y).release().perform()
    assert figures(page) == before
    assert not find(page, "#undo").is_enabled()


def test_undo_redo_and_reset(page: Chrome, told: Told) -> None:
    base = figures(page)
    service = home(told, "users")
    move(page, "orders", service)
    one = figures(page)
    move(page, "payments", service)
    two = figures(page)
    click(page, "#undo")
    assert figures(page) == one
    click(page, "#redo")
    assert figures(page) == two
    page.execute_script("document.activeElement.blur()")
    ActionChains(page).key_down(Keys.CONTROL).send_keys("z").send_keys("z").key_up(Keys.CONTROL).perform()
    until(page, lambda: figures(page) == base)
    ActionChains(page).key_down(Keys.CONTROL).send_keys("y").key_up(Keys.CONTROL).perform()
    until(page, lambda: figures(page) == one)
    click(page, "#reset")
    assert figures(page) == base
    assert "moves" not in page.current_url
    click(page, "#undo")
    assert figures(page) == one


def test_a_service_can_be_founded_and_is_in_the_exported_file(page: Chrome, told: Told, downloads: Path) -> None:
    move(page, "payments", "new service…")
    find(page, "#new-name").send_keys("shared", Keys.ENTER)
    assert figures(page) == expected(told.evidence, told.cut)
    find(page, "#new-name").clear()
    find(page, "#new-name").send_keys("till: <b>1</b>", Keys.ENTER)
    document = yaml.safe_load(exported(page, downloads))
    assert document["services"]["till: <b>1</b>"]["tables"] == ["payments"]
    tables = [table.name for table in told.evidence.tables]
    loaded = services_yaml.load(exported(page, downloads), tables, "services.yml")
    assert figures(page) == expected(told.evidence, loaded)
    assert "till: <b>1</b>" in texts(page, ".card-name")


def test_the_keyboard_alone_moves_a_table(page: Chrome, told: Told) -> None:
    canvas = to_map(page)
    page.execute_script("arguments[0].focus()", canvas)
    press(page, Keys.ARROW_RIGHT)
    first = find(page, "#live").get_attribute("textContent")
    press(page, Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ARROW_LEFT, Keys.ARROW_UP)
    assert find(page, "#live").get_attribute("textContent")
    assert first
    press(page, Keys.ENTER)
    table = find(page, "#panel h3").text
    press(page, "m")
    assert page.switch_to.active_element.get_attribute("id") == "move-to"
    before, arrow = figures(page), Keys.ARROW_DOWN
    if len(Select(page.switch_to.active_element).options) - 2 <= int(
        page.switch_to.active_element.get_attribute("selectedIndex") or 0
    ):
        arrow = Keys.ARROW_UP
    press(page, arrow)
    until(page, lambda: "Enter moves" in (find(page, "#live").get_attribute("textContent") or ""))
    assert figures(page) == before
    assert "preview" in (find(page, "#price").get_attribute("class") or "")
    press(page, Keys.ENTER)
    until(page, lambda: f"{table} moved to" in (find(page, "#live").get_attribute("textContent") or ""))
    assert page.switch_to.active_element.get_attribute("id") == "move-to"
    ActionChains(page).key_down(Keys.CONTROL).send_keys("z").key_up(Keys.CONTROL).perform()
    assert figures(page) == before
    ActionChains(page).key_down(Keys.CONTROL).send_keys("y").key_up(Keys.CONTROL).perform()
    page.execute_script("arguments[0].focus()", canvas)
    press(page, "+", "-", "0", Keys.ESCAPE)
    assert find(page, "#panel h3").text == "Your changes"


def test_the_link_carries_the_state(page: Chrome, told: Told) -> None:
    move(page, "orders", home(told, "users"))
    move(page, "tickets", "new service…")
    find(page, "#new-name").send_keys("help & desk", Keys.ENTER)
    before, link = figures(page), page.current_url
    assert "moves=" in link
    show(page, link)
    assert figures(page) == before
    assert find(page, "#panel h3").text == "tickets"
    show(page, told.url + "#moves=nobody:nowhere,orders:,~zz&table=none&transaction=x&service=y&compare=1")
    assert figures(page) == expected(told.evidence, told.cut)
    assert find(page, "#compare").is_selected()


def test_search_finds_tables_services_and_transactions(page: Chrome, told: Told) -> None:
    search = find(page, "#search")
    search.send_keys("order")
    options = texts(page, "#found [role=option]")
    assert 3 < len(options) <= 12
    assert search.get_attribute("aria-activedescendant") == "found-0"
    search.send_keys(Keys.ARROW_DOWN)
    assert search.get_attribute("aria-activedescendant") == "found-1"
    search.send_keys(Keys.ARROW_UP, Keys.ESCAPE)
    assert not find(page, "#found").is_displayed()
    search.send_keys("checkout#create", Keys.ENTER)
    assert kinds(page) == ["Transaction"]
    assert "distributed" in find(page, "#panel").text
    search.clear()
    search.send_keys(told.cut.services[0].name, Keys.ENTER)
    assert kinds(page) in (["Service"], ["Table"])


def test_filters_change_what_is_drawn(page: Chrome) -> None:
    to_map(page)
    seen = [picture(page)]
    for css in ("#kinds [value=join]", "#kinds [value=reference]", "#all-edges", "#kinds [value=transaction]"):
        click(page, css)
        seen.append(picture(page))
        assert differs(page, *seen[-2:]), css
    for css in ("#kinds [value=join]", "#kinds [value=reference]", "#all-edges", "#kinds [value=transaction]"):
        click(page, css)
    assert not differs(page, picture(page), seen[0])
    slider = find(page, "#weight")
    slider.send_keys(*[Keys.ARROW_RIGHT] * 6)
    assert find(page, "#weight-shown").text == "100"
    assert differs(page, picture(page), seen[0])


def test_pointing_at_tiles_and_routes_tells_what_they_are(page: Chrome) -> None:
    canvas = to_map(page)
    plain = picture(page)
    ActionChains(page, duration=20).move_to_element_with_offset(canvas, *at(page, "coupons")).perform()
    until(page, lambda: "coupons" in find(page, "#tip").text)
    ActionChains(page, duration=20).click().perform()
    until(page, lambda: texts(page, "#panel h3")[:1] == ["coupons"])
    assert differs(page, picture(page), plain)
    click(page, "#panel .close")
    assert texts(page, "#panel h3")[0] == "Borders"


def test_zoom_and_pan(page: Chrome) -> None:
    canvas = to_map(page)
    start = at(page, "orders")
    for css in ("#zoom-in", "#zoom-out", "#zoom-in"):
        click(page, css)
    assert at(page, "orders") != start
    corner = (-canvas.size["width"] // 2 + 8, 8 - canvas.size["height"] // 2)
    zoomed = at(page, "orders")
    ActionChains(page, duration=40).move_to_element_with_offset(canvas, *corner).click_and_hold().move_by_offset(
        60, 40
    ).release().perform()
    assert at(page, "orders") == (zoomed[0] + 60, zoomed[1] + 40)
    click(page, "#zoom-fit")
    assert at(page, "orders") == start


def test_borders_open_to_their_evidence(page: Chrome, told: Told) -> None:
    to_map(page)
    click(page, "#panel ul.rows button.link")
    assert kinds(page) == ["Border"]
    for opening in page.find_elements(By.CSS_SELECTOR, "#panel details > summary"):
        page.execute_script("arguments[0].click()", opening)
    templates = {statement.template.strip() for statement in told.evidence.statements}
    shown = until(page, lambda: [text for text in texts(page, "#panel .sql pre") if text])
    assert {" ".join(text.split()) for text in shown} <= {" ".join(text.split()) for text in templates}
    links = [link for link in told.evidence.links if link.line is not None]
    assert links
    page.execute_script("document.getElementById('crossings').scrollIntoView({behavior: 'instant'})")
    until(page, lambda: find(page, "#crossings-body").text)
    assert "DDL line" in find(page, "#crossings-body").text


def test_the_matrix_marks_every_distributed_transaction(page: Chrome, told: Told) -> None:
    section(page, "matrix")
    assert "23 distinct transaction boundaries" in find(page, "#matrix-body").text
    assert len(texts(page, "table.matrix tbody tr")) == 23
    many = len(texts(page, "table.matrix tr.distributed"))
    click(page, "#only-distributed")
    assert len(texts(page, "table.matrix tbody tr")) == many > 0
    click(page, "table.matrix tbody button")
    assert kinds(page) == ["Transaction"]


def test_journeys_flow_into_services_and_follow_a_move(page: Chrome, told: Told) -> None:
    before = section(page, "journeys").text
    assert "checkout#create" in before
    assert set(texts(page, ".flows .place")) <= {*(service.name for service in told.cut.services), "(unassigned)"}
    page.execute_script("for (const t of arguments[1]) decomposeExplorer.move(t, arguments[0])", home(told, "users"),
                        [table.name for table in told.evidence.tables])  # fmt: skip
    assert "0 journeys of" in section(page, "journeys").text
    assert figures(page)["distributed_write_transactions"] == 0


def test_the_hierarchy_is_cut_by_a_slider_and_tried_on_the_map(browser: Chrome, proposed: Told) -> None:
    show(browser, proposed.url)
    section(browser, "capabilities")
    slider = find(browser, "#cut")
    slider.send_keys(Keys.HOME)
    assert "1 service: 0 % distributed writes" in find(browser, "#cut-told").text
    hierarchy = proposed.cut.hierarchy
    for number, level in enumerate(LEVELS):
        click(browser, f".cut .actions button:nth-of-type({number + 1})")
        groups = cut_at(hierarchy, level)
        tables = tables_of(hierarchy)
        price = measure(proposed.evidence, recut(proposed.cut, groups))
        told = find(browser, "#cut-told").text
        assert f"{plural(len(groups), 'service')}:" in told
        assert f"saga cost {thousands(int(price.saga_cost))}, {thousands(price.cross_joins)} joins across," in told
        if level != "service":
            click(browser, ".cut button.primary")
            assert figures(browser)["saga_cost"] == price.saga_cost
            assert groups_of(browser) == {frozenset(tables[group]) for group in groups}
            click(browser, "#undo")
            section(browser, "capabilities")


def test_alternatives_are_shown_and_tried_on_the_map(browser: Chrome, proposed: Told) -> None:
    show(browser, proposed.url)
    section(browser, "alternatives")
    found = proposed.cut.alternatives
    rows = browser.find_elements(By.CSS_SELECTOR, ".alternatives tbody tr")
    assert [row.find_element(By.CSS_SELECTOR, "td").text for row in rows] == [
        percent(each.distributed_write_share, 1.0) for each in found
    ]
    other = next(number for number, each in enumerate(found) if not each.chosen and each.cut)
    browser.execute_script("arguments[0].click()", rows[other].find_element(By.CSS_SELECTOR, "button"))
    services = {frozenset(service.tables) for service in found[other].cut}
    until(browser, lambda: groups_of(browser) == services)
    assert figures(browser)["distributed_write_share"] == pytest.approx(found[other].distributed_write_share, abs=1e-4)
    link = browser.execute_script("return location.href")
    before = figures(browser)
    show(browser, link)
    assert figures(browser) == before


def test_the_plan_is_shown_as_steps_with_their_playbooks(page: Chrome, told: Told) -> None:
    way = plan(told.evidence, told.cut)
    section(page, "plan")
    steps = page.find_elements(By.CSS_SELECTOR, ".steps > .step")
    assert [step.find_element(By.CSS_SELECTOR, "h3 button").text for step in steps] == [
        each.services[0] for each in way.steps
    ]
    assert texts(page, ".stairs .value") == [thousands(each.after.price.saga_cost) for each in way.steps]
    page.execute_script("arguments[0].click()", steps[0].find_element(By.CSS_SELECTOR, "summary"))
    until(
        page, lambda: [phase.title for phase in way.steps[0].phases] == texts(page, ".steps > .step:first-child strong")
    )


def test_tables_with_many_writers_show_which_columns_go_where(page: Chrome, told: Told) -> None:
    split = [god for god in god_tables(told.evidence, told.cut) if god.advice == "split"]
    users = next(god for god in split if god.table == "users")
    section(page, "gods")
    cards = {
        card.find_element(By.CSS_SELECTOR, "h3 button").text: card
        for card in page.find_elements(By.CSS_SELECTOR, ".gods > .god")
    }
    assert set(cards) >= {god.table for god in split}
    parts = cards["users"].find_elements(By.CSS_SELECTOR, ".parts > .part")
    assert [part.find_element(By.CSS_SELECTOR, "b").text for part in parts] == [
        *(group.name for group in users.groups), "shared identity",
    ]  # fmt: skip
    columns = [each.text for each in parts[0].find_elements(By.CSS_SELECTOR, "code")]
    assert tuple(columns) == users.groups[0].columns
    chips = [part.find_element(By.CSS_SELECTOR, ".chip").text for part in parts[:-1]]
    assert chips == [group.service for group in users.groups]
    page.execute_script("arguments[0].click()", parts[0].find_element(By.CSS_SELECTOR, "summary"))
    until(page, lambda: "UPDATE" in parts[0].find_element(By.CSS_SELECTOR, "pre").text.upper())
    page.execute_script("arguments[0].click()", cards["users"].find_element(By.CSS_SELECTOR, "h3 button"))
    until(page, lambda: "used by many services: split" in find(page, "#panel").text.lower())


def test_a_page_without_a_plan_has_no_such_section(browser: Chrome, tmp_path: Path) -> None:
    path = tmp_path / "no-plan.html"
    path.write_text(render_html(shop()), encoding="utf-8")
    show(browser, path.as_uri())
    assert not browser.find_elements(By.CSS_SELECTOR, "#plan, #plan-link")


def test_comparing_shows_where_the_other_cut_differs(page: Chrome, told: Told) -> None:
    to_map(page)
    plain = picture(page)
    click(page, "#compare")
    assert differs(page, picture(page), plain)
    naive = services_yaml.load(
        (SHOP / "naive.yml").read_text("utf-8"), [table.name for table in told.evidence.tables], "naive.yml"
    )
    price = measure(told.evidence, naive)
    assert f"there {thousands(price.saga_cost)}" in find(page, "#price").text
    assert "Elsewhere in naive.yml" in section(page, "sureness").text
    assert page.current_url.endswith("#compare=1")


def test_light_and_dark(page: Chrome) -> None:
    to_map(page)
    ground = "return getComputedStyle(document.body).backgroundColor"
    light, drawn = page.execute_script(ground), picture(page)
    click(page, "#theme")
    assert page.execute_script(ground) != light
    assert differs(page, picture(page), drawn)
    click(page, "#theme")
    assert page.execute_script(ground) == light


def test_sections_links_and_plain_tables(page: Chrome, told: Told) -> None:
    move(page, "orders", home(told, "users"))
    after = figures(page)
    assert not find(page, "#plain-body").is_displayed()
    click(page, "nav a[href='#plain']")
    assert find(page, "#plain-body").is_displayed()
    assert figures(page) == after
    click(page, "#plain-toggle")
    assert not find(page, "#plain-body").is_displayed()
    click(page, ".card")
    assert kinds(page) == ["Service"]


def test_the_link_can_be_copied(page: Chrome) -> None:
    find(page, "#map").click()
    click(page, "#share")
    until(page, lambda: find(page, "#share").text in ("Copied", "In the address bar"))


def test_printing_brings_every_section_and_the_plain_tables(page: Chrome) -> None:
    page.execute_script("dispatchEvent(new Event('beforeprint'))")
    for name in ("crossings", "matrix", "journeys", "capabilities", "sureness"):
        assert page.execute_script("return document.getElementById(arguments[0]).childNodes.length", f"{name}-body")
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert find(page, "#plain-body").is_displayed()
        assert not find(page, "#export").is_displayed()
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def hostile_page(folder: Path, seed: int) -> tuple[str, Analysis]:
    seen = shop(hostile(seed))
    tables = [table.name for table in seen.evidence.tables]
    chosen = replace(
        seen.decomposition,
        roles=(Role(tables[0], "shared", HOSTILE[seed % len(HOSTILE)]),),
        unsure=((tables[-1], seen.decomposition.services[0].name, 0.1),),
        note=HOSTILE[(seed + 3) % len(HOSTILE)],
        alternatives=tuple(
            Alternative(
                services=count,
                distributed_write_share=0.1,
                balance=0.5,
                cohesion=0.5,
                largest_share=0.5,
                cost=1.0,
                chosen=count == 2,
                cut=seen.decomposition.services,
            )
            for count in (1, 2)
        ),
        hierarchy=Hierarchy(
            (
                Branch("capability", HOSTILE[(seed + 7) % len(HOSTILE)], -1, 1),
                *(Branch("service", each.name, 0, 2, 0.0, each.tables) for each in seen.decomposition.services),
            )
        ),
    )
    seen = replace(seen, decomposition=chosen)
    path = folder / f"hostile-{seed}.html"
    path.write_text(render_html(seen, Comparison(HOSTILE[(seed + 5) % len(HOSTILE)], chosen)), encoding="utf-8")
    return path.as_uri(), seen


@pytest.mark.parametrize("seed", range(0, len(HOSTILE), 4))
def test_hostile_names_are_shown_and_do_nothing(browser: Chrome, tmp_path: Path, seed: int) -> None:
    url, seen = hostile_page(tmp_path, seed)
    show(browser, url)
    for name in ("crossings", "matrix", "journeys", "alternatives", "capabilities", "sureness"):
        section(browser, name)
    browser.execute_script("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    tables = [table.name for table in seen.evidence.tables]
    assert answered(browser, "decomposeExplorer.services()")[:-3] == [s.name for s in seen.decomposition.services]
    place = seen.decomposition.services[-1].name
    assert answered(browser, f"decomposeExplorer.move(...{json.dumps([tables[1], place])})")
    browser.execute_script("document.querySelector('#cards button').click()")
    assert browser.execute_script("return window.seenByTest") == []
    assert complaints(browser) == []
    assert {address.split("#")[0] for address in watched(browser)} <= {url, "about:blank"}
    text = answered(browser, "decomposeExplorer.servicesYaml()")
    loaded = services_yaml.load(text, tables, "services.yml")
    after = moved(seen.decomposition, {tables[1]: place})
    kept = {each.name: each.tables for each in after.services if each.tables}
    assert {each.name: each.tables for each in loaded.services} == kept
    assert figures(browser) == expected(seen.evidence, loaded)
    link, before = browser.current_url, figures(browser)
    show(browser, link)
    assert figures(browser) == before


def test_the_watch_sees_what_it_is_for_and_the_policy_stops_it(browser: Chrome, told: Told) -> None:
    show(browser, told.url)
    image = '<img src="https://x.invalid/" onerror="alert(1)">'
    browser.execute_script("document.body.insertAdjacentHTML('beforeend', arguments[0])", image)
    until(browser, lambda: len(browser.execute_script("return window.seenByTest")) >= 2)
    seen = browser.execute_script("return window.seenByTest")
    assert {text.split(":")[0] for text in seen} == {"img-src", "script-src-attr"}
    assert complaints(browser)


def test_markup_in_names_is_shown_verbatim(browser: Chrome, tmp_path: Path) -> None:
    evil = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "]]>", "\"'`", "a\u2028b"]
    seen = shop(lambda name: evil[sum(name.encode()) % len(evil)] + name)
    path = tmp_path / "evil.html"
    path.write_text(render_html(seen), encoding="utf-8")
    show(browser, path.as_uri())
    shown = "".join(texts(browser, ".card-name"))
    for service in seen.decomposition.services:
        assert service.name.replace("\u2028", "\\u2028") in shown
    assert browser.execute_script("return document.images.length + document.scripts.length") == 3
    assert browser.execute_script("return window.seenByTest") == []


def test_without_javascript_the_page_reads_as_tables(tmp_path: Path, told: Told) -> None:
    with chromium(tmp_path, "--blink-settings=scriptEnabled=false") as still:
        still.get(told.url)
        nodes = still.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        heard = [(node.get("role", {}).get("value"), node.get("name", {}).get("value", "")) for node in nodes]
        words = " ".join(name for _, name in heard)
        assert {"Services", "Findings", "Transaction boundaries", "Coverage"} <= {
            name for role, name in heard if role == "table"
        }
        assert all(table.name in words for table in told.evidence.tables)
        assert not [name for role, name in heard if role in ("button", "slider", "combobox", "application")]


AXE_RUN = """
const done = arguments[arguments.length - 1];
const told = (each) => each.id + ": " + each.nodes.map((node) => node.html.slice(0, 160)).join(" | ");
axe.run(document, {resultTypes: ["violations"]}).then(
  (found) => done(found.violations.map(told)),
  (error) => done(["axe failed: " + error]));
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation(page: Chrome, theme: str) -> None:
    page.execute_script(AXE.read_text(encoding="utf-8"))
    if theme == "dark":
        click(page, "#theme")
    for name in ("crossings", "matrix", "journeys", "capabilities", "plan", "sureness"):
        section(page, name)
    click(page, "#plain-toggle")
    found = page.execute_async_script(AXE_RUN)
    select_table(page, "users")
    page.execute_script("document.querySelectorAll('#panel details').forEach((each) => { each.open = true; })")
    page.execute_script("decomposeExplorer.move('orders', arguments[0])", texts(page, ".card-name")[0])
    found += page.execute_async_script(AXE_RUN)
    assert found == []


def test_the_vendored_axe_is_the_one_that_is_named() -> None:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("refresh_axe", ROOT / "scripts" / "refresh_axe.py")
    assert spec is not None
    assert spec.loader is not None
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.digest() == script.DIGEST
    assert f"axe v{script.VERSION}" in AXE.read_text(encoding="utf-8")[:200]


def test_first_paint_is_quick(page: Chrome) -> None:
    time.sleep(0.2)
    paints = json.loads(page.execute_script("return JSON.stringify(performance.getEntriesByType('paint'))"))
    assert {entry["name"] for entry in paints} >= {"first-contentful-paint"}
    assert max(entry["startTime"] for entry in paints) < 5000
