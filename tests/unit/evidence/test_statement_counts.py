"""Statements that come counted: executions and joins, never a transaction."""

from __future__ import annotations

from decompose.evidence.bundle import Evidence
from decompose.evidence.catalogue import Catalogue
from decompose.evidence.fold.assemble import assemble
from decompose.evidence.fold.reconstruct import LEFT_OUT, OTHER_DATABASE, WITHOUT_TRANSACTION, Reconstruction, Selection
from decompose.evidence.log_entry import LogEntry, RecordedTransaction, StatementCount
from decompose.evidence.schema import Schema
from decompose.sql.reader import DialectReader, transaction_rules


def fold(
    *records: LogEntry | RecordedTransaction | StatementCount, databases: frozenset[str] = frozenset()
) -> Evidence:
    catalogue = Catalogue(DialectReader("postgresql"))
    reconstruction = Reconstruction(catalogue, transaction_rules("postgresql"), Selection(databases))
    reconstruction.feed(records)
    return assemble(Schema("postgresql"), catalogue, reconstruction.finish())


def gaps(evidence: Evidence) -> dict[str, int]:
    return {gap.reason: gap.count for gap in evidence.coverage.gaps}


def test_executions_add_up_without_a_transaction() -> None:
    evidence = fold(StatementCount("SELECT a FROM t WHERE a = $1", 3), StatementCount("SELECT a FROM t WHERE a = 7", 4))
    assert [statement.executions for statement in evidence.statements] == [7]
    assert (evidence.coverage.entries, evidence.coverage.statements, evidence.coverage.transactions) == (2, 7, 0)
    assert evidence.profiles == ()
    assert gaps(evidence) == {WITHOUT_TRANSACTION: 7}


def test_control_statements_are_counted_but_end_nothing() -> None:
    evidence = fold(LogEntry("1", "BEGIN"), StatementCount("COMMIT", 5), LogEntry("1", "ROLLBACK"))
    assert (evidence.coverage.statements, evidence.coverage.rolled_back) == (7, 1)
    assert gaps(evidence) == {}


def test_databases_are_selected_and_the_servers_own_left_out() -> None:
    counts = [StatementCount("SELECT 1 FROM t", 2, name) for name in ("shop", "crm", "postgres", "")]
    assert gaps(fold(*counts)) == {LEFT_OUT: 1, WITHOUT_TRANSACTION: 6}
    assert gaps(fold(*counts, databases=frozenset({"shop"}))) == {OTHER_DATABASE: 2, WITHOUT_TRANSACTION: 4}


def test_a_nameless_recorded_transaction_gets_a_name_from_its_tables() -> None:
    evidence = fold(RecordedTransaction("", 2, (("orders", "I"),)))
    assert [(profile.name, profile.count, profile.labels) for profile in evidence.profiles] == [("write orders", 2, ())]
