from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import pytest

from builders import cut, evidence, join, schema, tx
from decompose.assessment.move import Change, moved, price, price_change, split
from decompose.boundaries.model import Role
from decompose.errors import UsageError

KNOWN = schema("orders -> users; stock; logs")
SEEN = evidence(KNOWN, tx("W orders users", times=5, label="buy"), join("orders.users_id = users.id", times=3))
CUT = replace(cut("a: orders stock; b: users; infrastructure: logs"), roles=(Role("logs", "infrastructure", "noise"),))


def test_a_move_is_priced_before_and_after() -> None:
    found = price(SEEN, CUT, {"USERS": "a"})
    assert (found.before.saga_cost, found.after.saga_cost) == (5, 0)
    assert (found.before.cross_joins, found.after.cross_joins) == (3, 0)
    assert {finding.code for finding in found.gone_findings} == {
        "distributed-write",
        "cross-join",
        "foreign-key-to-retire",
    }
    assert found.new_findings == ()
    assert [service.tables for service in found.decomposition.services] == [("orders", "stock", "users"), ()]


def test_a_moved_table_loses_its_role() -> None:
    after = moved(CUT, {"logs": "shared"})
    assert (after.shared, after.infrastructure, after.roles) == (("logs",), (), ())


@pytest.mark.parametrize(
    ("moves", "message", "hint"),
    [
        ({"user": "a"}, "there is no table 'user'", "did you mean 'users'?"),
        ({"users": "c"}, "there is no service 'c'", "To try a new service, add it to services.yml."),
        ({"users": "share"}, "there is no service 'share'", "did you mean 'shared'?"),
    ],
)
def test_a_wrong_name_is_a_usage_error(moves: dict[str, str], message: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        moved(CUT, moves)
    assert (error.value.message, error.value.hint) == (message, hint)


def test_a_thousand_tables_are_priced_at_once() -> None:
    names = [f"t{n:04}" for n in range(1000)]
    work = [
        tx(
            f"W {names[n % 1000]} {names[(n * 7) % 1000]} {names[(n * n) % 1000]}",
            times=n + 1,
            label=f"l{n}",
            sql=False,
        )
        for n in range(5000)
    ]
    seen = evidence(schema("; ".join(f"{a} -> {b}" for a, b in pairwise(names))), *work)
    services = "; ".join(f"s{k}: {' '.join(names[k * 100 : k * 100 + 100])}" for k in range(10))
    started = time.process_time()
    price(seen, cut(services), {"t0000": "s5"})
    assert time.process_time() - started < 10


def test_merging_and_splitting_are_priced() -> None:
    together = price_change(SEEN, CUT, Change(merges=(("A", "b"),)))
    assert [service.name for service in together.decomposition.services] == ["a"]
    assert (together.after.saga_cost, together.after.services) == (0, 1)
    apart = price_change(SEEN, together.decomposition, Change(splits=(("a", ("users",)),)))
    assert [(s.name, s.tables) for s in apart.decomposition.services] == [
        ("a", ("orders", "stock")),
        ("a_2", ("users",)),
    ]
    assert apart.after.saga_cost == 5


def test_a_split_without_tables_follows_the_weakest_line() -> None:
    seen = evidence(
        schema("a1; a2; a3; b1; b2"), tx("W a1 a2 a3", times=9), tx("W b1 b2", times=9), tx("W a1 b1", times=1)
    )
    found = split(seen, cut("all: a1 a2 a3 b1 b2"), "all")
    assert [service.tables for service in found.services] == [("a1", "a2", "a3"), ("b1", "b2")]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Change(merges=(("a",),)), "merging takes two services or more"),
        (Change(merges=(("a", "c"),)), "there is no service 'c'"),
        (Change(splits=(("b", ()),)), "b has 1 table and cannot be split"),
        (Change(splits=(("a", ("orders", "stock")),)), "a split cannot take every table of a"),
        (Change(splits=(("a", ("users",)),)), "there is no table 'users'"),
    ],
)
def test_a_wrong_merge_or_split_is_a_usage_error(change: Change, message: str) -> None:
    with pytest.raises(UsageError) as error:
        price_change(SEEN, CUT, change)
    assert error.value.message == message
