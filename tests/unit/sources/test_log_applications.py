"""What applications log themselves: values dropped where they are read, cached queries, threads, credentials."""

from __future__ import annotations

import pytest

from decompose.evidence.log_entry import Event, Gap, LogEntry
from log_reading import fixture, read, statements


@pytest.mark.parametrize("name", ["rails.log", "hibernate.log", "p6spy.log"])
def test_values_are_dropped_when_read(name: str) -> None:
    assert b"ann@example.org" in fixture(name)
    assert "ann@example.org" not in repr(read(fixture(name)))


def test_rails_cuts_binds_colours_and_tags_off() -> None:
    items = read(fixture("rails.log"))
    sql = statements(items)
    assert sql[1] == 'INSERT INTO "orders" ("customer") VALUES ($1) RETURNING "id"'
    assert sql[3] == 'UPDATE "stock" SET on_hand = on_hand - 1\nWHERE "sku" = $1'
    assert not [text for text in sql if "\x1b" in text or "[[" in text]
    entries = [item for item in items if isinstance(item, LogEntry)]
    assert [entry.event for entry in entries if entry.session == "rails"][-1] is Event.OTHER
    assert [entry.event for entry in entries if entry.session == "[b7c1]"][-1] is Event.END
    assert {entry.label for entry in entries if entry.event is Event.STATEMENT} == {
        "OrdersController#create",
        "OrdersController#destroy",
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("  Order Load (0.5ms)  SELECT 1  [[nil, 1]]", ["SELECT 1"]),
        ("   (0.5ms)  SELECT ARRAY[['a', 'b']]", ["SELECT ARRAY[['a', 'b']]"]),
        ("D, [2026-03-02T08:00:00.2 #7] DEBUG -- :   Order Load (1.5ms)  SELECT 1", ["SELECT 1"]),
        ("  Rendered orders/index.html.erb (Duration: 3.1ms)", []),
        ("  SCHEMA (0.5ms)  SELECT 1", []),
        ("  Admin::Order Exists? (0.5ms)  SELECT 1", ["SELECT 1"]),
    ],
)
def test_rails_lines(line: str, expected: list[str]) -> None:
    assert statements(read(line.encode(), "rails")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(0.001) SELECT 1; args=('; args=(', 'ann'); alias=default", "SELECT 1"),
        ("(0.001) SELECT 1; args={'a': 1}", "SELECT 1"),
        ("INFO x (0.001) SELECT\n1; args=None; alias=default", "SELECT\n1"),
    ],
)
def test_django_cuts_args_off(text: str, expected: str) -> None:
    assert statements(read(text.encode(), "django")) == [expected]


def test_django_query_without_its_end() -> None:
    assert read(b"(0.001) SELECT 1\n", "django") == [Gap("query without its end")]


def test_hibernate_formatted_statement_and_threads() -> None:
    entries = [item for item in read(fixture("hibernate.log")) if isinstance(item, LogEntry)]
    assert [entry.session[-6:] for entry in entries] == [
        "exec-1", "exec-1", "exec-2", "exec-1", "exec-1", "exec-1", "exec-2", "exec-2", "exec-2", "ernate",
    ]  # fmt: skip
    assert entries[3].sql.split() == ["insert", "into", "order_lines", "(order_id,", "sku)", "values", "(?,", "?)"]
    assert entries[0].label == "OrderService.place"


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("select ?|select 1", "select ?"),
        ("select 'a|b', ?|select 'a|b', 'c|d'", "select 'a|b', ?"),
        ("select 'a|b'|select 'a|b'", "select 'a|b'"),
        ("|select 'a|b'", "select 'a|b'"),
        ("select 1|select 1", "select 1"),
    ],
)
def test_p6spy_takes_the_prepared_text(rest: str, expected: str) -> None:
    log = f"1772438400201|3|statement|connection 7|url jdbc:x:password=s3cret|{rest}\n"
    items = read(log.encode())
    assert statements(items) == [expected]
    assert "s3cret" not in repr(items)


def test_p6spy_without_commits_is_autocommit_and_too_long_transactions_are_told_as_they_go() -> None:
    row = "1772438400201|3|statement|connection 7|url u|select ?|select 1\n"
    assert set(statements(read((row * 20).encode()))) == {"select ?"}
    end = "1772438400201|3|commit|connection 7|url u||\n"
    found = statements(read((row * 6_000 + end).encode()))
    assert (found[0], found[-1], len(found)) == ("START TRANSACTION", "COMMIT", 6_002)


def test_sqlite_statements_end_outside_quotes_and_comments() -> None:
    sql = statements(read(fixture("sqlite-trace.sql")))
    assert sql[2] == "INSERT INTO orders VALUES(1,'ann@example.org;\n-- two lines')"
    assert [text for text in sql if text.startswith("SELECT")] == ["SELECT sku /* not; the\nend; */ FROM order_lines"]
    trigger = "CREATE TRIGGER a AFTER INSERT ON t BEGIN\n  INSERT INTO u VALUES(1);\nEND"
    assert statements(read(f"{trigger};\nSELECT 1;\n".encode())) == [trigger, "SELECT 1"]
