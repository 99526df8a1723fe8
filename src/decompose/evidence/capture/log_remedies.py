"""Which setting fills a field that a log does not have, by format."""

from __future__ import annotations

from decompose.evidence.capture.postgresql import PREFIX

MISSING = {
    "session": "which connection sent a statement",
    "at": "when statements ran",
    "number": "whether records were lost",
    "database": "which database a statement belongs to",
    "label": "which part of the application did it",
    "in_transaction": "what was open when the log began",
}
"""What cannot be rebuilt without a field."""

_IN_PREFIX = frozenset({"session", "at", "number", "database", "label"})
_PREFIX_FORMATS = ("postgresql-stderr", "postgresql-syslog")

_REMEDIES = {
    ("mysql-slow", "session"): "SET GLOBAL log_slow_extra = ON (MySQL 8.0.14+); log_slow_verbosity = full (Percona)",
    ("mysql-slow", "database"): "capture from the start of the sessions: `use` lines come only on a change",
    ("mysql-general", "database"): "capture from the start of the sessions: Connect lines name it",
    ("sqlite-trace", "session"): "a trace per connection, or JSON Lines with a session of its own",
    ("rails", "session"): "config.log_tags = [:request_id]",
    ("jsonl", "session"): 'write "session" into every line',
}

NO_TRANSACTIONS = {
    "postgresql": "log_statement = 'all', or log_min_duration_statement = 0 without sampling",
    "mysql": "general_log = ON, or long_query_time = 0 with log_slow_rate_limit = 1",
    "mariadb": "general_log = ON, or long_query_time = 0 with log_slow_rate_limit = 1",
    "tsql": "add the sql_transaction event to the Extended Events session",
}
"""What makes a dialect's server log BEGIN and COMMIT beside every statement."""


def remedy(format_name: str, field: str) -> str:
    """The setting that would fill a field of a format; empty where none would."""
    if format_name in _PREFIX_FORMATS and field in _IN_PREFIX:
        return f"log_line_prefix = '{PREFIX}'"
    return _REMEDIES.get((format_name, field), "")
