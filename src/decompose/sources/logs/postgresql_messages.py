"""What PostgreSQL's messages say of sessions and statements: the same in its text, CSV and JSON logs.

Messages are those of `lc_messages = C` or any English; `postgresql_english` makes others such. Source: PostgreSQL's
postgres.c, pqcomm.c and postinit.c.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from decompose.evidence.log_entry import Event, Gap
from decompose.sources.logs.postgresql_english import UNKNOWN

UNNAMED = "[unknown]"
"""What an English server writes where a session has no user, database or application name."""

_UNNAMED = re.compile(rf"\[{UNKNOWN}\]")

IN_TRANSACTION = {"idle": False, "idle in transaction": True, "idle in transaction (aborted)": True}
"""Process states of a simple-protocol statement before it runs; any other one is a command tag and says nothing."""

STATEMENT = "statement: "
"""How the message of a simple-protocol statement begins, before it runs."""

FAILURES = frozenset(("ERROR", "FATAL", "PANIC"))

SEVERITIES = FAILURES | {"LOG", "WARNING", "NOTICE", "INFO", "DEBUG", *(f"DEBUG{level}" for level in range(1, 6))}
OTHER_LANGUAGE = Gap("message in a language that is not read: set lc_messages = 'C'")

_SESSION_ENDS = ("disconnection: ", "unexpected EOF on client connection", "connection to client lost")
_SESSION_BEGINS = ("connection authorized: ", "replication connection authorized: ")


class Message(NamedTuple):
    """What a record says: `done` if it was written after its statement had succeeded."""

    event: Event
    sql: str = ""
    done: bool = False


_OTHER, _END, _CONNECT = Message(Event.OTHER), Message(Event.END), Message(Event.CONNECT)


def read_message(severity: str, message: str, failed_statement: str) -> Message:
    """The event of a record and its SQL; `failed_statement` is what the log repeats beside an error.

    Of the extended protocol's steps only `execute` counts; `execute fetch from` goes on with a counted statement.
    """
    if severity == "LOG":
        return _log_message(message)
    if severity in FAILURES:
        return Message(Event.FAILURE, failed_statement) if failed_statement or severity == "ERROR" else _END
    return _OTHER


def _log_message(message: str) -> Message:
    done = message.startswith("duration: ")
    if done:
        message = message.partition(" ms")[2].lstrip(" ")
    if message.startswith(STATEMENT):
        return Message(Event.STATEMENT, message[len(STATEMENT) :], done)
    if message.startswith("execute ") and not message.startswith("execute fetch from "):
        _, separator, sql = message[len("execute ") :].partition(": ")
        return Message(Event.STATEMENT, sql, done) if separator else _OTHER
    if message.startswith(_SESSION_ENDS):
        return _END
    return _CONNECT if message.startswith(_SESSION_BEGINS) else _OTHER


def known(name: str) -> str:
    """A name, or empty where the server had none."""
    return "" if _UNNAMED.fullmatch(name) else name
