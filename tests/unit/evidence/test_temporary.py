"""Temporary tables are no tables of the application, whatever a log shows of them."""

from __future__ import annotations

import pytest

from builders import schema
from decompose.evidence.bundle import Evidence
from decompose.evidence.catalogue import Catalogue
from decompose.evidence.fold.assemble import assemble
from decompose.evidence.fold.reconstruct import Reconstruction
from decompose.evidence.log_entry import LogEntry
from decompose.evidence.temporary import temporary_tables
from decompose.sql.reader import DialectReader, transaction_rules


def _collected(*statements: str) -> Evidence:
    catalogue = Catalogue(DialectReader("postgresql"))
    fold = Reconstruction(catalogue, transaction_rules("postgresql"))
    fold.feed(LogEntry("1", sql) for sql in statements)
    return assemble(schema("lines -> orders"), catalogue, fold.finish())


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("CREATE temp TABLE Picked ON COMMIT DROP AS SELECT * FROM stock", "picked"),
        ("CREATE TEMPORARY TABLE if NOT EXISTS `Two Words` (id int)", "two words"),
        ("CREATE GLOBAL TEMPORARY TABLE app.picked (id int)", "picked"),
        ('SELECT * INTO TEMP TABLE "picked" FROM stock', "picked"),
        ("CREATE TABLE temperatures (id int)", ""),
        ("CREATE TABLE t AS SELECT temp FROM a", ""),
        ("INSERT INTO temp VALUES (?)", ""),
    ],
)
def test_what_a_statement_makes(template: str, name: str) -> None:
    assert temporary_tables([template]) == frozenset({name} if name else ())


def test_a_temporary_table_is_no_table_and_what_fills_it_is_read() -> None:
    found = _collected(
        "BEGIN",
        "CREATE TEMP TABLE picked AS SELECT * FROM orders",
        "INSERT INTO picked SELECT * FROM lines",
        "DELETE FROM lines USING picked WHERE picked.id = lines.id",
        "COMMIT",
    )
    assert [table.name for table in found.tables] == ["lines", "orders"]
    assert [(p.reads, p.writes) for p in found.profiles] == [(("lines", "orders"), ("lines",))]
    assert found.coverage.gaps == ()


def test_a_table_of_the_schema_stays_one() -> None:
    found = _collected("CREATE TEMP TABLE orders AS SELECT 1", "UPDATE orders SET id = 1")
    assert ("orders",) in [p.writes for p in found.profiles]
