"""The diagnosis of a capture for a terminal: the verdict first, then what is there, then the statements to run."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from decompose.evidence.capture.model import Aspect, Diagnosis, LogCounts, Rebuildable, State
from decompose.reports.screen import PLAIN, Look, Style, packed, page
from decompose.reports.wording import percent, plural, thousands

_VERDICTS = {
    Rebuildable.TRANSACTIONS: ("whole transactions", Style.GOOD),
    Rebuildable.SAMPLED: ("whole transactions, of a share of the work", Style.GOOD),
    Rebuildable.WRITES: ("what transactions wrote, not what they read", Style.WARN),
    Rebuildable.STATEMENTS: ("single statements, not transactions", Style.WARN),
    Rebuildable.NOTHING: ("nothing", Style.BAD),
}
_STATES = {State.YES: Style.GOOD, State.PARTLY: Style.WARN, State.NO: Style.BAD, State.UNKNOWN: Style.DIM}
_NAME_WIDTH = 14
_STATE_WIDTH = 8
_REASONS_SHOWN = 3
_QUOTED = re.compile(r"(?<!\w)'[^']{1,70}'(?!\w)")
_UNBROKEN = "\xa0"


def render_diagnosis(diagnosis: Diagnosis, look: Look = PLAIN) -> str:
    """One screen about one source."""
    blocks = [
        _head(diagnosis, look),
        _counts_block(diagnosis.counts, look) if diagnosis.counts is not None else [],
        _section("Logging now" if diagnosis.kind == "server" else "Fields", _aspects(diagnosis.aspects, look), look),
        _section("Cannot be rebuilt, and what would change that", _lacks(diagnosis, look), look),
        _section("Switch on (run it yourself: decompose only reads)", _statements(diagnosis.switch_on, look), look),
        _section("Switch back to the values of now", _statements(diagnosis.switch_back, look), look),
        _section("Privileges", _texts(diagnosis.privileges, look), look),
        _section("Notes", _texts(diagnosis.notes, look), look),
    ]
    return page(blocks)


def _head(diagnosis: Diagnosis, look: Look) -> list[str]:
    verdict, style = _VERDICTS[diagnosis.rebuildable]
    lines = [look.paint(line, Style.HEADING) for line in _wrap(diagnosis.source, look, indent="")]
    lines += _wrap(diagnosis.title, look)
    lines.append(f"  can be rebuilt: {look.paint(verdict, style)}")
    return lines + _wrap(diagnosis.because, look)


def _counts_block(seen: LogCounts, look: Look) -> list[str]:
    part = "the whole log" if seen.whole else f"the first {thousands(seen.bytes_read / (1 << 20))} MiB"
    facts = [
        f"read {part}: {plural(seen.entries, 'entry', 'entries')}",
        plural(seen.sessions, "session"),
    ]
    if seen.transactions:
        facts += [
            f"{percent(seen.complete, seen.transactions)} of {plural(seen.transactions, 'transaction')} complete",
            f"{thousands(seen.explicit)} explicit",
            f"{thousands(seen.autocommit)} autocommit",
            f"{thousands(seen.rolled_back)} rolled back",
        ]
    for count, name in (
        (seen.recorded, "ready-made"),
        (seen.heads_lost, "without beginning"),
        (seen.tails_lost, "without end"),
        (seen.records_missing, "records missing"),
        (seen.ends_without_begin + seen.begins_without_end, "BEGIN or COMMIT unpaired"),
        (seen.counted_statements, "executions added up by statement"),
    ):
        if count:
            facts.append(f"{thousands(count)} {name}")
    lines = [look.paint("Completeness", Style.HEADING), *packed(facts, look)]
    for reason, count in seen.unread[:_REASONS_SHOWN]:
        lines += _wrap(f"not read: {thousands(count)} {look.times} {reason}", look)
    return lines


def _aspects(aspects: Sequence[Aspect], look: Look) -> list[str]:
    lines = []
    indent = " " * (2 + _NAME_WIDTH + _STATE_WIDTH)
    for aspect in aspects:
        state = look.paint(aspect.state.value, _STATES[aspect.state])
        filled = state + " " * (_STATE_WIDTH - len(aspect.state.value))
        first, *rest = textwrap.wrap(look.clean(aspect.says), look.width - len(indent)) or [""]
        lines.append(f"  {aspect.name:{_NAME_WIDTH}}{filled}{first}")
        lines += [indent + part for part in rest]
    return lines


def _lacks(diagnosis: Diagnosis, look: Look) -> list[str]:
    """What one change brings stands together, so that the change is said once."""
    together: dict[str, list[str]] = {}
    for lack in diagnosis.lacks:
        together.setdefault(lack.change, []).append(lack.what)
    lines = []
    for change, whats in together.items():
        lines += _wrap("; ".join(whats), look)
        lines += _wrap(f"-> {change}", look, indent="    ")
    return lines


def _statements(statements: Sequence[str], look: Look) -> list[str]:
    """Whole, whatever their length: a statement that is cut is not the statement."""
    return [f"  {look.clean(line)}" for statement in statements for line in statement.split("\n")]


def _texts(texts: Sequence[str], look: Look) -> list[str]:
    return [line for text in texts for line in _wrap(text, look)]


def _wrap(text: str, look: Look, indent: str = "  ") -> list[str]:
    """Lines within the width; a quoted value stays on one, so that it can be copied."""
    kept = _QUOTED.sub(lambda found: found[0].replace(" ", _UNBROKEN), look.clean(text))
    lines = textwrap.wrap(kept, look.width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
    return [line.replace(_UNBROKEN, " ") for line in lines]


def _section(title: str, lines: list[str], look: Look) -> list[str]:
    return [look.paint(title, Style.HEADING), *lines] if lines else []
