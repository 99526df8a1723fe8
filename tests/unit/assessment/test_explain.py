from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest

from builders import cut, evidence, join, schema, tx, undeclared
from decompose.assessment.assess import assess
from decompose.assessment.explain.explain import explain
from decompose.assessment.model import Analysis
from decompose.boundaries.model import Decomposition, Role
from decompose.boundaries.objectives import OBJECTIVES
from decompose.errors import UsageError
from decompose.graph.build import build_graph
from decompose.graph.weights import Weights, weigh
from decompose.reports.explanation import lines
from decompose.store import explanation_json
from decompose.store.schemas import schema_text

SEEN = evidence(
    schema("lines -> orders -> users; stock; countries; notes", on_delete={"orders -> users": "cascade"}),
    tx("R users; W lines orders; L stock", times=10, label="checkout"),
    tx("W orders users", times=4, label="leave"),
    tx("R users", times=90, label="browse", kind="autocommit"),
    join("orders.users_id = users.id", times=20),
    undeclared("stock.owner -> users.id", joined=2),
    lines={"orders -> users": 12},
)
CUT = replace(
    cut("catalog: stock; identity: users; ordering: lines orders; shared: countries"),
    unsure=(("users", "ordering", 1.5),),
    roles=(Role("countries", "shared", "read by all, written by none"),),
)


def analysis(decomposition: Decomposition = CUT) -> Analysis:
    return Analysis(SEEN, decomposition, assess(SEEN, decomposition))


def test_a_table_with_its_ties_and_the_price_of_moving_it() -> None:
    found = explain(analysis(), "Users")
    assert (found.kind, found.name, found.places) == ("table", "users", (("users", "identity"),))
    assert [(t.service, t.written_together, t.joined, t.references) for t in found.ties] == [
        ("ordering", 4, 20, 1),
        ("catalog", 0, 0, 1),
    ]
    assert found.because == (
        "on the fence: ordering is the second choice (the cost would change by +1.5)",
        "its strongest ties are to ordering, not to identity",
    )
    assert (found.declared, found.undeclared) == (1, 1)
    assert [(use.name, use.how) for use in found.transactions] == [
        ("leave", "writes"),
        ("browse", "reads"),
        ("checkout", "reads"),
    ]
    best = found.alternatives[0]
    assert best.service == "ordering"
    assert (best.before.saga_cost, best.after.saga_cost) == (14, 10)
    assert (best.before.cross_joins, best.after.cross_joins) == (20, 0)


def test_the_text_of_a_table() -> None:
    assert lines(explain(analysis(), "users")) == [
        "# table users: identity",
        "",
        "- 2 relationships: 1 declared foreign key, 1 undeclared but joined",
        "- on the fence: ordering is the second choice (the cost would change by +1.5)",
        "- its strongest ties are to ordering, not to identity",
        "",
        "## Bound to",
        "",
        "- ordering: written together 4×, joined 20×, 1 reference",
        "- catalog: 1 reference",
        "",
        "## What holds it, by the terms of the cost",
        "",
        "- ordering: 8.0 = accesses 3.9, foreign keys 1.9, distributed writes 1.2, joins 1.0",
        "- catalog: 3.1 = foreign keys 2.0, accesses 1.0",
        "",
        "## What a change would cost (now 21.4 in all)",
        "",
        "- to catalog: +0.1 (+0.3 %) = size +3.1, foreign keys -2.0, accesses -1.0",
        "- to ordering: +5.1 (+23.6 %) = size +13.1, accesses -3.9, foreign keys -1.9, distributed writes -1.2, "
        "joins -1.0",
        "",
        "## If it moved",
        "",
        "- to ordering: distributed writes 14 -> 10, saga cost 14 -> 10, joins across 20 -> 0, "
        "foreign keys to retire 1 -> 0",
        "- to catalog: nothing changes",
        "",
        "## Transactions (their statements with executions in the whole log)",
        "",
        f"- leave [{_id('leave')}], explicit, 4×: writes it; writes orders, users in identity, ordering",
        "      4×  update users",
        f"- browse [{_id('browse')}], autocommit, 90×: reads it",
        "      100×  read users",
        f"- checkout [{_id('checkout')}], explicit, 10×: reads it; writes lines, orders, stock in catalog, ordering",
        "      100×  read users",
        "",
        "## Joins",
        "",
        "- orders (ordering) with users (identity) on orders.users_id = users.id: 1 statement, 20×",
        "      20×  SELECT WHERE orders.users_id = users.id",
        "",
        "## References",
        "",
        "- orders(users_id) -> users(id): declared, on delete cascade, DDL line 12; "
        "crosses from ordering into identity",
        "- stock(owner) -> users(id): not declared, joined 2×; crosses from catalog into identity",
    ]


def _id(name: str) -> str:
    return next(profile.id for profile in SEEN.profiles if profile.name == name)


def test_a_service_shows_what_crosses_first() -> None:
    found = explain(analysis(), "ordering")
    assert found.because == ("0 of 14 write transactions stay inside",)
    assert [(t.service, t.written_together) for t in found.ties] == [("catalog", 10), ("identity", 4)]
    assert [reference.link.parent for reference in found.references] == ["users"]


def test_a_transaction_by_name_and_by_id() -> None:
    found = explain(analysis(), "checkout")
    assert found.because == ("1 profile, 10× committed; writes in 2 services: catalog, ordering",)
    assert explain(analysis(), _id("checkout")).transactions == found.transactions
    templates = [statement.template for statement in found.transactions[0].statements]
    assert sorted(templates[:2]) == ["update lines", "update orders"]
    assert templates[2:] == ["read users", "lock stock"]


def test_a_pair_of_tables_and_of_services() -> None:
    found = explain(analysis(), "users, orders")
    assert [use.name for use in found.transactions] == ["checkout", "leave"]
    assert [use.executions for use in found.joins] == [20]
    services = explain(analysis(), "identity,catalog")
    assert [reference.link.child for reference in services.references] == ["stock"]


def test_every_option_is_the_difference_of_two_costs() -> None:
    """The cost of a cut, and of the cut after the change, counted from scratch by the objective itself."""
    seen = explain(analysis(), "users")
    assert seen.cost == pytest.approx(_cost({"users": 1}), abs=1e-3)
    moved = {option.what: option.cost for option in seen.options}
    assert set(moved) == {"to catalog", "to ordering"}
    assert moved["to catalog"] == pytest.approx(_cost({"users": 0}) - seen.cost, abs=1e-3)
    assert moved["to ordering"] == pytest.approx(_cost({"users": 2}) - seen.cost, abs=1e-3)
    for option in (*seen.options, *explain(analysis(), "ordering").options):
        assert sum(term.cost for term in option.terms) == pytest.approx(option.cost, abs=1e-3)
    merged = next(o for o in explain(analysis(), "ordering").options if o.what == "merged with identity")
    assert merged.cost == pytest.approx(moved["to ordering"])


def _cost(places: dict[str, int]) -> float:
    home = {"stock": 0, "users": 1, "orders": 2, "lines": 2} | places
    coupling = build_graph(SEEN)
    left_out = frozenset(n for n, node in enumerate(coupling.tables) if node.name not in home)
    partition = tuple(home.get(node.name, 9 + n) for n, node in enumerate(coupling.tables))
    weighted = weigh(coupling, Weights(), left_out=left_out)
    return OBJECTIVES[0].cost(weighted, partition)


def test_a_pair_is_parted_or_brought_together() -> None:
    together = explain(analysis(), "lines,orders")
    assert [option.what for option in together.options] == [
        "lines as a service of its own",
        "orders as a service of its own",
    ]
    apart = explain(analysis(), "users,orders")
    assert [option.what for option in apart.options] == ["orders to identity", "users to ordering"]
    (bond,) = apart.bonds
    assert (bond.service, [term.name for term in bond.terms]) == (
        "users with orders",
        ["accesses", "foreign keys", "distributed writes", "joins"],
    )
    assert [option.what for option in explain(analysis(), "ordering,catalog").options] == ["catalog to ordering"]
    assert explain(analysis(), "users,identity").options == ()


def test_a_service_may_be_split_or_merged() -> None:
    assert [option.what for option in explain(analysis(), "ordering").options] == [
        "split: lines | orders",
        "merged with catalog",
        "merged with identity",
    ]


def test_json_holds_every_key_and_fits_its_schema() -> None:
    for name in ("users", "ordering", "users,orders", "checkout", "countries", "notes"):
        document = json.loads(explanation_json.dump(explain(analysis(), name)))
        jsonschema.Draft202012Validator(json.loads(schema_text("explanation"))).validate(document)
        assert {"bonds", "options", "cost", "transactions", "columns"} <= set(document)


def test_tables_set_apart_or_forgotten_say_so() -> None:
    assert explain(analysis(), "countries").because[0] == "shared: read by all, written by none"
    assert explain(analysis(), "notes").because[0] == "no service claims it: it stays in the monolith"
    assert "no transaction, join or reference" in " ".join(lines(explain(analysis(), "notes")))


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(UsageError) as error:
        explain(analysis(), "chekout")
    assert error.value.hint == "did you mean 'checkout'?"


def test_hostile_names_cannot_move_the_cursor() -> None:
    seen = evidence(schema("a\x1b[31m"), tx("W a\x1b[31m", label="x\nFORGED"))
    told = lines(explain(Analysis(seen, Decomposition(()), assess(seen, Decomposition(()))), "a\x1b[31m"))
    assert all(line.isprintable() for line in told)


def test_a_table_set_apart_is_not_told_to_be_tied_to_its_own_kind() -> None:
    seen = evidence(schema("orders; logs"), tx("W orders logs", times=5, label="checkout"))
    apart = cut("ordering: orders; infrastructure: logs")
    found = explain(Analysis(seen, apart, assess(seen, apart)), "logs")
    assert "set apart, in no service; its strongest ties are to ordering" in found.because


def test_what_comes_to_nothing_is_not_told() -> None:
    found = explain(analysis(), "users")
    nothing = replace(found.bonds[0], service="nobody", cost=0.01)
    unmoved = replace(found.options[0], what="to nobody", cost=-0.001, share=-0.0001)
    told = lines(replace(found, bonds=(nothing,), options=(unmoved,)))
    assert not any(line.startswith("- nobody") for line in told)
    assert any(line.startswith("- to nobody: +0.0 (+0.0 %) = ") for line in told)


def test_a_label_counts_its_own_executions() -> None:
    seen = evidence(schema("orders"), tx("R orders", times=10, label="list"))
    (profile,) = seen.profiles
    seen = replace(seen, profiles=(replace(profile, labels=(("list", 7), ("checkout", 3))),))
    alone = cut("ordering: orders")
    found = explain(Analysis(seen, alone, assess(seen, alone)), "checkout")
    assert found.because == ("1 profile, 3× committed (its profiles under all labels: 10×); writes nothing",)
