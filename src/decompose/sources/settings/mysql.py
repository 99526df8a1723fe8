"""A MySQL or MariaDB server's logging settings: its global variables, and what the user may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from decompose.evidence.capture.model import ServerSettings, Setting
from decompose.evidence.capture.mysql import CONSUMERS, VARIABLES
from decompose.sources.schemas.mysql import connected, recognises

if TYPE_CHECKING:
    from sqlalchemy import Connection

_NAMES = ", ".join(f"'{name}'" for name in (*VARIABLES, "basedir", "version_comment"))
_VALUES = f"SHOW GLOBAL VARIABLES WHERE Variable_name IN ({_NAMES})"
_ROLE = "SELECT CURRENT_USER(), version()"
_MAY = """
    SELECT DISTINCT privilege_type FROM information_schema.user_privileges
    WHERE grantee = CONCAT('''', LEFT(CURRENT_USER(),
        CHAR_LENGTH(CURRENT_USER()) - CHAR_LENGTH(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)) - 1),
        '''@''', SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''')"""
_CONSUMERS = f"""
    SELECT name, enabled FROM performance_schema.setup_consumers
    WHERE name IN ({", ".join(f"'{name}'" for name in CONSUMERS)}) ORDER BY name"""  # noqa: S608 (constants only)

Rows = Callable[[str], Sequence[Any]]

__all__ = ["read", "recognises"]


def read(source: str) -> ServerSettings:
    """The settings of the server at a URL; raises DatabaseError. Four queries, nothing is changed."""
    with connected(source) as connection:
        return _read(connection)


def _read(connection: Connection) -> ServerSettings:
    def rows(query: str) -> Sequence[Any]:
        return connection.exec_driver_sql(query).all()

    ((role, version),) = rows(_ROLE)
    values: dict[str, str] = {name: value or "" for name, value in rows(_VALUES)}
    maria = "mariadb" in version.lower()
    settings = tuple(
        Setting(name, values[name], "global", "new sessions" if name == "long_query_time" else "at once")
        for name in VARIABLES
        if name in values
    )
    facts = {"role": role, "managed": _managed(values, version), "consumers": _consumers(connection, values)}
    kept = tuple(sorted((name, value) for name, value in facts.items() if value))
    may = frozenset(str(name) for (name,) in rows(_MAY))
    return ServerSettings("MariaDB" if maria else "MySQL", version.split("-")[0], settings, may, kept)


def _managed(values: Mapping[str, str], version: str) -> str:
    if values.get("basedir", "").startswith("/rdsdbbin"):
        return "Amazon RDS or Aurora"
    return "Google Cloud SQL" if "-google" in version else ""


def _consumers(connection: Connection, values: Mapping[str, str]) -> str:
    """Which history is kept, `name = YES`; empty where the user may not see it."""
    from sqlalchemy.exc import DBAPIError

    if values.get("performance_schema", "").upper() != "ON":
        return "no history"
    try:
        found = connection.exec_driver_sql(_CONSUMERS).all()
    except DBAPIError:
        return ""
    return ", ".join(f"{name} = {enabled}" for name, enabled in found)
