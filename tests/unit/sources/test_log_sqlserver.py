"""Extended Events: what drivers wrap, levels that tell the same twice, XML that wants to be expanded."""

from __future__ import annotations

import time

import pytest

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.sqlserver_text import Sent, read_sent, unwrapped
from log_reading import fixture, read, statements


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1", Sent("SELECT 1")),
        ("(@P0 int,@P1 nvarchar(4000))SELECT @P0", Sent("SELECT @P0")),
        ("(SELECT 1) UNION SELECT 2", Sent("(SELECT 1) UNION SELECT 2")),
        ("exec sp_executesql N'SELECT ''x'', @p0',N'@p0 int',@p0=7", Sent("SELECT 'x', @p0")),
        ("EXECUTE sys.sp_executesql @statement = N'SELECT 1'", Sent("SELECT 1")),
        ("declare @p1 int\nset @p1=5\nexec sp_prepexec @p1 output,N'@P0 int',N'SELECT @P0',7", Sent("SELECT @P0", "5")),
        ("exec sp_execute 5,7", Sent("", "5")),
        ("exec sp_unprepare 5", Sent("")),
        ("exec sp_reset_connection", Sent("")),
        ("EXEC dbo.place_order 1", Sent("EXEC dbo.place_order 1")),
        ("SELECT 'exec sp_reset_connection'", Sent("SELECT 'exec sp_reset_connection'")),
        ("exec sp_executesql @sql", Sent("exec sp_executesql @sql")),
    ],
)
def test_what_was_sent(text: str, expected: Sent) -> None:
    assert read_sent(text) == expected
    assert unwrapped(text) == (expected.sql or text)


@pytest.mark.parametrize("piece", ["set @a=", "(@", "declare @p int ", "exec sp_", "N''", "'"])
def test_hostile_wrappings_take_no_time(piece: str) -> None:
    began = time.process_time()
    for begin in ("", "set @a=1 ", "(@a int", "exec sp_executesql N'"):
        read_sent(begin + piece * 40_000)
    assert time.process_time() - began < 10


@pytest.mark.parametrize("name", ["sqlserver-events.xml", "sqlserver-events.csv"])
def test_each_piece_of_work_counts_once(name: str) -> None:
    verbs = [sql.split()[0] for sql in statements(read(fixture(name)))]
    assert verbs == [
        "BEGIN",
        "INSERT",
        "INSERT",
        "UPDATE",
        "COMMIT",
        "BEGIN",
        "SELECT",
        "DELETE",
        "ROLLBACK",
        "UPDATE",
        "UPDATE",
    ]
    failed = [item.sql for item in read(fixture(name)) if isinstance(item, LogEntry) and item.event is Event.FAILURE]
    assert failed == ["UPDATE missing SET total = 11"]


def test_entities_are_not_expanded_and_nothing_is_fetched() -> None:
    update = next(sql for sql in statements(read(fixture("sqlserver-events.xml"))) if "1 < 2" in sql)
    assert update.endswith("'&a;A' <> '&b;'")


def test_utf16_as_ssms_writes_it() -> None:
    data = fixture("sqlserver-events.xml")
    assert read(data.decode().encode("utf-16")) == read(data)


def test_event_data_column() -> None:
    event = '<event name=""sql_batch_completed"" timestamp=""2026-03-02T08:00:00Z""><data name=""batch_text""><value>'
    row = f'sql_batch_completed,"{event}SELECT 1</value></data></event>",2026-03-02 08:00:00\n'
    items = read(f"object_name,event_data,timestamp_utc\n{row}x,<event>,y\n".encode())
    assert statements(items) == ["SELECT 1"]
    assert items[1] == Gap("damaged XML event")


def test_unknown_handle_is_a_gap() -> None:
    data = fixture("sqlserver-events.xml").replace(b"exec sp_execute 5,12", b"exec sp_execute 6,12")
    assert Gap("statement run by a handle that was prepared before the capture") in read(data)


def test_trigger_steps_are_left_to_the_schema() -> None:
    head = "name,timestamp,statement,session_id,object_type\n"
    rows = "sp_statement_completed,2026-03-02 08:00:00,UPDATE stock SET a = 1,51,TRIGGER\n"
    rows += "sql_statement_completed,2026-03-02 08:00:00,INSERT INTO orders VALUES (1),51,ADHOC\n"
    assert statements(read((head + rows).encode())) == ["INSERT INTO orders VALUES (1)"]
