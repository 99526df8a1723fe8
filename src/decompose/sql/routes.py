"""Routes as people write them: a framework that routes by regular expression tells the expression itself.

Django's attribution comments hold `^orders/(?P<code>[^/]+)/mark_paid/$`; a reader looks for `orders/{code}/mark_paid/`.
Syntax: docs.djangoproject.com/en/5.2/topics/http/urls and docs.python.org/3/library/re.
"""

from __future__ import annotations

import re
from functools import lru_cache

ANY = "{}"
"""Stands for a part of the path that the expression leaves open and does not name."""

_LONGEST = 1_000
_EXPRESSION = re.compile(r"\(\?P<|(?:^|[/ ])\^|[/\w)\]?*+}]\$$|\\Z$")
_NAMED = re.compile(r"\(\?P<(\w+)>")
_NO_TEXT = re.compile(r"\(\?(?:[=!#]|<[=!]|[aiLmsux]+\))")
_PLAIN_GROUP = re.compile(r"\(\?(?:[aiLmsux-]+)?:")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d*,?\d*\})[?+]?")


@lru_cache(maxsize=4_096)
def readable(route: str) -> str:
    """The route with `{name}` and `{}` for what its expression leaves open; what is no expression stays as it is."""
    if len(route) > _LONGEST or not _EXPRESSION.search(route):
        return route
    return _written(route) or route


def _written(expression: str) -> str:
    told: list[str] = []
    at = 0
    while at < len(expression):
        end = _element_end(expression, at)
        part = _part(expression[at:end])
        quantifier = _QUANTIFIER.match(expression, end)
        if quantifier:
            end = quantifier.end()
            part = ANY if part == "." else part
        told.append(part)
        at = end
    return "".join(told)


def _part(element: str) -> str:
    """What one element of the expression says of the path."""
    if element[0] == "(":
        return _group(element)
    if element[0] == "[":
        return ANY
    if element[0] == "\\":
        return {"d": ANY, "w": ANY, "s": ANY}.get(element[1:], "" if element[1:].isalnum() else element[1:])
    return "" if element in "^$" else element


def _group(element: str) -> str:
    named = _NAMED.match(element)
    if named:
        return f"{{{named.group(1)}}}"
    if _NO_TEXT.match(element):
        return ""
    plain = _PLAIN_GROUP.match(element)
    inner = element[plain.end() : -1] if plain else ""
    return _written(inner) if inner and "|" not in inner else ANY


def _element_end(expression: str, at: int) -> int:
    """Where the group, class, escape or character that begins here ends; a cut-off one ends with the text."""
    opening = expression[at]
    if opening == "\\":
        return min(at + 2, len(expression))
    if opening == "[":
        return _class_end(expression, at)
    if opening != "(":
        return at + 1
    depth = 0
    while at < len(expression):
        depth += {"(": 1, ")": -1}.get(expression[at], 0)
        at = at + 1 if expression[at] in "()" else _leaf_end(expression, at)
        if not depth:
            break
    return at


def _leaf_end(expression: str, at: int) -> int:
    if expression[at] == "[":
        return _class_end(expression, at)
    return min(at + (2 if expression[at] == "\\" else 1), len(expression))


def _class_end(expression: str, at: int) -> int:
    """Past a character class; a bracket that comes first in it, or first after `^`, is a member."""
    at += 1 + (expression[at + 1 : at + 2] == "^")
    at += expression[at : at + 1] == "]"
    while at < len(expression) and expression[at] != "]":
        at += 1 + (expression[at] == "\\")
    return min(at + 1, len(expression))
