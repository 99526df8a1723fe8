from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest

from builders import cut, evidence, join, routine, schema, statement, trigger, tx, undeclared
from decompose.assessment.assess import assess
from decompose.assessment.explain.explain import explain
from decompose.assessment.explain.explanation import Explanation
from decompose.assessment.findings.routines_across import COMMITTING
from decompose.assessment.model import Analysis
from decompose.boundaries.model import Capability, Decomposition, Role, SubCapability
from decompose.boundaries.objectives import OBJECTIVES
from decompose.errors import UsageError
from decompose.evidence.schema import TableRef, View
from decompose.evidence.statement import Mode
from decompose.graph.build import build_graph
from decompose.graph.weights import Weights, weigh
from decompose.reports.explanation import lines, render_explanation
from decompose.reports.screen import Look, cells
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
    unsure=(("users", "ordering", 0.015),),
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
        "on the fence: ordering is the second choice (moving it there adds 1.50 % to the cost)",
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
        "- on the fence: ordering is the second choice (moving it there adds 1.50 % to the cost)",
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
        "## What a change would cost (now 21.5 in all)",
        "",
        "- to catalog: +0.0 (+0.0 %) = size +3.1, foreign keys -2.0, accesses -1.0",
        "- to ordering: +5.0 (+23.4 %) = size +13.1, accesses -3.9, foreign keys -1.9, distributed writes -1.2, "
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


CODE = replace(
    SEEN,
    schema=replace(
        SEEN.schema,
        views=(View("open_orders", reads=(TableRef("orders"), TableRef("users"))),),
        triggers=(trigger("count_down", "lines", "stock", line=31),),
        routines=(
            routine("place", "insert orders; insert lines; read users", calls="reserve", line=40),
            routine("reserve", "update stock"),
            routine("dark", "read notes", unread="dynamic SQL"),
        ),
    ),
    statements=tuple(
        sorted(
            (
                *SEEN.statements,
                statement("CALL place ( ? )", 10, {"orders": Mode.INSERT}),
                statement("SELECT * FROM open_orders", 7, {"orders": Mode.READ, "users": Mode.READ}),
            ),
            key=lambda found: found.fingerprint,
        )
    ),
)


def stored(name: str) -> Explanation:
    return explain(Analysis(CODE, CUT, assess(CODE, CUT)), name)


def test_a_table_lists_the_views_triggers_and_routines_that_touch_it() -> None:
    assert [(use.kind, use.name, use.how) for use in stored("orders").stored] == [
        ("procedure", "place", "writes"),
        ("view", "open_orders", "reads"),
    ]
    assert [(use.kind, use.name, use.how) for use in stored("lines").stored] == [
        ("procedure", "place", "writes"),
        ("trigger", "count_down", "fires on"),
    ]
    told = lines(stored("lines"))
    at = told.index("## Views, triggers and stored routines")
    assert told[at + 2 : at + 4] == [
        "- procedure place, called 10×: writes lines, orders, stock, reads users; in catalog, identity, ordering; "
        "DDL line 40",
        "- trigger count_down: fires on lines, writes stock; in catalog, ordering; DDL line 31",
    ]
    (dark,) = stored("notes").stored
    assert dark.unread == "dynamic SQL"
    assert "cannot be read in full (dynamic SQL)" in " ".join(lines(stored("notes")))


def test_a_service_and_a_pair_list_the_code_that_reaches_across() -> None:
    assert [use.name for use in stored("ordering").stored] == ["place", "count_down", "open_orders"]
    assert [use.name for use in stored("lines,stock").stored] == ["place", "count_down"]


def test_each_overload_of_a_routine_has_its_own_advice() -> None:
    split = replace(routine("place", "insert orders; update stock", line=1), commits=True)
    alone = replace(routine("place", "insert lines", line=2), commits=True)
    overloads = (split, routine("place", "insert orders; read users", line=3), alone)
    found = replace(SEEN, schema=replace(SEEN.schema, routines=overloads))
    because = explain(Analysis(found, CUT, assess(found, CUT)), "place").because
    at = {line: because.index(f"DDL line {line}") for line in (1, 2, 3)}
    advice = {
        1: "split: catalog, ordering each take the part that writes or locks their tables; the caller runs them as a "
        f"saga; {COMMITTING}",
        2: COMMITTING,
        3: "move: it writes for ordering alone and goes there; what it reads of identity is asked for",
    }
    assert {line: because[number - 1] for line, number in at.items()} == advice


def test_a_routine_is_explained_like_a_table() -> None:
    found = stored("place")
    assert (found.kind, found.name) == ("procedure", "place")
    assert found.places == (("lines", "ordering"), ("orders", "ordering"), ("stock", "catalog"), ("users", "identity"))
    assert found.because == (
        "writes stock (catalog), lines, orders (ordering); reads users (identity)",
        "split: catalog, ordering each take the part that writes or locks their tables; the caller runs them as a saga",
        "calls reserve",
        "called 10×",
        "DDL line 40",
    )
    assert stored("procedure reserve").because[-1] == "called by place"
    assert "cannot be read in full (dynamic SQL): read it yourself" in stored("dark").because
    assert lines(found)[0] == "# procedure place: catalog, identity, ordering"


def test_a_view_and_a_trigger_are_explained_with_the_work_behind_them() -> None:
    view = stored("open_orders")
    assert (view.kind, view.because) == (
        "view",
        (
            "reads users (identity), orders (ordering)",
            "replace by calls: its readers ask identity, ordering, or read a copy",
            "named by statements executed 7×",
        ),
    )
    fired = stored("trigger count_down")
    assert fired.because[:2] == (
        "fires on insert of lines (ordering); writes stock (catalog)",
        "split: it couples catalog, ordering in one commit; an event takes its place",
    )
    assert [use.name for use in fired.transactions] == ["checkout"]


def test_code_without_a_crossing_says_so() -> None:
    assert "it touches catalog alone and goes there" in stored("reserve").because


def test_a_capability_is_explained_by_name_and_by_part() -> None:
    checkout = next(profile.id for profile in SEEN.profiles if profile.name == "checkout")
    parts = (SubCapability("Checkout", (checkout,), ("lines", "orders"), "label checkout"),)
    named = replace(
        CUT,
        capabilities=(Capability("Order Management", parts, "tables orders, lines"),),
        services=tuple(replace(s, capability="Order Management") if s.name == "ordering" else s for s in CUT.services),
    )
    found = explain(analysis(named), "order management")
    assert (found.kind, found.name) == ("capability", "Order Management")
    assert found.places == (("lines", "ordering"), ("orders", "ordering"))
    assert found.because == (
        "served by ordering",
        "its name was taken from tables orders, lines",
        "parts: Checkout",
        "0 of 14 write transactions stay inside",
    )
    part = explain(analysis(named), "Order Management > Checkout")
    assert (part.kind, part.name) == ("capability", "Order Management › Checkout")
    assert part.because[:2] == ("served by ordering", "its name was taken from label checkout")
    assert [use.name for use in part.transactions] == ["checkout"]
    assert explain(analysis(named), "capability checkout").kind == "capability"
    with pytest.raises(UsageError):
        explain(analysis(), "order management")


def test_every_new_kind_fits_the_published_schema() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema_text("explanation")))
    for name in ("place", "open_orders", "trigger count_down", "lines"):
        document = json.loads(explanation_json.dump(stored(name)))
        validator.validate(document)
        assert "stored" in document


def test_the_text_fits_a_narrow_terminal() -> None:
    shown = render_explanation(stored("orders"), Look(width=60)).splitlines()
    assert max(map(cells, shown)) <= 60
    assert " ".join(" ".join(shown).split()) == " ".join(" ".join(lines(stored("orders"))).split())


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
