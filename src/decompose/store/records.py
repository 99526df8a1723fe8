"""Nouns to JSON values and back, by their own type annotations: exact, strict, without a line per field.

A field that holds its default is left out. Tuples become lists, enumerations their values, nested nouns objects.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Set
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

Json = Any
"""A value as the json module knows it."""


class MalformedError(ValueError):
    """A value does not fit; the text says where below the root and why, e.g. `.profiles[3].count: expected int`."""

    def inside(self, step: str) -> MalformedError:
        """The same fault seen from one level further out."""
        return MalformedError(f"{step}{self}")


_SCALARS = frozenset({str, int, float, bool, type(None)})


def encode(value: object) -> Json:
    """The JSON value of a noun, of a tuple of nouns or of a scalar."""
    if type(value) in _SCALARS:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (tuple, list)):
        # Asked here, too: most of a document are scalars, and a call costs more than the question.
        return [item if type(item) in _SCALARS else encode(item) for item in value]
    if is_dataclass(value):
        return _encode_noun(value)
    return value


def _encode_noun(noun: object) -> Json:
    found = {}
    for name, default in _layout(type(noun)).items():
        value = getattr(noun, name)
        if default is MISSING or type(value) is not type(default) or value != default:
            found[name] = value if type(value) in _SCALARS else encode(value)
    return found


_LAYOUTS: dict[type, dict[str, object]] = {}


def _layout(noun: Any) -> dict[str, object]:
    """Field to default (MISSING where there is none), sorted by name; worked out once per noun."""
    found = _LAYOUTS.get(noun)
    if found is None:
        found = {field.name: field.default for field in sorted(fields(noun), key=lambda field: field.name)}
        _LAYOUTS[noun] = found
    return found


Decoder = Callable[[Json], Any]


@cache
def decoder(kind: Any) -> Decoder:
    """A function that reads a value of that type or raises MalformedError."""
    origin = get_origin(kind)
    if origin is tuple:
        return _tuple_decoder(get_args(kind))
    if origin in (Union, types.UnionType):
        return _optional_decoder(next(arg for arg in get_args(kind) if arg is not type(None)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum_decoder(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return _noun_decoder(kind)
    return _scalar_decoder(kind)


def _scalar_decoder(kind: type) -> Decoder:
    def read(value: Json) -> Any:
        if type(value) is not kind:
            raise MalformedError(f": expected {kind.__name__}")
        return value

    return read


def _enum_decoder(kind: type[Enum]) -> Decoder:
    members = {member.value: member for member in kind}

    def read(value: Json) -> Any:
        if not isinstance(value, str) or value not in members:
            raise MalformedError(f": expected one of {', '.join(map(str, members))}")
        return members[value]

    return read


def _optional_decoder(kind: Any) -> Decoder:
    present = decoder(kind)

    def read(value: Json) -> Any:
        return None if value is None else present(value)

    return read


def _tuple_decoder(kinds: tuple[Any, ...]) -> Decoder:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return _list_decoder(decoder(kinds[0]))
    members = [decoder(kind) for kind in kinds]

    def read(value: Json) -> Any:
        if type(value) is not list or len(value) != len(members):
            raise MalformedError(f": expected a list of {len(members)}")
        return tuple([decode(item) for decode, item in zip(members, value, strict=True)])

    return read


def _list_decoder(decode: Decoder) -> Decoder:
    def read(value: Json) -> Any:
        if type(value) is not list:
            raise MalformedError(": expected a list")
        found: list[Any] = []
        try:
            for item in value:
                found.append(decode(item))  # noqa: PERF401 (the length names the item at fault)
        except MalformedError as error:
            raise error.inside(f"[{len(found)}]") from error
        return tuple(found)

    return read


def _noun_decoder(noun: type) -> Decoder:
    hints = get_type_hints(noun)
    layout = _layout(noun)
    readers = {name: decoder(hints[name]) for name in layout}
    required = frozenset(name for name, default in layout.items() if default is MISSING)

    def read(value: Json) -> Any:
        if type(value) is not dict:
            raise MalformedError(": expected an object")
        if not (required <= value.keys() <= readers.keys()):
            raise MalformedError(_wrong_keys(value.keys(), readers.keys(), required))
        arguments = {}
        name = ""
        try:
            for name, item in value.items():
                arguments[name] = readers[name](item)
        except MalformedError as error:
            raise error.inside(f".{name}") from error
        return noun(**arguments)

    return read


def _wrong_keys(given: Set[str], known: Set[str], required: Set[str]) -> str:
    unknown = sorted(given - known)
    return f": unknown key {unknown[0]!r}" if unknown else f": key {min(required - given)!r} is missing"
