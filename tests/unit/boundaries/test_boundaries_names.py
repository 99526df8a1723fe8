"""What services are called: by the words of the tables that carry them, each its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import evidence, schema
from coupling_graphs import graph
from decompose.boundaries.names import service_names, title
from decompose.boundaries.propose import ProposalSettings, propose
from decompose.evidence.schema import Schema, Table
from decompose.graph.build import build_graph
from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import read_vocabulary


def named(system: CouplingGraph, *services: str, given: tuple[str, ...] = ()) -> list[str]:
    """The names of services that are told by their tables."""
    index = {node.name: number for number, node in enumerate(system.tables)}
    tables = [tuple(sorted(index[table] for table in service.split())) for service in services]
    return service_names(system, tables, read_vocabulary(system), given or ("",) * len(services))


@pytest.mark.parametrize(
    ("tables", "name"),
    [
        ("wish_lists; wish_list_lines; wish_list_emails", "wish-list"),
        ("easy_thumbnails_source; easy_thumbnails_picture", "easy-thumbnail"),
        ("order_items; order_notes; orders", "order"),
        ("kb_articles; kb_revisions", "kb"),
        ("ticket_events", "ticket"),
        ("events; event_notes", "event"),
        ("django_flat_page; django_flat_page_site", "flat-page"),
        ("legacy_page_map; legacy_image_map; legacy_file_map; files", "file"),
        ("shape_types; types", "shape"),
    ],
)
def test_a_word_that_never_stands_alone_brings_the_one_it_stands_with(tables: str, name: str) -> None:
    graph = build_graph(evidence(schema(tables + "; countries; currencies")))
    inside = tuple(number for number, node in enumerate(graph.tables) if node.name not in ("countries", "currencies"))
    assert service_names(graph, [inside], read_vocabulary(graph), [""]) == [name]


WORDS = "claim policy agent party garage fleet depot"
APP = " ".join(f"acmebase_{word}{end}" for word in WORDS.split() for end in ("", "_note"))


def test_the_name_of_the_application_names_no_service() -> None:
    system = graph(f"{APP} acmeapi_key acmeapi_token acmeweb_banner")
    claims = "acmebase_claim acmebase_claim_note"
    assert named(system, claims, "acmeapi_key acmeapi_token") == ["claim", "api"]


def test_what_nobody_touches_leads_no_service_that_others_use() -> None:
    tables = "members member_cards transferbank_job transferbank_file transferbank_row"
    busy = ("W members member_cards x90 @members#join", "R members x900 @members#show")
    assert named(graph(tables), tables) == ["transfer-bank"]
    assert named(graph(tables, (), busy), tables) == ["member"]


def test_a_table_that_only_stands_for_one_does_not_name_many() -> None:
    tables = "zebra_notes visits visit_rooms visit_costs rooms costs"
    assert named(graph(tables, ("zebra_notes < costs",)), tables) == ["visit"]


def test_labels_of_what_writes_a_service_speak_for_its_words() -> None:
    tables = "garage_bills garage_rows claim_bills claim_rows"
    work = ("W garage_bills claim_bills garage_rows claim_rows x9 @garage#repair",)
    assert named(graph(tables), tables) == ["claim"]
    assert named(graph(tables, (), work), tables) == ["garage"]


def test_one_of_two_services_of_a_word_that_it_fits_better_takes_it() -> None:
    assert named(graph("wishes wish_lines", ("wishes < wish_lines",)), "wish_lines", "wishes") == ["wish-line", "wish"]


def test_a_second_word_is_another_one() -> None:
    system = graph("note_a note_book_a note_b note_book_c")
    assert named(system, "note_a note_book_a", "note_b note_book_c") == ["note", "note-book"]
    whole = graph("wish_list_a wish_list_b wish_list_row wish_list_cell")
    assert named(whole, "wish_list_a wish_list_b", "wish_list_row wish_list_cell") == ["wish-list", "wish-list-cell"]


def test_initials_stay_capitals_in_a_heading() -> None:
    assert title(("api", "", "key")) == "API Key"


def in_schemas(text: str) -> Schema:
    """Tables with the database schema they lie in: `"hr.desks hr.shifts crm.leads"`."""
    pairs = (name.split(".") for name in sorted(text.split()))
    return Schema("postgresql", tuple(Table(name, space) for space, name in pairs))


def test_a_database_schema_that_covers_a_service_names_it() -> None:
    everything = (
        "front_desk.guests front_desk.keys front_desk.bells kitchen.dishes kitchen.stoves public.logs kitchen.pans"
    )
    system = build_graph(evidence(Schema("postgresql")))
    known = in_schemas(everything)
    facts = evidence(known)
    system = build_graph(replace(facts, tables=tuple(sorted(facts.tables, key=lambda table: table.name))))
    assert {node.name: node.namespace for node in system.tables}["keys"] == "front_desk"
    assert named(system, "guests keys bells", "dishes logs stoves pans") == ["front-desk", "kitchen"]
    assert named(system, "guests dishes logs") == ["dish"]
    found = propose(system, ProposalSettings(bootstrap=0))
    reasons = {branch.name: branch.derived_from for branch in found.hierarchy.branches if branch.level == "service"}
    assert reasons["front-desk"] == "the database schema front_desk"


def test_one_database_schema_for_all_names_nothing() -> None:
    system = build_graph(evidence(in_schemas("shop.orders shop.order_lines shop.order_notes")))
    assert {node.namespace for node in system.tables} == {""}
    assert named(system, "orders order_lines order_notes") == ["order"]
