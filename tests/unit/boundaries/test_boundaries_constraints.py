"""Demands: names and patterns resolved, what clashes explained, what holds seen in the proposal."""

from __future__ import annotations

import pytest

from coupling_graphs import graph
from decompose.boundaries.constraints import Constraints, bind, matching
from decompose.boundaries.model import Decomposition
from decompose.boundaries.propose import ProposalSettings, propose
from decompose.errors import UsageError
from decompose.graph.model import CouplingGraph

NAMES = "orders order_lines order_notes products product_images tickets ticket_events countries audit_log"


def system() -> CouplingGraph:
    return graph(
        NAMES,
        ["orders < order_lines", "orders < order_notes", "products < product_images", "tickets < ticket_events"],
        ["W orders order_lines x9", "W products product_images x9", "W tickets ticket_events x9"],
    )


def proposed(demands: Constraints, services: int | None = None) -> Decomposition:
    return propose(system(), ProposalSettings(services=services, constraints=demands, bootstrap=0))


def home(found: Decomposition) -> dict[str, str]:
    return {table: service.name for service in found.services for table in service.tables}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("orders", {"orders"}),
        ("ORDERS", {"orders"}),
        ("order*", {"orders", "order_lines", "order_notes"}),
        ("order_?ines", {"order_lines"}),
        ("order_[ln]*", set()),
        ("nothing*", set()),
        ("nothing", set()),
    ],
)
def test_names_and_patterns(written: str, meant: set[str]) -> None:
    names = NAMES.split()
    assert {names[position] for position in matching(names, written)} == meant


def test_of_names_that_differ_in_case_the_exact_one_is_meant() -> None:
    assert matching(["Orders", "orders"], "orders") == (1,)
    assert matching(["Orders", "ORDERS"], "orders") == (0,)


def test_patterns_hold_for_every_table_they_fit() -> None:
    found = home(proposed(Constraints(together=(("order*", "tickets"),), apart=(("product*", "order*"),))))
    assert len({found[table] for table in ("orders", "order_lines", "order_notes", "tickets")}) == 1
    assert found["products"] != found["orders"] != found["product_images"]


def test_a_name_beats_a_pattern() -> None:
    found = home(proposed(Constraints(pinned=(("order*", "sales"), ("order_notes", "desk")))))
    assert (found["orders"], found["order_lines"], found["order_notes"]) == ("sales", "sales", "desk")


def test_tables_set_apart_by_the_user_are_in_no_service() -> None:
    found = proposed(Constraints(shared=("product*",), infrastructure=("countries",)))
    assert found.shared == ("product_images", "products")
    assert found.infrastructure == ("audit_log", "countries")
    assert {role.reason for role in found.roles if role.table != "audit_log"} == {"set apart by the user"}


@pytest.mark.parametrize(
    "demands",
    [
        Constraints(pinned=(("audit_log", "records"),)),
        Constraints(owners=(("audit_log", "team-records"),)),
        Constraints(together=(("audit_log", "tickets"),)),
    ],
)
def test_a_table_with_a_demanded_place_is_never_infrastructure(demands: Constraints) -> None:
    found = proposed(demands)
    assert found.infrastructure == ()
    assert "audit_log" in home(found)


def test_owners_part_their_tables_and_name_the_teams() -> None:
    found = proposed(Constraints(owners=(("orders", "team-a"), ("order_lines", "team-b"))))
    teams = {service.owner: service.tables for service in found.services if service.owner}
    assert "orders" in teams["team-a"]
    assert "order_lines" in teams["team-b"]


def test_a_pinned_service_keeps_its_capability() -> None:
    demands = Constraints(pinned=(("orders", "desk"),), capabilities=(("desk", "Front Office"), ("gone", "Nothing")))
    found = proposed(demands)
    assert next(service.capability for service in found.services if service.name == "desk") == "Front Office"


@pytest.mark.parametrize(
    ("demands", "message", "hint"),
    [
        (Constraints(together=(("order", "tickets"),)), "names the table order,", "orders"),
        (Constraints(together=(("zzz*", "tickets"),)), "names the table zzz*,", "spelling"),
        (
            Constraints(together=(("orders", "tickets"), ("countries", "tickets")), apart=(("orders", "countries"),)),
            "orders and countries cannot be parted: they are to be apart, and other demands tie them together",
            "drop one of: orders with tickets; tickets with countries",
        ),
        (
            Constraints(pinned=(("orders", "a"), ("tickets", "b")), together=(("order_lines", "orders", "tickets"),)),
            "orders and tickets cannot be parted: they are pinned to different services",
            "drop one of: orders with tickets",
        ),
        (
            Constraints(owners=(("orders", "a"), ("tickets", "b")), pinned=(("orders", "s"), ("tickets", "s"))),
            "orders and tickets cannot be parted: they belong to different owners",
            "drop one of: orders with tickets",
        ),
        (
            Constraints(pinned=(("orders", "a"), ("orders", "b"))),
            "orders has two places: it is pinned to different services",
            "give it one of them",
        ),
        (Constraints(pinned=(("orders", "shared"),)), "a service cannot be called 'shared'", "outside the services"),
        (Constraints(apart=(("order*", "orders"),)), "orders is to be apart from itself", "one side"),
        (Constraints(shared=("orders",), infrastructure=("orders",)), "orders is to be both", "one of them"),
        (
            Constraints(shared=("orders",), pinned=(("orders", "a"),)),
            "orders is to be shared, and other demands",
            "drop",
        ),
    ],
)
def test_what_cannot_hold_is_explained(demands: Constraints, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as raised:
        bind(demands, system())
    assert message in raised.value.message
    assert hint in raised.value.hint


def test_too_few_services_for_what_is_to_be_apart() -> None:
    apart = Constraints(apart=(("orders", "tickets"), ("tickets", "products"), ("orders", "products")))
    assert len(proposed(apart, services=3).services) == 3
    with pytest.raises(UsageError, match="2 services are too few"):
        proposed(apart, services=2)


def test_no_demands_bind_nothing() -> None:
    bound = bind(Constraints(), system())
    assert bound.group == tuple(range(len(NAMES.split())))
    assert (bound.apart, bound.services, bound.owners, bound.roles, bound.named) == ((), (), (), (), frozenset())
