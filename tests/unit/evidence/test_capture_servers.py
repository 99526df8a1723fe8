"""What a server's settings allow to rebuild, and which statements they ask for: settings in, verdict out."""

from __future__ import annotations

import pytest

from decompose.evidence.capture.model import Diagnosis, Rebuildable, ServerSettings, Setting, State
from decompose.evidence.capture.mysql import diagnose_mysql
from decompose.evidence.capture.postgresql import diagnose_postgresql
from decompose.evidence.capture.postgresql_change import READS_ALL, set_system

DEFAULTS = {
    "lc_messages": "en_US.UTF-8", "log_destination": "stderr", "log_line_prefix": "%m [%p] ",
    "log_min_duration_sample": "-1", "log_min_duration_statement": "-1", "log_min_messages": "warning",
    "log_statement": "none", "log_statement_sample_rate": "1", "log_transaction_sample_rate": "0",
    "logging_collector": "off", "pgaudit.log": "none", "shared_preload_libraries": "",
}  # fmt: skip
WHOLE = "%m [%p] %q%c %l %-10d %a "


def postgresql(source: str = "configuration file", facts: tuple[tuple[str, str], ...] = (), **own: str) -> Diagnosis:
    values = DEFAULTS | {name.replace("__", "."): value for name, value in own.items()}
    found = tuple(Setting(name, value, source, "reload") for name, value in sorted(values.items()))
    return diagnose_postgresql("db", ServerSettings("PostgreSQL", "17.2", found, frozenset({READS_ALL}), facts))


def state(diagnosis: Diagnosis, name: str) -> State:
    return next(aspect.state for aspect in diagnosis.aspects if aspect.name == name)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({}, Rebuildable.NOTHING),
        ({"log_statement": "all"}, Rebuildable.TRANSACTIONS),
        ({"log_statement": "ddl"}, Rebuildable.NOTHING),
        ({"log_statement": "mod"}, Rebuildable.STATEMENTS),
        ({"log_min_duration_statement": "0"}, Rebuildable.TRANSACTIONS),
        ({"log_min_duration_statement": "250ms"}, Rebuildable.STATEMENTS),
        ({"log_min_duration_statement": "1min"}, Rebuildable.STATEMENTS),
        ({"log_min_duration_sample": "0", "log_statement_sample_rate": "0.1"}, Rebuildable.STATEMENTS),
        ({"log_transaction_sample_rate": "0.1"}, Rebuildable.SAMPLED),
        ({"log_transaction_sample_rate": "1"}, Rebuildable.TRANSACTIONS),
        ({"log_transaction_sample_rate": "0.1", "log_line_prefix": ""}, Rebuildable.STATEMENTS),
        ({"log_statement": "all", "log_line_prefix": "%u@%d "}, Rebuildable.STATEMENTS),
        ({"log_statement": "all", "log_line_prefix": "100%% %5p "}, Rebuildable.TRANSACTIONS),
        ({"log_statement": "all", "log_line_prefix": "%%c %%p "}, Rebuildable.STATEMENTS),
        ({"log_statement": "all", "log_min_messages": "fatal"}, Rebuildable.NOTHING),
        ({"log_statement": "all", "lc_messages": "cs_CZ.UTF-8"}, Rebuildable.NOTHING),
        ({"log_statement": "all", "lc_messages": "de_DE.UTF-8"}, Rebuildable.TRANSACTIONS),
        ({"log_statement": "all", "lc_messages": "French_France.1252"}, Rebuildable.TRANSACTIONS),
        ({"log_statement": "all", "lc_messages": "English_United States.1252"}, Rebuildable.TRANSACTIONS),
        ({"log_statement": "all", "lc_messages": ""}, Rebuildable.TRANSACTIONS),
        ({"shared_preload_libraries": "pgaudit", "pgaudit__log": "read, write, misc"}, Rebuildable.TRANSACTIONS),
        ({"shared_preload_libraries": "pgaudit", "pgaudit__log": "write"}, Rebuildable.NOTHING),
        ({"shared_preload_libraries": '"$libdir/pg_stat_statements"'}, Rebuildable.STATEMENTS),
    ],
)
def test_what_postgresql_allows_to_rebuild(own: dict[str, str], expected: Rebuildable) -> None:
    assert postgresql(**own).rebuildable is expected


def test_a_complete_server_needs_nothing() -> None:
    for own in (
        {"log_line_prefix": WHOLE},
        {"log_destination": "stderr, csvlog", "logging_collector": "on"},
        {"log_destination": "jsonlog", "logging_collector": "on"},
    ):
        found = postgresql(log_statement="all", **own)
        assert (found.switch_on, found.switch_back, found.privileges) == ((), (), ())
        assert {aspect.state for aspect in found.aspects} == {State.YES}


def test_a_csv_destination_without_its_collector_carries_nothing() -> None:
    assert state(postgresql(log_destination="csvlog"), "order") is State.NO


def test_with_a_collector_the_prefix_stays_as_other_tools_know_it() -> None:
    found = postgresql(logging_collector="on")
    assert found.switch_on == (
        "ALTER SYSTEM SET log_statement = 'all';",
        "ALTER SYSTEM SET log_destination = 'stderr,csvlog';",
        "SELECT pg_reload_conf();",
    )
    assert found.switch_back == (
        "ALTER SYSTEM RESET log_destination;",
        "ALTER SYSTEM RESET log_statement;",
        "SELECT pg_reload_conf();",
    )


def test_what_the_command_line_fixes_is_told_and_not_switched() -> None:
    found = postgresql("command line", log_line_prefix=WHOLE)
    assert found.switch_on == ()
    assert any("beats ALTER SYSTEM: set all there" in note for note in found.notes)


def test_a_managed_server_gets_values_instead_of_statements() -> None:
    found = postgresql(facts=(("managed", "Amazon RDS or Aurora"),), log_line_prefix=WHOLE)
    assert found.switch_on == ()
    assert "Set in its parameter group or flags: log_statement = all. Back: log_statement = none." in found.notes[0]


def test_long_statements_are_broken_where_sql_allows_it() -> None:
    text = set_system("log_line_prefix", "x" * 70)
    assert max(map(len, text.split("\n"))) <= 78
    assert " ".join(text.split()) == f"ALTER SYSTEM SET log_line_prefix = '{'x' * 70}';"


def mysql(product: str = "MySQL", facts: tuple[tuple[str, str], ...] = (), **own: str) -> Diagnosis:
    values = {"general_log": "OFF", "log_output": "FILE", "slow_query_log": "OFF", "long_query_time": "10.0"} | own
    found = tuple(Setting(name, value) for name, value in sorted(values.items()))
    return diagnose_mysql("db", ServerSettings(product, "8.4.0", found, frozenset(), facts))


HISTORY = (("consumers", "events_statements_history_long = YES, events_transactions_history_long = YES"),)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({}, Rebuildable.NOTHING),
        ({"general_log": "ON"}, Rebuildable.TRANSACTIONS),
        ({"general_log": "ON", "log_output": "TABLE"}, Rebuildable.NOTHING),
        ({"general_log": "ON", "log_output": "FILE,TABLE"}, Rebuildable.TRANSACTIONS),
        ({"slow_query_log": "ON", "long_query_time": "0.000000"}, Rebuildable.TRANSACTIONS),
        ({"slow_query_log": "ON"}, Rebuildable.STATEMENTS),
        ({"slow_query_log": "ON", "long_query_time": "0", "min_examined_row_limit": "1"}, Rebuildable.STATEMENTS),
        ({"slow_query_log": "ON", "long_query_time": "0", "log_slow_rate_limit": "10"}, Rebuildable.STATEMENTS),
        (
            {
                "slow_query_log": "ON",
                "long_query_time": "0",
                "log_slow_rate_limit": "10",
                "log_slow_rate_type": "session",
            },
            Rebuildable.SAMPLED,
        ),
        ({"slow_query_log": "ON", "long_query_time": "0", "log_slow_filter": "full_scan"}, Rebuildable.STATEMENTS),
        ({"log_bin": "ON", "binlog_format": "ROW"}, Rebuildable.WRITES),
        ({"log_bin": "ON", "binlog_format": "MIXED"}, Rebuildable.NOTHING),
    ],
)
def test_what_mysql_allows_to_rebuild(own: dict[str, str], expected: Rebuildable) -> None:
    found = mysql(**own)
    assert found.rebuildable is expected
    assert bool(found.switch_on) == (expected is not Rebuildable.TRANSACTIONS)


def test_mysqls_history_is_a_part_and_only_with_its_consumers() -> None:
    assert mysql(facts=HISTORY, performance_schema="ON").rebuildable is Rebuildable.STATEMENTS
    assert mysql(performance_schema="ON").rebuildable is Rebuildable.NOTHING
    assert state(mysql(performance_schema="ON"), "history") is State.UNKNOWN


def test_mysqls_output_is_added_to_and_taken_back_in_reverse() -> None:
    found = mysql(log_output="TABLE")
    assert found.switch_on == ("SET GLOBAL log_output = 'FILE,TABLE';", "SET GLOBAL general_log = ON;")
    assert found.switch_back == ("SET GLOBAL general_log = OFF;", "SET GLOBAL log_output = 'TABLE';")
    assert "SUPER, which" in mysql("MariaDB").privileges[0]


def test_a_managed_mysql_gets_values_instead_of_statements() -> None:
    found = mysql(facts=(("managed", "Google Cloud SQL"),))
    assert found.switch_on == ()
    assert "general_log = ON. Back: general_log = OFF." in found.notes[0]
