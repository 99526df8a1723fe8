"""A saga as a Mermaid sequence diagram: the way forward, the pivot, the way back."""

from __future__ import annotations

from decompose.assessment.sagas.inverse import NOTHING
from decompose.assessment.sagas.model import LocalTransaction, Role, Saga
from decompose.reports.safe import printable

_PLAIN = frozenset(" .,()/_-×→")
_NAMED = 3


def render_diagram(saga: Saga) -> str:
    """The diagram's source; ends in a newline."""
    ids = {service: f"s{number}" for number, service in enumerate(saga.services)}
    lines = ["sequenceDiagram", "    autonumber"]
    lines += [f"    participant {ids[service]} as {_text(service)}" for service in ids]
    home = ids[saga.coordinator]
    for step in saga.steps:
        lines += _step(step, home, ids[step.service])
    back = [step for step in saga.steps if step.role is Role.COMPENSATABLE]
    undone = list(dict.fromkeys(line for step in reversed(back) for line in _back(step, home, ids[step.service])))
    if undone:
        lines += [f"    opt {_text('refused before the pivot: undo in reverse order')}", *undone, "    end"]
    return "\n".join(lines) + "\n"


def _step(step: LocalTransaction, home: str, there: str) -> list[str]:
    told = _text(f"{step.number}. {step.purpose} {_names(step.tables)}")
    lines = [f"    {home}->>{there}: {told}"]
    if step.role is Role.PIVOT:
        lines.append(f"    Note over {there}: {_text('pivot, no way back from here')}")
    elif step.role is Role.RETRIABLE:
        lines.append(f"    Note over {there}: {_text('repeated until done')}")
    if home != there and step.role is not Role.RETRIABLE:
        lines.append(f"    {there}-->>{home}: {_text('done, or refused')}")
    return lines


def _back(step: LocalTransaction, home: str, there: str) -> list[str]:
    undone = [operation for operation in step.operations if operation.undone_by != NOTHING]
    return [
        f"    {home}->>{there}: {_text(f'undo {operation.mode} {operation.table} ({operation.undone_by})')}"
        for operation in reversed(undone)
    ]


def _names(tables: tuple[str, ...]) -> str:
    left = len(tables) - _NAMED
    return ", ".join(tables[:_NAMED]) + (f" and {left} more" if left > 0 else "")


def _text(value: str) -> str:
    """Text in which nothing is syntax: other ASCII signs become their codes, which Mermaid decodes."""
    shown = "".join(c if c.isalnum() or c in _PLAIN or not c.isascii() else f"#{ord(c)};" for c in printable(value))
    return shown.strip() or "#160;"
