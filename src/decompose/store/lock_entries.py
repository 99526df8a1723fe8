"""The items of a lock, in their one fixed shape.

- id: 1f3c9a0b2d4e
  kind: cross-foreign-key
  services: [ordering, accounts]
  tables: [orders, users]
  mode: reference
  reason: from before the split
  owner: team-orders
  since: 2026-01-05
  until: 2026-12-31
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NoReturn

from decompose.assessment.drift.model import Entry, Identity, Kind
from decompose.errors import UsageError
from decompose.store.yaml_text import scalar

_MEMBER = re.compile(r"(?P<start>  - |    )(?P<key>[a-z]+):(?: +(?P<value>.*?))? *")
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_WORD = re.compile(rf"{_QUOTED}|[^\s\"',\[\]{{}}#][^\"',\[\]{{}}#]*")
_COMMA = re.compile(r"\s*,\s*")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
_PLAIN = re.compile(r"[^\s\"'\[\]{}#&*!|>%@`-].*")
_KEYS = ("id", "kind", "services", "tables", "mode", "reason", "owner", "since", "until")
_NEEDED = ("kind", "services", "tables", "mode", "reason", "owner", "since")
_HINT = "write it as `decompose drift accept` does, or remove the item and accept the coupling again"


def entry_lines(entry: Entry) -> list[str]:
    """An item; the coupling's id first, as people search for it."""
    identity = entry.identity
    members = [
        ("id", f'"{identity.id}"'),
        ("kind", identity.kind.value),
        ("services", _flow(identity.services)),
        ("tables", _flow(identity.tables)),
        ("mode", scalar(identity.mode)),
        ("reason", scalar(entry.reason)),
        ("owner", scalar(entry.owner)),
        ("since", entry.since),
    ]
    if entry.until:
        members.append(("until", entry.until))
    return [f"{'    ' if number else '  - '}{key}: {value}" for number, (key, value) in enumerate(members)]


def _flow(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(scalar, values)) + "]"


def read_entries(lines: list[str], start: int, source: str) -> Iterator[Entry]:
    """The items from index `start` on; UsageError with `source:line` for anything in another shape."""
    members: dict[str, tuple[str, int]] = {}
    first = start
    for number, line in enumerate(lines[start:], start + 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _MEMBER.fullmatch(line)
        if found is None:
            _fail(source, number, "this is no line of an accepted coupling")
        if found["start"] == "  - ":
            if members:
                yield _entry(members, source, first)
            members, first = {}, number
        elif not members:
            _fail(source, number, "an item begins with `  - id:`")
        key = found["key"]
        if key not in _KEYS:
            _fail(source, number, f"unknown key {key!r}")
        if key in members:
            _fail(source, number, f"{key!r} occurs twice in one item")
        members[key] = (found["value"] or "", number)
    if members:
        yield _entry(members, source, first)


def _entry(members: dict[str, tuple[str, int]], source: str, first: int) -> Entry:
    for key in _NEEDED:
        if key not in members:
            _fail(source, first, f"the item has no `{key}:`")
    texts = {
        key: _text(value, source, line) for key, (value, line) in members.items() if key not in ("services", "tables")
    }
    try:
        kind = Kind(texts["kind"])
    except ValueError:
        _fail(source, members["kind"][1], f"unknown kind {texts['kind']!r}")
    services, tables = (_names(*members[key], source) for key in ("services", "tables"))
    identity = Identity(kind, services, tables, texts["mode"])
    if "id" in texts and texts["id"] != identity.id:
        _fail(source, members["id"][1], f"the id does not belong to this coupling, whose id is {identity.id}")
    for key in ("since", "until"):
        if texts.get(key):
            _check_date(texts[key], source, members[key][1])
    if not texts["since"]:
        _fail(source, members["since"][1], "`since:` is empty")
    return Entry(identity, texts["reason"], texts["owner"], texts["since"], texts.get("until", ""), first)


def _check_date(text: str, source: str, line: int) -> None:
    try:
        fits = date.fromisoformat(text).isoformat() == text
    except ValueError:
        fits = False
    if not fits:
        _fail(source, line, f"{text!r} is no date", "write it as 2026-12-31")


def _text(value: str, source: str, line: int) -> str:
    if value.startswith('"'):
        if not re.fullmatch(_QUOTED, value):
            _fail(source, line, "the quoted text does not end where the line ends")
        return _unquoted(value, source, line)
    if value and (not _PLAIN.fullmatch(value) or ": " in value or " #" in value):
        _fail(source, line, "this text needs double quotes")
    return value


def _names(value: str, line: int, source: str) -> tuple[str, ...]:
    if not (value.startswith("[") and value.endswith("]")):
        _fail(source, line, "expected a list on one line, e.g. [orders, users]")
    inner, at = value[1:-1].strip(), 0
    names: list[str] = []
    while at < len(inner):
        found = _WORD.match(inner, at)
        if found is None:
            _fail(source, line, "the list holds something that needs double quotes")
        word = found[0]
        names.append(_unquoted(word, source, line) if word.startswith('"') else word.strip())
        separator = _COMMA.match(inner, found.end())
        if separator is None and found.end() < len(inner):
            _fail(source, line, "expected a comma in the list")
        at = separator.end() if separator else len(inner)
    return tuple(names)


def _unquoted(value: str, source: str, line: int) -> str:
    def character(found: re.Match[str]) -> str:
        escape = found[1]
        if escape in ('"', "\\"):
            return escape
        if len(escape) == 1:
            _fail(source, line, f"unknown escape \\{escape}")
        code = int(escape[1:], 16)
        if code > 0x10FFFF:
            _fail(source, line, f"\\{escape} is no character")
        return chr(code)

    return _ESCAPE.sub(character, value[1:-1])


def _fail(source: str, line: int, message: str, hint: str = _HINT) -> NoReturn:
    raise UsageError(f"{source}:{line}: {message}", hint)
