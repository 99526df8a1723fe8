"""A PostgreSQL server's logging settings: `pg_settings`, where each value comes from, and what the role may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from decompose.evidence.capture.model import ServerSettings, Setting
from decompose.evidence.capture.postgresql import SETTINGS
from decompose.evidence.capture.postgresql_change import READS_ALL, READS_FILES, RELOADS, SUPERUSER
from decompose.sources.schemas.postgresql import connected, recognises

_NAMES = ", ".join(f"'{name}'" for name in SETTINGS)
_VALUES = f"""
    SELECT name, current_setting(name), source, context, coalesce(sourcefile, '') FROM pg_settings
    WHERE name IN ({_NAMES}) ORDER BY name"""  # noqa: S608 (constants only)
_ROLE = """
    SELECT current_user, current_setting('server_version'), current_setting('server_version_num')::int,
        (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
        pg_has_role(current_user, 'pg_read_all_settings', 'USAGE'),
        has_function_privilege('pg_catalog.pg_reload_conf()', 'EXECUTE'),
        has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE'),
        coalesce(current_setting('data_directory', true), '')"""
# A plain role may not see data_directory: asking for it would be an error.
_ROLE_PLAIN = _ROLE.replace("current_setting('data_directory', true)", "''")
_SEES_ALL = "SELECT pg_has_role(current_user, 'pg_read_all_settings', 'USAGE')"
_FILE = f"""
    SELECT name, setting FROM pg_file_settings
    WHERE right(sourcefile, 20) = 'postgresql.auto.conf' AND name IN ({_NAMES}) AND setting IS NOT NULL
    ORDER BY seqno"""  # noqa: S608 (constants only)
_MAY_ALTER = f"""
    SELECT name FROM pg_settings
    WHERE name IN ({_NAMES}) AND has_parameter_privilege(name, 'ALTER SYSTEM')"""  # noqa: S608 (constants only)
_OVERRIDES = """
    SELECT coalesce(r.rolname, ''), coalesce(d.datname, ''), split_part(setting, '=', 1)
    FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) AS setting
        LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase
    WHERE left(setting, 4) = 'log_' ORDER BY 3, 1, 2"""
_SERVICES = """
    SELECT rolname FROM pg_roles WHERE rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin')
    ORDER BY rolname LIMIT 1"""
_SERVICE_NAMES = {
    "rds_superuser": "Amazon RDS or Aurora",
    "cloudsqlsuperuser": "Google Cloud SQL",
    "azure_pg_admin": "Azure Database",
}
_TAKES_EFFECT = {
    "internal": "never",
    "postmaster": "restart",
    "sighup": "reload",
    "superuser-backend": "reload, new sessions",
    "backend": "reload, new sessions",
    "superuser": "reload",
    "user": "reload",
}
"""When a change by ALTER SYSTEM takes effect, by `pg_settings.context` (manual, "pg_settings")."""

_OVERRIDES_SHOWN = 3
Rows = Callable[[str], Sequence[Any]]

__all__ = ["read", "recognises"]


def read(source: str) -> ServerSettings:
    """The settings of the server at a URL; raises DatabaseError. At most seven queries, nothing is changed."""
    with connected(source) as connection:
        return _read(lambda query: connection.exec_driver_sql(query).all())


def _read(rows: Rows) -> ServerSettings:
    ((sees_all,),) = rows(_SEES_ALL)
    ((role, version, number, is_superuser, _, reloads, reads_files, data),) = rows(_ROLE if sees_all else _ROLE_PLAIN)
    granted = ((SUPERUSER, is_superuser), (READS_ALL, sees_all), (RELOADS, reloads), (READS_FILES, reads_files))
    may = {name for name, has in granted if has}
    if number >= 150000:
        may |= {name for (name,) in rows(_MAY_ALTER)}
    pinned = dict(tuple(row) for row in rows(_FILE)) if reads_files else None
    settings = tuple(_setting(row, pinned) for row in rows(_VALUES))
    facts = {"role": role, "overrides": _overrides(rows(_OVERRIDES))}
    facts["managed"] = "".join(_SERVICE_NAMES[name] for (name,) in rows(_SERVICES))
    facts["grants_parameters"] = "yes" if number >= 150000 else ""
    facts["where"] = _where({each.name: each.value for each in settings}, data)
    kept = tuple(sorted((name, value) for name, value in facts.items() if value))
    return ServerSettings("PostgreSQL", version.split(" ")[0], settings, frozenset(may), kept)


def _setting(row: Sequence[Any], pinned: Mapping[str, str] | None) -> Setting:
    name, value, source, context, file = row
    in_file = value if file.endswith("postgresql.auto.conf") else None
    written = in_file if pinned is None else pinned.get(name)
    return Setting(name, value, source, _TAKES_EFFECT.get(context, context), written)


def _overrides(rows: Sequence[Any]) -> str:
    told = [
        f"{name} ({' in '.join(part for part in (role and f'role {role}', base and f'database {base}') if part)})"
        for role, base, name in rows
    ]
    more = f" and {len(told) - _OVERRIDES_SHOWN} more" if len(told) > _OVERRIDES_SHOWN else ""
    return ", ".join(told[:_OVERRIDES_SHOWN]) + more


def _where(values: Mapping[str, str], data: str) -> str:
    if values.get("logging_collector") != "on" or not values.get("log_directory"):
        return ""
    folder = values["log_directory"]
    return f"{folder if folder.startswith('/') or not data else f'{data}/{folder}'} on the server"
