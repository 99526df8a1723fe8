"""What a path that is not there was perhaps meant to be."""

from __future__ import annotations

import os
from difflib import get_close_matches
from itertools import islice

_LOOKED_AT = 2_000


def meant(path: str) -> str:
    """`did you mean dumps/shop.sql?`, where something of nearly that name lies in the same folder; empty otherwise."""
    folder, name = os.path.split(path.rstrip("/"))
    try:
        with os.scandir(folder or ".") as entries:
            beside = sorted(entry.name for entry in islice(entries, _LOOKED_AT) if not entry.name.startswith("."))
    except (OSError, ValueError):
        return f"there is no folder {folder}" if folder and not os.path.isdir(folder) else ""
    near = [each for each in beside if each.startswith(f"{name}.")] or get_close_matches(name, beside, 2, 0.75)
    return f"did you mean {' or '.join(os.path.join(folder, each) for each in near[:2])}?" if near and name else ""
