"""Which options a format can honour: what it cannot show is refused, never left out in silence."""

from __future__ import annotations

from dataclasses import dataclass

from decompose.errors import UsageError
from decompose.exports.model import DEFAULTS, ExportOptions, Level


@dataclass(frozen=True, slots=True)
class Honours:
    """`levels` are those that the format can show; `edges` says that it chooses edges by kind and weight, `most_edges`
    that it keeps the strongest ones, `cells` that it guards cells against spreadsheets. Every format chooses services.
    """

    levels: tuple[Level, ...] = tuple(Level)
    edges: bool = True
    most_edges: bool = True
    cells: bool = False


ANY = Honours()
CELLS = Honours(cells=True)
NODES = Honours(most_edges=False, cells=True)
SERVICES = Honours(levels=(Level.SERVICES,))
CONTEXTS = Honours(levels=(Level.SERVICES, Level.AGGREGATES))
KEYS = Honours(levels=(Level.TABLES, Level.COLUMNS), edges=False)
COLUMNS = Honours(levels=(Level.TABLES, Level.COLUMNS), edges=False, most_edges=False)
TABLES = Honours(levels=(Level.TABLES,), edges=False, most_edges=False)
EVENTS = Honours(levels=(), edges=False, most_edges=False)


def refuse_what_is_not_honoured(name: str, honours: Honours, options: ExportOptions) -> None:
    """Raises UsageError for an option that the format `name` would ignore."""
    if options.level is not None and options.level not in honours.levels:
        shows = " and ".join(honours.levels) if honours.levels else "events"
        raise UsageError(
            f"{name} cannot show {options.level}: it shows {shows}",
            f"leave out --level, or use a format that shows any level, such as dot, svg, mermaid or json with --level "
            f"{options.level}",
        )
    for option, asked, honoured in (
        ("--edges", bool(options.kinds), honours.edges),
        ("--min-weight", bool(options.min_weight), honours.edges),
        ("--max-edges", options.most_edges is not None, honours.most_edges),
        ("--collapse-above", options.collapse_above != DEFAULTS.collapse_above, set(honours.levels) == set(Level)),
        ("--no-guard-formulas", not options.guard_formulas, honours.cells),
    ):
        if asked and not honoured:
            raise UsageError(
                f"{name} has no use for {option}", f"leave out {option}; docs/exports.md lists what each honours"
            )
