"""Names written in one run, cut into words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coupling_graphs import graph
from decompose.graph.vocabulary import read_vocabulary, singular
from decompose.graph.word_splitting import Splitter

USUAL = frozenset({"order", "template", "wishlist", "stock", "card", "bank", "file", "tax", "rate", "and", "item"})


@pytest.mark.parametrize(
    ("known", "run", "expected"),
    [
        ("condition offer conditionaloffer", "conditionaloffer", ("conditional", "offer")),
        ("product attribute", "productattributevalues", ("product", "attribute", "value")),
        ("stock temp", "stocktemplate", ("stock", "template")),
        ("bank card", "bankcards", ("bank", "card")),
        ("charge", "orderanditemcharges", ("order", "and", "item", "charge")),
        ("product category", "productsubcategory", ("product", "sub", "category")),
        ("sales", "salestaxrate", ("sale", "tax", "rate")),
        ("email", "wishlistsharedemail", ("wishlist", "shared", "email")),
        ("setting store", "settingsstore", ("setting", "store")),
        ("salesorder sales header", "salesorderheader", ("sale", "order", "header")),
    ],
)
def test_the_cut_that_explains_most_of_the_run_wins(known: str, run: str, expected: tuple[str, ...]):
    usual = USUAL | {"value", "header"}
    assert Splitter(known.split(), usual, singular).split(run) == expected


@pytest.mark.parametrize(
    "run", ["template", "templates", "partner", "customers", "wishlists", "membership", "editables"]
)
def test_one_word_stays_whole(run: str):
    found = Splitter(["part", "temp", "custom", "member", "ship", "tables"], USUAL, singular).split(run)
    assert found == (singular(run),)


def test_a_usual_compound_is_cut_where_the_schema_itself_writes_a_half():
    usual = frozenset({"workflow", "work", "flow"})
    assert Splitter(["workflow"], usual, singular).split("workflow") == ("workflow",)
    assert Splitter(["workflow", "work"], usual, singular).split("workflows") == ("work", "flow")


def test_what_several_names_are_left_with_is_a_word():
    runs = ["gizmo", "gizmoframble", "orderframble"]
    assert Splitter(runs, USUAL, singular).split("framblestock") == ("framble", "stock")


def test_columns_teach_words_too():
    tables = graph("weightbands(id) prices(weight, band_id)")
    assert ("weight", "band") in read_vocabulary(tables).tables


@given(
    st.lists(st.text("abcdestr", min_size=1, max_size=12), max_size=12), st.text("abcdestr", min_size=1, max_size=70)
)
def test_a_cut_loses_no_letter_but_plural_endings(known: list[str], run: str):
    splitter = Splitter(known, USUAL, singular)
    found = splitter.split(run)
    assert found == Splitter(reversed(known), USUAL, singular).split(run)
    letters = iter(run)
    assert all(letter in letters for word in found for letter in word if letter != "y")
