"""`log_line_prefix`: what a server writes under it is read back, whether the prefix is given or detected."""

from __future__ import annotations

import pytest

from decompose.evidence.log_entry import LogEntry
from decompose.sources.logs import Item
from decompose.sources.logs.postgresql_prefix_detection import detect_prefix
from log_reading import read

PREFIXES = (
    "%m [%p] ",
    "%t [%p]: ",
    "%t [%p] %u@%d ",
    "%m [%p] %q%u@%d ",
    "%m [%p] %q%u@%d/%a vxid=%v txid=%x sess=%c ",
    "%m [%p] %q%c %l %v %x %e user=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: [%l-1] %quser=%u,db=%d ",
    "%t:%r:%u@%d:[%p]:",
    "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:",
    "%m %u %d [%p] ",
    "%t %u %d %a [%p] ",
    "<%m>[%p] %u@%d ",
    "<%t %u %d> [%p] ",
    "%n [%p] %u@%d ",
    "[%p] %t ",
    "%p %c %l %m ",
    "%m|%u|%d|%c|",
    "%t;%u;%d;%p;%a; ",
    "db=%d user=%u pid=%p time=%m ",
    "%m [%p] database=%d,user=%u,application_name=%a,session=%c ",
    "%m [%p] %i %u@%d ",
    "%m [%p] %b %u@%d ",
    "%m [%p] %b ",
    "%b %m [%p] ",
    "%c %b %m ",
    "%m [%p] [%b] %q%u@%d/%a ",
    "%m [%p:%b] %q[%u@%d] ",
    "%m [%p] %q%b %u@%d ",
    "%m [%p] %u@%d %b ",
    "%m %c %q%u@%d %h ",
    "host1 %t [%p] %u@%d ",
    "%m [%p-%l] %q[%u@%d] [%a] ",
    "%m pid=%p,line=%l,user=%u,db=%d,app=%a,txid=%x,sqlstate=%e,qid=%Q ",
    "user: %u, db: %d, pid: %p, %m ",
    "%m %-12p %10u@%d ",
    "%m [%p] %%%% %u@%d ",
    "%m [%p] %q%P %Q %b %c %l %u@%d/%a ",
    "%m [%p] %q%Q %u@%d ",
    "%m [%p] %Q %l %u@%d ",
    "%m [%p] %x %u@%d ",
    "%m [%p] %x %l %u@%d ",
)
SESSIONS = (
    {"p": "2101", "u": "shop", "d": "shop_db", "a": "web front", "c": "6b033b6b.835", "h": "10.0.0.7", "L": "10.0.0.1"},
    {"p": "33102", "u": "report", "d": "crm", "a": "psql", "c": "6b033b6c.814e", "h": "[local]", "L": "[local]"},
    {"p": "104", "u": "shop", "d": "shop_db", "a": "[unknown]", "c": "6b033c00.68", "h": "10.0.0.9", "L": "10.0.0.1"},
)
PADDED = {"%-12p": "{p:<12}", "%10u": "{u:>10}"}


def rendered(prefix: str, session: dict[str, str], line: int, second: int) -> str:
    """What the server writes for this prefix."""
    values = session | {
        "m": f"2026-03-02 08:00:{second:02}.125 UTC",
        "t": f"2026-03-02 08:00:{second:02} UTC",
        "n": f"17724384{second:02}.125",
        "s": "2026-03-02 07:59:00 UTC",
        "r": session["h"] if session["h"] == "[local]" else f"{session['h']}(50906)",
        "l": str(line),
        "e": "00000",
        "v": f"3/{line + 40}",
        "x": str(line // 4 * 101),
        "i": "idle in transaction" if line % 3 else "idle",
        "b": "client backend",
        "P": "",
        "Q": ("0", "-7519935786067380320", "2234709396555206520")[line % 3],
    }
    text = prefix.replace("%%", "\0").replace("%q", "")
    for escape, shape in PADDED.items():
        text = text.replace(escape, shape.format(**session))
    for letter, value in values.items():
        text = text.replace(f"%{letter}", value)
    return text.replace("\0", "%")


def log_under(prefix: str) -> bytes:
    """Ten statements each of three sessions, the third line of each with a continuation, and a background process."""
    lines = []
    for line in range(1, 11):
        for session in SESSIONS:
            more = "\n\tFROM t" if line == 3 else ""
            lines.append(f"{rendered(prefix, session, line, line)}LOG:  statement: SELECT {line}{more}\n")
    if "%q" in prefix:
        background = rendered(prefix.split("%q")[0], SESSIONS[0] | {"p": "9"}, 1, 11)
        lines.append(f"{background}LOG:  checkpoint starting: time\n")
    return "".join(lines).encode()


def assert_read_back(items: list[Item], prefix: str) -> None:
    """Every field that the prefix carries has the value it was written with."""
    entries = [item for item in items if isinstance(item, LogEntry)]
    assert len(items) == len(entries) == 30 + ("%q" in prefix)
    for index, entry in enumerate(entries[:30]):
        session, line = SESSIONS[index % 3], index // 3 + 1
        assert entry.sql == f"SELECT {line}" + ("\nFROM t" if line == 3 else "")
        process = session["p"] + (" 2026-03-02 07:59:00 UTC" if "%s" in prefix else "")
        assert entry.session == (session["c"] if "%c" in prefix else process)
        assert entry.database == (session["d"] if "%d" in prefix else "")
        assert entry.label == (session["a"].replace("[unknown]", "") if "%a" in prefix else "")
        assert entry.number == (line if "%l" in prefix else 0)
        assert entry.in_transaction == (bool(line % 3) if "%i" in prefix else None)
        assert entry.at.startswith(f"2026-03-02T08:00:{line:02}" if "%n" not in prefix else "2026-03-02T08:")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_given_prefix(prefix: str) -> None:
    assert_read_back(read(log_under(prefix), "postgresql-stderr", prefix), prefix)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_detected_prefix(prefix: str) -> None:
    log = log_under(prefix)
    assert detect_prefix(log) is not None
    assert_read_back(read(log), prefix)


@pytest.mark.parametrize(
    "prefix", ["%m [%p] [%b] %q%u@%d/%a ", "%m [%p:%b] %q[%u@%d] ", "%m [%p] %b %q%u@%d ", "%m [%p] %b "]
)
def test_a_log_in_which_most_lines_are_the_server_s_own(prefix: str) -> None:
    backends = ("checkpointer", "autovacuum launcher", "logical replication launcher", "background writer", "walwriter")
    own = [
        prefix.split("%q")[0]
        .replace("%m", f"2026-03-02 08:00:{second:02}.125 UTC")
        .replace("%p", str(50 + second))
        .replace("%b", backends[second % 5])
        .replace("%u@%d", "@")
        + "LOG:  nothing of note\n"
        for second in range(60)
    ]
    items = read("".join(own).encode() + log_under(prefix))
    assert all(isinstance(item, LogEntry) for item in items)
    assert_read_back(items[60:], prefix)


def test_empty_prefix_says_that_sessions_are_lost() -> None:
    items = read(b"LOG:  statement: SELECT 1\nLOG:  statement: SELECT 2\n", "postgresql-stderr", "")
    assert "no session" in getattr(items[0], "reason", "")
    assert len(items) == 3


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", "2026-03-02T00:30:00.125Z"),
        ("+01", "2026-03-01T23:30:00.125Z"),
        ("-0330", "2026-03-02T04:00:00.125Z"),
        ("CET", "2026-03-02T00:30:00.125 CET"),
    ],
)
def test_times_become_utc_where_the_zone_is_certain(zone: str, expected: str) -> None:
    item = read(f"2026-03-02 00:30:00.125 {zone} [1] LOG:  statement: SELECT 1\n".encode())[0]
    assert isinstance(item, LogEntry)
    assert item.at == expected
