"""The proposal on small systems whose answer a reader can see."""

from __future__ import annotations

import pytest

from coupling_graphs import graph
from decompose.boundaries.constraints import Constraints
from decompose.boundaries.model import Decomposition
from decompose.boundaries.propose import ProposalSettings, propose
from decompose.errors import UsageError
from decompose.graph.model import CouplingGraph

SHOP = (
    "orders order_lines order_notes products product_images product_prices "
    "tickets ticket_messages ticket_events countries schema_migrations"
)
REFERENCES = (
    *("orders < order_lines", "orders < order_notes", "products < product_images", "products < product_prices"),
    *("tickets < ticket_messages", "tickets < ticket_events", "products < order_lines"),
    *("countries < orders", "countries < products", "countries < tickets"),
)
TRANSACTIONS = (
    *("W orders order_lines R products x90 @orders#create", "W order_notes R orders x20 @orders#note"),
    *("W products product_prices x9 @catalog#price", "W products product_images x8 @catalog#image"),
    *("W tickets ticket_messages ticket_events x30 @support#open", "W ticket_messages R tickets x50 @support#answer"),
    *("R products product_images product_prices x500 @catalog#show", "R countries orders x40 @orders#show"),
    *("R countries tickets x9 @support#show", "R countries products x70 @catalog#list", "R orders order_lines x80"),
    *("W orders x12 @orders#cancel", "W tickets ticket_events x15 @support#close"),
)


def shop(transactions: tuple[str, ...] = TRANSACTIONS) -> CouplingGraph:
    return graph(SHOP, REFERENCES, transactions)


def groups(found: Decomposition) -> set[frozenset[str]]:
    return {frozenset(service.tables) for service in found.services}


def test_the_shop_falls_into_its_three_services():
    found = propose(shop())
    assert groups(found) == {
        frozenset({"orders", "order_lines", "order_notes"}),
        frozenset({"products", "product_images", "product_prices"}),
        frozenset({"tickets", "ticket_messages", "ticket_events"}),
    }
    assert [service.name for service in found.services] == ["order", "product", "ticket"]
    assert [s.capability for s in found.services] == ["Order Management", "Product Catalog", "Customer Support"]
    assert found.infrastructure == ("schema_migrations",)
    assert found.shared == ("countries",)
    assert {role.table: bool(role.reason) for role in found.roles} == {"countries": True, "schema_migrations": True}
    assert all(service.stability and service.stability > 0.7 for service in found.services)
    assert found.note == ""


def test_every_writing_transaction_is_in_one_part_of_one_capability():
    found = propose(shop())
    parts = [part for capability in found.capabilities for part in capability.children]
    carried = [profile for part in parts for profile in part.transactions]
    writing = {edge.profile for edge in shop().transactions if edge.writes}
    assert len(carried) == len(set(carried))
    assert writing <= set(carried)
    tables = [table for part in parts for table in part.tables]
    assert sorted(tables) == sorted(table for service in found.services for table in service.tables)
    assert {"Order", "Catalog", "Support"} <= {part.name for part in parts}


def test_writes_to_tables_set_apart_are_carried_by_the_platform():
    found = propose(shop((*TRANSACTIONS, "W schema_migrations x2")))
    platform = next(capability for capability in found.capabilities if capability.name == "Platform")
    assert [part.transactions for part in platform.children] == [(f"p{len(TRANSACTIONS)}",)]


def test_names_alone_carry_a_schema_without_keys_or_log():
    found = propose(graph("order order_item order_note user user_role user_token stock stock_level stock_move"))
    assert {len(service.tables) for service in found.services} == {3}
    assert [service.name for service in found.services] == ["order", "stock", "user"]


@pytest.mark.parametrize("tables", ["", "one"])
def test_next_to_nothing_is_said_to_carry_no_verdict(tables: str):
    found = propose(graph(tables))
    assert [service.tables for service in found.services] == ([("one",)] if tables else [])
    assert found.note


def test_a_log_that_touches_hardly_any_table_carries_no_verdict():
    names = " ".join(f"thing_{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(50))
    found = propose(graph(names, (), ["W thing_aa R thing_ab x99"]))
    assert found.note.startswith("the log touches 2 of 50 tables")


def test_a_table_every_write_touches_is_infrastructure():
    names = [f"{word}{part}" for word in ("order", "stock", "user", "mail") for part in ("_head", "_body", "_tail")]
    writes = [f"W {a} {b} ledger_feed x5" for a in names for b in names if a < b and a[:4] == b[:4]]
    found = propose(graph(" ".join([*names, "ledger_feed"]), (), writes))
    assert found.infrastructure == ("ledger_feed",)
    assert "12 of 12" in found.roles[0].reason


@pytest.mark.parametrize("wanted", [1, 2, 3, 4, 9])
def test_a_given_number_of_services_is_met(wanted: int):
    assert len(propose(shop(), ProposalSettings(services=wanted)).services) == wanted


def test_constraints_hold_and_name_services():
    demands = Constraints(
        together=(("orders", "Tickets"),),
        apart=(("products", "product_images"),),
        pinned=(("countries", "geo"), ("product_prices", "pricing")),
        owners=(("order_notes", "team-a"), ("order_lines", "team-b")),
    )
    found = propose(shop(), ProposalSettings(constraints=demands))
    home = {table: service for service in found.services for table in service.tables}
    assert home["orders"] == home["tickets"]
    assert home["products"] != home["product_images"]
    assert (home["countries"].name, home["product_prices"].name) == ("geo", "pricing")
    assert home["order_notes"] != home["order_lines"]
    assert (home["order_notes"].owner, home["order_lines"].owner) == ("team-a", "team-b")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (ProposalSettings(services=0), "at least one service"),
        (ProposalSettings(objective="beauty"), "no objective 'beauty'"),
        (ProposalSettings(search="luck"), "no search 'luck'"),
        (ProposalSettings(constraints=Constraints(apart=(("orders", "nothing"),))), "nothing"),
        (
            ProposalSettings(
                constraints=Constraints(
                    together=(("orders", "tickets"), ("tickets", "products")), apart=(("orders", "products"),)
                )
            ),
            "orders and products cannot be parted",
        ),
        (
            ProposalSettings(
                constraints=Constraints(together=(("orders", "tickets"),), pinned=(("orders", "a"), ("tickets", "b")))
            ),
            "pinned to different services",
        ),
    ],
)
def test_what_cannot_be_is_explained(settings: ProposalSettings, message: str):
    with pytest.raises(UsageError, match=message) as raised:
        propose(shop(), settings)
    assert raised.value.hint


def test_a_second_run_and_another_input_order_give_the_same():
    assert propose(shop()) == propose(shop())
    turned = tuple(reversed(TRANSACTIONS))
    assert groups(propose(shop(turned))) == groups(propose(shop()))


def test_fence_sitters_are_named_with_their_second_choice():
    tables = "alpha_a alpha_b alpha_c beta_a beta_b beta_c swinger"
    pairs = [f"W {word}_{a} {word}_{b} x9" for word in ("alpha", "beta") for a, b in ("ab", "bc", "ac")]
    evidence = graph(tables, (), [*pairs, "W swinger alpha_a x5", "W swinger beta_a x5"])
    found = propose(evidence, ProposalSettings(services=2))
    assert [table for table, _, _ in found.unsure] == ["swinger"]
    home = next(service.name for service in found.services if "swinger" in service.tables)
    assert {home, found.unsure[0][1]} == {"alpha", "beta"}


def test_two_services_of_one_word_get_two_names():
    tables = "item_red item_blue item_green item_black"
    found = propose(
        graph(tables, (), ["W item_red item_blue x9"]),
        ProposalSettings(constraints=Constraints(apart=(("item_red", "item_green"), ("item_red", "item_black")))),
    )
    names = [service.name for service in found.services]
    assert len(names) == len(set(names)) >= 2
