"""Numbers and lists as a reader expects them; the same in every report and every locale."""

from __future__ import annotations

from collections.abc import Sequence

from decompose.assessment.phrases import added_cost as added_cost
from decompose.assessment.phrases import percent as percent


def thousands(number: float) -> str:
    """`12345` as `12,345`; fractions keep one digit unless they are whole."""
    return f"{int(number):,}" if number == int(number) else f"{number:,.1f}"


def plural(count: int, noun: str, many: str = "") -> str:
    """`1 table`, `2 tables`; `many` is the plural where it is not formed by an s."""
    return f"{thousands(count)} {noun if count == 1 else many or noun + 's'}"


def first_names(names: Sequence[str], limit: int) -> str:
    """The first names, comma-separated, and how many more there are."""
    shown = ", ".join(names[:limit])
    left = len(names) - limit
    return f"{shown} and {left} more" if left > 0 else shown
