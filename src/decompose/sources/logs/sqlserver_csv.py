"""SQL Server Extended Events as CSV: SSMS's "Export to CSV", or rows of sys.fn_xe_file_target_read_file.

    name,timestamp,statement,session_id,database_name,client_app_name
    sql_statement_completed,2026-03-02 08:00:00.2010000,SELECT 1,51,shop,web

or one column `event_data` with each event's XML. Which columns there are depends on the session's actions. Built from
the documentation, not from a server's own output.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from decompose.evidence.log_entry import Gap
from decompose.sources.logs.csv_rows import Names, columns, rows
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.sqlserver_event_xml import names_in, read_event
from decompose.sources.logs.sqlserver_events import EventReader, ServerEvent, header_fields

DAMAGED = Gap("damaged XML event")
_NAMES = ("name", "event_name", "object_name")
_TIMES = ("timestamp (utc)", "timestamp_utc", "timestamp")


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """The events in file order."""
    reader = EventReader()
    for item in rows(stream, options, _is_header):
        if isinstance(item, Gap):
            yield item
            continue
        event = _event(item[1], item[0])
        if event is None:
            yield DAMAGED
        else:
            yield from reader.items(event)


def _event(row: Mapping[str, str], line: int) -> ServerEvent | None:
    if "event_data" in row:
        return read_event(row["event_data"], line)
    name = next((row[each] for each in _NAMES if row.get(each)), "")
    at = next((row[each] for each in _TIMES if row.get(each)), "")
    return ServerEvent(name, at[:26], row, line)


def _is_header(names: Names) -> bool:
    texts = "statement" in names or "batch_text" in names
    named = any(name in names for name in _NAMES)
    timed = any(time in names for time in _TIMES)
    return "event_data" in names or (texts and named and timed)


def recognises(head: bytes) -> float:
    """Whether the columns of an event are there."""
    return 0.93 if columns(head, _is_header) else 0.0


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """The columns, or the data and actions of the XML."""
    names = columns(head, _is_header)
    if "event_data" in names:
        return HeadFacts(header_fields(names_in(head.decode("utf-8", "replace").replace('""', '"'))))
    return HeadFacts(header_fields(names))


SQLSERVER_CSV = LogFormat(
    name="sqlserver-events-csv",
    title="SQL Server Extended Events (CSV)",
    dialect="tsql",
    sample=(
        "name,timestamp,statement,session_id,database_name\n"
        "sql_statement_completed,2026-03-02 08:00:00.2010000,SELECT 1,51,shop"
    ),
    how_to_capture=(
        "As for sqlserver-events-xml; then in SSMS open the .xel file, Extended Events > Export to > CSV File, or "
        "export SELECT object_name, event_data, timestamp_utc FROM sys.fn_xe_file_target_read_file(N'decompose*.xel', "
        "NULL, NULL, NULL)"
    ),
    cannot_tell=("What sqlserver-events-xml cannot tell; statements that the grid cut off at its column width."),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
