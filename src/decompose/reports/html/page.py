"""Puts the explorer together: one file, its own style and script allowed by their hashes, everything else forbidden."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Any

from decompose.assessment.model import Analysis
from decompose.assessment.plan.model import Plan
from decompose.reports.assessment_screen import Verdict, verdict
from decompose.reports.html.answer import answer
from decompose.reports.html.data import Comparison, left_out_text, model
from decompose.reports.html.plain import PLAIN, shown
from decompose.reports.wording import percent, plural, thousands

SCRIPTS = (
    "model.js", "document.js", "map.js", "map_labels.js", "map_routes.js", "map_picture.js", "panel.js",
    "stored_code.js", "gods.js", "levels.js", "sections.js", "transactions.js", "steps.js", "changes.js", "link.js",
    "search.js", "pointer.js", "explorer.js",
)  # fmt: skip
"""The page's script in its order; they share one scope."""
_EARLY = 'document.documentElement.classList.add("js")'
_TONES = {Verdict.NONE: "none", Verdict.BAD: "bad", Verdict.COSTLY: "costly", Verdict.CLEAN: "clean"}


def render_html(analysis: Analysis, comparison: Comparison | None = None, plan: Plan | None = None) -> str:
    """The whole page; equal analyses give equal bytes. `plan` is shown as steps where it is given."""
    data = model(analysis, comparison, plan)
    style = _asset("explorer.css")
    script = '(function () {\n"use strict";\n' + "\n".join(map(_asset, SCRIPTS)) + "\n})();\n"
    parts = {
        "policy": _policy(style, _EARLY, script),
        "title": shown(_title(analysis)),
        "style": style,
        "early": _EARLY,
        "coverage": _coverage_line(analysis),
        "headline": shown(_headline(analysis)),
        "verdict": _verdict(analysis),
        "figures": _figures(analysis),
        "left_out": shown(left_out_text(data["left_out"])),
        "plain": "".join(render(analysis, comparison, plan) for render in PLAIN),
        "data": _json(data),
        "script": script,
    }
    return _filled(_asset("explorer.html"), parts)


def _asset(name: str) -> str:
    return files(__package__).joinpath("assets").joinpath(name).read_text(encoding="utf-8")


def _filled(template: str, parts: Mapping[str, str]) -> str:
    """The template with each `{{name}}` filled in once; what is filled in is not looked at again."""
    head, *rest = template.split("{{")
    found = [head]
    for piece in rest:
        name, _, text = piece.partition("}}")
        found += [parts[name], text]
    return "".join(found)


def _policy(style: str, *scripts: str) -> str:
    """The content security policy (CSP Level 3): nothing may be loaded, only this very style and script may run."""
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {allowed}; "
        "base-uri 'none'; form-action 'none'"
    )  # fmt: skip


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _json(value: Mapping[str, Any]) -> str:
    """JSON that no HTML parser can take for the end of its script element; ASCII, so that nothing invisible stays."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _title(analysis: Analysis) -> str:
    price = analysis.assessment
    share = percent(price.distributed_write_transactions, price.write_transactions)
    return f"decompose: {plural(price.services, 'service')}, {share} distributed writes"


def _headline(analysis: Analysis) -> str:
    price = analysis.assessment
    tables = plural(len(analysis.evidence.tables), "table")
    return f"{tables} as {plural(price.services, 'service')}"


def _coverage_line(analysis: Analysis) -> str:
    seen = analysis.evidence.coverage
    told = []
    if seen.statements:
        understood = percent(seen.statements_understood, seen.statements)
        told.append(f"{understood} of {plural(seen.statements, 'statement')} understood")
    if seen.transactions:
        complete = percent(seen.transactions_complete, seen.transactions)
        told.append(f"{plural(seen.transactions, 'transaction')}, {complete} complete")
    if not told:
        lack = "nothing of the log counts" if seen.entries else "no log"
        told.append(f"{lack}: {plural(seen.tables, 'table')} of the schema only, nothing of how they are used")
    else:
        told.append(f"the log touches {thousands(seen.tables_touched)} of {plural(seen.tables, 'table')}")
    told += [f"{thousands(gap.count)} × {gap.reason}" for gap in seen.gaps[:3]]
    return shown(" · ".join(told))


def _verdict(analysis: Analysis) -> str:
    told = verdict(analysis)
    return f'<p class="verdict {_TONES[told]}" id="verdict">{shown(_judgement(analysis, told))}</p>'


def _judgement(analysis: Analysis, told: Verdict) -> str:
    """The verdict in one sentence, with what it costs."""
    price = analysis.assessment
    keys = plural(price.foreign_keys_to_retire, "foreign key")
    distributed = thousands(price.distributed_write_transactions)
    writes = plural(price.write_transactions, "writing transaction")
    if told is Verdict.NONE:
        return analysis.decomposition.note
    if not price.write_transactions:
        return f"Drawn without any writing transaction: {keys} would go, what else breaks is not known."
    if told is Verdict.BAD:
        return f"Don't cut here: {distributed} of {writes} would become distributed."
    if told is Verdict.COSTLY:
        return f"Possible, at a price: {distributed} of {writes} would become distributed, {keys} would go."
    return f"Clean as far as was seen: none of {writes} would become distributed."


def _figures(analysis: Analysis) -> str:
    rows = [
        f'<div class="figure" data-figure="{figure.key}"><dt>{shown(figure.label)}</dt>'
        f'<dd><span class="value">{shown(figure.text)}</span> <span class="detail">{shown(figure.detail)}</span>'
        '<span class="delta" hidden></span></dd></div>'
        for figure in answer(analysis)
    ]
    return '<dl class="figures" id="figures">\n' + "\n".join(rows) + "\n</dl>"
