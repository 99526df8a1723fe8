"""What part of an application a label names, and the parts of a capability where labels name none."""

from __future__ import annotations

import pytest

from coupling_graphs import graph
from decompose.boundaries.label_modules import module
from decompose.boundaries.propose import ProposalSettings, propose


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("orders#create", "orders"),
        ("orders.create", "orders"),
        ("Orders::Create", "orders"),
        ("GET orders:list", "orders"),
        ("/orders/17", "orders"),
        ("POST /api/v2/orders/17?next=/home/", "orders"),
        ("en-gb/orders/<int:pk>/", "orders"),
        ("en-gb/catalogue/(?P<slug>[\\w-]*)_(?P<pk>\\d+)/$", "catalogue"),
        ("/de/wish-lists/", "wish-lists"),
        ("en-gb/", ""),
        ("/", ""),
        ("//17/{id}", ""),
        ("oscar-web", ""),
        ("write orders, order_lines", ""),
        ("read a/b and 3 more", ""),
        ("", ""),
    ],
)
def test_modules(label: str, named: str) -> None:
    assert module(label) == named


def test_without_labels_the_parts_are_aggregates() -> None:
    system = graph(
        "order_order order_line order_ordernote",
        ["order_order < order_line", "order_order < order_ordernote"],
        ["W order_order order_line x9", "W order_line x1", "W order_ordernote x5", "R order_line x3"],
    )
    found = propose(system, ProposalSettings(services=1, bootstrap=0))
    (capability,) = found.capabilities
    assert {part.name: (len(part.transactions), part.tables) for part in capability.children} == {
        "Order": (3, ("order_line", "order_order")),
        "Order Note": (1, ("order_ordernote",)),
    }
    assert {part.derived_from for part in capability.children} == {"the table order_order", "the table order_ordernote"}
