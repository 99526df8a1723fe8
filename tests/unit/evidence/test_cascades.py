"""What a write reaches behind the statement's back, by the schema's word."""

from __future__ import annotations

import pytest

from decompose.evidence.cascades import Cascades
from decompose.evidence.naming import TableNames
from decompose.evidence.schema import ForeignKey, Schema, Table, TableRef, Trigger
from decompose.evidence.statement import Mode


def table(name: str, *keys: tuple[str, str, str]) -> Table:
    """A table with foreign keys given as (parent, on delete, on update)."""
    return Table(
        name,
        foreign_keys=tuple(
            ForeignKey("", (f"{parent}_id",), TableRef(parent), ("id",), on_delete, on_update)
            for parent, on_delete, on_update in keys
        ),
    )


SCHEMA = Schema(
    "postgresql",
    tables=(
        table("users"),
        table("orders", ("users", "cascade", "cascade")),
        table("lines", ("orders", "cascade", "no action")),
        table("notes", ("orders", "set null", "no action")),
        table("letters", ("notes", "cascade", "no action")),
        table("invoices", ("orders", "restrict", "no action")),
        table("audit"),
        table("stock"),
    ),
    triggers=(
        Trigger("t1", TableRef("lines"), ("delete", "insert"), writes=(TableRef("stock"),)),
        Trigger("t2", TableRef("stock"), ("update",), writes=(TableRef("audit"),)),
    ),
)


@pytest.mark.parametrize(
    ("name", "mode", "columns", "expected"),
    [
        ("orders", Mode.DELETE, (), {"lines", "notes", "stock", "audit"}),
        ("users", Mode.DELETE, (), {"orders", "lines", "notes", "stock", "audit"}),
        ("users", Mode.UPDATE, ("id",), {"orders"}),
        ("users", Mode.UPDATE, ("name",), set()),
        ("lines", Mode.INSERT, (), {"stock", "audit"}),
        ("lines", Mode.UPDATE, ("amount",), set()),
        ("invoices", Mode.DELETE, (), set()),
        ("orders", Mode.INSERT, (), set()),
    ],
)
def test_actions_and_triggers_are_followed_to_the_end(
    name: str, mode: Mode, columns: tuple[str, ...], expected: set[str]
) -> None:
    assert Cascades(SCHEMA, TableNames(SCHEMA)).reached(name, mode, columns) == expected


def test_a_circle_of_cascades_ends() -> None:
    schema = Schema("sqlite", tables=(table("a", ("b", "cascade", "")), table("b", ("a", "cascade", ""))))
    assert Cascades(schema, TableNames(schema)).reached("a", Mode.DELETE) == {"a", "b"}
