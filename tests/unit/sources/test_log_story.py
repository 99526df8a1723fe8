"""One small story, told by every kind of log: an order placed, a cancellation taken back, an order changed alone."""

from __future__ import annotations

import pytest

from decompose.evidence.bundle import Evidence
from decompose.evidence.catalogue import Catalogue
from decompose.evidence.fold.assemble import assemble
from decompose.evidence.fold.reconstruct import WITHOUT_TRANSACTION, Reconstruction
from decompose.evidence.schema import Schema
from decompose.sources.logs import LOG_FORMATS, LogFormat, detect
from decompose.sql.reader import DialectReader, transaction_rules
from log_reading import FIXTURES, fixture, read

STORY = (
    "proxysql.json",
    "sqlserver-events.xml",
    "sqlserver-events.csv",
    "oracle-trace.trc",
    "oracle-audit.csv",
    "sqlite-trace.sql",
    "rails.log",
    "django.log",
    "hibernate.log",
    "p6spy.log",
)
CAPTURED = ("mariadb-performance-schema.csv", "mariadb-performance-schema.json", "mariadb-slow.log")
WRITES_ONLY = ("mariadb-binlog.txt", "oracle-logminer.csv")
COUNTS_ONLY = ("sqlserver-query-store.csv", "pg-stat-statements.csv")
PLACED, CANCELLED, CHANGED = {"order_lines", "orders", "stock"}, {"order_lines"}, {"orders"}


def told(name: str) -> Evidence:
    dialect = detect(fixture(name)[: 1 << 16]).dialect or "postgresql"
    catalogue = Catalogue(DialectReader(dialect))
    fold = Reconstruction(catalogue, transaction_rules(dialect))
    fold.feed(read(fixture(name)))
    return assemble(Schema(dialect=dialect), catalogue, fold.finish())


def written(evidence: Evidence) -> list[tuple[str, int, int, set[str]]]:
    return [
        (profile.kind, profile.count, profile.rolled_back, {name.rpartition(".")[2].lower() for name in profile.writes})
        for profile in evidence.profiles
        if profile.writes
    ]


@pytest.mark.parametrize("name", [*STORY, *CAPTURED])
def test_the_order_is_one_transaction_and_its_cancellation_was_taken_back(name: str) -> None:
    found = written(told(name))
    assert ("explicit", 1, 0, PLACED) in found
    assert ("explicit", 0, 1, CANCELLED) in found
    assert sum(count for _, count, _, tables in found if tables == PLACED) == 1


@pytest.mark.parametrize("name", [*STORY, *CAPTURED[:2]])
def test_the_single_change_stands_alone(name: str) -> None:
    kinds = {kind for kind, count, _, tables in written(told(name)) if tables == CHANGED and count}
    assert kinds == {"explicit" if name.startswith("oracle") else "autocommit"}


@pytest.mark.parametrize("name", STORY)
def test_nothing_of_the_story_is_incomplete(name: str) -> None:
    coverage = told(name).coverage
    assert coverage.transactions == coverage.transactions_complete
    assert coverage.statements == coverage.statements_understood


@pytest.mark.parametrize("name", WRITES_ONLY)
def test_logs_of_writes_know_what_was_committed(name: str) -> None:
    found = written(told(name))
    assert ("explicit", 1, 0, PLACED) in found
    assert ("explicit", 1, 0, CHANGED) in found
    assert not [tables for _, _, rolled_back, tables in found if rolled_back]


@pytest.mark.parametrize("name", COUNTS_ONLY)
def test_counted_statements_make_no_transaction(name: str) -> None:
    evidence = told(name)
    assert evidence.profiles == ()
    assert evidence.coverage.transactions == 0
    assert {statement.verb: statement.executions for statement in evidence.statements} == {"SELECT": 12, "UPDATE": 3}
    joined = next(statement for statement in evidence.statements if statement.verb == "SELECT")
    assert [(pair.left, pair.left_column, pair.right, pair.right_column) for pair in joined.joins] == [
        ("order_lines", "order_id", "orders", "id")
    ]
    assert {gap.reason: gap.count for gap in evidence.coverage.gaps}[WITHOUT_TRANSACTION] == 15


@pytest.mark.parametrize("name", FIXTURES)
def test_no_literal_reaches_the_evidence(name: str) -> None:
    assert b"ann@example.org" not in fixture(name) or "ann@example.org" not in repr(told(name))
    assert "s3cret" not in repr(read(fixture(name)))


@pytest.mark.parametrize("name", FIXTURES)
def test_no_other_format_claims_a_fixture_as_strongly(name: str) -> None:
    head = fixture(name)[: 1 << 16]
    scores = {each.name: each.recognises(head) for each in LOG_FORMATS}
    own = scores.pop(FIXTURES[name])
    assert own >= 0.3
    assert max(scores.values()) < own


@pytest.mark.parametrize("each", LOG_FORMATS, ids=lambda each: each.name)
def test_no_other_format_claims_a_sample_as_strongly(each: LogFormat) -> None:
    head = f"{each.sample}\n".encode()
    scores = {other.name: other.recognises(head) for other in LOG_FORMATS}
    own = scores.pop(each.name)
    assert max(scores.values()) < own
