from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from analyses import shop, wide
from decompose.reports import REPORTS
from decompose.reports.markdown import render_markdown
from decompose.reports.markdown_text import code, fenced, table, text
from golden_files import assert_golden
from hostile_names import HOSTILE, bare, hostile

READER = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")


def structure(markdown: str) -> Counter[str]:
    """How many tokens of each kind a CommonMark reader finds, text and code spans left out."""
    counts: Counter[str] = Counter()
    for token in READER.parse(markdown):
        for each in (token, *(token.children or ())):
            counts[each.type] += 1
    for kind in ("text", "code_inline", "em_open", "em_close"):
        counts.pop(kind, None)
    return counts


def shown(markdown: str) -> str:
    """The text a reader sees in the first paragraph or cell."""
    return "".join(child.content for token in READER.parse(markdown) for child in token.children or ())


def test_the_report() -> None:
    assert_golden("markdown.md", render_markdown(shop()))


@pytest.mark.parametrize("seed", range(len(HOSTILE)))
def test_no_name_changes_the_structure(seed: int) -> None:
    assert structure(render_markdown(shop(hostile(seed)))) == structure(render_markdown(shop()))


@pytest.mark.parametrize("evil", HOSTILE)
def test_a_bare_hostile_table_changes_nothing_but_itself(evil: str) -> None:
    assert structure(render_markdown(shop(bare(evil)))) == structure(render_markdown(shop()))


@given(st.text())
def test_cells_hold_any_text(value: str) -> None:
    for cell in (code(value), text(value) + "."):
        tokens = READER.parse("\n".join(table(("a", "b"), [(cell, "x")])))
        assert sum(token.type == "td_open" for token in tokens) == 2
        assert not any(child.type in ("html_inline", "link_open") for t in tokens for child in t.children or ())


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S")), min_size=1))
def test_names_read_back_as_they_are(value: str) -> None:
    assert shown(code(value)) == value
    assert shown("a " + text(value)) == "a " + value


@settings(max_examples=50)
@given(st.text())
def test_a_fence_holds_any_template(value: str) -> None:
    tokens = READER.parse("\n".join(fenced(value, "sql")))
    assert [token.type for token in tokens] == ["fence"]


def test_a_fence_is_longer_than_what_it_holds() -> None:
    assert fenced("SELECT 1\n```\n`````", "sql") == ["``````sql", "SELECT 1", "```", "`````", "``````"]


def test_the_findings_carry_their_sql() -> None:
    report = render_markdown(shop())
    assert "```sql\n  INSERT INTO payments VALUES (?)\n  ```" in report


def test_many_findings_are_cut_and_the_cut_is_said() -> None:
    assert "250 more of this kind are in `assessment.json`." in render_markdown(wide(600, 300))


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_every_report_is_text_that_ends_its_last_line(report) -> None:
    told = report.render(shop())
    assert told.endswith("\n")
    assert not told.endswith("\n\n")
    assert report.render(shop()) == told
    assert report.title
