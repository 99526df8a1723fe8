"""Database URLs, and the one read-only connection that a live reading is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from decompose.errors import DatabaseError, UsageError
from decompose.evidence.redact import mask_url

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.engine import URL

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 10
LOCK_SECONDS = 1

_MESSAGE_LENGTH = 300
_SHORT_PASSWORD = 3


def scheme(source: str) -> str:
    """The database's kind in a URL, without its driver: `mysql` for `mysql+pymysql://...`; empty for no URL."""
    kind, mark, _ = source.partition("://")
    return kind.partition("+")[0].lower() if mark else ""


def parse_url(source: str) -> URL:
    """The URL in parts; raises UsageError, with secrets masked, when it is none."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(_with_quoted_password(source))
    except (ArgumentError, ValueError) as error:
        raise UsageError(
            f"not a database URL: {mask_url(source)}", "write it as postgresql://user@host:5432/database"
        ) from error


def _with_quoted_password(source: str) -> str:
    """The URL with `@` in its password quoted; the last one before the options ends the user's part.

    Unquoted, the rest of the password would be taken for the host and told in messages.
    """
    kind, mark, rest = source.partition("://")
    before, question, options = rest.partition("?")
    user, at, host = before.rpartition("@")
    if ":" not in user or "@" not in user:
        return source
    return f"{kind}{mark}{user.replace('@', '%40')}{at}{host}{question}{options}"


def database_title(source: str) -> str:
    """The database's name, the kind of database where the URL names none."""
    return parse_url(source).database or scheme(source)


@contextmanager
def read_only(
    url: URL,
    extra: str,
    prepare: Callable[[Any], None],
    connect_args: Mapping[str, Any] | None = None,
    **engine_options: Any,
) -> Iterator[Connection]:
    """One connection, made read-only by `prepare` before anything else runs on it, and rolled back at the end.

    `extra` is the extra of this package that brings the driver; `engine_options` go to SQLAlchemy. Raises DatabaseError
    with secrets masked.
    """
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.pool import NullPool

    try:
        engine = create_engine(url, poolclass=NullPool, connect_args=dict(connect_args or {}), **engine_options)
        event.listen(engine, "connect", lambda connection, _record: prepare(connection), insert=True)
        with engine.connect() as connection:
            yield connection
            connection.rollback()
    except ImportError as error:
        raise DatabaseError(
            f"the driver for {url.drivername} is not installed", f"pip install 'decompose[{extra}]'"
        ) from error
    except SQLAlchemyError as error:
        raise _database_error(url, error) from error


def _without(reason: str, password: str) -> str:
    """A driver's message without the password; a very short one only as a word: holes in words would spell it."""
    if len(password) > _SHORT_PASSWORD:
        return reason.replace(password, "***")
    return re.sub(rf"(?<!\w){re.escape(password)}(?!\w)", "***", reason)


def _database_error(url: URL, error: Exception) -> DatabaseError:
    reason = str(getattr(error, "orig", None) or error).strip()
    shown = mask_url(url.render_as_string(hide_password=True))
    if url.password:
        reason = _without(reason, str(url.password))
    reason = " ".join(reason.split())[:_MESSAGE_LENGTH]
    hint = "check host, port, database and user; the user needs no more than to read the catalogue"
    if url.drivername == "sqlite":
        hint = "is it a SQLite database? A DDL file is named by its path alone"
    return DatabaseError(f"cannot read {shown}: {mask_url(reason)}", hint)
