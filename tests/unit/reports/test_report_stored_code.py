"""Views, triggers and stored routines in the explorer: rows, the plain table, and advice that follows a move."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from browser import chromium, complaints
from builders import cut, evidence, routine, schema, statement, trigger, tx
from decompose import pipeline
from decompose.assessment.findings.routines_across import COMMITTING, routine_uses, routines_across
from decompose.assessment.model import Analysis
from decompose.assessment.move import moved
from decompose.evidence.schema import TableRef, View
from decompose.evidence.statement import Mode
from decompose.reports.figures import ownership
from decompose.reports.html import render_html
from decompose.reports.html.code_rows import code_across, code_rows
from report_page import find, section, select_table, show, texts

CUT = "ordering: orders order_items; paying: payments; people: users; stock: parcels"


def seen() -> Analysis:
    """Orders, payments and users with a routine of each fate, a view, a trigger, and one that nobody can read."""
    tables = schema("order_items -> orders -> users; payments; parcels", {"order_items -> orders": "cascade"})
    known = replace(
        tables,
        routines=(
            replace(routine("close_month", "insert orders; insert payments; read users", line=40), commits=True),
            routine("count_orders", "read orders; read users", kind="function", line=55),
            routine("drop_order", "delete orders; read payments", line=60),
            routine("inside", "update orders; read order_items"),
            routine("opaque", "read users; update parcels", unread="dynamic SQL", line=70),
        ),
        triggers=(trigger("orders_after", "orders", "parcels", line=80),),
        views=(View("customers", reads=(TableRef("orders"), TableRef("users")), line=90),),
    )
    calls = statement("CALL close_month ( )", 12, {"orders": Mode.UPDATE, "payments": Mode.INSERT})
    return pipeline.judge(evidence(known, tx("W orders", 3, "buy"), calls), cut(CUT))


def test_rows_tell_what_each_touches_and_who_calls_it() -> None:
    analysis = seen()
    index = {table.name: number for number, table in enumerate(analysis.evidence.tables)}
    numbers = {each.fingerprint: number for number, each in enumerate(analysis.evidence.statements)}
    rows = {row[1]: row for row in code_rows(analysis, index, numbers)}
    orders, payments, parcels, users = (index[name] for name in ("orders", "payments", "parcels", "users"))
    call = next(n for n, each in enumerate(analysis.evidence.statements) if each.template.startswith("CALL"))
    kind, _, on, events, writes, follows, reads, executions, statements, unread, line, commits = rows["close_month"]
    assert (kind, on, events, executions, statements, unread, line) == ("procedure", [], [], 12, [call], "", 40)
    assert {orders, payments} <= set(writes)
    assert reads == [users]
    assert set(follows) == set(writes) - {orders, payments} == {parcels}
    assert rows["orders_after"][2:5] == [[orders], ["insert"], [parcels]]
    assert rows["customers"][6] == sorted([orders, users])
    assert rows["opaque"][9] == "dynamic SQL"
    assert commits
    assert not any(row[11] for name, row in rows.items() if name != "close_month")
    assert next(iter(rows)) == "close_month"


def test_each_overload_has_its_own_advice() -> None:
    split = replace(routine("place", "insert orders; insert payments", line=1), commits=True)
    tables = schema("orders -> order_items; payments; users", {"orders -> order_items": "cascade"})
    known = replace(tables, routines=(split, routine("place", "delete order_items; read users", line=2)))
    analysis = pipeline.judge(evidence(known), cut("ordering: orders order_items; paying: payments; people: users"))
    told = {item.code.line: item.advice for item in code_across(analysis)}
    assert told[1].startswith("split: ")
    assert told[1].endswith(f"; {COMMITTING}")
    assert told[2] == "move: it writes for ordering alone and goes there; what it reads of people is asked for"
    index = {table.name: number for number, table in enumerate(analysis.evidence.tables)}
    rows = {row[10]: row for row in code_rows(analysis, index, {})}
    uses = {use.line: use for use in routine_uses(analysis.evidence)}
    assert uses[1].follows != uses[2].follows
    for line, use in uses.items():
        assert rows[line][5] == [index[table] for table in use.follows]
        assert rows[line][11] == use.commits


def test_only_what_reaches_over_services_stands_in_the_plain_table() -> None:
    analysis = seen()
    told = {item.code.name: item for item in code_across(analysis)}
    assert {*told} == {"close_month", "count_orders", "customers", "drop_order", "opaque", "orders_after"}
    assert told["count_orders"].advice.startswith("replace by calls")
    assert told["close_month"].advice.endswith(f"; {COMMITTING}")
    page = unescape(render_html(analysis))
    table = page[page.index("<caption>Stored code across services") :].split("</table>")[0]
    for item in told.values():
        assert re.search(rf"<code>{item.code.name}</code>", table)
        assert item.advice in table
    assert "not read in full: dynamic SQL" in table
    assert "Stored code across services" not in render_html(pipeline.judge(evidence(schema("a -> b")), cut("x: a b")))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    path = tmp_path_factory.mktemp("code") / "report.html"
    path.write_text(render_html(seen()), encoding="utf-8")
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        show(browser, path.as_uri())
        yield browser
        assert browser.execute_script("return window.seenByTest") == []
        assert complaints(browser) == []


def advised(page: Chrome) -> dict[str, str]:
    """What the page says becomes of every routine that it lists as reaching over services."""
    section(page, "crossings")
    opened = "document.querySelectorAll('#crossings-body details').forEach((each) => { each.open = true; })"
    page.execute_async_script(f"{opened}; setTimeout(arguments[0], 60)")
    found = page.execute_script(
        "return [...document.querySelectorAll('#crossings-body .column')].filter((each) =>"
        " each.querySelector('h3').textContent.startsWith('Stored code')).flatMap((each) =>"
        " [...each.querySelectorAll('details')].map((row) => [row.querySelector('summary code').textContent,"
        " (row.querySelector('.note') || {textContent: ''}).textContent]))"
    )
    return dict(found)


def expected(analysis: Analysis) -> dict[str, str]:
    owner = ownership(analysis)
    return {item.name: item.told for item in routines_across(routine_uses(analysis.evidence), owner)}


@pytest.mark.parametrize(
    "moves", [{}, {"payments": "ordering"}, {"users": "ordering", "parcels": "ordering"}, {"orders": "people"}]
)
def test_the_page_advises_what_the_assessment_does_after_any_move(page: Chrome, moves: dict[str, str]) -> None:
    analysis = seen()
    page.execute_script("document.getElementById('reset').click()")
    for table, place in moves.items():
        page.execute_script("decomposeExplorer.move(arguments[0], arguments[1])", table, place)
    cut_ = moved(analysis.decomposition, moves)
    there = replace(analysis, decomposition=cut_)
    told = {name: text for name, text in advised(page).items() if name not in ("customers", "orders_after")}
    assert told == expected(there)


def test_a_table_tells_its_stored_code(page: Chrome, tmp_path: Path) -> None:
    page.execute_script("document.getElementById('reset').click()")
    select_table(page, "parcels")
    assert "STORED CODE" in find(page, "#panel").text.upper()
    codes = texts(page, "#panel details summary code")
    assert {"opaque", "orders_after"} <= {*codes}
    assert "count_orders" not in codes
