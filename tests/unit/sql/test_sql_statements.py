"""Scenario files of statements: what each reads, writes, locks and joins."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from decompose.evidence.schema import TableRef
from decompose.evidence.statement import Mode, ParsedStatement
from decompose.sql.dialects import DIALECTS
from decompose.sql.fingerprint import template
from decompose.sql.statements import parse, parse_template, split

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "statements"


def _load(name: str) -> list[dict[str, Any]]:
    document = tomllib.loads((SCENARIOS / name).read_text(encoding="utf-8"))
    return [{"dialect": document.get("dialect"), **case} for case in document["cases"]]


CASES = [case for name in ("postgresql.toml", "mysql.toml", "others.toml") for case in _load(name)]
CONTROLS = tomllib.loads((SCENARIOS / "control.toml").read_text(encoding="utf-8"))["cases"]


def _name(ref: TableRef) -> str:
    return ".".join(part for part in (ref.database, ref.schema, ref.name) if part)


def _tables(parsed: ParsedStatement, *modes: Mode) -> list[str]:
    return sorted({_name(access.table) for access in parsed.accesses if access.mode in modes})


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['dialect']}: {case['sql'][:60]}")
def test_accesses(case: dict[str, Any]) -> None:
    parsed = parse(case["sql"], case["dialect"])
    assert parsed.understood == case.get("understood", True), parsed.reason
    assert _tables(parsed, Mode.READ) == case.get("reads", [])
    assert _tables(parsed, *(mode for mode in Mode if mode.writes)) == case.get("writes", [])
    assert _tables(parsed, Mode.LOCK) == case.get("locks", [])
    joins = [f"{_name(j.left)}.{j.left_column}={_name(j.right)}.{j.right_column}" for j in parsed.joins]
    assert joins == case.get("joins", [])
    assert parsed.control.value == case.get("control", "none")
    for key in ("verb", "name"):
        if key in case:
            assert getattr(parsed, key) == case[key]
    if "modes" in case:
        assert [f"{_name(a.table)}:{a.mode.value}" for a in parsed.accesses] == case["modes"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['dialect']}: {case['sql'][:60]}")
def test_the_template_says_it_all(case: dict[str, Any]) -> None:
    text = template(case["sql"], case["dialect"])
    assert template(text, case["dialect"]) == text
    parsed, again = parse(case["sql"], case["dialect"]), parse_template(text, case["dialect"])
    assert (again.accesses, again.joins, again.control, again.reason) == (
        parsed.accesses,
        parsed.joins,
        parsed.control,
        parsed.reason,
    )


@pytest.mark.parametrize(("dialect", "sql", "control", "name"), CONTROLS)
def test_control(dialect: str, sql: str, control: str, name: str) -> None:
    from decompose.sql.control import control as recognised

    found = recognised(sql, dialect)
    assert (found[0].value if found else "") == control
    given = found[1] if found else ""
    assert len(given) == 16 and "tx-1" not in given if name == "#" else given == name
    assert parse(sql, dialect).control.value == (control or "none")
    assert parse(sql, dialect).understood or sql == "BEGINNING"


COLUMNS = [
    ("SELECT a.x, b.y FROM a JOIN b ON a.i = b.i", {"a:read": ("i", "x"), "b:read": ("i", "y")}),
    ("SELECT x FROM a WHERE y = 1", {"a:read": ("x", "y")}),
    ("SELECT x FROM a, b", {"a:read": (), "b:read": ()}),
    ("SELECT *, x FROM a", {"a:read": ("*",)}),
    ("SELECT b.*, a.x FROM a, b", {"a:read": ("x",), "b:read": ("*",)}),
    ("SELECT count(*) FROM a", {"a:read": ()}),
    ("INSERT INTO a (y, x) VALUES (1, 2)", {"a:insert": ("x", "y")}),
    ("INSERT INTO a VALUES (1)", {"a:insert": ("*",)}),
    ("UPDATE a SET y = x, z = 1 WHERE w = 2", {"a:update": ("y", "z")}),
    ("UPDATE a SET (x, y) = (1, 2)", {"a:update": ("x", "y")}),
    ("DELETE FROM a WHERE x = 1", {"a:delete": ("*",)}),
    (
        "INSERT INTO a (k, n) VALUES (1, 2) ON CONFLICT (k) DO UPDATE SET n = 3",
        {"a:insert": ("k", "n"), "a:update": ("n",)},
    ),
    ("COPY a (y, x) FROM STDIN", {"a:write": ("x", "y")}),
]


@pytest.mark.parametrize(("sql", "expected"), COLUMNS)
def test_columns(sql: str, expected: dict[str, tuple[str, ...]]) -> None:
    parsed = parse(sql, "postgresql")
    assert {f"{_name(a.table)}:{a.mode.value}": a.columns for a in parsed.accesses} == expected


TRIGGER = "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET x = CASE WHEN 1 THEN 2 END; DELETE FROM c; END"


@pytest.mark.parametrize(
    ("sql", "parts"),
    [
        ("a; b ;; c;", ["a", "b", "c"]),
        ("SELECT ';'; SELECT \";\" -- ;\n; SELECT 3", ["SELECT ';'", 'SELECT ";" -- ;', "SELECT 3"]),
        ("DO $$ a; b $$; SELECT 1", ["DO $$ a; b $$", "SELECT 1"]),
        ("BEGIN; UPDATE t SET x = 1; END; SELECT 1", ["BEGIN", "UPDATE t SET x = 1", "END", "SELECT 1"]),
        (
            f"{TRIGGER}; SELECT 1",
            [TRIGGER, "SELECT 1"],
        ),
        ("  ", []),
        ("/* ; */", []),
    ],
)
def test_split(sql: str, parts: list[str]) -> None:
    assert split(sql, "postgresql") == parts


def test_several_statements_in_one_text_are_all_seen() -> None:
    parsed = parse("UPDATE a SET x = 1; DELETE FROM b", "postgresql")
    assert _tables(parsed, Mode.UPDATE, Mode.DELETE) == ["a", "b"]


def test_one_subject_in_every_dialect() -> None:
    for row in DIALECTS:
        parsed = parse("DELETE FROM a WHERE id = 1", row.name)
        assert [name.lower() for name in _tables(parsed, Mode.DELETE)] == ["a"]


def deep(n: int) -> str:
    return "SELECT " + "(" * n + "1" + ")" * n + " FROM a"


def test_moderate_nesting_is_read() -> None:
    assert _tables(parse(deep(90), "postgresql"), Mode.READ) == ["a"]
    cases = "CASE WHEN x THEN " * 60 + "1" + " END" * 60
    assert _tables(parse(f"SELECT {cases} FROM a", "mysql"), Mode.READ) == ["a"]


@pytest.mark.parametrize(
    "sql",
    [
        deep(100_000),
        "SELECT * FROM (" * 50_000 + "SELECT 1",
        "SELECT " + "CASE WHEN 1 THEN " * 20_000,
        "SELECT " + "f(" * 5_000 + ")" * 5_000,
        "SELECT " + "NOT " * 20_000 + "x FROM a",
        "SELECT " + "- " * 20_000 + "x FROM a",
        "SELECT 1" + " UNION SELECT 1" * 3_000,
        "SELECT * FROM a WHERE " + " AND ".join(["x = 1"] * 5_000),
        "SELECT * FROM a WHERE x IN (" + ",".join(["'v'"] * 200_000) + ")",
        "WITH " + ", ".join(f"c{i} AS (SELECT 1 FROM a)" for i in range(2_000)) + " SELECT 1 FROM c1",
        "PREPARE a AS " * 15_000 + "SELECT 1",
        "x" * 2_000_000,
    ],
    ids=lambda sql: sql[:30],
)
def test_hostile_size_ends_in_a_reason_or_an_answer(sql: str) -> None:
    parsed = parse(sql, "postgresql")
    assert parsed.understood or parsed.reason.startswith("unparsed: ")
    assert "'" not in parsed.reason
