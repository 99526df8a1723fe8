"""PostgreSQL's CSV log after it was in a table: whoever writes the rows out, and how, they tell what the log told."""

from __future__ import annotations

import csv
import gzip
import io
import random

import psycopg
import pytest

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs import describe, detect
from decompose.sources.logs.postgresql_csv_export import NO_ORDER, NO_SESSION
from log_reading import facts, fixture, read
from repository import ROOT
from servers import DatabaseServer

_TABLE = """CREATE TABLE postgres_log (log_time timestamp(3) with time zone, user_name text, database_name text,
    process_id integer, connection_from text, session_id text, session_line_num bigint, command_tag text,
    session_start_time timestamp with time zone, virtual_transaction_id text, transaction_id bigint,
    error_severity text, sql_state_code text, message text, detail text, hint text, internal_query text,
    internal_query_pos integer, context text, query text, query_pos integer, location text, application_name text,
    backend_type text, leader_pid integer, query_id bigint, PRIMARY KEY (session_id, session_line_num))"""
"""PostgreSQL documentation, "Using CSV-Format Log Output"."""

LOG = gzip.decompress((ROOT / "fixtures" / "shop" / "captures" / "postgresql.csv.gz").read_bytes())
TABLE = fixture("postgresql-table.csv")


def rewritten(data: bytes = TABLE, header: bool = True, lineterminator: str = "\n", **dialect: object) -> bytes:
    out = io.StringIO(newline="")
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    writer = csv.writer(out, lineterminator=lineterminator, **dialect)  # type: ignore[arg-type]
    writer.writerows(rows if header else rows[1:])
    return out.getvalue().encode()


@pytest.mark.parametrize(
    "options",
    [
        "FORMAT csv, HEADER",
        "FORMAT csv",
        "FORMAT csv, HEADER, FORCE_QUOTE *",
        "FORMAT csv, FORCE_QUOTE *",
        "FORMAT csv, HEADER, DELIMITER ';'",
        "FORMAT text",
    ],
)
def test_a_table_of_the_log_tells_what_the_log_told(options: str, postgresql_server: DatabaseServer) -> None:
    with postgresql_server.database() as name:
        url = postgresql_server.url(name).replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute(_TABLE)
            with cursor.copy("COPY postgres_log FROM STDIN WITH (FORMAT csv)") as into:
                into.write(LOG)
            chosen = "SELECT * FROM postgres_log ORDER BY log_time, session_id, session_line_num"
            with cursor.copy(f"COPY ({chosen}) TO STDOUT WITH ({options})") as out:  # type: ignore[arg-type]
                data = b"".join(bytes(piece) for piece in out)
    assert detect(data[: 1 << 16]).name == "postgresql-csv-export"
    assert sorted(facts(read(data))) == sorted(facts(read(LOG)))
    assert [item for item in read(data) if isinstance(item, Gap)] == []


@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_quotes_delimiters_and_line_ends_change_nothing(quoting: int, header: bool, delimiter: str, ends: str) -> None:
    data = rewritten(header=header, lineterminator=ends, quoting=quoting, delimiter=delimiter)
    assert detect(data).name == "postgresql-csv-export"
    assert facts(read(data)) == facts(read(fixture("postgresql.csv")))


def test_the_order_and_the_choice_of_columns_change_nothing_that_is_left() -> None:
    rows = list(csv.reader(io.StringIO(TABLE.decode(), newline="")))
    order = list(range(len(rows[0])))
    random.Random(7).shuffle(order)
    kept = [n for n in order if rows[0][n] not in ("detail", "hint", "location", "query_pos", "process_id")]
    out = io.StringIO()
    csv.writer(out).writerows([[row[n] for n in kept] for row in rows])
    assert facts(read(b"\xef\xbb\xbf" + out.getvalue().encode())) == facts(read(fixture("postgresql.csv")))


def test_an_entry_holds_all_that_its_row_tells() -> None:
    whole = [item for item in read(fixture("postgresql.csv")) if isinstance(item, LogEntry)]
    exported = [item for item in read(TABLE) if isinstance(item, LogEntry)]
    assert [item._replace(line=0) for item in exported] == [item._replace(line=0) for item in whole]
    assert describe(TABLE).facts.fields == ("at", "database", "in_transaction", "label", "number", "session")


def test_rows_newest_first_are_gaps_not_wrong_transactions() -> None:
    rows = list(csv.reader(io.StringIO(TABLE.decode(), newline="")))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([rows[0], *reversed(rows[1:])])
    items = read(out.getvalue().encode())
    sessions = {item.session for item in items if isinstance(item, LogEntry)}
    assert sum(item == NO_ORDER for item in items) == len(rows) - 1 - len(sessions)


def test_a_row_without_a_session_is_a_gap() -> None:
    data = b"error_severity,message,session_id\nLOG,statement: SELECT 1,\nLOG,statement: SELECT 2,1.a\n"
    first, second = read(data)
    assert first == NO_SESSION
    assert isinstance(second, LogEntry)
    assert (second.event, second.sql, second.number) == (Event.STATEMENT, "SELECT 2", 0)


def test_the_server_s_own_log_is_not_taken_for_an_export() -> None:
    assert detect(LOG[: 1 << 16]).name == "postgresql-csv"
