from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import cut, evidence, join, schema, statement, trigger, tx, undeclared
from decompose.assessment.assess import assess
from decompose.assessment.model import Assessment, Finding
from decompose.boundaries.model import Decomposition, Service
from decompose.evidence.bundle import Evidence
from decompose.evidence.statement import Mode
from decompose.store.assessment_json import dump

SHOP = schema(
    "lines -> orders -> users; lines -> products; stock -> products; users -> countries; migrations; audit",
    on_delete={"orders -> users": "cascade", "lines -> products": "restrict"},
)
WORK = (
    tx("R products; W lines orders users; L stock", times=10, label="checkout"),
    tx("W orders users", times=1000, label="touch"),
    tx("W products stock", times=50, label="restock"),
    tx("W migrations orders", times=5, label="migrate"),
    tx("W countries users", times=3, label="import"),
    tx("W users; C orders", times=2, label="leave", kind="autocommit"),
    tx("W lines orders products", times=0, rolled_back=7, label="failed"),
    tx("R users orders", times=70),
    join("lines.product_id = products.id", times=20),
    join("orders.id = lines.order_id, orders.user_id = users.id", times=6),
    join("users.country_id = countries.id", times=9),
    statement("SELECT product, user", 4, {"products": Mode.READ, "users": Mode.READ}),
    undeclared("audit.user_id -> users.id", joined=11),
)
CUT = cut(
    "catalog: products stock; identity: users; ordering: lines orders; shared: countries; infrastructure: migrations"
)
SEEN = evidence(SHOP, *WORK, lines={"orders -> users": 12})


def codes(assessment: Assessment, code: str) -> list[Finding]:
    return [finding for finding in assessment.findings if finding.code == code]


def test_figures_are_those_counted_by_hand() -> None:
    found = assess(SEEN, CUT)
    # writers: checkout 10, touch 1000, restock 50, migrate 5, import 3, leave 2
    assert found.write_transactions == 1070
    # several services: checkout (three), touch and leave (two); migrations and countries take no part
    assert found.distributed_write_transactions == 1012
    assert found.distributed_write_share == 1012 / 1070
    assert found.saga_cost == 2 * 10 + 1000 + 2
    assert found.explicit_write_transactions == 1068
    assert found.explicit_distributed_write_transactions == 1010
    assert found.cross_joins == 26
    assert found.cross_reads == 4
    assert found.foreign_keys_to_retire == 2
    assert found.services == 3
    # six tables count: two, one, two in services and audit in none
    assert found.largest_share == 2 / 6


def test_a_lock_is_no_write_of_the_explicit_count() -> None:
    seen = evidence(SHOP, tx("W orders; L stock", times=8))
    found = assess(seen, CUT)
    assert (found.distributed_write_transactions, found.explicit_distributed_write_transactions) == (8, 0)
    assert found.explicit_write_transactions == 8


def test_the_widest_transaction_comes_before_the_hottest() -> None:
    first, second = codes(assess(SEEN, CUT), "distributed-write")
    assert first == assess(SEEN, CUT).findings[0]
    assert first.message == (
        "checkout (10×) writes stock (catalog), users (identity), lines, orders (ordering) in one transaction "
        "(stock only locked)"
    )
    assert first.key == "distributed-write:catalog+identity+ordering:lines+orders+stock+users"
    assert (first.severity, first.executions) == ("error", 10)
    assert first.evidence == (WORK[0].profile.id,)
    # touch and leave share one boundary: one finding, both behind it
    assert second.executions == 1002
    assert second.message.startswith("touch, leave (1,002×) writes users (identity), orders (ordering)")


def test_findings_of_every_kind_and_nothing_else() -> None:
    seen = replace(SEEN, schema=replace(SHOP, triggers=(trigger("t1", "orders", "stock lines", line=40),)))
    cutting = replace(CUT, services=(*CUT.services[:2], Service("ordering", ("lines", "order", "orders"))))
    found = assess(seen, cutting)
    assert [f.key for f in found.findings if f.code not in ("distributed-write", "unobserved-table")] == [
        "cross-cascade:identity+ordering:orders(users_id) -> users(id)",
        "cross-trigger:catalog+ordering:orders:t1:stock",
        "shared-write:countries:identity",
        "cross-join:catalog+ordering:lines+products",
        "cross-join:identity+ordering:orders+users",
        "foreign-key-to-retire:catalog+ordering:lines(products_id) -> products(id)",
        "foreign-key-to-retire:identity+ordering:orders(users_id) -> users(id)",
        "unknown-table:order",
        "unassigned-table:audit",
        "cross-read:catalog+identity:products+users",
        "undeclared-reference:(unassigned)+identity:audit(user_id) -> users(id)",
    ]
    retired = codes(found, "foreign-key-to-retire")[1]
    assert "on delete cascade" in retired.message
    assert retired.evidence == ("DDL line 12",)
    assert codes(found, "unknown-table")[0].message.endswith("did you mean orders?")
    assert codes(found, "cross-trigger")[0].evidence == ("DDL line 40",)
    assert codes(found, "cross-join")[0].executions == 20


def test_a_table_claimed_twice_counts_for_the_first() -> None:
    found = assess(SEEN, cut("a: users orders; b: orders lines; shared: users"))
    assert [f.message for f in codes(found, "duplicate-table")] == [
        "orders is claimed by a and b; counted for a",
        "users is claimed by a and shared; counted for a",
    ]


def test_an_unobserved_table_is_said() -> None:
    assert [f.tables for f in codes(assess(SEEN, CUT), "unobserved-table")] == [("audit",)]


def test_everything_in_one_service_costs_nothing_but_is_called_a_giant() -> None:
    known = schema("; ".join(f"t{n:02}" for n in range(12)))
    seen = evidence(known, tx("W " + " ".join(f"t{n:02}" for n in range(12)), times=5))
    found = assess(seen, cut("all: " + " ".join(f"t{n:02}" for n in range(12))))
    assert (found.distributed_write_transactions, found.saga_cost, found.largest_share) == (0, 0.0, 1.0)
    assert [f.code for f in found.findings] == ["giant-service"]


def test_what_nothing_claims_is_one_service_that_stays() -> None:
    found = assess(SEEN, cut("identity: users"))
    assert found.services == 1
    # countries and migrations stay in the monolith too: import crosses, migrate does not
    assert found.distributed_write_transactions == 1012 + 3
    assert found.saga_cost == 1015
    assert codes(found, "distributed-write")[0].services == ("(unassigned)", "identity")
    assert len(codes(found, "unassigned-table")) == 7


def test_a_god_table_counts_declared_and_undeclared_references_apart() -> None:
    children = [f"c{n:02}" for n in range(35)]
    known = schema(
        "; ".join(f"{child} -> users" for child in children) + "; " + "; ".join(f"d{n:02}" for n in range(12))
    )
    inferred = [undeclared(f"d{n:02}.owner -> users.id", joined=n) for n in range(12)]
    repeated = undeclared("c00.users_id -> users.id")
    seen = evidence(known, *inferred, repeated)
    found = codes(assess(seen, cut(f"identity: users; a: {' '.join(children)}")), "god-table")
    assert [f.message for f in found] == [
        "users has 47 relationships: 35 declared foreign keys, 12 undeclared but joined; "
        "2 other services refer to it: (unassigned), a"
    ]
    assert found[0].key == "god-table:users"
    assert not codes(assess(seen, cut("shared: users")), "god-table")


def test_nothing_seen_is_nothing_priced() -> None:
    found = assess(evidence(schema("")), Decomposition(()))
    assert (found.largest_share, found.distributed_write_share, found.findings) == (0.0, 0.0, ())


def test_keys_are_unique_and_hold_no_counts() -> None:
    doubled = evidence(SHOP, *WORK, *WORK[:-1], lines={"orders -> users": 99})
    keys = [finding.key for finding in assess(SEEN, CUT).findings]
    assert len(set(keys)) == len(keys)
    assert sorted(finding.key for finding in assess(doubled, CUT).findings) == sorted(keys)


TABLES = tuple("abcdef")
PROFILES = st.lists(
    st.tuples(
        st.sets(st.sampled_from(TABLES), max_size=5), st.integers(0, 50), st.sampled_from(["explicit", "autocommit"])
    ),
    max_size=8,
)
PLACES = st.lists(st.sampled_from(["x", "y", "z", "shared", "infrastructure", ""]), min_size=6, max_size=6)


def _seen(profiles: list[tuple[set[str], int, str]]) -> Evidence:
    work = [
        tx(f"W {' '.join(sorted(tables))}" if tables else "R a", times, label=f"p{n}", kind=kind)
        for n, (tables, times, kind) in enumerate(profiles)
    ]
    return evidence(schema("a -> b -> c; d; e -> a; f"), *work)


def _cut(places: list[str]) -> Decomposition:
    names = sorted({place for place in places if place})
    owned = {name: " ".join(t for t, p in zip(TABLES, places, strict=True) if p == name) for name in names}
    return cut("; ".join(f"{name}: {tables}" for name, tables in owned.items()))


@given(PROFILES, PLACES)
def test_saga_cost_is_connectivity_minus_one(profiles: list[tuple[set[str], int, str]], places: list[str]) -> None:
    owner = dict(zip(TABLES, places, strict=True))
    apart = ("shared", "infrastructure")
    participants = [len({owner[t] for t in tables if owner[t] not in apart}) for tables, _, _ in profiles]
    found = assess(_seen(profiles), _cut(places))
    counts = [times for _, times, _ in profiles]
    assert found.saga_cost == sum(n * max(p - 1, 0) for n, p in zip(counts, participants, strict=True))
    assert found.distributed_write_transactions == sum(n for n, p in zip(counts, participants, strict=True) if p > 1)
    assert found.distributed_write_transactions <= found.write_transactions
    executions = sum(finding.executions for finding in codes(found, "distributed-write"))
    assert executions == found.distributed_write_transactions


@given(PLACES, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(places: list[str], order: random.Random) -> None:
    seen, cutting = SEEN, _cut(places)

    def mixed(items: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(order.sample(items, len(items)))

    shuffled = replace(
        seen,
        profiles=mixed(seen.profiles),
        statements=mixed(seen.statements),
        links=mixed(seen.links),
    )
    assert dump(assess(shuffled, CUT)) == dump(assess(seen, CUT))
    services = replace(cutting, services=mixed(cutting.services))
    assert dump(assess(seen, services)) == dump(assess(seen, cutting))


@pytest.mark.parametrize("table", ["users", "stock", "audit", "countries"])
def test_a_move_and_its_way_back_restore_the_price(table: str) -> None:
    from decompose.assessment.move import completed, moved
    from decompose.assessment.ownership import Ownership

    cutting = completed(SEEN, CUT)
    home = Ownership(SEEN, cutting).place(table)
    there = moved(cutting, {table: "ordering"})
    assert assess(SEEN, there) != assess(SEEN, cutting)
    assert assess(SEEN, moved(there, {table: home})) == assess(SEEN, cutting)
