"""Triggers whose bodies read tables of several services."""

from __future__ import annotations

from dataclasses import replace

from builders import cut, evidence, schema
from decompose.assessment.findings.across import cross_views
from decompose.evidence.schema import TableRef, Trigger


def reading(name: str, table: str, *reads: str, line: int | None = None) -> Trigger:
    """A trigger on a table that reads others."""
    return Trigger(name, TableRef(table), ("insert",), reads=tuple(map(TableRef, reads)), line=line)


def test_one_body_on_several_tables_is_told_once() -> None:
    """PostgreSQL's trigger names are unique per table only: the same body often hangs on many."""
    tables = ("orders", "lines", "users")
    same = [reading("consistent", table, *tables, line=number) for number, table in enumerate(tables, 7)]
    known = replace(schema("orders; lines; users; stock"), triggers=(*same, reading("seen", "stock", "users", line=20)))
    found = list(cross_views(cut("a: orders lines; b: users; c: stock"), evidence(known)))
    assert [(finding.tables, finding.evidence) for finding in found] == [
        (("lines", "orders", "users"), ("DDL line 7",)),
        (("stock", "users"), ("DDL line 20",)),
    ]


def test_triggers_of_one_name_that_read_differently_have_keys_of_their_own() -> None:
    known = schema("orders; lines; users")
    two = replace(known, triggers=(reading("audit", "orders", "users"), reading("audit", "lines", "users")))
    found = list(cross_views(cut("a: orders lines; b: users"), evidence(two)))
    assert len({finding.key for finding in found}) == len(found) == 2
