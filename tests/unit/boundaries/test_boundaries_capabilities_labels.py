"""What part of an application a label names, and the parts of a capability where labels name none."""

from __future__ import annotations

import pytest

from coupling_graphs import graph
from decompose.boundaries.label_modules import labelled_areas, module, modules
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


SHOPS = (
    *("api/shops/<s>/halls/<h>/orders/", "api/shops/<s>/halls/<h>/orders/<id>/pay", "api/shops/<s>/halls/<h>/items/"),
    *("api/shops/<s>/halls/<h>/quotas/", "api/shops/<s>/halls/<h>/vouchers/", "api/shops/<s>/halls/", "api/shops/"),
    *("back/hall/<s>/<h>/orders/", "back/hall/<s>/<h>/figures/", "api/shops/<s>/teams/", "api/shops/<s>/halls/<h>/"),
    *(
        "<s>/<h>/cart/add",
        "^(?P<s>[^/]+)/(?P<h>[^/]+)/checkout/(?P<step>[^/]+)/$",
        "me/mails/",
        "me/keys/",
        "me/logins/",
    ),
    *("api/shops/<s>/halls/<h>/orders/<id>/notes/", "api/shops/<s>/halls/<h>/lists/", "api/shops/<s>/cards/"),
)


def test_what_routes_only_pass_through_is_no_module() -> None:
    found = modules(SHOPS)
    assert [found.get(label, "") for label in SHOPS] == [
        *("orders", "orders", "items", "quotas", "vouchers", "halls", "shops", "orders", "figures", "teams", "halls"),
        *("cart", "checkout", "mails", "keys", "logins", "orders", "lists", "cards"),
    ]


def test_few_routes_do_not_show_what_is_passed_through() -> None:
    assert set(modules(SHOPS[:6]).values()) == {"shops"}
    assert modules(("en-gb/orders/<int:pk>/", "orders#create", "", "read a/b")) == {
        "en-gb/orders/<int:pk>/": "orders",
        "orders#create": "orders",
    }


def test_the_module_that_labels_most_of_what_writes_a_service() -> None:
    system = graph(
        "carts lines users",
        (),
        [
            "W carts lines x6 @cart#add",
            "W carts x3 @jobs#tidy",
            "R users x90 @cart#show",
            "W users x5",
            "W users x4 @users#edit",
        ],
    )
    assert labelled_areas(system, [[0, 1], [2], []]) == [("cart",), (), ()]


def test_a_module_written_in_one_run_is_read_as_the_table_is() -> None:
    system = graph(
        "checkin_lists checkin_gates gate_notes", (), ["W checkin_lists x9 @checkinlists#open", "W checkin_gates x4"]
    )
    found = propose(system, ProposalSettings(services=1, bootstrap=0))
    assert "Checkin List" in {part.name for part in found.capabilities[0].children}


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ("crate_row_row", "Crate Row"),
        ("pallet_crate_row_crate_row", "Pallet Crate Row"),
        ("pallet_pallet_pallet", "Pallet"),
        ("pallet_crate_pallet", "Pallet Crate Pallet"),
    ],
)
def test_a_part_says_nothing_twice_in_a_row(table: str, named: str) -> None:
    found = propose(graph(f"{table} lorry", (), [f"W {table} x4"]), ProposalSettings(services=1, bootstrap=0))
    assert named in {part.name for part in found.capabilities[0].children}


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
