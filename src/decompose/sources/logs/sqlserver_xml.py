"""SQL Server Extended Events as XML: SSMS's export, or the event_data of sys.fn_xe_file_target_read_file.

    <event name="sql_statement_completed" package="sqlserver" timestamp="2026-03-02T08:00:00.201Z">
      <data name="statement"><value>SELECT 1</value></data>
      <action name="session_id" package="sqlserver"><value>51</value></action>
    </event>

Read event by event without an XML parser: no document type, no entity but the five of XML itself, nothing is fetched.
UTF-8, or UTF-16 with a byte order mark. Built from the documentation, not from a server's own output.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from decompose.evidence.log_entry import Gap
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.sqlserver_event_xml import EVENT, EVENT_BEGIN, OPEN_EVENT, names_in, read_event
from decompose.sources.logs.sqlserver_events import EventReader, header_fields

DAMAGED = Gap("damaged XML event")
OVERSIZED = Gap("record longer than the limit")
_CHUNK = 1 << 18


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """The events in order; a cut or damaged one is a gap."""
    reader = EventReader()
    for text, line in _event_texts(stream, options):
        if isinstance(text, Gap):
            yield text
            continue
        event = read_event(text, line)
        if event is None:
            yield DAMAGED
        else:
            yield from reader.items(event)


def _event_texts(stream: ByteStream, options: ReadOptions) -> Iterator[tuple[str | Gap, int]]:
    """Each event's text with the number of its first line."""
    buffer, line, waiting = "", 1, 0
    for piece in _pieces(stream, max(1, min(options.block_bytes, _CHUNK))):
        buffer += piece
        if piece and len(buffer) < waiting:
            continue
        position = 0
        while begin := EVENT_BEGIN.search(buffer, position):
            line += buffer.count("\n", position, begin.start())
            position = begin.start()
            match = EVENT.match(buffer, position)
            if match is None and piece and OPEN_EVENT.match(buffer, position):
                break
            end = match.end() if match else begin.end()
            yield (match[0] if match else DAMAGED), line
            line += buffer.count("\n", position, end)
            position = end
        if begin is None:
            kept = max(position, len(buffer) - len("<event"))
            line += buffer.count("\n", position, kept)
            position = kept
        buffer = buffer[position:]
        waiting = 2 * len(buffer)
        if len(buffer) > options.max_record_bytes:
            yield OVERSIZED, line
            line += buffer.count("\n")
            buffer, waiting = "", 0


def _pieces(stream: ByteStream, size: int) -> Iterator[str]:
    """The decoded text in pieces, an empty one at the end; line ends become `\\n`."""
    data = stream.read(size)
    while len(data) < 3 and (more := stream.read(size)):
        data += more
    decoder = codecs.getincrementaldecoder(_encoding(data))("replace")
    carriage_return = False
    while data:
        text = ("\r" if carriage_return else "") + decoder.decode(data)
        carriage_return = text.endswith("\r")
        text = text.removesuffix("\r").replace("\r\n", "\n")
        if text:
            yield text
        data = stream.read(size)
    yield ""


def _encoding(head: bytes) -> str:
    return "utf-16" if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"


def _text(head: bytes) -> str:
    return head.decode(_encoding(head), "replace")


def recognises(head: bytes) -> float:
    """Whether XML begins and an event of a server's package follows."""
    text = _text(head).lstrip()
    begun = EVENT_BEGIN.search(text) if text.startswith("<") else None
    return 0.0 if begun is None else 0.97 if names_in(text) else 0.35


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """The data and actions that occur."""
    return HeadFacts(header_fields(names_in(_text(head))))


SQLSERVER_XML = LogFormat(
    name="sqlserver-events-xml",
    title="SQL Server Extended Events (XML)",
    dialect="tsql",
    sample=(
        '<event name="sql_statement_completed" package="sqlserver" timestamp="2026-03-02T08:00:00.201Z"><data '
        'name="statement"><value>SELECT 1</value></data><action name="session_id" package="sqlserver"><value>51</value>'
        "</action></event>"
    ),
    how_to_capture=(
        "CREATE EVENT SESSION decompose ON SERVER ADD EVENT sqlserver.sql_statement_completed(ACTION("
        "sqlserver.session_id, sqlserver.database_name, sqlserver.client_app_name)), ADD EVENT sqlserver.rpc_completed("
        "ACTION(...)), ADD EVENT sqlserver.sql_transaction(ACTION(...)), each with the same actions, ADD TARGET "
        "package0.event_file(SET filename = N'decompose'); "
        "ALTER EVENT SESSION decompose ON SERVER STATE = START; SELECT event_data FROM sys.fn_xe_file_target_read_file("
        "N'decompose*.xel', NULL, NULL, NULL); back: DROP EVENT SESSION decompose ON SERVER"
    ),
    cannot_tell=(
        "Sessions and transactions unless the action session_id was added; transactions that drivers begin without SQL "
        "text unless sql_transaction is captured; events that the target dropped; text cut off by the ring buffer."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
