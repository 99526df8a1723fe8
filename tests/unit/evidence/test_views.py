"""What statements do to the tables behind views: read, written by column, or left to an INSTEAD OF trigger."""

from __future__ import annotations

import pytest

from decompose.evidence.cascades import Cascades
from decompose.evidence.naming import TableNames
from decompose.evidence.schema import Column, Schema, Table, TableRef, Trigger, View
from decompose.evidence.statement import Access, Mode
from decompose.evidence.views import BaseAccesses

SCHEMA = Schema(
    "postgresql",
    tables=(
        Table("audit"),
        Table("orders", columns=(Column("id", "int"), Column("total", "int"))),
        Table("users", columns=(Column("id", "int"), Column("email", "text"))),
    ),
    views=(
        View("history", reads=(TableRef("orders"), TableRef("users"))),
        View("inner_orders", reads=(TableRef("orders"),)),
        View("nested", reads=(TableRef("inner_orders"),)),
        View("taken", reads=(TableRef("orders"), TableRef("users"))),
    ),
    triggers=(
        Trigger("a", TableRef("orders"), ("update",), writes=(TableRef("audit"),)),
        Trigger("i", TableRef("taken"), ("insert", "update"), writes=(TableRef("orders"), TableRef("users"))),
    ),
)


@pytest.mark.parametrize(
    ("name", "mode", "columns", "accesses", "cascades"),
    [
        ("history", Mode.READ, ("email",), "orders read, users read", ""),
        ("history", Mode.UPDATE, ("email",), "orders read, users update", ""),
        ("history", Mode.UPDATE, ("total",), "orders update, users read", "audit"),
        ("history", Mode.DELETE, ("*",), "orders delete, users delete", ""),
        ("history", Mode.LOCK, (), "orders lock, users lock", ""),
        ("nested", Mode.UPDATE, ("total",), "orders update", "audit"),
        ("taken", Mode.INSERT, ("*",), "orders read, users read", "audit, orders, users"),
        ("taken", Mode.DELETE, ("*",), "orders delete, users delete", ""),
        ("orders", Mode.INSERT, ("*",), "orders insert", ""),
        ("unknown", Mode.INSERT, ("*",), "unknown insert", ""),
    ],
)
def test_a_view_stands_for_its_tables(
    name: str, mode: Mode, columns: tuple[str, ...], accesses: str, cascades: str
) -> None:
    names = TableNames(SCHEMA)
    behind = BaseAccesses(names, Cascades(SCHEMA, names))
    access = Access(TableRef(name), mode, columns)
    assert ", ".join(f"{found.table} {found.mode.value}" for found in behind.tables(access)) == accesses
    assert ", ".join(sorted(behind.cascades(access))) == cascades
