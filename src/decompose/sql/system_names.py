"""What belongs to the server and not to the application's data, by its name."""

from __future__ import annotations

from decompose.sql.dialects import Dialect

_SCHEMAS = {
    "postgresql": {"pg_catalog", "information_schema", "pg_toast"},
    "mysql": {"mysql", "information_schema", "performance_schema", "sys"},
    "mariadb": {"mysql", "information_schema", "performance_schema", "sys"},
    "tsql": {"sys", "information_schema"},
    "oracle": {"sys", "system"},
    "sqlite": set[str](),
    "generic": {"pg_catalog", "information_schema", "performance_schema"},
}
_TABLES = {
    "postgresql": ("pg_",),
    "sqlite": ("sqlite_", "pragma_"),
    "oracle": ("all_tab", "all_col", "all_con", "user_tab", "user_col", "user_con", "dba_", "v$"),
    "tsql": ("sysobjects", "syscolumns"),
}


def is_system_table(name: str, schema: str, d: Dialect) -> bool:
    """Whether a table is a catalogue, DUAL or local to a session by its name; `schema` is empty where none is given."""
    name, schema = name.casefold(), schema.casefold()
    if schema in _SCHEMAS[d.name]:
        return True
    if name.startswith(("#", "@")):
        return True
    return not schema and (name == "dual" or name.startswith(_TABLES.get(d.name, ("\0",))))


def is_system_word(word: str, d: Dialect) -> bool:
    """Whether a table or a schema of this name may be the server's."""
    return word.casefold() in _SCHEMAS[d.name] or is_system_table(word, "", d)
