"""Foreign keys of a partial schema, whose parent nothing else names: counted, and no edge of the graph."""

from __future__ import annotations

from decompose.evidence.bundle import Evidence
from decompose.evidence.catalogue import Catalogue
from decompose.evidence.fold.assemble import MISSING_PARENT, assemble
from decompose.evidence.fold.reconstruct import Reconstruction
from decompose.evidence.fold.unite import unite_all
from decompose.evidence.log_entry import Gap, LogEntry
from decompose.graph.build import build_graph
from decompose.sql.ddl import read_ddl
from decompose.sql.reader import DialectReader, transaction_rules

PARTIAL = """
CREATE TABLE lines (order_id int REFERENCES sales.orders (id), sku text REFERENCES stock);
CREATE TABLE stock (sku text PRIMARY KEY);
"""


def _collected(*statements: str) -> Evidence:
    catalogue = Catalogue(DialectReader("postgresql"))
    fold = Reconstruction(catalogue, transaction_rules("postgresql"))
    fold.feed(LogEntry("1", sql) for sql in statements)
    return assemble(read_ddl(PARTIAL, "postgresql"), catalogue, fold.finish())


def test_a_missing_parent_is_a_gap_and_no_link() -> None:
    found = _collected()
    assert [(link.child, link.parent) for link in found.links] == [("lines", "stock")]
    assert found.coverage.gaps == (Gap(MISSING_PARENT, 1),)
    assert len(build_graph(found).references) == 1


def test_a_parent_that_only_the_log_names_is_linked() -> None:
    found = _collected("UPDATE sales.orders SET paid = true")
    assert [link.parent for link in found.links] == ["sales.orders", "stock"]
    assert MISSING_PARENT not in [gap.reason for gap in found.coverage.gaps]


def test_united_evidence_counts_it_anew() -> None:
    united = unite_all([_collected(), _collected("UPDATE sales.orders SET paid = true")])
    assert MISSING_PARENT not in [gap.reason for gap in united.coverage.gaps]
    assert Gap(MISSING_PARENT, 1) in unite_all([_collected(), _collected()]).coverage.gaps
