"""The table of services on a screen: one line each, whatever the length of the names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from decompose.assessment.model import Analysis
from decompose.reports.figures import ServiceWrites, service_writes, table_order
from decompose.reports.screen import Look, Style, cells, cut, name_list, padded, shortened
from decompose.reports.wording import percent, plural, thousands

SERVICES_SHOWN = 10


def services_block(analysis: Analysis, look: Look, limit: int = SERVICES_SHOWN) -> list[str]:
    """One line per service: its tables, the writes it keeps inside, those that cross, how stable it is."""
    rows = service_writes(analysis)
    if not rows:
        return [look.paint("No services", Style.HEADING)]
    shown = rows[: limit if len(rows) > limit + 1 else len(rows)]
    widths = _Widths(shown, look)
    head = widths.line("SERVICE", "TABLES", "INSIDE", "CROSSING", "STABLE", look)
    lines = [look.paint(plural(len(rows), "service"), Style.HEADING), look.paint(head, Style.DIM)]
    names = _TableNames(analysis, look)
    lines += [_service_line(row, names, widths, look) for row in shown]
    rest = rows[len(shown) :]
    if rest:
        tables = sum(len(row.service.tables) for row in rest)
        lines.append(f"  and {plural(len(rest), 'more service', 'more services')} ({plural(tables, 'table')})")
    return lines


class _Widths:
    """The columns of the services table: fixed ones first, the table names take what is left."""

    inside = 7
    stable = 6

    def __init__(self, rows: Sequence[ServiceWrites], look: Look) -> None:
        longest = max(cells(look.clean(row.service.name)) for row in rows)
        narrow = look.width < 76
        self.crossing = 12 if narrow else 22
        self.name = min(max(longest, len("SERVICE")), 13 if narrow else 20)
        self.tables = max(look.width - 2 - self.name - self.inside - self.crossing - self.stable - 4 * 2, 10)

    def line(self, name: str, tables: str, inside: str, crossing: str, stable: str, look: Look) -> str:
        return "  " + "  ".join(
            [
                padded(shortened(name, self.name, look), self.name),
                padded(tables, self.tables),
                padded(inside, self.inside, right=True),
                padded(cut(crossing, self.crossing, look), self.crossing),
                padded(stable, self.stable, right=True),
            ]
        )


class _TableNames:
    """Table names as the column shows them: those that say most first, and where they do not fit, without a first word
    that more than half of all tables share.
    """

    _shortest = 5

    def __init__(self, analysis: Analysis, look: Look) -> None:
        self._look = look
        self._order = table_order(analysis)
        words = Counter(name.partition("_")[0] + "_" for name in self._order if "_" in name)
        word, count = max(words.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        self._shared = word if count * 2 > len(self._order) and len(word) > self._shortest else ""

    def shown(self, tables: Sequence[str], width: int) -> str:
        ordered = sorted(tables, key=lambda name: self._order.get(name, (0, 0, name)))
        if self._too_long(ordered, width):
            ordered = [self._short(name) for name in ordered]
        # The count stands before the names: what is left of a scarce width goes to a name.
        if self._too_long(ordered, width):
            return shortened(ordered[0], width, self._look)
        return name_list(ordered, width, self._look)

    def _too_long(self, names: Sequence[str], width: int) -> bool:
        return bool(names) and cells(self._look.clean(names[0])) > width - len(f" +{len(names) - 1}")

    def _short(self, name: str) -> str:
        rest = name.removeprefix(self._shared)
        return self._look.ellipsis + rest if rest and rest != name else name


def _service_line(row: ServiceWrites, tables: _TableNames, widths: _Widths, look: Look) -> str:
    count = f"{len(row.service.tables):>3} "
    names = count + tables.shown(row.service.tables, widths.tables - len(count))
    stability = row.service.stability
    stable = "-" if stability is None else f"{round(stability * 100)} %"
    line = widths.line(row.service.name, names, percent(row.inside, row.executions), _crossing(row), stable, look)
    if not row.executions:
        return line
    share = row.crossing / row.executions
    return look.paint(line, Style.BAD if share > 0.25 else Style.WARN if share > 0.05 else Style.PLAIN)


def _crossing(row: ServiceWrites) -> str:
    if not row.executions:
        return "no writes seen"
    if not row.partners:
        return "none"
    name, _ = row.partners[0]
    others = f" +{len(row.partners) - 1}" if len(row.partners) > 1 else ""
    return f"{thousands(row.crossing)} with {name}{others}"
