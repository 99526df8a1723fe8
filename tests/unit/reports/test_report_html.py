"""The explorer's page as text: its policy, data, plain tables and map; what a browser does with it is next door."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import combinations
from typing import Any

import pytest

from analyses import shop
from builders import cut, evidence, join, schema, tx
from decompose import pipeline
from decompose.assessment.assess import assess
from decompose.assessment.findings.god_tables import god_tables
from decompose.assessment.model import Analysis
from decompose.boundaries.model import Decomposition, Role
from decompose.evidence.log_entry import Gap
from decompose.reports.html import Comparison, data, render_html
from decompose.reports.html.layout import HUES, lay_out
from decompose.reports.html.plain import ROWS, table
from hostile_names import HOSTILE, bare, hostile


class Page(HTMLParser):
    """Elements, attributes and texts of a page, as the standard library reads HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            continue

    def handle_data(self, data: str) -> None:
        for tag in self._open[-1:]:
            self.texts.setdefault(tag, []).append(data)

    def attribute(self, tag: str, name: str) -> list[str]:
        return [str(attrs[name]) for found, attrs in self.elements if found == tag and name in attrs]


def model_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    loaded: dict[str, Any] = json.loads(found[1])
    return loaded


def analysis(known: str, decomposition: str, *work: Any) -> Analysis:
    seen, chosen = evidence(schema(known), *work), cut(decomposition)
    return Analysis(seen, chosen, assess(seen, chosen))


def test_the_policy_allows_this_style_and_these_scripts_and_nothing_else() -> None:
    page = Page(render_html(shop()))
    policy = dict(part.strip().split(" ", 1) for part in page.attribute("meta", "content")[0].split(";"))
    scripts = [text for text in page.texts["script"] if not text.startswith("{")]
    digests = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in scripts]
    assert policy["default-src"] == "'none'"
    assert policy["script-src"].split() == digests
    assert policy["style-src"] == f"'sha256-{b64encode(sha256(page.texts['style'][0].encode()).digest()).decode()}'"
    assert {policy["base-uri"], policy["form-action"]} == {"'none'"}


def test_nothing_is_loaded_and_nothing_is_inline() -> None:
    page = Page(render_html(shop()))
    assert {tag for tag, attrs in page.elements if {"src", "data", "srcset", "action", "style"} & attrs.keys()} == set()
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert all(link.startswith("#") for link in page.attribute("a", "href"))
    assert not {tag for tag, _ in page.elements} & {"link", "img", "iframe", "object", "embed", "base"}


def test_equal_analyses_give_equal_bytes() -> None:
    assert render_html(shop()) == render_html(shop())


@pytest.mark.parametrize("seed", range(6))
def test_hostile_names_stay_text(seed: int) -> None:
    text = render_html(shop(hostile(seed)), Comparison(HOSTILE[10], shop(hostile(seed)).decomposition))
    quiet = Page(render_html(shop(), Comparison("x", shop().decomposition)))
    page = Page(text)
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in quiet.elements]
    assert text.encode()
    names = {row[0] for row in model_of(text)["tables"]}
    assert names == {each.name for each in shop(hostile(seed)).evidence.tables}


@pytest.mark.parametrize("evil", HOSTILE)
def test_every_hostile_name_survives_in_the_data(evil: str) -> None:
    assert evil in {row[0] for row in model_of(render_html(shop(bare(evil))))["tables"]}


def test_plain_tables_tell_everything_without_javascript() -> None:
    text = " ".join(" ".join(parts) for parts in Page(render_html(shop())).texts.values())
    seen = shop()
    for service in seen.decomposition.services:
        assert service.name in text
        assert all(name in text for name in service.tables)
    for finding in seen.assessment.findings:
        assert finding.message in text
    for boundary in seen.evidence.boundaries:
        assert boundary.name in text
    assert "Coverage" in text
    assert "unknown verb" in text


def test_a_long_table_says_how_many_rows_are_left() -> None:
    text = table("Things", ("a", "b"), [("x", "y")] * (ROWS + 7), "things.json")
    assert text.count("<tr>") == ROWS + 1
    assert "And 7 more rows, in things.json." in text


def test_gaps_and_refusals_are_told() -> None:
    seen = shop()
    noted = replace(seen, decomposition=replace(seen.decomposition, note="too little was read"))
    assert "too little was read" in " ".join(Page(render_html(noted)).texts["p"])
    many = replace(seen.evidence, coverage=replace(seen.evidence.coverage, gaps=(Gap("<odd> verb", 9),)))
    assert "9 × <odd> verb" in " ".join(Page(render_html(replace(seen, evidence=many))).texts["p"])


def test_every_table_has_its_place_as_the_assessment_sees_it() -> None:
    seen = analysis(
        "orders -> users; lines -> orders; countries; jobs; lost",
        "ordering: orders lines; identity: users ghost; shared: countries; infrastructure: jobs",
        tx("W orders lines users", times=3), join("orders.user_id = users.id", 5),
    )  # fmt: skip
    model = data.model(seen)
    places = [place["n"] for place in model["places"]]
    homes = {row[0]: places[home] for row, home in zip(model["tables"], model["home"], strict=True)}
    assert homes == {
        "countries": "shared", "ghost": "identity", "jobs": "infrastructure", "lines": "ordering",
        "lost": "(unassigned)", "orders": "ordering", "users": "identity",
    }  # fmt: skip
    assert {row[0]: row[5] for row in model["tables"]}["ghost"] == 0


def test_beyond_the_bound_rows_are_merged_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "DETAILED", 2)
    work = [tx(f"W a b; R c{n % 2}", times=n + 1, label=f"t{n}") for n in range(9)]
    seen = analysis("a; b; c0; c1", "one: a; two: b; three: c0 c1", *work)
    model = data.model(seen)
    assert model["left_out"]["statements"] == len(seen.evidence.statements) - 2
    assert sum(row[3] for row in model["statements"]) == sum(each.executions for each in seen.evidence.statements)
    assert sum(row[3] for row in model["profiles"]) == sum(each.count for each in seen.evidence.profiles)
    assert len(model["profiles"]) == 4
    assert "counted but not listed" in render_html(seen)


def test_text_beyond_the_bound_is_left_to_the_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "TEMPLATES", 40)
    model = data.model(shop())
    assert model["left_out"]["templates"] == sum(not row[1] for row in model["statements"]) > 0


@pytest.mark.parametrize("sizes", [(), (1,), (0, 3), (12, 1, 7, 30, 0, 2), (200, 3)])
def test_the_map_gives_every_table_a_tile_of_its_own_and_keeps_countries_apart(sizes: tuple[int, ...]) -> None:
    numbers = iter(range(sum(sizes)))
    countries = [[next(numbers) for _ in range(size)] for size in sizes]
    tiles, hues = lay_out(countries, {})
    assert sorted(tiles) == list(range(sum(sizes)))
    assert len(set(tiles.values())) == len(tiles)
    assert len(hues) == len(sizes)
    assert all(0 <= hue < HUES for hue in hues)
    home = {tiles[table]: number for number, tables in enumerate(countries) for table in tables}
    for q, r in home:
        for dq, dr in ((1, 0), (0, 1), (-1, 1)):
            assert home.get((q + dq, r + dr), home[q, r]) == home[q, r]


def test_coupled_tables_and_countries_lie_nearer_than_others() -> None:
    countries = [[3 * number, 3 * number + 1, 3 * number + 2] for number in range(12)]
    affinity = {0: {1: 9.0, 33: 9.0}, 1: {0: 9.0}, 33: {0: 9.0}}
    tiles, _ = lay_out(countries, affinity)

    def steps(left: int, right: int) -> int:
        dq, dr = tiles[left][0] - tiles[right][0], tiles[left][1] - tiles[right][1]
        return max(abs(dq), abs(dr), abs(dq + dr))

    others = [steps(0, 3 * number) for number in range(1, 11)]
    assert steps(0, 1) == 1
    assert steps(0, 33) < sum(others) / len(others)


def test_neighbouring_countries_differ_in_colour() -> None:
    _, hues = lay_out([[n] for n in range(7)], {})
    assert all(left != right for left, right in combinations(hues, 2))


def test_reasons_columns_and_fence_sitters_are_in_the_data() -> None:
    seen = shop()
    chosen = replace(
        seen.decomposition, roles=(Role("countries", "shared", "referred to"),), unsure=(("payments", "catalog", 0.2),)
    )
    model = data.model(replace(seen, decomposition=chosen))
    names = [row[0] for row in model["tables"]]
    assert model["roles"] == [[names.index("countries"), "shared", "referred to"]]
    assert model["unsure"] == [[names.index("payments"), "catalog", 0.2]]


def test_tables_with_many_writers_are_in_the_data_and_in_the_plain_tables() -> None:
    known = evidence(schema("lines; orders; people"), tx("W lines orders people", 5), tx("W people", 7))
    seen = pipeline.judge(known, cut("identity: people; ordering: lines orders"))
    god = god_tables(seen.evidence, seen.decomposition)[0]
    told = data.model(seen)["gods"][0]
    assert (told["table"], told["advice"], told["reason"]) == (2, god.advice, god.reason)
    assert [(row[0], row[4]) for row in told["services"]] == [(use.service, use.writing) for use in god.services]
    assert f"{god.advice}: {god.reason}" in render_html(seen)


def test_an_empty_database_has_a_page() -> None:
    text = render_html(
        Analysis(evidence(schema("")), Decomposition(()), assess(evidence(schema("")), Decomposition(())))
    )
    assert model_of(text)["tables"] == []
