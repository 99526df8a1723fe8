"""Texts with one skeleton have one template: whatever the fast path answers, the exact normaliser would have."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decompose.evidence.catalogue import Catalogue
from decompose.evidence.columns import Spelling
from decompose.evidence.fold.texts import Texts
from decompose.evidence.fold.tokens import SPECIAL, Tokens
from decompose.sql.reader import DialectReader, transaction_rules
from decompose.sql.skeleton import Skeletons

PIECES = [
    "SELECT",
    "INSERT INTO t",
    "UPDATE",
    "WHERE",
    "a",
    "t1",
    "t2",
    "T0",
    "x ",
    "= ",
    "=",
    "1",
    "22",
    "333",
    "1.5",
    ".5",
    "1e5",
    "0x1F",
    "$1",
    "$2",
    "?",
    ":n",
    "::int",
    "'x'",
    "'it''s'",
    "'a\\'b'",
    "''",
    "E'\\''",
    "N'q'",
    "x'1f'",
    "$$a'b$$",
    "$q$'$q$",
    '"a"',
    '"a\'b"',
    '"order 1"',
    '"order 2"',
    "`b`",
    "`c 1`",
    "`d'e`",
    "--c 1\n",
    "/*c*/",
    "/*it's*/",
    "# h'1\n",
    "(",
    ")",
    ";",
    "[",
    "]",
    "%",
    "- ",
    "-",
    "+",
    "NULL",
    "TRUE",
    "IN (1",
    " VALUES (",
    "VALUES (1, 'a'), (2, NULL)",
    "VALUES (3, 'b')",
    " IN (1, 2)",
    " in ('a')",
    "f(1, 2)",
    "f(1)",
    "=NULL",
    "= null",
    "IN ('a'",
    "@v1",
    "@v2",
    "5'x'",
    "_utf8'x'",
    "\n\t",
    " ",
    "\\",
    "é1",
    "\xa0",
    "a1b2",
    "1a",
    "0",
    ", ",
    ",",
    "SET autocommit = 1",
    "SET autocommit = 0",
    "/*controller='a',action='b'*/",
    "BEGIN",
    "COMMIT",
]


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite"])
@settings(max_examples=150, deadline=None)
@given(texts=st.lists(st.lists(st.sampled_from(PIECES), max_size=7).map("".join), max_size=12))
def test_every_text_gets_the_statements_that_the_exact_reading_gives(dialect: str, texts: list[str]) -> None:
    catalogue = Catalogue(DialectReader(dialect))
    tokens = Tokens(catalogue, transaction_rules(dialect))
    fast = Texts(tokens, catalogue, Skeletons(dialect), Spelling(bytes))
    raw = [text.encode() for text in texts]
    for _ in range(2):
        for text, known in zip(texts, fast.tokens(raw), strict=True):
            token = fast.find(text.encode()) if known is None else known
            expected = catalogue.lookup(text)
            label = catalogue.label(catalogue.tags(text))
            if token >= 0:
                assert (tokens.numbers[token >> 1], tokens.labels[token >> 1]) == (expected, label), text
            elif token != SPECIAL:
                assert (tokens.steps[~token][1], "") == (expected, label), text


def skeleton(text: str) -> bytes:
    keys = Skeletons("postgresql")
    found = keys.code(text.encode())
    assert found is not None
    return keys.coarse(found[0])


def test_values_of_any_kind_and_number_have_one_skeleton() -> None:
    texts = [
        "INSERT INTO t VALUES (1, 'it''s', NULL)",
        "INSERT INTO t VALUES ($1, -22, 3.5)",
        "INSERT INTO t VALUES ('', $2, 'x', 4), (NULL, 1, 2, 3)",
    ]
    assert {skeleton(text) for text in texts} == {b"INSERT INTO t VALUES (0)"}


@pytest.mark.parametrize(
    "text", ["SELECT 'a'5", "SELECT 5'a'", "SELECT 'a'.5", "SELECT U&'a'", "SELECT E'a'", "SELECT a1"]
)
def test_a_skeleton_with_more_or_less_than_values_tells_no_template(text: str) -> None:
    assert not Skeletons("postgresql").is_exact(skeleton(text))
