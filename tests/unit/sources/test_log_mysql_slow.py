"""The slow log's stateful header, its particular records, and the samples that Percona Server takes."""

from __future__ import annotations

from decompose.evidence.log_entry import Event, Gap, LogEntry
from log_reading import fixture, read, statements

HEADER = "# User@Host: shop[shop] @ localhost []  Id:     8\n# Query_time: 0.000120  Lock_time: 0.000000\n"


def entries(data: bytes) -> list[LogEntry]:
    return [item for item in read(data, "mysql-slow") if isinstance(item, LogEntry)]


def test_extra_fields_tell_failures_and_the_header_keeps_the_database() -> None:
    found = entries(fixture("mysql8-slow.log"))
    assert [(entry.session, entry.event, entry.database, entry.done) for entry in found] == [
        ("8", Event.STATEMENT, "shop", True),
        ("8", Event.STATEMENT, "shop", True),
        ("9", Event.FAILURE, "crm", False),
        ("8", Event.STATEMENT, "shop", True),
        ("8", Event.END, "shop", False),
    ]
    assert found[1].sql == (
        "INSERT INTO orders (customer, note) VALUES ('ann@example.org', 'semi;\n# Time: not a record')"
    )
    assert [entry.line for entry in found] == [5, 11, 17, 23, 29]
    assert found[0].at == "2026-03-02T08:00:00.201003Z"


def test_mariadb_names_thread_and_schema_and_the_epoch_tells_the_time() -> None:
    found = entries(fixture("mariadb-slow.log"))
    session = next(entry.session for entry in found if entry.sql == "BEGIN")
    order = [entry for entry in found if entry.session == session]
    assert [entry.sql.split()[0] for entry in order] == [
        "SET",
        "BEGIN",
        "INSERT",
        "INSERT",
        "SAVEPOINT",
        "UPDATE",
        "COMMIT",
    ]
    assert {entry.database for entry in order} == {"shop"}
    assert all(entry.done for entry in found)
    assert all(entry.at.endswith("Z") and len(entry.at) == 20 for entry in found)
    assert found[-1].database == ""


def test_a_sample_is_said_to_be_one_and_its_transactions_are_not_trusted() -> None:
    items = read(fixture("percona-slow.log"))
    gaps = [item for item in items if isinstance(item, Gap)]
    assert gaps == [Gap("slow log holds a sample of the statements (log_slow_rate_limit)")]
    assert [item.number for item in items if isinstance(item, LogEntry)] == [10, 20, 30]


def test_sampled_sessions_are_whole() -> None:
    data = fixture("percona-slow.log").replace(b"rate_type: query", b"rate_type: session")
    items = read(data)
    assert items[0] == Gap("slow log holds a sample of the sessions (log_slow_rate_limit)")
    assert [item.number for item in items if isinstance(item, LogEntry)] == [0, 0, 0]


def test_settings_of_the_header_are_no_statements_but_a_clients_own_are() -> None:
    log = f"{HEADER}use shop;\nSET last_insert_id=3,insert_id=4,timestamp=1772438400;\nSET autocommit=0;\n"
    log += (
        f"{HEADER}SET timestamp=1772438400;\nuse crm;\n{HEADER}SET timestamp=1772438400.123;\nSELECT\n# no header\n1;\n"
    )
    assert statements(read(log.encode())) == ["SET autocommit=0", "use crm", "SELECT\n# no header\n1"]


def test_header_without_a_statement_and_administrator_commands() -> None:
    log = f"{HEADER}{HEADER}# administrator command: Prepare;\n{HEADER}# administrator command: Quit;\n"
    assert [entry.event for entry in entries(log.encode())] == [Event.OTHER, Event.END]


def test_without_thread_ids_no_transaction_is_made_up() -> None:
    log = "# User@Host: shop[shop] @ localhost []\n# Query_time: 0  Lock_time: 0\nBEGIN;\n" * 2
    assert [entry.session for entry in entries(log.encode())] == ["line 1", "line 4"]


def test_what_is_no_record_is_a_gap() -> None:
    assert read(b"lost tail of a statement;\n\n", "mysql-slow") == [Gap("line is not a log record")]
