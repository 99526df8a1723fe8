"""Views, triggers and stored routines for the explorer: what each touches, so that the page can tell what reaches over
the services of any cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from decompose.assessment.findings.routines_across import routines_across
from decompose.assessment.findings.stored_code import StoredCode, stored_code
from decompose.assessment.model import Analysis
from decompose.reports.figures import ownership

CODE = 1000
"""How many of them the page tells, the most executed first."""
STATEMENTS = 12


@dataclass(frozen=True, slots=True)
class CodeAcross:
    """Stored code that touches tables of several services; `advice` is known for routines only."""

    code: StoredCode
    services: tuple[str, ...]
    advice: str


def code_rows(analysis: Analysis, index: Mapping[str, int], numbers: Mapping[str, int]) -> list[list[Any]]:
    """Rows of kind, name, tables fired on, events, tables written, of those the ones that only triggers and cascades
    write, tables read, executions of its callers, their statements' rows, why it cannot be read, its DDL line, and
    whether it commits in between."""
    evidence = analysis.evidence
    ranked = sorted(stored_code(evidence), key=lambda code: (-code.executions, code.kind, code.name, code.tables))
    return [
        [
            code.kind,
            code.name,
            [index[table] for table in code.fires_on if table in index],
            list(code.events),
            [index[table] for table in code.writes if table in index],
            [index[table] for table in (code.use.follows if code.use else ()) if table in index],
            [index[table] for table in code.reads if table in index],
            code.executions,
            [numbers[name] for name in code.fingerprints if name in numbers][:STATEMENTS],
            code.unread,
            code.line,
            code.use is not None and code.use.commits,
        ]
        for code in ranked[:CODE]
    ]


def code_across(analysis: Analysis) -> Iterator[CodeAcross]:
    """What touches tables of several services, the most executed first."""
    owner = ownership(analysis)
    for code in sorted(stored_code(analysis.evidence), key=lambda code: (-code.executions, code.kind, code.name)):
        services = owner.services(code.tables)
        if len(services) > 1:
            uses = [code.use] if code.use else []
            yield CodeAcross(code, services, "".join(item.told for item in routines_across(uses, owner)))
