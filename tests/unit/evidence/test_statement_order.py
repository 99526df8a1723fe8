"""The order in which statements usually run: counted exactly, whatever the order of transactions and of logs."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import cut
from decompose import pipeline
from decompose.assessment.breakage import breakage
from decompose.assessment.sagas.draft import sagas
from decompose.evidence.bundle import Evidence, TransactionProfile
from decompose.evidence.fold.tally import AUTOCOMMIT, EXPLICIT, Tally
from decompose.store import evidence_json

STATEMENTS = {
    "lock": "SELECT 1 FROM stock WHERE sku = 'x' FOR UPDATE",
    "order": "INSERT INTO orders (id) VALUES (1)",
    "stock": "UPDATE stock SET amount = amount - 1 WHERE sku = 'x'",
    "mail": "INSERT INTO mails (id) VALUES (1)",
}


def collected(folder: Path, *transactions: str, end: str = "COMMIT") -> Evidence:
    """Evidence of transactions given as names of statements, each a session of its own."""
    rows = []
    for number, names in enumerate(transactions):
        texts = ["BEGIN", *(STATEMENTS[name] for name in names.split()), end]
        tags = {"controller": "checkout"}
        rows += [json.dumps({"session": str(number), "sql": text, "tags": tags}) for text in texts]
    (folder / "log.jsonl").write_text("\n".join(rows) + "\n")
    return pipeline.collect(pipeline.CollectRequest((), (str(folder / "log.jsonl"),), dialect="postgresql"))


def order(evidence: Evidence) -> list[list[str]]:
    """The statements of each profile in order, by their names above."""
    templates = {statement.fingerprint: statement.template for statement in evidence.statements}
    return [[_named(templates[name]) for name in profile.in_order] for profile in evidence.profiles]


def _named(template: str) -> str:
    words = {"FOR UPDATE": "lock", "INTO orders": "order", "UPDATE stock": "stock", "INTO mails": "mail"}
    return next(name for part, name in words.items() if part in template)


@pytest.mark.parametrize(
    ("transactions", "expected"),
    [
        (["lock order stock mail"], ["lock", "order", "stock", "mail"]),
        (["mail stock order lock"], ["mail", "stock", "order", "lock"]),
        (["order order stock order lock mail"], ["order", "stock", "lock", "mail"]),
        (
            ["lock order stock mail", "lock mail order stock", "lock order stock mail"],
            ["lock", "order", "stock", "mail"],
        ),
    ],
)
def test_statements_stand_as_they_usually_run(tmp_path: Path, transactions: list[str], expected: list[str]) -> None:
    found = collected(tmp_path, *transactions)
    assert order(found) == [expected]
    assert evidence_json.load(evidence_json.dump(found)) == found


def test_what_was_rolled_back_tells_no_order(tmp_path: Path) -> None:
    (profile,) = collected(tmp_path, "stock order", end="ROLLBACK").profiles
    assert (profile.positions, profile.in_order) == ((), ())


@given(
    st.lists(st.tuples(st.permutations([0, 1, 2]), st.integers(1, 4)), min_size=1, max_size=12),
    st.integers(0, 12),
    st.randoms(use_true_random=False),
)
def test_positions_add_up_in_any_order_and_over_any_cut(
    transactions: list[tuple[list[int], int]], place: int, random: Random
) -> None:
    whole = counted(transactions)
    mixed = list(transactions)
    random.shuffle(mixed)
    first, second = counted(mixed[:place]), counted(mixed[place:])
    first.add(second, [0, 1, 2])
    key = (EXPLICIT, frozenset([0, 1, 2]))
    assert first.shapes[key].positions == whole.shapes[key].positions
    assert sum(whole.shapes[key].positions.values()) == 3 * sum(times for _, times in transactions)


def counted(transactions: list[tuple[list[int], int]]) -> Tally:
    tally = Tally([True] * 3, [0, 1, 2])
    for numbers, times in transactions:
        tally.commit(EXPLICIT, dict.fromkeys(numbers, 1), "", times)
        tally.commit(AUTOCOMMIT, {numbers[0]: 1}, "", times)
    return tally


def test_means_are_compared_without_rounding() -> None:
    third, more = (10**30 // 3, 10**30), (10**30 // 3 + 1, 10**30)
    profile = TransactionProfile("", "", EXPLICIT, 1, 0, (), (), (), (), ("a", "b", "c"), (), (more, third, (0, 0)))
    assert profile.in_order == ("b", "a", "c")


def test_journeys_and_sagas_follow_the_order(tmp_path: Path) -> None:
    services = cut("a_mail: mails; ordering: orders; stock: stock")
    found = collected(tmp_path, *["lock order stock mail"] * 3)
    calls = breakage(found, services).journeys[0].passages[0].calls
    assert [call.service for call in calls][1:] == [s for s in ("stock", "ordering", "a_mail") if s != calls[0].service]
    (saga,) = sagas(found, services)
    (stock,) = [step for step in saga.steps if step.service == "stock" and step.purpose == "do"]
    assert [operation.mode for operation in stock.operations] == ["lock", "update"]
