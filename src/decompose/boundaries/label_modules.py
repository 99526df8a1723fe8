"""The part of an application that a transaction's label names: routes, controllers, operations."""

from __future__ import annotations

import re

from decompose.graph.vocabulary import module_of

_METHOD = re.compile(r"[A-Z]+ ")
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]*")
_LOCALE = re.compile(r"[a-z]{2}([-_][A-Za-z]{2})?")
_PLUMBING = frozenset({"api", "app", "apps", "index", "rest", "rpc", "v", "www"})


def module(label: str) -> str:
    """`orders` of `orders#create`, `orders.create`, `GET /api/v2/orders/17` or `en-gb/orders/<int:pk>/`; else empty.

    Of a path, the first step that is a word and not plumbing (api, a version, a locale); placeholders are no words.
    """
    path = _METHOD.sub("", label, count=1)
    if "/" not in path:
        return module_of(label)
    if " " in path:
        return ""
    steps = (step for step in path.partition("?")[0].split("/") if _WORD.fullmatch(step))
    return next((step.lower() for step in steps if step not in _PLUMBING and not _LOCALE.fullmatch(step)), "")
