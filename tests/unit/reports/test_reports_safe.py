from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decompose.reports.safe import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("orders", "orders"),
        ("[order_items]", "[order_items]"),
        ("Bücher 表", "Bücher 表"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\x9b31m\x85", "\\x9b31m\\x85"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u2028b", "a\\u2028b"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_an_ascii_terminal_gets_ascii() -> None:
    assert printable("Bücher 表", unicode=False) == "B\\xfccher \\u8868"
    assert printable("42× … a → b · c", unicode=False) == "42x ... a -> b | c"


@given(st.text())
def test_no_control_or_format_character_survives(text: str) -> None:
    for unicode in (True, False):
        shown = printable(text, unicode=unicode)
        assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
        shown.encode("utf-8" if unicode else "ascii")
