"""Attribution comments: what is kept, what is dropped, and the one label made of it."""

from __future__ import annotations

import time

import pytest

from decompose.sql.comments import label, tags

CASES = [
    (
        "SELECT 1 /*controller='orders',action='create',traceparent='00-5bd6'*/",
        {"action": "create", "controller": "orders"},
        "orders#create",
    ),
    ("SELECT 1 /*route='%%2Fpolls%%2F1000'*/", {"route": "/polls/1000"}, "/polls/1000"),
    ("SELECT 1 /*route='en%2Fcart'*/ ;", {"route": "en/cart"}, "en/cart"),
    (
        "SELECT 1 /*application:Shop,controller:orders,action:create*/",
        {"action": "create", "application": "Shop", "controller": "orders"},
        "orders#create",
    ),
    ("/*application:Shop,job:Mail*/ SELECT 1", {"application": "Shop", "job": "Mail"}, "Mail"),
    ("SELECT '/*controller:x*/'", {}, ""),
    ("SELECT /*controller:x*/ 1", {}, ""),
    ("SELECT 1 /* just words: about orders */", {}, ""),
    ("SELECT 1 /*!40001 controller:x */", {}, ""),
    ("SELECT 1 /*framework='django'*/", {"framework": "django"}, ""),
    ("SELECT 1 /*controller='a\u202eb'*/", {"controller": "ab"}, "ab"),
    ("SELECT 1 /*", {}, ""),
    ("", {}, ""),
]


@pytest.mark.parametrize(("sql", "expected", "name"), CASES)
def test_tags(sql: str, expected: dict[str, str], name: str) -> None:
    found = tags(sql)
    assert found == expected
    assert list(found) == sorted(found)
    assert label(found) == name


def test_values_are_bounded_and_the_scan_is_linear() -> None:
    assert len(tags(f"SELECT 1 /*route='{'x' * 700}'*/")["route"]) == 200
    start = time.process_time()
    for text in ("/*" * 500_000, "/*" + "a='" * 300_000 + "*/", "SELECT 1 /*" + "a=" * 300_000 + "*/"):
        assert tags(text) == {}
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("comment", "place"),
    [
        ("/*application:Shop,line:app/models/order.rb:42:in `total'*/", "app/models/order.rb:42"),
        ("/*file='app/orders.py',line='12'*/", "app/orders.py:12"),
        ("/*source_location='lib/a.rb:7'*/", "lib/a.rb:7"),
        ("/*line='12'*/", ""),
    ],
)
def test_without_a_route_the_place_in_the_code_is_the_label(comment: str, place: str) -> None:
    assert label(tags(f"SELECT 1 {comment}")) == place
