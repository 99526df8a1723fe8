"""Words of names, and weights made of them."""

from __future__ import annotations

import pytest

from coupling_graphs import graph
from decompose.graph.business_areas import area_of
from decompose.graph.lookups import lookups
from decompose.graph.model import CouplingGraph, TableNode
from decompose.graph.spreading import spread
from decompose.graph.vocabulary import is_part, module_of, read_vocabulary, singular, words
from decompose.graph.weights import Weights, kinds, weigh


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("order_lines", ("order", "line")),
        ("StockItemHoldings", ("stock", "item", "holding")),
        ("public.HTTPRequestLog", ("http", "request", "log")),
        ("addr1", ("addr",)),
        ("s3_images", ("image",)),
        ("x", ("x",)),
        ("__", ()),
    ],
)
def test_words(name: str, expected: tuple[str, ...]):
    assert words(name) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("categories", "category"),
        ("addresses", "address"),
        ("boxes", "box"),
        ("status", "status"),
        ("orders", "order"),
        ("analysis", "analysis"),
        ("class", "class"),
        ("bus", "bus"),
        ("groups", "group"),
        ("series", "series"),
        ("news", "news"),
    ],
)
def test_singular(word: str, expected: str):
    assert singular(word) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("orders#create", "orders"),
        ("OrderService.place", "orderservice"),
        ("GET basket:summary", "basket"),
        ("POST /orders/17", "orders"),
        ("Admin::Users", "admin"),
        ("write orders, order_lines", ""),
        ("checkout", ""),
        ("", ""),
    ],
)
def test_module_of(label: str, expected: str):
    assert module_of(label) == expected


def test_names_in_one_run_are_split_at_other_names():
    vocabulary = read_vocabulary(graph("product productattribute attribute productattributevalue salesperson person"))
    found = {"".join(name): name for name in vocabulary.tables}
    assert found["productattributevalue"] == ("product", "attribute", "value")
    assert found["saleperson"] == ("sale", "person")
    assert found["product"] == ("product",)


def test_parts_are_children_named_after_their_parent():
    schema = graph("orders order_lines users", ["orders < order_lines", "users < orders"])
    vocabulary = read_vocabulary(schema)
    assert [is_part(vocabulary, link) for link in schema.references] == [True, False]


def test_a_set_gives_each_member_its_weight_once():
    pairs = spread([(0, 1, 2), (0, 1)], [2.0, 5.0])
    assert pairs == {(0, 1): 6.0, (0, 2): 1.0, (1, 2): 1.0}


def test_kinds_are_on_one_scale_and_tables_left_out_couple_to_nothing():
    schema = graph(
        "orders order_lines users user_roles noise",
        ["orders < order_lines", "users < user_roles", "users < orders"],
        ["W orders order_lines R users x9", "W noise users x5"],
        ["orders users x3"],
    )
    weights = Weights()
    vocabulary = read_vocabulary(schema)
    for kind in kinds(schema, weights, vocabulary):
        touched = {table for pair in kind.pairs for table in pair}
        assert sum(kind.pairs.values()) == pytest.approx(kind.weight * len(touched))
    noise = next(index for index, node in enumerate(schema.tables) if node.name == "noise")
    weighted = weigh(schema, weights, vocabulary, frozenset({noise}))
    assert weighted.neighbours[noise] == ()
    assert weighted.mass[noise] == 0.0
    assert sum(weighted.mass) == pytest.approx(1.0)
    assert all(noise not in edge.nodes for edge in weighted.hyperedges)


def test_a_hub_weighs_less_per_link_than_others():
    tables = "hub " + " ".join(f"leaf{letter} twig{letter}" for letter in "abcdefgh")
    references = [f"hub < leaf{letter}" for letter in "abcdefgh"] + [
        f"leaf{letter} < twig{letter}" for letter in "abcdefgh"
    ]
    schema = graph(tables, references)
    found = next(k for k in kinds(schema, Weights(), read_vocabulary(schema)) if k.name == "foreign keys")
    index = {node.name: position for position, node in enumerate(schema.tables)}
    names = {
        tuple(sorted((index["leafa"], index["twiga"]))): "own",
        tuple(sorted((index["hub"], index["leafa"]))): "hub",
    }
    weights = {names[pair]: value for pair, value in found.pairs.items() if pair in names}
    assert weights["hub"] < weights["own"]


def test_business_areas_fade_with_what_they_cover():
    tables = "invoices refunds " + " ".join(f"thing{letter}{letter}x" for letter in "abcdefghijklmn")
    few = graph(tables)
    found = next(kind for kind in kinds(few, Weights(), read_vocabulary(few)) if kind.name == "business areas")
    index = {node.name: position for position, node in enumerate(few.tables)}
    pair = tuple(sorted((index["invoices"], index["refunds"])))
    assert found.pairs == {pair: pytest.approx(2 * Weights().areas * (1 - (2 / 16) / 0.25))}
    most = graph("invoices refunds payments orders thing")
    assert not next(
        kind for kind in kinds(most, Weights(), read_vocabulary(most)) if kind.name == "business areas"
    ).pairs


@pytest.mark.parametrize(
    ("name", "area"),
    [(("refund", "item"), "payments"), (("purchase", "order"), "supply"), (("x", "chat"), "support"), (("x",), "")],
)
def test_the_first_telling_word_names_the_area(name: tuple[str, ...], area: str):
    assert area_of(name) == area


def test_reference_data_counts_less_where_transactions_show_it():
    tables = "codes(id) lines notes offers owners"
    references = [
        "codes < lines",
        "codes < notes",
        "codes < offers",
        "owners < lines",
        "owners < notes",
        "owners < offers",
    ]
    reads = [f"R codes owners W {table} x{n}" for table in ("lines", "notes", "offers") for n in range(1, 5)]
    seen = graph(tables, references, [*reads, "W owners x90"])
    index = {node.name: position for position, node in enumerate(seen.tables)}
    vocabulary = read_vocabulary(seen)
    assert lookups(seen, vocabulary) == {index["codes"]}
    keys = next(kind for kind in kinds(seen, Weights(), vocabulary) if kind.name == "foreign keys").pairs
    own, looked_up = keys[index["lines"], index["owners"]], keys[index["codes"], index["lines"]]
    assert looked_up == pytest.approx(Weights().lookup_links * own)
    assert lookups(graph(tables, references, reads[:5]), vocabulary) == frozenset()
    assert lookups(graph(tables, references, [*reads, "W codes x9", "W owners x90"]), vocabulary) == frozenset()


def in_schemas(tables: str) -> CouplingGraph:
    """Tables written `schema.table`, each in its schema."""
    found = graph(tables.replace(".", "__"))
    return CouplingGraph(tuple(TableNode(n.name.split("__")[1], namespace=n.name.split("__")[0]) for n in found.tables))


def test_tables_of_one_database_schema_belong_together():
    schema = in_schemas("crm.alpha crm.bravo hr.charlie hr.delta hr.echo public.foxtrot")
    found = next(k for k in kinds(schema, Weights(), read_vocabulary(schema)) if k.name == "database schemas")
    tied = {tuple(schema.tables[table].name for table in pair) for pair in found.pairs}
    assert tied == {("alpha", "bravo"), ("charlie", "delta"), ("charlie", "echo"), ("delta", "echo")}
    assert sum(found.pairs.values()) == pytest.approx(Weights().namespaces * 5)
    without = next(
        k
        for k in kinds(schema, Weights(), read_vocabulary(schema), frozenset({2, 3, 4}))
        if k.name == "database schemas"
    )
    assert not without.pairs


def test_a_schema_with_most_of_the_tables_says_nothing():
    schema = in_schemas("public.alpha public.bravo public.charlie crm.delta crm.echo")
    found = next(k for k in kinds(schema, Weights(), read_vocabulary(schema)) if k.name == "database schemas")
    assert {schema.tables[table].name for pair in found.pairs for table in pair} == {"delta", "echo"}


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (
            "wp_post wp_comment wp_user wp_link wp_term wp_option cache city",
            "post comment user link term option cache city",
        ),
        (
            "my_app_post my_app_user my_app_term my_app_link my_app_city my_app_unit my_app_note my_app_page",
            "post user term link city unit note page",
        ),
        (
            "order order_line order_note order_tax order_fee user city unit",
            "order order-line order-note order-tax order-fee user city unit",
        ),
        ("order_line order_note user_role", "order-line order-note user-role"),
        (
            "acmebase_post acmebase_user acmebase_term acmebase_city acmebase_unit acmeapi_page acmeweb_note line tag",
            "post user term city unit api-page web-note line tag",
        ),
    ],
    ids=["most have it", "two words of it", "a table is called so", "a handful of tables", "the beginning of others"],
)
def test_a_prefix_of_most_tables_is_no_word(tables: str, expected: str):
    assert sorted(read_vocabulary(graph(tables)).tables) == sorted(tuple(n.split("-")) for n in expected.split())
