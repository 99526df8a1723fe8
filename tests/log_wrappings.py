"""Wraps a PostgreSQL text log as collectors, containers and cloud services do, line by line and byte by byte."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import re
from collections import Counter
from collections.abc import Callable

SECONDARY = re.compile(r"[^\t].*? (?:DETAIL|HINT|CONTEXT|STATEMENT|QUERY):  ")
PROCESS = re.compile(r"\[(\d+)\]")
TIME = "2026-11-22T18:41:18.491534221Z"
MOST_SYSLOG_BYTES = 900


def records(text: str) -> list[list[str]]:
    """The lines of each record, TAB-led and secondary ones with it."""
    found: list[list[str]] = []
    for line in text.splitlines():
        if found and (line.startswith("\t") or SECONDARY.match(line)):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _json_lines(objects: list[dict[str, object]]) -> bytes:
    return "".join(json.dumps(each) + "\n" for each in objects).encode()


def docker_json(text: str) -> bytes:
    """16 KiB at most in one part."""
    parts = []
    for line in text.splitlines(keepends=True):
        parts += [line[at : at + 16384] for at in range(0, len(line), 16384)]
    return _json_lines([{"log": part, "stream": "stderr", "time": TIME} for part in parts])


def docker_compose(text: str) -> bytes:
    lines = [f"\x1b[36mpostgres-1  | \x1b[0m{line}\n" for line in text.splitlines()]
    for at in range(0, len(lines) // 3, 10):
        lines.insert(at * 3, "\x1b[33mweb-1       | \x1b[0mGET /orders 200\n")
    return "".join(lines).encode()


def kubernetes_cri(text: str) -> bytes:
    lines = []
    for line in text.splitlines():
        while len(line) > 500:
            lines.append(f"{TIME} stderr P {line[:500]}\n")
            line = line[500:]
        lines.append(f"{TIME} stderr F {line}\n")
    return "".join(lines).encode()


def timestamped_lines(text: str) -> bytes:
    return "".join(f"2026-11-22T18:41:19 {line}\n" for line in text.splitlines()).encode()


def cloudwatch_tail(text: str) -> bytes:
    """The detailed form: an event of several lines has the time once."""
    events = ("\n".join(lines) for lines in records(text))
    return "".join(f"2026-11-22T18:41:19.000000+00:00 shop-db.0 {event}\n" for event in events).encode()


def _events(text: str) -> list[dict[str, object]]:
    return [
        {"logStreamName": "shop-db.0", "timestamp": 1795372878000 + number, "message": line, "eventId": str(number)}
        for number, line in enumerate(text.splitlines())
    ]


def cloudwatch_pages(text: str) -> bytes:
    """As the command line prints it."""
    page = {"events": _events(text), "searchedLogStreams": [{"logStreamName": "a", "searchedCompletely": True}]}
    return (json.dumps(page | {"nextToken": "abc"}, indent=4) + "\n").encode()


def cloudwatch_subscription(text: str) -> bytes:
    lines = []
    events = _events(text)
    for at in range(0, len(events), 100):
        document = {"messageType": "DATA_MESSAGE", "logStream": "shop-db.0", "logEvents": events[at : at + 100]}
        lines.append(base64.b64encode(gzip.compress(json.dumps(document).encode(), mtime=0)) + b"\n")
    return b"".join(lines)


def _log_entries(text: str) -> list[dict[str, object]]:
    return [
        {"insertId": f"s={number}", "logName": "projects/p/logs/cloudsql.googleapis.com%2Fpostgres.log",
         "textPayload": line.removeprefix("\t"), "timestamp": f"2026-11-22T18:{number // 60000:02}:00Z"}
        for number, line in enumerate(text.splitlines())
    ]  # fmt: skip


def cloud_sql_lines(text: str) -> bytes:
    """Every entry exported twice in a row now and then."""
    entries = _log_entries(text)
    return _json_lines([entry for number, entry in enumerate(entries) for _ in range(1 + (number % 50 == 0))])


def cloud_sql_array(text: str) -> bytes:
    return (json.dumps(_log_entries(text), indent=2) + "\n").encode()


def azure_json(text: str) -> bytes:
    found = []
    for lines in records(text):
        message = "\n".join(lines)
        properties = {"errorLevel": "LOG", "processId": 7, "message": message}
        found.append({"time": "2026-11-22T18:41:18Z", "category": "PostgreSQLLogs", "properties": properties})
    return _json_lines(found)


def azure_event_hub(text: str) -> bytes:
    rows = [json.loads(line) for line in azure_json(text).splitlines()]
    return _json_lines([{"records": rows[at : at + 20]} for at in range(0, len(rows), 20)])


def azure_csv(text: str) -> bytes:
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(["TenantId", "TimeGenerated [UTC]", "Category", "Message", "errorLevel_s"])
    for lines in records(text):
        rows.writerow(["t", "2026-11-22T18:41:18Z", "PostgreSQLLogs", "\n".join(lines), "LOG"])
    return written.getvalue().encode()


def _chunks(text: str) -> list[tuple[str, int, int, str]]:
    """`(process, message, chunk, text)` as write_syslog() of the server does it."""
    found, numbers = [], Counter[str]()
    for lines in records(text):
        match = PROCESS.search(lines[0])
        process = match[1] if match else "1"
        numbers[process] += 1
        part = 0
        for line in lines:
            rest = line.encode()
            while rest:
                cut = len(rest)
                if cut > MOST_SYSLOG_BYTES:
                    cut = max(rest.rfind(b" ", 1, MOST_SYSLOG_BYTES), rest.rfind(b"\t", 1, MOST_SYSLOG_BYTES))
                    cut = cut if cut > 0 else MOST_SYSLOG_BYTES
                part += 1
                found.append((process, numbers[process], part, rest[:cut].decode("utf-8", "surrogateescape")))
                rest = rest[cut:]
    return found


def syslog_bsd(text: str) -> bytes:
    return "".join(
        f"Nov  2 21:32:31 db1 postgres[{process}]: [{number}-{part}] {line}\n".replace("\t", "#011")
        for process, number, part, line in _chunks(text)
    ).encode("utf-8", "surrogateescape")


def syslog_5424(text: str) -> bytes:
    return "".join(
        f"<134>1 2026-11-22T21:32:31.244355+00:00 db1 postgres {process} - -  [{number}-{part}] {line}\n"
        for process, number, part, line in _chunks(text)
    ).encode("utf-8", "surrogateescape")


def journald(text: str) -> bytes:
    """With a message that is not plain text for `journalctl` now and then."""
    found: list[dict[str, object]] = []
    for count, (process, number, part, line) in enumerate(_chunks(text)):
        message = f"[{number}-{part}] {line}"
        data = list(message.encode("utf-8", "surrogateescape"))
        plain = count % 9 and message.isascii()
        found.append(
            {"MESSAGE": message if plain else data, "_PID": process, "SYSLOG_IDENTIFIER": "postgres",
             "__REALTIME_TIMESTAMP": "1795372878491534"}
        )  # fmt: skip
    return _json_lines(found)


def heroku(text: str) -> bytes:
    lines = [
        f"2026-11-22T18:41:18.491534+00:00 app[postgres.{process}]: [GREEN] [{number}-{part}] {line}\n"
        for process, number, part, line in _chunks(text)
    ]
    lines.insert(3, "2026-11-22T18:41:18.491534+00:00 heroku[router]: at=info method=GET\n")
    return "".join(lines).encode("utf-8", "surrogateescape")


LINE_BY_LINE: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "timestamped_lines": ("timestamped-lines", timestamped_lines),
    "cloudwatch_tail": ("timestamped-lines", cloudwatch_tail),
}
"""Wrappings that keep the number of every line."""

WRAPPERS: dict[str, tuple[str, Callable[[str], bytes]]] = LINE_BY_LINE | {
    "docker_json": ("docker-json", docker_json),
    "docker_compose": ("docker-compose", docker_compose),
    "kubernetes_cri": ("kubernetes-cri", kubernetes_cri),
    "cloudwatch_pages": ("cloudwatch-json", cloudwatch_pages),
    "cloudwatch_subscription": ("cloudwatch-json", cloudwatch_subscription),
    "cloud_sql_lines": ("cloud-sql", cloud_sql_lines),
    "cloud_sql_array": ("cloud-sql", cloud_sql_array),
    "azure_json": ("azure-postgresql", azure_json),
    "azure_event_hub": ("azure-postgresql", azure_event_hub),
    "azure_csv": ("azure-postgresql", azure_csv),
    "syslog_bsd": ("postgresql-syslog", syslog_bsd),
    "syslog_5424": ("postgresql-syslog", syslog_5424),
    "journald": ("postgresql-syslog", journald),
    "heroku": ("heroku", heroku),
}
