"""One story told in every format: the same answer from each capture of the shop.

Ready-made accesses carry no SQL and so no joins: they tell the same boundaries, not the same graph.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from decompose import pipeline
from decompose.evidence.bundle import Evidence

SHOP = Path(__file__).parents[2] / "fixtures" / "shop"
EXPECTED = json.loads((SHOP / "expected.json").read_text(encoding="utf-8"))
CAPTURES = {
    "postgresql.stderr.log.gz": "postgresql",
    "postgresql.default.stderr.log.gz": "postgresql",
    "postgresql.csv.gz": "postgresql",
    "postgresql.json.gz": "postgresql",
    "postgresql.duration.stderr.log.gz": "postgresql",
    "postgresql.extended.stderr.log.gz": "postgresql",
    "mariadb.general.log.gz": "mysql",
    "mariadb.autocommit.general.log.gz": "mysql",
    "sqlite.jsonl.gz": "sqlite",
    "accesses.jsonl.gz": "sqlite",
}
SQL_CAPTURES = [name for name in CAPTURES if name != "accesses.jsonl.gz"]


@cache
def evidence(capture: str) -> Evidence:
    schema = SHOP / f"schema.{CAPTURES[capture]}.sql"
    return pipeline.collect(pipeline.CollectRequest((str(schema),), (str(SHOP / "captures" / capture),)))


def sets(found: Evidence) -> Counter[tuple[object, ...]]:
    """Committed profiles by what they touch."""
    return Counter((p.kind, p.reads, p.writes, p.locks, p.cascades, p.count) for p in found.profiles if p.count)


@pytest.mark.parametrize("capture", CAPTURES)
def test_the_23_transaction_boundaries_are_found(capture: str) -> None:
    found = [(list(boundary.writes), boundary.count) for boundary in evidence(capture).boundaries]
    assert len(found) == 23
    assert sorted(found) == sorted((b["writes"], b["count"]) for b in EXPECTED["boundaries"])


@pytest.mark.parametrize("capture", SQL_CAPTURES)
def test_transactions_are_counted_as_the_application_counted_them(capture: str) -> None:
    coverage = evidence(capture).coverage
    assert coverage.transactions_explicit == EXPECTED["explicit_committed"]
    assert coverage.transactions_autocommit == EXPECTED["autocommit"]
    assert coverage.rolled_back == EXPECTED["explicit_rolled_back"]
    assert coverage.transactions - coverage.transactions_complete == EXPECTED["incomplete"]
    assert coverage.sessions == EXPECTED["sessions"]
    assert coverage.statements_understood == coverage.statements


@pytest.mark.parametrize("capture", SQL_CAPTURES)
def test_every_format_gives_the_same_profiles(capture: str) -> None:
    assert sets(evidence(capture)) == sets(evidence("sqlite.jsonl.gz"))


@pytest.mark.parametrize("capture", SQL_CAPTURES)
def test_users_has_47_relationships_and_it_is_known_which_are_declared(capture: str) -> None:
    links = [link for link in evidence(capture).links if link.parent == "users"]
    declared = [link for link in links if link.declared]
    assert (len(links), len(declared)) == (47, 35)


@pytest.mark.parametrize("capture", SQL_CAPTURES)
def test_every_format_gives_the_same_services(capture: str) -> None:
    found = pipeline.propose(evidence(capture))
    expected = pipeline.propose(evidence("sqlite.jsonl.gz"))
    assert [s.tables for s in found.services] == [s.tables for s in expected.services]
