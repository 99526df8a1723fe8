"""Templates: one spelling for one statement, no literal in it, no text that breaks it."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decompose.errors import UsageError
from decompose.sql.dialects import DIALECTS, dialect
from decompose.sql.fingerprint import fingerprint, template
from decompose.sql.lexer import raw_tokens, tokens
from decompose.sql.statements import parse, parse_template

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "statements"
GROUPS = tomllib.loads((SCENARIOS / "templates.toml").read_text(encoding="utf-8"))["group"]
NAMES = st.sampled_from([row.name for row in DIALECTS])
# fmt: off
PIECES = [
    "'", '"', '`', '$', '$1', '$a$', '$$', '?', '?|', ':', '::', ':a', '%s', '%(x)s', "e'", "N'", "_utf8'", '_x', '@',
    '@p', '@@x', '#', '#t', '--', '/*', '*/', '/*!', '1', '1.5', '.5', '1e5', '2fa', '0x1f', '.', '\\', "''", ';',
    '[', ']', '(', ')', ',', '=', '-', '<', 'select', 'from', 'into', 'update', 'set', 'values', 'in', 'null', 'true',
    'and', 'where', 'join', 'on', 'using', 'as', 'with', 'case', 'when', 'then', 'end', 'begin', 'autocommit',
    'savepoint', 'release', 'rollback', 'to', 'declare', 'cursor', 'for', 'fetch', 'close', 'lock', 'table',
    'truncate', 'copy', 'explain', 'replace', 'delete', 'insert', 'merge', 'union', 'order', 'by', 'limit', 'count',
    'a', 'b', '"a"', '`a`', "'x'", '\x00', '\x01', '\x02', '\x03', '\n', 'é', 'x.y',
]
# fmt: on
SOUP = st.lists(st.sampled_from(PIECES), max_size=40).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda gap: gap.join(parts))
)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group["template"])
def test_one_statement_one_template(group: dict[str, object]) -> None:
    assert {template(sql, name) for name, sql in group["texts"]} == {group["template"]}  # type: ignore[attr-defined]


@given(SOUP, NAMES)
@settings(max_examples=300, deadline=None)
def test_any_text_parses_to_something_and_its_template_is_stable(sql: str, name: str) -> None:
    text = template(sql, name)
    parsed = parse(sql, name)
    assert parsed.template == text
    assert parsed.fingerprint == fingerprint(text)
    assert parsed.accesses == tuple(sorted(set(parsed.accesses)))
    assert parse_template(text, name).accesses == parsed.accesses


@given(SOUP, NAMES)
@settings(max_examples=300, deadline=None)
def test_both_scanners_agree(sql: str, name: str) -> None:
    d = dialect(name)
    assert tokens(sql, d) == [token for token, _, _ in raw_tokens(sql, d)]


CANARY = "canary7Q"
VALUES = st.sampled_from(
    ["'{}'", "'a''{}'", "'{}; DROP'", "'-- {}'", "'/* {}'", "'\"{}'", "'`{}'", "' $1 {}'", "'{} FROM x.'"]
)


@given(st.lists(VALUES, min_size=1, max_size=4), NAMES, st.booleans())
def test_no_literal_survives(values: list[str], name: str, cut: bool) -> None:
    sql = "SELECT a FROM t WHERE " + " AND ".join(f"c{i} = {v.format(CANARY)}" for i, v in enumerate(values))
    if cut:
        sql = sql[: sql.rindex(CANARY) + len(CANARY)]
    text = template(sql, name)
    assert CANARY not in text
    assert text.startswith("SELECT ")


@pytest.mark.parametrize(
    ("name", "literal"),
    [
        ("postgresql", f"E'a\\'{CANARY}'"),
        ("postgresql", f"$x$ it's {CANARY} $y$ $x$"),
        ("postgresql", f"U&'{CANARY}'"),
        ("postgresql", f"B'{CANARY}'"),
        ("mysql", f"'a\\'{CANARY}'"),
        ("mysql", f'"a\\"{CANARY}"'),
        ("mysql", f"_utf8mb4 '{CANARY}'"),
        ("mysql", f"'x' '{CANARY}'"),
        ("oracle", f"q'[it's {CANARY}]'"),
        ("tsql", f"N'{CANARY}'"),
        ("mysql", "0x63616e617279"),
        ("sqlite", "X'63616e617279'"),
    ],
)
def test_no_literal_of_any_kind_survives(name: str, literal: str) -> None:
    sql = f"INSERT INTO t (a) VALUES ({literal}) /* {CANARY} */ -- {CANARY}"
    assert CANARY not in template(sql, name)
    assert CANARY not in template(sql[: sql.index(literal) + len(literal) - 1], name)
    assert "63616e61" not in template(sql, name)


def test_time_grows_in_line_with_length() -> None:
    hostile = [
        "'",
        "$a$",
        "$a",
        "/*",
        "((",
        '"',
        "a.",
        "count ",
        "- ?",
        "--\n",
        "1, ",
        "), (",
        "NULL, ",
        "\\'",
        "q'[",
        "x'",
    ]
    for piece in hostile:
        for name in ("postgresql", "mysql", "oracle"):
            start = time.process_time()
            template(piece * 40_000, name)
            assert time.process_time() - start < 10, (piece, name)


def test_an_unknown_dialect_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        dialect("klingon")


def test_folding_follows_the_dialect() -> None:
    assert dialect("postgresql").fold("Orders") == "orders"
    assert dialect("oracle").fold("Orders") == "ORDERS"
    assert dialect("oracle").fold("Orders", quoted=True) == "Orders"
    assert dialect("sqlite").key("Orders") == dialect("sqlite").key("ORDERS")
    assert dialect("mysql").key("Orders") != dialect("mysql").key("orders")


@pytest.mark.parametrize("name", ["ON_HAND", "reselect", "x_then", "brand", "offset_between"])
def test_a_name_that_ends_like_a_keyword_keeps_its_minus(name: str) -> None:
    assert template(f"SELECT {name} - 1 FROM t", "postgresql").endswith("- ? FROM t")
