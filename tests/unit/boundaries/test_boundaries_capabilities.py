"""The capability map: which services form a capability, what names were derived from, what edits survive."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coupling_graphs import graph
from decompose.boundaries.capability_names import heading
from decompose.boundaries.leveling import Mapped, View, map_levels
from decompose.boundaries.model import CAPABILITY, SERVICE, Capability, Service, SubCapability
from decompose.boundaries.objectives import OBJECTIVES
from decompose.boundaries.propose import ProposalSettings, propose
from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import read_vocabulary
from decompose.graph.weights import Weights, weigh

TABLES = (
    "orders order_lines order_notes invoices invoice_lines payments "
    "tickets ticket_messages kb_articles kb_pages parrots"
)
LINKS = (
    *("orders < order_lines", "orders < order_notes", "orders < invoices", "invoices < invoice_lines"),
    *("orders < payments", "tickets < ticket_messages", "kb_articles < kb_pages"),
)
WORK = (
    *(
        "W orders order_lines x40 @orders#create",
        "W order_notes R orders x30 @orders#note",
        "W orders x9 @returns#open",
    ),
    *("W invoices invoice_lines x20 @invoices#create", "W payments R orders x22 @payments#capture"),
    *("W tickets ticket_messages x12 @tickets#open", "W kb_articles kb_pages x3 @help#edit"),
)
SERVICES = (
    Service("invoice", ("invoice_lines", "invoices")),
    Service("kb", ("kb_articles", "kb_pages")),
    Service("order", ("order_lines", "order_notes", "orders")),
    Service("parrot", ("parrots",)),
    Service("payment", ("payments",)),
    Service("ticket", ("ticket_messages", "tickets")),
)


def system() -> CouplingGraph:
    return graph(TABLES, LINKS, WORK)


def mapped(services: tuple[Service, ...] = SERVICES, known: tuple[Capability, ...] = ()) -> Mapped:
    found = system()
    vocabulary = read_vocabulary(found)
    return map_levels(View(found, vocabulary, weigh(found, Weights(), vocabulary), OBJECTIVES[0]), services, known)


def test_services_that_a_business_files_under_one_heading_form_a_capability() -> None:
    found = mapped()
    assert {service.name: service.capability for service in found.services} == {
        "invoice": "Payment Processing",
        "kb": "Customer Support",
        "order": "Order Management",
        "parrot": "Parrot Management",
        "payment": "Payment Processing",
        "ticket": "Customer Support",
    }
    assert [capability.name for capability in found.capabilities] == [
        "Customer Support", "Order Management", "Parrot Management", "Payment Processing",
    ]  # fmt: skip


def test_a_given_capability_stays() -> None:
    given = tuple(replace(s, capability="Feathers" if s.name == "parrot" else "") for s in SERVICES)
    found = mapped(given)
    assert next(s.capability for s in found.services if s.name == "parrot") == "Feathers"
    assert next(c.derived_from for c in found.capabilities if c.name == "Feathers") == "given with the service"


def test_every_name_says_what_it_was_derived_from() -> None:
    found = mapped()
    told = {capability.name: capability.derived_from for capability in found.capabilities}
    assert told["Order Management"] == 'the word "order" in all of 3 table names'
    assert told["Customer Support"] == 'the word "ticket" in all of 2 table names; it holds the services kb, ticket'
    parts = {part.name: part.derived_from for capability in found.capabilities for part in capability.children}
    assert parts["Order"] == "the label orders#create and 1 more"
    assert parts["Return"] == "the label returns#open"
    assert parts["Parrot"] == "the words of its tables' names"
    branches = {(b.level, b.name): b.derived_from for b in found.hierarchy.branches}
    assert branches[CAPABILITY, "Order Management"] == told["Order Management"]
    assert branches[SERVICE, "kb"] == 'the word "kb" in all of 2 table names'
    assert all(branches.values())


@pytest.mark.parametrize(
    ("service", "tables", "words", "expected"),
    [
        ("easy", ("easy_thumbnails", "easy_thumbnail_sizes"), (("easy", "thumbnail"), ("easy", "thumbnail", "size")),
         ("Easy Thumbnail", 'the word "easy" in all of 2 table names')),
        ("pet", ("pets", "pet_types", "pet_owners"), (("pet",), ("pet", "type"), ("pet", "owner")),
         ("Pet Management", 'the word "pet" in all of 3 table names')),
        ("order-return", ("returns",), (("return",),), ("Order Return Management", "the name of the service")),
        ("order", ("orders",), (("order",),), ("Order Management", 'the word "order" in the name of orders')),
        ("mint", ("mint_mint", "mint_line"), (("mint", "mint"), ("mint", "line")),
         ("Mint Management", 'the word "mint" in all of 2 table names')),
        ("wish-list", ("wish_lists",), (("wish", "list"),),
         ("Wish Lists", 'the word "wish" in the name of wish_lists')),
    ],
)  # fmt: skip
def test_headings(
    service: str, tables: tuple[str, ...], words: tuple[tuple[str, ...], ...], expected: tuple[str, str]
) -> None:
    found = heading(service, tables, words)
    assert (found.name, found.derived_from) == expected


@pytest.mark.parametrize(
    ("service", "area", "name"),
    [
        ("parrot", ("order",), "Order Management"),
        ("parrot", ("feather", "shipping"), "Shipping"),
        ("parrot", ("feather",), "Parrot Management"),
        ("invoice", ("order",), "Invoicing"),
    ],
)
def test_the_label_of_what_writes_a_service_gives_the_usual_heading(
    service: str, area: tuple[str, ...], name: str
) -> None:
    found = heading(service, (f"{service}s",), ((service,),), area)
    assert found.name == name
    labelled = found.derived_from == f'the label "{" ".join(area)}" of most of its writing transactions'
    assert labelled == (name in ("Order Management", "Shipping"))


def test_two_services_hardly_worth_parting_are_called_after_both() -> None:
    tables = "parrots parrot_feathers lorries lorry_wheels cages cage_bars"
    links = ("parrots < parrot_feathers", "lorries < lorry_wheels", "parrots < lorries", "cages < cage_bars")
    found = graph(tables, links, ("W parrots lorries x2", "W cages cage_bars x900"))
    vocabulary = read_vocabulary(found)
    view = View(found, vocabulary, weigh(found, replace(Weights(), size=0.0), vocabulary), OBJECTIVES[0])
    services = (
        Service("cage", ("cage_bars", "cages")),
        Service("lorry", ("lorries", "lorry_wheels")),
        Service("parrot", ("parrot_feathers", "parrots")),
    )
    mapped = {service.name: service.capability for service in map_levels(view, services).services}
    assert mapped["cage"] == "Cage Management"
    assert mapped["parrot"] == mapped["lorry"] == "Lorry and Parrot Management"


def edit(capabilities: tuple[Capability, ...], moves: dict[tuple[str, str], tuple[str, str]]) -> tuple[Capability, ...]:
    """The map as a user would leave it: parts under other names or capabilities, `proposed` untouched."""
    placed: dict[str, list[SubCapability]] = {}
    for capability in capabilities:
        for part in capability.children:
            origin = (capability.name, part.name)
            place = moves.get(origin, origin)
            proposed = part.proposed or origin
            placed.setdefault(place[0], []).append(
                replace(part, name=place[1], proposed=proposed if proposed != place else ())
            )
    return tuple(Capability(name, tuple(parts)) for name, parts in sorted(placed.items()))


def places(capabilities: tuple[Capability, ...]) -> set[tuple[str, str]]:
    return {(capability.name, part.name) for capability in capabilities for part in capability.children}


def test_an_unedited_map_changes_nothing() -> None:
    found = mapped()
    assert mapped(known=found.capabilities) == found


def test_renamed_and_moved_parts_stay_so_over_several_runs() -> None:
    moves = {
        ("Order Management", "Order"): ("Selling", "Ordering"),
        ("Order Management", "Return"): ("Selling", "Return"),
        ("Customer Support", "Help"): ("Knowledge", "Help"),
    }
    again = mapped(known=edit(mapped().capabilities, moves))
    assert {("Selling", "Ordering"), ("Selling", "Return"), ("Knowledge", "Help")} <= places(again.capabilities)
    homes = {service.name: service.capability for service in again.services}
    assert homes["order"] == "Selling"
    assert homes["kb"] == "Knowledge"
    assert {b.name for b in again.hierarchy.branches if b.level == CAPABILITY} == set(homes.values())
    assert mapped(known=again.capabilities) == again
    assert again.remarks == ()


def test_what_is_new_in_a_capability_moved_as_a_whole_goes_along() -> None:
    before = edit(mapped().capabilities, {("Order Management", "Order"): ("Selling", "Order")})
    without = tuple(
        replace(capability, children=tuple(part for part in capability.children if part.name != "Return"))
        for capability in before
    )
    assert ("Selling", "Return") in places(mapped(known=without).capabilities)
    assert ("Order Management", "Return") in places(mapped(known=before).capabilities)


def test_a_part_is_known_again_by_its_tables_when_its_proposed_name_changes() -> None:
    known = (
        Capability(
            "Selling",
            (SubCapability("Ordering", ("p",), ("order_lines", "orders"), proposed=("Old Name", "Older Name")),),
        ),
    )
    found = mapped(known=known)
    assert ("Selling", "Ordering") in places(found.capabilities)
    part = next(p for c in found.capabilities for p in c.children if p.name == "Ordering")
    assert part.proposed == ("Order Management", "Order")
    assert part.derived_from == "named in capabilities.yml"


def test_parts_the_user_left_alone_follow_the_new_proposal() -> None:
    known = edit(mapped().capabilities, {("Customer Support", "Help"): ("Knowledge", "Help")})
    other = tuple(
        replace(capability, name="Somewhere Else") if capability.name == "Payment Processing" else capability
        for capability in known
    )
    assert ("Payment Processing", "Payment") in places(mapped(known=other).capabilities)


def test_an_edit_that_fits_nothing_any_more_is_reported() -> None:
    gone = SubCapability("Falconry", ("p99",), ("falcons",), proposed=("Bird Management", "Falcon"))
    found = mapped(known=(Capability("Birds", (gone,)),))
    assert "Birds" not in {capability.name for capability in found.capabilities}
    (remark,) = found.remarks
    assert "Birds › Falconry was proposed as Bird Management › Falcon and fits nothing" in remark


def test_two_parts_wanted_under_one_name_become_one() -> None:
    known = edit(mapped().capabilities, {("Order Management", "Return"): ("Order Management", "Order")})
    merged = mapped(known=known)
    part = next(p for c in merged.capabilities for p in c.children if (c.name, p.name) == ("Order Management", "Order"))
    assert len(part.transactions) == 3
    assert ("Order Management", "Return") not in places(merged.capabilities)


def test_the_proposal_takes_the_users_map() -> None:
    found = propose(system(), ProposalSettings(bootstrap=0))
    first = found.capabilities[0]
    wanted = edit(found.capabilities, {(first.name, part.name): ("Mine", part.name) for part in first.children})
    again = propose(system(), ProposalSettings(bootstrap=0, capabilities=wanted))
    assert "Mine" in {capability.name for capability in again.capabilities}
    assert "Mine" in {service.capability for service in again.services}
