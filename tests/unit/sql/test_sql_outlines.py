"""Outlines: one reading for all templates that differ in nothing but names, and never another than their own."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decompose.sql.dialects import DIALECTS, dialect
from decompose.sql.fingerprint import template
from decompose.sql.outline_sketches import Sketches
from decompose.sql.outline_words import words_of_the_parser
from decompose.sql.outlines import outline
from decompose.sql.reader import DialectReader
from decompose.sql.words import COLUMN_WORDS

NAMES = ("postgresql", "mysql", "mariadb", "sqlite", "generic")
READERS = {row.name: DialectReader(row.name) for row in DIALECTS}
"""They remember all outlines of this module's templates, so that later ones are told of earlier ones' readings."""


def drawn(sql: str, name: str = "postgresql") -> str:
    found = outline(template(sql, name), dialect(name))
    return "" if found is None else found.text


def assert_told_as_read(sql: str, name: str) -> None:
    text = template(sql, name)
    reader = READERS[name]
    assert reader.parse(text) == reader.read(text)


SHARED = [
    ("SELECT c1, c2 FROM t1 WHERE c3 = 1", "SELECT c4, c5, c6 FROM t2 WHERE c7 IN (1, 2) AND c8 IS NULL"),
    (
        "SELECT x1.c1, x1.c2 FROM t1 x1 WHERE x1.c3 = 1",
        "SELECT y1.c4, y1.c5 AS c6 FROM t2 y1 WHERE y1.c7 BETWEEN 1 AND 2",
    ),
    ("INSERT INTO t1 (c1, c2) VALUES (1, 2)", "INSERT INTO t2 (c1, c3, c4, c5) VALUES (1, 2, 3, 4)"),
    ("UPDATE t1 SET c1 = 1, c2 = 2 WHERE c3 = 3", "UPDATE t2 SET c1 = 1, c4 = 2, c5 = 3 WHERE c6 = 4 AND c7 LIKE 'q'"),
    ("DELETE FROM t1 WHERE c1 = 1", "DELETE FROM t2 WHERE c2 = 1 AND c3 > 2"),
    (
        "SELECT o1.c1, o2.c2 FROM t1 o1 JOIN t2 o2 ON o2.c1 = o1.id",
        "SELECT p1.name, p2.c3, p2.status FROM t4 p1 LEFT JOIN t3 p2 ON p2.type = p1.id",
    ),
]


@pytest.mark.parametrize(("one", "other"), SHARED)
def test_templates_that_differ_in_names_and_lengths_share_an_outline(one: str, other: str) -> None:
    assert drawn(one) == drawn(other) != ""


APART = [
    ("SELECT a FROM t JOIN u ON t.x = u.y", "SELECT a FROM t JOIN u ON t.x = t.y"),
    ("SELECT a FROM t WHERE b IN (SELECT c FROM u)", "SELECT a FROM t WHERE b IN (SELECT c, d FROM u)"),
    ("DELETE FROM t USING u WHERE u.a = t.b", "DELETE FROM t USING u WHERE u.a = u.b"),
    ("WITH aa AS (SELECT b FROM t) SELECT b FROM aa", "WITH aa AS (SELECT b FROM t) SELECT b FROM u"),
    ("SELECT a FROM s.t", "SELECT a FROM t"),
    ("UPDATE t SET a = 1", "UPDATE t SET a = b"),
    ("SELECT a FROM t WHERE b = c", "SELECT a FROM t WHERE b = 1"),
    ("SELECT a FROM t ORDER BY b", "SELECT count(*) FROM t ORDER BY b"),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_templates_that_differ_in_what_they_do_have_outlines_apart(one: str, other: str) -> None:
    assert drawn(one) != drawn(other)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a FROM t UNION SELECT b FROM u ORDER BY c",
        "SELECT data -> 'k' FROM t",
        "SELECT a[1] FROM t",
        "SELECT zq1 FROM t",
        "UPDATE item SET note = 1 FROM note",
        "SELECT a FROM t WHERE b = é",
        "SELECT ) FROM t",
        "CREATE TABLE t (a int)",
        "SELECT a FROM t USE INDEX FOR ORDER BY (i)",
        "SELECT " + "a, " * 6_000 + "b FROM t",
    ],
    ids=lambda sql: sql[:30],
)
def test_what_is_in_doubt_has_no_outline_and_is_read_all_the_same(sql: str) -> None:
    assert drawn(sql) == ""
    assert_told_as_read(sql, "postgresql")


def test_dialects_without_outlines_read_each_template() -> None:
    for name in ("tsql", "oracle"):
        assert drawn("SELECT a FROM t", name) == ""
        assert_told_as_read("SELECT a FROM t", name)


@pytest.mark.parametrize("name", NAMES)
def test_the_parser_knows_no_word_that_this_room_does_not(name: str) -> None:
    d = dialect(name)
    grammar = importlib.import_module("sqlglot.dialects.dialect").Dialect.get_or_raise(d.sqlglot_name or None)
    found = words_of_the_parser(d.sqlglot_name)
    keywords = {part for key in grammar.tokenizer_class.KEYWORDS for part in key.upper().split() if part.isidentifier()}
    assert keywords <= found
    for texts in (grammar.parser_class.NO_PAREN_FUNCTION_PARSERS, grammar.VALID_INTERVAL_UNITS):
        assert {part for text in texts for part in text.split()} <= found
    ours = {"sqlglot.parser", "sqlglot.tokens", "sqlglot.dialects.dialect", "sqlglot.parsers.base", "builtins"}
    own = {f"sqlglot.{room}.{d.sqlglot_name}" for room in ("dialects", "parsers")}
    classes = (type(grammar), grammar.parser_class, grammar.tokenizer_class)
    assert {base.__module__ for each in classes for base in each.__mro__} <= ours | own


WORD_PLACES = [
    "SELECT {w}, b FROM t",
    "SELECT b, {w} FROM t WHERE {w} = 1",
    "SELECT t1.{w}, t1.b FROM u t1 WHERE t1.{w} = 1 AND t1.{w} IS NULL ORDER BY t1.{w} DESC, {w}",
    "SELECT b, {w} AS c, d FROM t GROUP BY {w} HAVING max({w}) > 1",
    "INSERT INTO t (b, {w}) VALUES (1, 2)",
    "INSERT INTO t ({w}, b, c) VALUES (1, 2, 3)",
    "UPDATE t SET {w} = 1, b = 2 WHERE {w} <> 3",
    "UPDATE t SET b = 1, {w} = 2 WHERE {w} IN (1, 2)",
    "DELETE FROM t WHERE {w} = 1 AND b = 1 OR {w} LIKE 'x'",
    "SELECT a1.x FROM a a1 JOIN b b1 ON b1.{w} = a1.{w} WHERE lower(b1.{w}) = 'x'",
    "SELECT x FROM a WHERE a.y IN (SELECT {w} FROM b WHERE {w} = 2)",
    "SELECT coalesce({w}, b), sum({w} + 1), {w} * 2 FROM t WHERE ({w} > 1 AND {w} BETWEEN 2 AND 3)",
]


def column_words() -> Iterator[str]:
    """Words that may be columns, and samples of those that may not."""
    yield from sorted(word.lower() for word in COLUMN_WORDS)
    yield from ("user", "date", "order", "interval", "key", "end", "timestamp", "left", "set", "values", "t", "plain")
    yield from ('"usage"', '"Odd name"', "pg_thing", "dual")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", WORD_PLACES)
def test_every_word_in_a_column_s_place_is_told_as_it_is_read(name: str, form: str) -> None:
    for word in ("plain", *column_words()):
        assert_told_as_read(form.format(w=word.replace('"', dialect(name).quotes[0])), name)


COLUMN = st.sampled_from(
    ["a", "b", "cc", "qty", "note", "name", "status", "type", "orders", "t1", '"usage"', "pg_x", "amount"]
)
TABLE = st.sampled_from(
    ["orders", "users", "t1", "cc", "amount", "item", "s.orders", "pg_class", "dual", "type", "Item"]
)
ALIAS = st.sampled_from(["", "", "o", "u1", "t1", "cc", "orders", "x1", "amount", "Item"])
OPERATOR = st.sampled_from(["=", "=", "=", "<>", "<", "LIKE", "+", "||"])


@st.composite
def columns(draw: st.DrawFn, qualifiers: tuple[str, ...]) -> str:
    qualifier = draw(st.sampled_from(("", *qualifiers)))
    return f"{qualifier}.{draw(COLUMN)}" if qualifier else draw(COLUMN)


@st.composite
def operands(draw: st.DrawFn, qualifiers: tuple[str, ...], depth: int) -> str:
    column = draw(columns(qualifiers))
    forms: list[Callable[[], str]] = [
        lambda: column,
        lambda: column,
        lambda: "1",
        lambda: f"({column})",
        lambda: f"lower({column})",
        lambda: f"coalesce({column}, {draw(columns(qualifiers))}, 1)",
        lambda: f"foo({column})",
        lambda: f"CAST({column} AS text)",
        lambda: f"CASE {column} WHEN 1 THEN {draw(columns(qualifiers))} ELSE 2 END",
        lambda: f"extract(year FROM {column})",
        lambda: f"{column} + {draw(columns(qualifiers))}",
    ]
    if depth:
        forms.append(lambda: f"({draw(selects(qualifiers, depth - 1))})")
    return draw(st.sampled_from(forms))()


@st.composite
def conditions(draw: st.DrawFn, qualifiers: tuple[str, ...], depth: int) -> str:
    def one() -> str:
        left = draw(operands(qualifiers, depth))
        kind = draw(st.integers(0, 7))
        if kind == 0:
            return f"{left} IN (1, 2)"
        if kind == 1:
            return f"{left} IS NOT NULL"
        if kind == 2:
            return f"{left} BETWEEN 1 AND {draw(columns(qualifiers))}"
        if kind == 3 and depth:
            return f"{left} {draw(st.sampled_from(['IN', 'NOT IN']))} ({draw(selects(qualifiers, depth - 1))})"
        if kind == 4:
            return f"NOT ({left} = 1 AND {draw(columns(qualifiers))} > 1)"
        return f"{left} {draw(OPERATOR)} {draw(st.one_of(st.just('1'), operands(qualifiers, depth)))}"

    found = one()
    for _ in range(draw(st.integers(0, 3))):
        found += f" {draw(st.sampled_from(['AND', 'AND', 'AND', 'OR']))} {one()}"
    return found


@st.composite
def selects(draw: st.DrawFn, outer: tuple[str, ...] = (), depth: int = 1) -> str:
    tables = [(draw(TABLE), draw(ALIAS)) for _ in range(draw(st.integers(1, 3)))]
    qualifiers = tuple(alias or table for table, alias in tables)
    inside = qualifiers + outer
    sources = " ".join(part for part in tables[0] if part)
    for table, alias in tables[1:]:
        on = draw(conditions(inside, 0))
        join = draw(st.sampled_from(["JOIN", "LEFT JOIN", "INNER JOIN", ","]))
        sources += f", {table} {alias}" if join == "," else f" {join} {table} {alias} ON {on}"
    items = [
        draw(st.one_of(columns(inside), columns(inside), operands(inside, depth)))
        for _ in range(draw(st.integers(1, 4)))
    ]
    items = [item + draw(st.sampled_from(["", "", "", " AS al", " AS orders"])) for item in items]
    text = f"SELECT {draw(st.sampled_from(['', '', 'DISTINCT ']))}{', '.join(items)} FROM {sources}"
    if draw(st.booleans()):
        text += f" WHERE {draw(conditions(inside, depth))}"
    if draw(st.booleans()):
        text += f" ORDER BY {draw(columns(inside))}{draw(st.sampled_from(['', ' DESC']))}, {draw(columns(inside))}"
    return text + draw(st.sampled_from(["", "", " LIMIT 1", " FOR UPDATE"]))


@st.composite
def statements(draw: st.DrawFn) -> str:
    kind, table = draw(st.integers(0, 5)), draw(TABLE)
    names = ", ".join(draw(COLUMN) for _ in range(draw(st.integers(1, 4))))
    here = (table,)
    if kind == 0:
        return f"INSERT INTO {table} ({names}) VALUES (1, 2)" + draw(st.sampled_from(["", f" RETURNING {names}"]))
    if kind == 1:
        sets = ", ".join(f"{draw(COLUMN)} = {draw(operands(here, 1))}" for _ in range(draw(st.integers(1, 3))))
        return f"UPDATE {table} SET {sets} WHERE {draw(conditions(here, 1))}"
    if kind == 2:
        return f"DELETE FROM {table} WHERE {draw(conditions(here, 1))}"
    if kind == 3:
        conflict = draw(st.sampled_from(["", " ON CONFLICT (a) WHERE b = 1 DO UPDATE SET b = 2 WHERE orders.cc = 1"]))
        return f"INSERT INTO {table} ({names}) {draw(selects())}{conflict}"
    if kind == 4:
        return f"WITH cc AS ({draw(selects())}), x1 AS ({draw(selects())}) {draw(selects())}"
    return draw(selects())


@settings(max_examples=150, deadline=None)
@given(statements(), st.sampled_from(NAMES))
def test_whatever_is_said_is_told_as_it_is_read(sql: str, name: str) -> None:
    assert_told_as_read(sql, name)


SKETCHES = {name: Sketches(dialect(name)) for name in NAMES}


@settings(max_examples=100, deadline=None)
@given(statements(), st.sampled_from(NAMES))
def test_a_sketch_remembers_the_outline_that_would_be_drawn(sql: str, name: str) -> None:
    text = template(sql, name)
    assert SKETCHES[name].outline(text) == outline(text, dialect(name))


def test_templates_of_one_sketch_have_names_of_their_own() -> None:
    sketches = Sketches(dialect("mysql"))
    first = sketches.outline("SELECT c1, c2 FROM t1 WHERE c1 = ?")
    second = sketches.outline("SELECT c7, c8 FROM t9 WHERE c7 = ?")
    assert first is not None
    assert second is not None
    assert first.text == second.text
    assert (first.names, second.names) == (["t1", ["c1", "c2", "c1"]], ["t9", ["c7", "c8", "c7"]])
    assert sketches.outline("DELETE FROM t1 USING T1 WHERE t1.c1 = T1.c2") is None


@pytest.mark.parametrize("form", WORD_PLACES)
def test_outlines_hold_no_plain_names_of_their_templates(form: str) -> None:
    assert drawn(form.format(w="secretive")) != ""
    assert "secretive" not in drawn(form.format(w="secretive"))
