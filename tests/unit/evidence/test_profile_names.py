"""Names of profiles and boundaries: a label where it tells one piece of work from another, else what is touched."""

from __future__ import annotations

from collections import Counter

from decompose.evidence.fold.profiles import Counts, Touched, boundaries, named_profiles

TABLES = ("carts", "invoices", "orders", "payments", "stock", "users")


def _counted(labels: dict[str, dict[str, int]]) -> dict[tuple[str, Touched], Counts]:
    return {
        ("explicit", Touched(writes=frozenset({table}))): Counts(committed=1, labels=Counter(given))
        for table, given in labels.items()
    }


def test_a_label_names_its_transaction() -> None:
    profiles = named_profiles(_counted({table: {f"{table}#create": 3} for table in TABLES}))
    assert {(p.writes, p.name) for p in profiles} == {((table,), f"{table}#create") for table in TABLES}


def test_an_application_that_does_everything_names_nothing() -> None:
    profiles = named_profiles(_counted({table: {"gunicorn: worker": 3} for table in TABLES}))
    assert {p.name for p in profiles} == {f"write {table}" for table in TABLES}
    assert {b.name for b in boundaries(profiles)} == {f"write {table}" for table in TABLES}
    assert all(p.labels == (("gunicorn: worker", 3),) for p in profiles)


def test_a_rarer_label_that_tells_more_names_it() -> None:
    found = _counted({table: {"web": 9} for table in TABLES})
    found["explicit", Touched(writes=frozenset({"orders"}))].labels["orders#create"] = 2
    profiles = named_profiles(found)
    assert [p.name for p in profiles if p.writes == ("orders",)] == ["orders#create"]
    assert [b.name for b in boundaries(profiles) if b.writes == ("orders",)] == ["orders#create"]


def test_a_label_of_few_transactions_keeps_naming_them() -> None:
    profiles = named_profiles(_counted({table: {"checkout": 3} for table in TABLES[:4]}))
    assert {p.name for p in profiles} == {"checkout"}
