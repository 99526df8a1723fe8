from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses import shop, wide
from decompose.assessment.model import Analysis, Assessment, Finding
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Coverage, Evidence, ForeignKeyLink
from decompose.evidence.log_entry import Gap
from decompose.evidence.schema import Schema
from decompose.reports.assessment_screen import Verdict, render_assessment, verdict
from decompose.reports.figures import relationships, service_writes
from decompose.reports.screen import PLAIN, Look, cells, cut, name_list, shortened
from decompose.reports.terminal import LINES, quoted, render_analysis
from decompose.reports.wording import percent
from golden_files import assert_golden
from hostile_names import HOSTILE, hostile

EMPTY = Analysis(
    Evidence("sqlite", Schema("sqlite"), (), (), (), (), (), Coverage()),
    Decomposition(()),
    Assessment(0, 0.0, 0, 0, 0.0, 0.0, 0, 0),
)


def hub(references: int) -> Analysis:
    """The shop with so many more columns of `orders` that refer to users, a dozen of them undeclared."""
    analysis = shop()
    links = tuple(
        ForeignKeyLink("orders", (f"user_{n:02d}",), "users", ("id",), declared=n >= 12) for n in range(references)
    )
    told = Finding("god-table", "god-table:users", "warning", "users has many relationships", tables=("users",))
    price = dataclasses.replace(analysis.assessment, findings=(*analysis.assessment.findings, told))
    return Analysis(dataclasses.replace(analysis.evidence, links=links), analysis.decomposition, price)


def test_the_analysis_screen() -> None:
    assert_golden("terminal.txt", render_analysis(shop()))


def test_the_assessment_screen() -> None:
    assert_golden("terminal-assess.txt", render_assessment(shop()))


def test_the_price_of_a_move() -> None:
    after = shop()
    price = dataclasses.replace(after.assessment, distributed_write_transactions=0, saga_cost=0.0, cross_joins=120)
    after = dataclasses.replace(after, assessment=dataclasses.replace(price, distributed_write_share=0.0, findings=()))
    assert_golden("terminal-move.txt", render_assessment(after, before=shop(), change="moving payments to ordering"))


def test_a_bad_cut_names_the_hub_and_the_first_distributed_transaction() -> None:
    analysis = hub(47)
    price = dataclasses.replace(analysis.assessment, distributed_write_share=0.3)
    screen = render_assessment(dataclasses.replace(analysis, assessment=price))
    assert "DON'T CUT HERE" in screen
    assert "users: 47 relationships, 35 declared + 12 undeclared; 47 of them from" in screen
    assert "first to break: checkout writes orders, payments in 2 services" in screen
    assert screen.startswith("Coverage\n")
    assert screen.count("checkout writes orders") == 1
    assert screen.count("users: 47 relationships") == 1


def test_the_hub_stands_on_the_analysis_screen() -> None:
    assert "users: 47 relationships, 35 declared + 12 undeclared" in render_analysis(hub(47))
    assert "Next: decompose explain users" in render_analysis(hub(47))
    assert "relationships" not in render_analysis(shop())


def test_a_column_that_is_declared_and_joined_counts_once() -> None:
    analysis = shop()
    links = tuple(ForeignKeyLink("orders", ("user_id",), "users", ("id",), declared=d) for d in (True, False))
    analysis = dataclasses.replace(analysis, evidence=dataclasses.replace(analysis.evidence, links=links))
    assert [(r.declared, r.undeclared, r.crossing) for r in relationships(analysis)] == [(1, 0, 1)]


def test_writes_per_service() -> None:
    rows = {row.service.name: row for row in service_writes(shop())}
    assert (rows["identity"].executions, rows["identity"].inside, rows["identity"].partners) == (300, 300, ())
    assert (rows["billing"].crossing, rows["billing"].partners) == (40, (("ordering", 40),))


def test_verdicts() -> None:
    analysis = shop()
    clean = dataclasses.replace(EMPTY.assessment, services=4, write_transactions=10)
    quiet = dataclasses.replace(analysis, assessment=clean)
    costly = dataclasses.replace(analysis, assessment=dataclasses.replace(clean, cross_joins=1))
    unsure = dataclasses.replace(analysis, decomposition=dataclasses.replace(analysis.decomposition, note="too little"))
    bad = dataclasses.replace(analysis, assessment=dataclasses.replace(clean, distributed_write_share=0.2))
    told = [verdict(one) for one in (bad, quiet, costly, unsure, hub(47))]
    assert told == [Verdict.BAD, Verdict.CLEAN, Verdict.COSTLY, Verdict.NONE, Verdict.COSTLY]


@pytest.mark.parametrize(("tables", "services"), [(5000, 300), (1000, 12), (40, 40), (30, 1)])
@pytest.mark.parametrize("look", [PLAIN, Look(unicode=False), Look(width=60), Look(width=120)])
def test_one_screen_whatever_the_size(tables: int, services: int, look: Look) -> None:
    for screen in (render_analysis(wide(tables, services), look), render_assessment(wide(tables, services), look)):
        lines = screen.splitlines()
        assert len(lines) <= LINES
        assert max(cells(line) for line in lines) <= look.width


def test_what_does_not_fit_is_counted() -> None:
    assert re.search(r"and 29\d more services \(4,\d{3} tables\)", render_analysis(wide(5000, 300)))


def test_nothing_seen_is_said() -> None:
    screen = render_analysis(EMPTY)
    assert "no log: 0 tables of the schema only" in screen
    assert "No services" in screen
    assert render_assessment(EMPTY)


@pytest.mark.parametrize("seed", range(len(HOSTILE)))
def test_names_cannot_leave_their_line(seed: int) -> None:
    analysis = shop(hostile(seed))
    screens = (render_analysis(analysis), render_assessment(analysis, before=analysis, change=HOSTILE[seed]))
    for screen in screens:
        assert len(screen.splitlines()) <= LINES
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202a-\u202e\u2066-\u2069\u200b\ufeff\ud800]", screen)


def test_names_are_never_markup() -> None:
    assert "[red]users" in render_analysis(shop(lambda name: "[red]" + name), Look(width=120, colour=True))


def test_colour_only_when_asked_for_and_only_around_text() -> None:
    plain, coloured = render_analysis(shop()), render_analysis(shop(), Look(colour=True))
    assert "\x1b" not in plain
    assert "\x1b[31;1m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    ascii_only = render_analysis(shop(), Look(unicode=False))
    assert ascii_only.isascii()


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, "-"), (0, 5, "0 %"), (5, 5, "100 %"), (99999, 100000, "99.9 %"), (1, 100000, "<0.1 %"), (1, 3, "33.3 %")],
)
def test_a_share_never_rounds_to_all_or_nothing(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text


def test_name_lists_count_what_they_leave_out() -> None:
    assert name_list(("a", "b", "c"), 7, PLAIN) == "a, b, c"
    assert name_list(("a", "b", "c", "d"), 7, PLAIN) == "a, b +2"
    assert name_list(("a" * 30, "b"), 12, PLAIN) == "aaaa…aaaa +1"
    assert name_list((), 12, PLAIN) == ""
    assert shortened("prefix_one", 7, PLAIN) == "pre…one"


@given(st.text(), st.integers(min_value=1, max_value=30), st.booleans())
def test_a_cut_text_fits(text: str, width: int, unicode: bool) -> None:
    look = Look(unicode=unicode)
    assert cells(cut(text, width, look)) <= width
    assert cells(shortened(text, width, look)) <= width


def test_commands_can_be_pasted() -> None:
    assert quoted("order_items") == "order_items"
    assert quoted("it's a $table") == "'it'\\''s a $table'"
    assert quoted("") == "''"


def test_one_kind_of_finding_does_not_hide_the_others() -> None:
    analysis = shop()
    many = tuple(Finding("distributed-write", f"k{n}", "error", f"transaction {n}") for n in range(9))
    other = Finding("cross-join", "j", "warning", "a join that crosses")
    price = dataclasses.replace(analysis.assessment, findings=(*many, other))
    screen = render_analysis(dataclasses.replace(analysis, assessment=price))
    assert [f"transaction {n}" in screen for n in range(5)] == [True, True, True, True, False]
    assert "a join that crosses" in screen
    assert "and 5 more: 5 distributed-write" in screen


def test_a_log_of_which_nothing_counts_is_not_called_no_log() -> None:
    left_out = Coverage(entries=7, tables=3, gaps=(Gap("entry of another database than those asked for", 7),))
    seen = dataclasses.replace(EMPTY, evidence=dataclasses.replace(EMPTY.evidence, coverage=left_out))
    assert "nothing of the log counts: 3 tables of the schema only" in render_analysis(seen)
