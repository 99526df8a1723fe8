"""The DDL reader never fails and never slows down, whatever happened to a dump on its way."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decompose.sql.ddl import read_ddl
from decompose.sql.dialects import DIALECTS
from repository import ROOT

TEXTS = {path.name: path.read_text() for path in sorted((ROOT / "fixtures" / "ddl").glob("*.sql"))}
PIECES = [
    "'",
    '"',
    "`",
    "[",
    "(",
    ")",
    ";",
    "/*",
    "*/",
    "--",
    "$$",
    "\\",
    "\0",
    "BEGIN",
    "END",
    "GO\n",
    "DELIMITER x\n",
    ",",
]
NAMES = [row.name for row in DIALECTS]


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_a_damaged_dump_is_read_without_an_error(data: st.DataObject) -> None:
    text = TEXTS[data.draw(st.sampled_from(sorted(TEXTS)))]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 200)))
        text = text[:start] + data.draw(st.sampled_from(["", *PIECES])) + text[end:]
    dialect = data.draw(st.sampled_from([None, *NAMES]))
    schema = read_ddl(text, dialect)
    assert read_ddl(text, dialect) == schema
    assert all(count > 0 for _, count in schema.unread)


WORDS = """
create table view trigger function on t a b . as select from alter add drop constraint primary key foreign references
unique index partition of like inherits comment is rename to column update delete insert into case with using 1 'x' int
varchar not null default exec set search_path = use
"""


@settings(max_examples=150, deadline=None)
@given(
    words=st.lists(st.sampled_from([*PIECES, *WORDS.split()]), max_size=40),
    dialect=st.sampled_from(NAMES),
)
def test_word_salad_is_read_without_an_error(words: list[str], dialect: str) -> None:
    read_ddl(" ".join(words), dialect)


def test_what_stands_before_the_damage_is_kept() -> None:
    schema = read_ddl("CREATE TABLE a (id int);\nCREATE TABLE b (x text DEFAULT 'open", "postgresql")
    assert [table.name for table in schema.tables] == ["a", "b"]
    assert dict(schema.unread)["quote that is never closed"] == 1


HOSTILE = [
    *("(", "'", '"', "[", "/*", "$a$", "\\", "create ", "end ", "go ", "/\n", "DELIMITER $$\n", "from a, "),
    *("with x as (", "create trigger x on a begin ", "alter table a add ", "create table t(a int);"),
    "create view v as select * from (",
]


@pytest.mark.parametrize("dialect", NAMES)
@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear_in_hostile_texts(piece: str, dialect: str) -> None:
    assert grows_linearly(lambda size: read_ddl(piece * (size // len(piece)), dialect))


def test_the_measure_of_growth_tells_linear_from_quadratic() -> None:
    assert grows_linearly(lambda size: sum(range(30 * size)))
    assert not grows_linearly(lambda size: sum(range(size * size // 300)))


def grows_linearly(work: Callable[[int], object]) -> bool:
    """Whether three times the text takes about three times as long, not nine times.

    The best of up to ten rounds counts on either side, so that a busy machine makes the test slower and not red.
    """
    best = {10_000: math.inf, 30_000: math.inf}
    for _ in range(10):
        for size, known in best.items():
            start = time.process_time()
            work(size)
            best[size] = min(known, time.process_time() - start)
        if best[30_000] < 6 * best[10_000]:
            return True
    return False


def test_a_thousand_tables_do_not_blow_up() -> None:
    table = TEXTS["postgresql.dump.sql"]
    copies = [table.replace("public.", f"public{n}.").replace("shop.", f"shop{n}.") for n in range(100)]
    start = time.process_time()
    schema = read_ddl("\n".join(copies), "postgresql")
    assert len(schema.tables) >= 1_000
    assert time.process_time() - start < 20
