"""Transactions rebuilt as product.md defines them: scenario files, one case a rule."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from decompose.evidence.bundle import Evidence, TransactionProfile
from decompose.evidence.catalogue import Catalogue
from decompose.evidence.fold.assemble import assemble
from decompose.evidence.fold.reconstruct import Reconstruction
from decompose.evidence.log_entry import Event, LogEntry
from decompose.evidence.schema import Schema
from decompose.sql.reader import DialectReader, transaction_rules

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "transactions"
_LINE = re.compile(r"([+-]?)(\d+)(>|!|\*|\?in|\?out)?\s*(.*)", re.DOTALL)


def entry(text: str) -> LogEntry:
    match = _LINE.fullmatch(text)
    assert match, text
    sign, session, mark, sql = match.groups()
    if sign:
        return LogEntry(session, "", Event.CONNECT if sign == "+" else Event.END)
    if mark == "!":
        return LogEntry(session, sql, Event.FAILURE)
    return LogEntry(session, sql, done=mark == "*", in_transaction={"?in": True, "?out": False}.get(mark))


def fold(log: list[str], dialect: str, schema: Schema | None = None) -> Evidence:
    catalogue = Catalogue(DialectReader(dialect))
    reconstruction = Reconstruction(catalogue, transaction_rules(dialect))
    reconstruction.feed(map(entry, log))
    return assemble(schema or Schema(dialect), catalogue, reconstruction.finish())


def told(profile: TransactionProfile) -> str:
    sets = (("R", profile.reads), ("W", profile.writes), ("L", profile.locks), ("C", profile.cascades))
    parts = [f"{letter} {','.join(tables)}" for letter, tables in sets if tables]
    return " ".join([f"{profile.kind} {profile.count}/{profile.rolled_back}", *parts])


def cases() -> list[pytest.param]:
    found = []
    for path in sorted(SCENARIOS.glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        found += [
            pytest.param(document["dialect"], case, id=f"{path.stem}: {case['name']}") for case in document["case"]
        ]
    return found


@pytest.mark.parametrize(("dialect", "case"), cases())
def test_transactions_are_rebuilt_by_definition(dialect: str, case: dict[str, object]) -> None:
    evidence = fold(case["log"], dialect)
    assert sorted(map(told, evidence.profiles)) == sorted(case["profiles"])
    coverage = evidence.coverage
    assert coverage.transactions - coverage.transactions_complete == case.get("incomplete", 0)
    if "statements" in case:
        assert coverage.statements == case["statements"]


def test_a_comments_label_is_better_than_the_applications_name() -> None:
    catalogue = Catalogue(DialectReader("postgresql"))
    reconstruction = Reconstruction(catalogue, transaction_rules("postgresql"))
    comment = "/*controller='orders',action='create'*/"
    log = ["BEGIN", f"INSERT INTO orders VALUES (1) {comment}", "COMMIT", "SELECT 1 FROM users"]
    reconstruction.feed(LogEntry("1", sql, label="web") for sql in log)
    found = assemble(Schema("postgresql"), catalogue, reconstruction.finish())
    assert sorted(profile.labels for profile in found.profiles) == [(("orders#create", 1),), (("web", 1),)]
