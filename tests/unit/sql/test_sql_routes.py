"""Routes written as regular expressions, as people would write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decompose.sql.comments import label, tags
from decompose.sql.routes import readable


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ("^orders/(?P<code>[^/]+)/mark_paid/$", "orders/{code}/mark_paid/"),
        (r"^users/(?P<pk>[^/.]+)\.(?P<format>[a-z0-9]+)/?$", "users/{pk}.{format}/"),
        (r"api/^users/(\d+)/$", "api/users/{}/"),
        (r"^(?P<year>[0-9]{4})/(?:page-(?P<page>\d+)/)?$", "{year}/page-{page}/"),
        (r"^(?:a|b)/x$", "{}/x"),
        (r"^(?P<x>(a|b)[)\]]+)/y\Z", "{x}/y"),
        (r"^files/.*$", "files/{}"),
        (r"^(?i)(?=x)shop/[a-z]+/$", "shop/{}/"),
        (r"^v\d+/items/$", "v{}/items/"),
        ("^orders/$", "orders/"),
        ("^(?P<organizer>[^/]+)/even", "{organizer}/even"),
        ("^(?P<organizer>[^", "{organizer}"),
        ("^$", "^$"),
    ],
)
def test_an_expression_reads_as_a_path(route: str, expected: str) -> None:
    assert readable(route) == expected


@pytest.mark.parametrize(
    "route",
    [
        "", "/", "/orders/:id", "orders/<int:pk>/", "/orders/{id}", "GET /orders/{id:[0-9]+}", "/orders(.:format)",
        "orders#create", "api-v1:order-list", "App\\Http\\OrderController@store", "/a?b=[c]", "cost in $", "a (b) c",
    ],
)  # fmt: skip
def test_other_routes_stay_as_they_are(route: str) -> None:
    assert readable(route) == route


def test_the_label_of_a_statement_is_the_readable_route() -> None:
    route = "%5Eorders/%28%3FP%3Ccode%3E%5B%5E/%5D%2B%29/%24"
    assert label(tags(f"SELECT 1 /*controller='api%3Aorder-list',route='{route}'*/")) == "orders/{code}/"


@given(st.text(alphabet="ab/^$()[]\\?P<>*+{},:=!|.0", max_size=60))
def test_whatever_the_text_the_answer_comes_and_is_no_longer(route: str) -> None:
    assert len(readable(route)) <= 2 * len(route)
    assert readable(route) or not route
