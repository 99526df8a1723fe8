"""Drift as Markdown: one comment on a pull request, updated in place, and the step summary of a CI run.

The first line is a marker that says which comment to update. The text stays below 60,000 characters: GitHub cuts
comments at 65,536, and drops a step summary of more than 1 MiB as a whole.
"""

from __future__ import annotations

from decompose.assessment.drift.model import Drift, Result, Status
from decompose.reports.drift.boundary_change import boundary_change
from decompose.reports.drift.text import Scene, between, headline, meaning, next_step, remarks, what, who
from decompose.reports.markdown_text import code, table, text
from decompose.reports.wording import percent, plural

MARKER = "<!-- decompose-drift -->"
LIMIT = 60_000
_ROWS = 40
_CELL = 400
_FAILING = (Status.NEW, Status.FORBIDDEN, Status.EXPIRED, Status.OVER_BUDGET)
_LOOK = (Status.UNPROVEN, Status.SANDBOXED, Status.INHERITED, Status.CARRIED, Status.RESOLVED, Status.STALE)


def render_drift_markdown(drift: Drift, scene: Scene) -> str:
    """The comment's text."""
    figures = drift.metrics
    verdict = "**Drift**" if drift.failed else "**No drift**"
    lines = [MARKER, f"### Coupling: {verdict}", "", text(headline(drift)), ""]
    shape = f"{plural(figures.couplings, 'coupling')} between services; "
    if figures.write_transactions:
        share = percent(figures.distributed_write_share, 1)
        shape += f"{share} of {plural(figures.write_transactions, 'write transaction')} distributed; "
    lines += [shape + f"{figures.separate_services} of {plural(figures.services, 'service')} virtually separate.", ""]
    closing = [f"<sub>{text(line)}</sub>  " for line in remarks(drift)]
    room = LIMIT - sum(len(line) + 1 for line in [*lines, *closing])
    for block in (_listing(drift, scene, _FAILING), boundary_change(drift), _listing(drift, scene, _LOOK)):
        size = sum(len(line) + 1 for line in block)
        # A block that does not fit is left out whole: half a table or diagram would not render.
        if size <= room:
            lines += block
            room -= size
    return "\n".join([*lines, *closing]) + "\n"


def _listing(drift: Drift, scene: Scene, statuses: tuple[Status, ...]) -> list[str]:
    found = [result for status in statuses for result in drift.of(status)]
    if not found:
        return []
    rows = [_row(result, drift, scene) for result in found[:_ROWS]]
    lines = table(["", "services", "what", "who", "next"], rows)
    if len(found) > _ROWS:
        lines += ["", f"and {len(found) - _ROWS:,} more; the job's log and its other reports name them."]
    return [*lines, ""]


def _row(result: Result, drift: Drift, scene: Scene) -> list[str]:
    cells = (meaning(result.status), between(result), what(result), who(result, drift))
    return [*(text(_cut(cell)) for cell in cells), code(_cut(next_step(result, scene)))]


def _cut(value: str) -> str:
    return value if len(value) <= _CELL else value[: _CELL - 1] + "…"
