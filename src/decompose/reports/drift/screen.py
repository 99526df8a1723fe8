"""Drift for a terminal: the delta first, then what fails, then what somebody should look at."""

from __future__ import annotations

from decompose.assessment.drift.model import Drift, Result, Status
from decompose.reports.drift.text import Scene, evidence, headline, message, next_step, remarks
from decompose.reports.screen import Look, Style, page
from decompose.reports.wording import percent, plural

_SHOWN = {
    Status.NEW: 50,
    Status.FORBIDDEN: 50,
    Status.EXPIRED: 50,
    Status.OVER_BUDGET: 50,
    Status.UNPROVEN: 10,
    Status.SANDBOXED: 10,
    Status.INHERITED: 10,
    Status.CARRIED: 10,
    Status.RESOLVED: 10,
    Status.STALE: 10,
}


def render_drift_screen(drift: Drift, scene: Scene, look: Look) -> str:
    """One screen of text; what was only seen again is counted, not listed."""
    verdict = look.paint("drift", Style.BAD) if drift.failed else look.paint("no drift", Style.GOOD)
    figures = drift.metrics
    pairs = plural(len(figures.pairs), "pair of services", "pairs of services")
    shape = f"  {plural(figures.couplings, 'coupling')} between {pairs}, "
    if figures.write_transactions:
        share = percent(figures.distributed_write_share, 1)
        shape += f"distributed writes {share} of {plural(figures.write_transactions, 'write transaction')}, "
    shape += f"{figures.separate_services} of {plural(figures.services, 'service')} virtually separate"
    head = [f"{verdict}: {look.clean(headline(drift))}", look.clean(shape)]
    blocks = [head]
    for status, most in _SHOWN.items():
        found = drift.of(status)
        if found:
            blocks.append(_block(found, most, drift, scene, look))
    told = [look.clean(f"  {line}") for line in remarks(drift)]
    return page([*blocks, told])


def _block(found: tuple[Result, ...], most: int, drift: Drift, scene: Scene, look: Look) -> list[str]:
    lines: list[str] = []
    for result in found[:most]:
        style = Style.BAD if result.fails else Style.WARN
        lines.append(f"{look.paint(result.identity.id, style)}  {look.clean(message(result, drift))}")
        for label, text in (("evidence", evidence(result, scene)), ("next", next_step(result, scene))):
            if text:
                lines.append(look.clean(f"              {label}: {text}"))
    if len(found) > most:
        lines.append(look.clean(f"and {len(found) - most:,} more that are {found[0].status.value}"))
    return lines
