from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import pytest

from builders import cut, evidence, join, schema, tx
from decompose.assessment.move import moved, price
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
    assert time.process_time() - started < 1.5
