"""Attribution comments: what sqlcommenter (`/*controller='orders',route='%2Fcart'*/`) and Marginalia
(`/*application:Shop,controller:orders,action:create*/`) tell of who sent a statement.

Formats: google.github.io/sqlcommenter/spec and the Rails query log tags. Trace identifiers are dropped: each request
has its own, so they say nothing of where in the application a statement comes from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote

from decompose.sql.routes import readable
from decompose.sql.words import word_set

KEPT = word_set(
    "application app app_name service controller namespaced_controller action route framework job job_class task "
    "handler endpoint operation usecase use_case flow module file line function source_location db_driver driver"
)
"""The keys that attribute a statement to a place in the code."""

_LONGEST_COMMENT = 2_000
_LONGEST_VALUE = 200
_QUOTED_PAIR = re.compile(r"([A-Za-z0-9_.%-]{1,64})\s?=\s?'((?:[^'\\]|\\.){0,800}+)'")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


def tags(sql: str) -> dict[str, str]:
    """The attribution keys of a statement's leading and trailing comments, sorted; values at most 200 characters."""
    found: dict[str, str] = {}
    if "/*" not in sql:
        return found
    for comment in _edge_comments(sql):
        found.update(_kept(comment))
    return dict(sorted(found.items()))


def label(tags: Mapping[str, str]) -> str:
    """One name for the code path: `controller#action`, else use case, route, job or the like; may be empty."""
    controller = tags.get("namespaced_controller") or tags.get("controller") or ""
    action = tags.get("action") or ""
    if controller and action:
        return f"{controller}#{action}"
    for key in _LABELLING:
        if tags.get(key):
            return readable(tags[key])
    return controller or action or _place(tags)


def _place(tags: Mapping[str, str]) -> str:
    """The place in the code, `path:line` where the line is told; Marginalia's `line` is both and the method's name."""
    line = tags.get("line", "").partition(":in ")[0]
    place = tags.get("source_location") or tags.get("file") or ""
    if line.isdigit():
        return f"{place}:{line}" if place else ""
    return place or line


_LABELLING = (
    "usecase",
    "use_case",
    "flow",
    "route",
    "endpoint",
    "operation",
    "job_class",
    "job",
    "task",
    "handler",
    "function",
)


@lru_cache(maxsize=4_096)
def _kept(comment: str) -> tuple[tuple[str, str], ...]:
    """The attribution pairs of one comment; a code path sends the same comment over and over."""
    cleaned = [(key, _CONTROLS.sub("", value).strip()[:_LONGEST_VALUE]) for key, value in _pairs(comment)]
    return tuple((key, value) for key, value in cleaned if key in KEPT and value)


def _edge_comments(sql: str) -> list[str]:
    comments: list[str] = []
    head = sql[: _LONGEST_COMMENT + 16].lstrip()
    if head.startswith("/*") and not head.startswith(("/*!", "/*+")):
        end = head.find("*/", 2)
        if end > 0:
            comments.append(head[2:end])
    tail = sql[-_LONGEST_COMMENT - 16 :].rstrip().rstrip(";").rstrip()
    if tail.endswith("*/"):
        start = tail.rfind("/*", 0, len(tail) - 2)
        if start >= 0 and not tail.startswith(("/*!", "/*+"), start):
            comments.append(tail[start + 2 : -2])
    return comments


def _pairs(comment: str) -> list[tuple[str, str]]:
    """Key and value, decoded; `%%` is how drivers that format with percent signs double them."""
    quoted = _QUOTED_PAIR.findall(comment)
    if quoted:
        return [(_decoded(key).lower(), _decoded(value)) for key, value in quoted]
    pairs: list[tuple[str, str]] = []
    for part in comment.split(","):
        key, colon, value = part.partition(":")
        if colon:
            pairs.append((key.strip().lower(), value.strip()))
    return pairs


def _decoded(text: str) -> str:
    return unquote(text.replace("%%", "%").replace("\\'", "'"))
