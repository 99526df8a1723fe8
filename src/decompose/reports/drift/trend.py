"""The history of coupling: a table for people, an object for programs, a picture for the wiki."""

from __future__ import annotations

import json
from collections.abc import Sequence
from xml.sax.saxutils import escape

from decompose.assessment.drift.history import Run, Trend
from decompose.reports.safe import printable
from decompose.reports.screen import Look, cells, cut, padded
from decompose.reports.wording import percent

FORMAT = "decompose/drift-history@1"
_DIGITS = 6
_REVISION = 12
_PAIRS = 6
_WIDTH, _HEIGHT, _LEFT, _TOP = 640, 120, 150, 30
_COLOURS = ("#0b6e99", "#b3541e", "#4d7c2a", "#7a3b8f", "#a8871b", "#555555")


def render_trend_table(trend: Trend, look: Look) -> str:
    """A line per run, oldest first: the day, the revision, the share of distributed writes, couplings, and verdict."""
    head = ("day", "revision", "distributed", "couplings", "separate", "verdict", "most coupled pair")
    rows = [head, *(_row(run) for run in trend.runs)]
    shown = [[cut(cell, 40, look) for cell in row] for row in rows]
    widths = [max(cells(row[column]) for row in shown) for column in range(len(head))]
    lines = ["  ".join(padded(cell, widths[at]) for at, cell in enumerate(row)).rstrip() for row in shown]
    return "\n".join(lines if trend.runs else ["no runs yet: --add stores one"]) + "\n"


def _row(run: Run) -> tuple[str, ...]:
    metrics = run.metrics
    share = percent(metrics.distributed_write_share, 1) if metrics.write_transactions else "-"
    first = max(metrics.pairs, key=lambda pair: (pair[2], pair[0], pair[1]), default=None)
    pair = f"{first[0]} + {first[1]} ({first[2]})" if first else "-"
    separate = f"{metrics.separate_services} of {metrics.services}"
    return run.day, run.revision[:_REVISION], share, str(metrics.couplings), separate, run.verdict or "-", pair


def render_trend_json(trend: Trend) -> str:
    """`decompose/drift-history@1`: every run with its figures."""
    runs = [
        {
            "revision": run.revision,
            "day": run.day,
            "verdict": run.verdict or None,
            "services": run.metrics.services,
            "separate_services": run.metrics.separate_services,
            "write_transactions": run.metrics.write_transactions,
            "distributed_write_share": round(run.metrics.distributed_write_share, _DIGITS),
            "couplings": run.metrics.couplings,
            "pairs": [{"services": [a, b], "couplings": count} for a, b, count in run.metrics.pairs],
        }
        for run in trend.runs
    ]
    return json.dumps({"format": FORMAT, "runs": runs}, indent=1, allow_nan=False) + "\n"


def render_trend_svg(trend: Trend) -> str:
    """Three small charts, one point per run: distributed writes, couplings per pair, separate services.

    Plain SVG 1.1 without scripts, fonts or links; the pairs shown are those with the most couplings at any time.
    """
    runs = trend.runs
    peaks = {pair: max(_of_pair(run, pair) for run in runs) for pair in trend.pairs}
    chosen = sorted(peaks, key=lambda pair: (-peaks[pair], pair))[:_PAIRS]
    shares = [100 * run.metrics.distributed_write_share for run in runs]
    separate = [float(run.metrics.separate_services) for run in runs]
    pairs = [(" + ".join(pair), [float(_of_pair(run, pair)) for run in runs]) for pair in chosen]
    charts = (
        ("distributed write transactions, %", [("share", shares)]),
        ("couplings per pair", pairs),
        ("virtually separate services", [("services", separate)]),
    )
    height = len(charts) * (_HEIGHT + 2 * _TOP) + _TOP
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH + 2 * _LEFT}" height="{height}" '
        'font-family="sans-serif" font-size="11">',
        f"<title>Coupling over {len(runs)} runs</title>",
    ]
    for number, (title, series) in enumerate(charts):
        lines += _chart(title, series, _TOP + number * (_HEIGHT + 2 * _TOP))
    if runs:
        ends = f"{runs[0].day} {runs[0].revision[:_REVISION]} – {runs[-1].day} {runs[-1].revision[:_REVISION]}"
        lines.append(f'<text x="{_LEFT}" y="{height - 10}">{_text(ends)}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def _of_pair(run: Run, pair: tuple[str, str]) -> int:
    return next((count for a, b, count in run.metrics.pairs if (a, b) == pair), 0)


def _chart(title: str, series: Sequence[tuple[str, list[float]]], top: int) -> list[str]:
    highest = max((value for _, values in series for value in values), default=0) or 1
    bottom = top + _HEIGHT
    lines = [
        f'<text x="{_LEFT}" y="{top - 8}" font-weight="bold">{_text(title)}</text>',
        f'<path d="M{_LEFT} {top}V{bottom}H{_LEFT + _WIDTH}" fill="none" stroke="#999999"/>',
        f'<text x="{_LEFT - 6}" y="{top + 8}" text-anchor="end">{highest:,.6g}</text>',
        f'<text x="{_LEFT - 6}" y="{bottom}" text-anchor="end">0</text>',
    ]
    for number, (name, values) in enumerate(series):
        colour = _COLOURS[number % len(_COLOURS)]
        step = _WIDTH / max(len(values) - 1, 1)
        points = [(_LEFT + at * step, bottom - _HEIGHT * value / highest) for at, value in enumerate(values)]
        lines.append(
            f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="'
            + " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            + '"/>'
        )
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{colour}"/>' for x, y in points[-1:]]
        if len(series) > 1:
            y = top + 10 + 14 * number
            lines.append(f'<text x="{_LEFT + _WIDTH + 8}" y="{y}" fill="{colour}">{_text(name[:24])}</text>')
    return lines


def _text(value: str) -> str:
    return escape(printable(value))
