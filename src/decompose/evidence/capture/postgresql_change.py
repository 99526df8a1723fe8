"""The exact statements that change PostgreSQL's settings and bring the values of now back."""

from __future__ import annotations

import re

from decompose.evidence.capture.model import ServerSettings, Setting

RELOAD = "SELECT pg_reload_conf();"
_WIDTH = 76

SUPERUSER = "superuser"
RELOADS = "pg_reload_conf"
READS_ALL = "pg_read_all_settings"
READS_FILES = "pg_file_settings"


def statements(server: ServerSettings, wanted: tuple[tuple[str, str], ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The statements that set the wanted values, and those that undo exactly them, each closed by a reload."""
    if not wanted:
        return (), ()
    on = [set_system(name, value) for name, value in wanted]
    back = [_back(server, server.setting(name), name) for name, _ in reversed(wanted)]
    return (*on, RELOAD), (*back, RELOAD)


def set_system(name: str, value: str) -> str:
    """`ALTER SYSTEM SET name = 'value';`, broken after the equals sign where it would be too long for a screen."""
    first, second = f"ALTER SYSTEM SET {name} =", f"{quoted(value)};"
    return f"{first} {second}" if len(first) + len(second) < _WIDTH else f"{first}\n  {second}"


def quoted(value: str) -> str:
    """A string constant in ASCII, whatever the value holds (manual, "String Constants with C-Style Escapes")."""
    if value.isascii() and value.isprintable() and "\\" not in value:
        return "'" + value.replace("'", "''") + "'"
    return "E'" + "".join(_escaped(character) for character in value) + "'"


def _escaped(character: str) -> str:
    if character in "'\\":
        return f"\\{character}"
    if character.isascii() and character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _back(server: ServerSettings, setting: Setting | None, name: str) -> str:
    """What ALTER SYSTEM wrote before is written again; what it never wrote is taken out of its file."""
    if setting is not None and setting.pinned is not None:
        return set_system(name, setting.pinned)
    if setting is None or setting.source == "default" or _sees_files(server):
        return f"ALTER SYSTEM RESET {name};"
    return set_system(name, setting.value)


def _sees_files(server: ServerSettings) -> bool:
    return bool(server.may & {READS_ALL, READS_FILES})


def privileges(server: ServerSettings, changed: tuple[str, ...]) -> tuple[str, ...]:
    """Who may do what: this role first, then what would have to be granted."""
    role = server.fact("role") or "this role"
    if not changed:
        return ()
    lines = []
    if SUPERUSER in server.may:
        lines.append(f"To switch: superuser, which {role} is. To read: any role.")
    elif RELOADS in server.may and all(name in server.may for name in changed):
        lines.append(f"To switch: ALTER SYSTEM on these settings and pg_reload_conf(), both granted to {role}.")
    else:
        lines.append(f"To switch: a superuser, which {role} is not. To read: any role.")
        if server.fact("grants_parameters"):
            named = ", ".join(changed)
            lines.append(f"Or by a superuser: GRANT ALTER SYSTEM ON PARAMETER {named} TO {_name(role)};")
            lines.append(f"and: GRANT EXECUTE ON FUNCTION pg_reload_conf() TO {_name(role)};")
    if not _sees_files(server) and any(_is_from_a_file(server.setting(name)) for name in changed):
        lines.append(
            f"{role} does not see which file a value comes from: the way back pins the value of now. "
            "A member of pg_read_all_settings gets the exact one."
        )
    return tuple(lines)


def _is_from_a_file(setting: Setting | None) -> bool:
    return setting is not None and setting.source != "default" and setting.pinned is None


def _name(role: str) -> str:
    """A role's name as SQL, in double quotes unless it is plain."""
    return role if re.fullmatch(r"[a-z_][a-z0-9_]*", role) else '"' + role.replace('"', '""') + '"'
