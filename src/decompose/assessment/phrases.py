"""The words findings share: tables with their services, counts, who does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

_TABLES_SHOWN = 4
_WHO_SHOWN = 2
_QUOTED_LENGTH = 200


def times(count: int) -> str:
    """`412×`, with thousands separated."""
    return f"{count:,}×"


def percent(part: float, whole: float) -> str:
    """A share with one digit that never rounds up to all or down to none: `99.9 %`, `<0.1 %`; `-` of nothing."""
    if whole <= 0:
        return "-"
    if part >= whole:
        return "100 %"
    if part <= 0:
        return "0 %"
    tenths = round(part * 1000 / whole)
    if tenths == 0:
        return "<0.1 %"
    return f"{min(tenths, 999) / 10:.1f} %"


def added_cost(share: float) -> str:
    """What moving a table on the fence adds to the cost, as a share of the whole: `0.04 %`."""
    return f"{round(100 * share, 2) + 0.0:.2f} %"


def plural(count: int, noun: str, many: str = "") -> str:
    """`1 table`, `2 tables`; `many` where an s does not do."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def listed(names: Sequence[str], shown: int = _TABLES_SHOWN) -> str:
    """The first names, comma-separated, and how many more there are."""
    text = ", ".join(names[:shown])
    left = len(names) - shown
    return f"{text} and {left} more" if left > 0 else text


def by_service(groups: Mapping[str, Sequence[str]]) -> str:
    """`orders, order_lines (ordering), users (identity)`; `(unassigned)` gets no second brackets."""
    return ", ".join(f"{listed(tables)} ({service.strip('()')})" for service, tables in groups.items())


def who(labels: Iterable[tuple[str, int]], fallback: str) -> str:
    """The most frequent labels, or the fallback where no transaction carries one."""
    names = [name[:_QUOTED_LENGTH] for name, _ in sorted(labels, key=lambda item: (-item[1], item[0])) if name]
    return listed(names, _WHO_SHOWN) if names else fallback[:_QUOTED_LENGTH]


def key(code: str, *parts: Iterable[str] | str) -> str:
    """A finding's identity: its code and the names it is about, never counts or line numbers."""
    return ":".join([code, *(part if isinstance(part, str) else "+".join(part) for part in parts)])
