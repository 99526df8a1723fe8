"""decompose.yml or [tool.decompose]: what a team sets once. Data only; flags beat environment beats file."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from decompose.cli.demands import demand_of
from decompose.errors import UsageError

if TYPE_CHECKING:
    from decompose.store.yaml_nodes import Place

FILE = Path("decompose.yml")
_PYPROJECT = Path("pyproject.toml")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of the configuration: the parameter it stands for in every command that has it, and its kind.

    `kind` is `text`, `texts` (a list), `whole` (a number), `share` (0 to 1), `groups` (a list of lists) or `claims` (a
    list for each name).
    """

    name: str
    parameter: str
    kind: str
    says: str
    example: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "sources",
        "sources",
        "texts",
        "database URLs and DDL files; ${VAR} is taken from the environment",
        "[db/structure.sql]",
    ),
    Setting("logs", "log", "texts", "log files, folders and globs", "[logs/*.log.gz]"),
    Setting("log_format", "log_format", "text", "the log format, where detection fails", "postgresql-csv"),
    Setting(
        "log_line_prefix", "log_prefix", "text", "the server's log_line_prefix, where detection fails", "'%m [%p] '"
    ),
    Setting("dialect", "dialect", "text", "the SQL dialect", "postgresql"),
    Setting("databases", "database", "texts", "only these databases' log entries", "[shop]"),
    Setting("into", "into", "whole", "how many services to propose", "6"),
    Setting(
        "together",
        "together",
        "groups",
        "groups of tables that share a service; globs allowed",
        "[[orders, order_lines]]",
    ),
    Setting("apart", "apart", "groups", "tables that never share a service", "[[orders, tickets]]"),
    Setting("pinned", "pin", "claims", "tables that a service owns", "{ordering: [orders, order_lines]}"),
    Setting(
        "owners",
        "owner",
        "claims",
        "tables that a team owns; tables of two teams never share a service",
        "{team-orders: [orders]}",
    ),
    Setting("seed", "seed", "whole", "the seed of the search", "0"),
    Setting("min_understood", "min_understood", "share", "refuse a verdict below this share of statements", "0.5"),
)


def load_config(folder: Path) -> dict[str, object]:
    """Parameter values by name from the folder's configuration; empty without one. Raises UsageError."""
    path = folder / FILE
    if path.is_file():
        return _from_yaml(path)
    pyproject = folder / _PYPROJECT
    if pyproject.is_file():
        return _from_toml(pyproject)
    return {}


def _from_yaml(path: Path) -> dict[str, object]:
    from decompose.cli.output import read_text
    from decompose.store import yaml_nodes

    root = yaml_nodes.parse(read_text(path), str(path))
    found: dict[str, object] = {}
    for name, key, value in root.members() if root is not None else ():
        setting = _known(name)
        if setting is None:
            yaml_nodes.unknown_key(key, name, tuple(each.name for each in SETTINGS))
        raw = _raw(setting.kind, value)
        try:
            found[setting.parameter] = _value(setting, raw)
        except ValueError:
            value.fail(f"{name} takes {_WANTED[setting.kind]}")
    return found


def _raw(kind: str, value: Place) -> object:
    """A YAML value as TOML would give it, every scalar a text."""
    if kind == "texts":
        return [item.text() for item in value.items()]
    if kind == "groups":
        return [[item.text() for item in group.items()] for group in value.items()]
    if kind == "claims":
        return {name: [item.text() for item in tables.items()] for name, _, tables in value.members()}
    return value.text()


def _from_toml(path: Path) -> dict[str, object]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: {error}", "it must be a TOML file in UTF-8") from error
    table = document.get("tool", {}).get("decompose", {})
    if not isinstance(table, Mapping):
        raise UsageError(f"{path}: [tool.decompose] is not a table", "write `[tool.decompose]` and keys below it")
    found: dict[str, object] = {}
    for name, raw in table.items():
        setting = _known(name)
        if setting is None:
            near = get_close_matches(name, [each.name for each in SETTINGS], 1)
            hint = f"did you mean {near[0]!r}?" if near else "known: " + ", ".join(each.name for each in SETTINGS)
            raise UsageError(f"{path}: [tool.decompose] has an unknown key {name!r}", hint)
        try:
            found[setting.parameter] = _value(setting, raw)
        except ValueError as error:
            raise UsageError(f"{path}: {name} takes {_WANTED[setting.kind]}") from error
    return found


def _known(name: str) -> Setting | None:
    return next((setting for setting in SETTINGS if setting.name == name), None)


_WANTED = {
    "text": "a text",
    "texts": "a list of texts",
    "whole": "a whole number",
    "share": "a number from 0 to 1",
    "groups": "a list of lists of tables",
    "claims": "a list of tables for each name",
}


def _value(setting: Setting, raw: object) -> object:
    """The parameter's value; ValueError when the kind does not fit."""
    if setting.kind == "groups" and isinstance(raw, list):
        return [demand_of(_texts(group)) for group in raw]
    if setting.kind == "claims" and isinstance(raw, Mapping):
        return [f"{table}={name}" for name, tables in raw.items() for table in _texts(tables)]
    if setting.kind == "texts":
        return [_expanded(item) if setting.name == "sources" else item for item in _texts(raw)]
    if setting.kind == "text" and isinstance(raw, str):
        return raw
    if setting.kind in ("share", "whole") and isinstance(raw, str | int | float) and not isinstance(raw, bool):
        return _number(setting.kind, float(raw))
    raise ValueError


def _number(kind: str, number: float) -> float | int:
    if kind == "share" and 0 <= number <= 1:
        return number
    if kind == "whole" and number == int(number):
        return int(number)
    raise ValueError


def _texts(raw: object) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        raise ValueError
    return raw


def _expanded(url: str) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in os.environ:
            raise UsageError(f"a source needs the environment variable {name}, which is not set", f"export {name}=...")
        return os.environ[name]

    return _VARIABLE.sub(value, url)
