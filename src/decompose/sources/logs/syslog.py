"""PostgreSQL's log through syslog (`log_destination = syslog`): RFC 3164, RFC 5424, rsyslog's ISO times, journald JSON.

    Nov 22 21:32:31 db1 postgres[21693]: [9-1] user=shop,db=shop,app=jobs,client=127.0.0.1 LOG:  statement: SELECT name
    Nov 22 21:32:31 db1 postgres[21693]: [9-2] #011FROM customer
    <134>1 2026-11-22T21:32:31.244355+00:00 db1 postgres 21693 - -  [9-1] user=shop,... LOG:  statement: SELECT name
    {"MESSAGE":"[9-1] user=shop,... LOG:  statement: SELECT name","_PID":"21693","SYSLOG_IDENTIFIER":"postgres", ...}

Messages come in chunks (`syslog_chunks`). The message's number stands in for `%l`, syslog's process id and time for
`%p` and `%m`, where the prefix lacks them. RFC 3164 has neither year nor zone: its times are in the year 0000.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import partial

from decompose.sources.logs.format import ByteStream, ReadOptions
from decompose.sources.logs.json_lines import decode_line, text_of
from decompose.sources.logs.postgresql_record_lines import server_time
from decompose.sources.logs.syslog_chunks import Assembly, Chunk, opening
from decompose.sources.logs.timestamps import epoch_time
from decompose.sources.logs.wrapping import (
    DAMAGED,
    FOREIGN,
    Piece,
    Unwrapping,
    outer_lines,
    share_of,
    wrapped_format,
)

_ISO = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)"
_BSD = rb"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
_NAME = rb"[^\s\[\]:]{1,128}"
_LINE = re.compile(
    rb"(?:<\d{1,3}>)?(?:1 (?P<time5>" + _ISO + rb") (?P<host5>\S{1,255}) (?P<name5>\S{1,128}) (?P<pid5>\S{1,128}) "
    rb'\S{1,32} (?:-|(?:\[(?:[^\]"\\]|"(?:[^"\\]|\\.){0,2000}")*\])+) ?(?:\xef\xbb\xbf)? ?|'
    rb"(?P<time>" + _ISO + rb"|" + _BSD + rb") (?P<host>\S{1,255}) (?P<name>" + _NAME + rb")"
    rb"(?:\[(?P<pid>\d{1,10})\])?: )(?P<text>[^\n]*)"
)
_JOURNAL = re.compile(rb'\{(?=[^\n]*"MESSAGE" ?:)(?=[^\n]*"_?(?:PID|SYSLOG_IDENTIFIER|COMM)" ?:)')
_OURS = re.compile(rb"postgres(?:ql|\b)|pg-|edb-postgres", re.IGNORECASE)
_NUMBERED = re.compile(rb"\[\d{1,10}-\d{1,6}\] ")
_SAMPLE = re.compile(rb"(?:" + _LINE.pattern + rb"|" + _JOURNAL.pattern + rb")")
_MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def unwrap(stream: ByteStream, work: Unwrapping) -> Iterator[Piece]:
    """The server's text log, with syslog's process, time and number in front where the prefix lacks them."""
    head = work.options.head
    complete = head[: head.rfind(b"\n") + 1] or head
    sample = list(_chunks(io.BytesIO(complete), Unwrapping(ReadOptions())))
    added = opening(sample, work.options.prefix)
    work.prefix = added.template
    return Assembly(added, work).pieces(_chunks(stream, work))


def _chunks(stream: ByteStream, work: Unwrapping) -> Iterator[Chunk]:
    """The server's lines; those of other programs are counted."""
    for row, number in outer_lines(stream, work):
        if row[:1] == b"{":
            chunk = _from_journal(row, number)
        else:
            match = _LINE.fullmatch(row)
            chunk = _from_line(match, number) if match else None
        if chunk is None:
            work.gaps[DAMAGED] += bool(row.strip())
        elif not chunk.process:
            work.gaps[FOREIGN] += 1
        else:
            yield chunk


def _from_line(match: re.Match[bytes], number: int) -> Chunk:
    """A line of a syslog daemon; without a process if another program wrote it."""
    time, name = match["time5"] or match["time"], match["name5"] or match["name"]
    process, text = match["pid5"] or match["pid"] or b"", match["text"]
    if not (process.isdigit() and (_OURS.match(name) or _NUMBERED.match(text))):
        process = b""
    if time[3:4] == b" ":
        month = _MONTHS.index(time[:3]) + 1 if time[:3] in _MONTHS else 0
        written = b"0000-%02d-%s LOCAL" % (month, time[4:].replace(b" ", b"0", 1) if time[4:5] == b" " else time[4:])
    else:
        written = server_time(time.decode()).rstrip()
    return Chunk(process, written, text, number)


def _from_journal(row: bytes, number: int) -> Chunk | None:
    """One entry of `journalctl -o json`; a message that is not plain text comes as an array of bytes."""
    record = decode_line(row.decode("utf-8", "replace").strip())
    if record is None or "MESSAGE" not in record:
        return None
    message = record["MESSAGE"]
    if isinstance(message, list):
        message = bytes(each for each in message if type(each) is int and 0 <= each < 256).decode("utf-8", "replace")
    process = text_of(record.get("_PID")) or text_of(record.get("SYSLOG_PID"))
    name = text_of(record.get("SYSLOG_IDENTIFIER")) or text_of(record.get("_COMM"))
    ours = process.isascii() and process.isdigit() and _OURS.match(name.encode())
    micros = text_of(record.get("__REALTIME_TIMESTAMP"))
    time = b""
    if micros.isascii() and micros.isdigit() and len(micros) < 18:
        time = server_time(epoch_time(f"{micros[:-6]}.{micros[-6:]}")).rstrip()
    text = text_of(message).encode().rstrip(b"\n").replace(b"\n", b"\n\t").replace(b"\n\t\t", b"\n\t")
    return Chunk(process.encode() if ours else b"", time, text, number)


SYSLOG = wrapped_format(
    unwrap,
    partial(share_of, _SAMPLE),
    name="postgresql-syslog",
    title="PostgreSQL through syslog or journald",
    sample=(
        "Nov 22 21:32:31 db1 postgres[21693]: [9-1] user=shop,db=shop,app=jobs,client=127.0.0.1 "
        "LOG:  statement: SELECT 1"
    ),
    how_to_capture=(
        "log_destination = 'syslog', log_statement = 'all', log_line_prefix = '%c %l %v %x %e user=%u,db=%d,app=%a ', "
        "syslog_sequence_numbers = on, no rate limit in the daemon; of journald: journalctl -u postgresql -o json"
    ),
    cannot_tell=(
        "The year and the zone where the daemon writes RFC 3164; what dropped messages said, only how many they were; "
        "that a message lost its last chunk."
    ),
)
