"""Display names: qualified only where needed; views and partitions stand for what is behind them."""

from __future__ import annotations

import pytest

from decompose.evidence.naming import TableNames
from decompose.evidence.schema import Schema, Table, TableRef, View

SCHEMA = Schema(
    "postgresql",
    tables=(
        Table("orders", "public"),
        Table("orders", "archive"),
        Table("users", "public"),
        Table("Mixed", "public"),
        Table("events", "public"),
        Table("events_2026", "public", partition_of=TableRef("events", "public")),
    ),
    views=(
        View("order_history", "public", reads=(TableRef("orders", "public"), TableRef("users", "public"))),
        View("recent", "public", reads=(TableRef("order_history"),)),
        View("loop", "public", reads=(TableRef("loop"),)),
    ),
)


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        (TableRef("users"), ("users",)),
        (TableRef("users", "public"), ("users",)),
        (TableRef("USERS"), ("users",)),
        (TableRef("mixed"), ("Mixed",)),
        (TableRef("Mixed"), ("Mixed",)),
        (TableRef("orders"), ("public.orders",)),
        (TableRef("orders", "archive"), ("archive.orders",)),
        (TableRef("events_2026"), ("events",)),
        (TableRef("order_history"), ("public.orders", "users")),
        (TableRef("recent"), ("public.orders", "users")),
        (TableRef("loop"), ()),
        (TableRef("public.users"), ("users",)),
        (TableRef("nowhere"), ("nowhere",)),
        (TableRef("nowhere", "sales"), ("sales.nowhere",)),
        (TableRef("users", "sales"), ("sales.users",)),
    ],
)
def test_a_reference_becomes_the_base_tables_behind_it(ref: TableRef, expected: tuple[str, ...]) -> None:
    assert TableNames(SCHEMA).resolve(ref) == expected


def test_mysql_qualifies_by_database() -> None:
    names = TableNames(Schema("mysql", tables=(Table("orders"),)))
    assert names.resolve(TableRef("orders", "shop")) == ("orders",)


def test_the_sessions_database_decides_between_two() -> None:
    names = TableNames(Schema("mysql", tables=(Table("orders", "", "crm"), Table("orders", "", "shop"))))
    assert names.resolve(TableRef("orders"), "shop") == ("shop.orders",)
    assert names.resolve(TableRef("orders", "crm"), "shop") == ("crm.orders",)
