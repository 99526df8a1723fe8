"""Drift for a terminal: the delta first, then what fails, then what somebody should look at."""

from __future__ import annotations

import re

from decompose.assessment.drift.model import Drift, Result, Status
from decompose.reports.drift.text import Scene, evidence, headline, message, next_step, remarks
from decompose.reports.screen import Look, Style, cells, page, wrapped
from decompose.reports.wording import percent, plural

_BELOW = "    "
_IN = " " * 6
_COMMAND = "decompose drift "
_QUOTE = "'\"'\"'"  # how shlex.quote writes a quote inside quotes
_SHOWN = {
    Status.NEW: 20,
    Status.FORBIDDEN: 20,
    Status.EXPIRED: 20,
    Status.OVER_BUDGET: 20,
    Status.UNPROVEN: 10,
    Status.SANDBOXED: 10,
    Status.INHERITED: 10,
    Status.CARRIED: 10,
    Status.RESOLVED: 10,
    Status.STALE: 10,
}


def render_drift_screen(drift: Drift, scene: Scene, look: Look) -> str:
    """One screen of text that fits the terminal; what was only seen again is counted, not listed."""
    verdict, style = ("drift", Style.BAD) if drift.failed else ("no drift", Style.GOOD)
    first, *rest = _told(f"{verdict}: {headline(drift)}", look, indent="", hang="  ")
    blocks = [[look.paint(verdict, style) + first.removeprefix(verdict), *rest, *_told(_shape(drift), look)]]
    for status, most in _SHOWN.items():
        found = drift.of(status)
        if found:
            blocks.append(_block(found, most, drift, scene, look))
    return page([*blocks, [part for line in remarks(drift) for part in _told(line, look)]])


def _shape(drift: Drift) -> str:
    figures = drift.metrics
    pairs = plural(len(figures.pairs), "pair of services", "pairs of services")
    told = f"{plural(figures.couplings, 'coupling')} between {pairs}, "
    if figures.write_transactions:
        share = percent(figures.distributed_write_share, 1)
        told += f"distributed writes {share} of {plural(figures.write_transactions, 'write transaction')}, "
    return told + f"{figures.separate_services} of {plural(figures.services, 'service')} virtually separate"


def _block(found: tuple[Result, ...], most: int, drift: Drift, scene: Scene, look: Look) -> list[str]:
    lines: list[str] = []
    for result in found[:most]:
        style = Style.BAD if result.fails else Style.WARN
        key = result.identity.id
        first, *rest = _told(f"{key}  {message(result, drift)}", look, indent="", hang=_BELOW)
        lines += [look.paint(key, style) + first.removeprefix(key), *rest]
        if text := evidence(result, scene):
            lines += _told(f"evidence: {text}", look, indent=_BELOW, hang=_BELOW + "  ")
        if text := next_step(result, scene):
            lines += _next(text, look)
    if len(found) > most:
        lines.append(look.clean(f"and {len(found) - most:,} more that are {found[0].status.value}"))
    return lines


def _next(text: str, look: Look) -> list[str]:
    """What to do; a command stands whole on lines of its own, broken as a POSIX shell allows it."""
    words, marker, command = text.partition(_COMMAND)
    lines = _told(f"next: {words.rstrip()}", look, indent=_BELOW, hang=_BELOW + "  ")
    if not marker:
        return lines
    line = _IN
    for number, part in enumerate(_options(look.clean(marker + command))):
        longer = f"{line} {part}" if number else line + part
        if number and cells(longer) > look.width - 2:
            lines.append(f"{line} \\")
            longer = f"{_IN}  {part}"
        line = longer
    return [*lines, line]


def _options(command: str) -> list[str]:
    """A command cut before each of its options, but nowhere inside quotes."""
    parts: list[str] = []
    for part in re.split(r" (?=--)", command):
        if parts and parts[-1].replace(_QUOTE, "").count("'") % 2:
            parts[-1] += f" {part}"
        else:
            parts.append(part)
    return parts


def _told(text: str, look: Look, indent: str = "  ", hang: str = "    ") -> list[str]:
    """Free text on as many lines as it takes."""
    return wrapped(text, look, indent=indent, hang=hang, lines=len(text) + 1)
