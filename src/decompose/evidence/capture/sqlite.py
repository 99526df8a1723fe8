"""SQLite keeps no log of statements: tracing is the application's own job."""

from __future__ import annotations

from decompose.evidence.capture.model import Diagnosis, Rebuildable, ServerSettings


def diagnose_sqlite(source: str, server: ServerSettings) -> Diagnosis:
    """There is nothing to switch in the database; the notes say what the application can do."""
    return Diagnosis(
        source=source,
        kind="server",
        title=f"{server.product} {server.version}",
        rebuildable=Rebuildable.NOTHING,
        because="SQLite has no server and keeps no log of statements; tracing is the application's job",
        notes=(
            "In the application: sqlite3_trace_v2() with SQLITE_TRACE_STMT; in Python connection.set_trace_callback(); "
            "in the sqlite3 program .trace FILE. Back: take the callback out, .trace off.",
            "Best as JSON Lines with a session per connection, so that connections do not mix: "
            '{"ts": "...", "session": "7", "sql": "..."}',
        ),
    )
