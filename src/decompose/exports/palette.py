"""Colours that readers with any colour vision tell apart (Okabe and Ito, "Color Universal Design", 2008), as tints.

Colour repeats what labels, frames and line styles already say; it never carries a meaning alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from decompose.exports.model import EdgeKind

TINTS = ("#cfe6f5", "#fbe3c0", "#c9ebdf", "#f4d9e8", "#fbf6c3", "#d3dff0", "#f8d5c4", "#e4e4e4")
APART_TINT = "#f4f4f4"
INK = "#222222"
LINES = {EdgeKind.TRANSACTION: "#d55e00", EdgeKind.JOIN: "#0072b2", EdgeKind.REFERENCE: "#555555"}
FAINT = "#8a8a8a"
"""For what does not cross."""
STYLES = {EdgeKind.TRANSACTION: "solid", EdgeKind.JOIN: "dashed", EdgeKind.REFERENCE: "dotted"}
LEGEND = "solid: written in one transaction; dashed: joined; dotted: refers to; in colour: crosses services"


def tints(ids: Iterable[str]) -> dict[str, str]:
    """A tint for each id, in turn over the sorted ids."""
    return {name: TINTS[position % len(TINTS)] for position, name in enumerate(sorted(set(ids)))}


def thickness(weight: int) -> int:
    """A line's width from 1 to 6: one more for each power of ten."""
    return min(len(str(max(weight, 1))), 6)
