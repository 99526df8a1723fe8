"""The words of drift, shared by every output: headline, message, evidence, next step."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from decompose.assessment.drift.model import GONE, Drift, Kind, Result, Status
from decompose.assessment.phrases import listed
from decompose.reports.safe import printable
from decompose.reports.wording import percent, plural, thousands

_LABEL_LENGTH = 120
_CODE = re.compile(r"(?P<path>\w[\w./-]{0,200}\.\w{1,5}):(?P<line>\d{1,7})\b", re.ASCII)
"""A place in code as marginalia writes it: `app/models/order.rb:12:in create`."""
_TITLES = {
    Kind.UNASSIGNED: "table in no service",
    Kind.FOREIGN_KEY: "foreign key across services",
    Kind.CASCADE: "cascade across services",
    Kind.TRIGGER: "trigger across services",
    Kind.ROUTINE: "stored routine across services",
    Kind.WRITE: "transaction that writes in several services",
    Kind.FOREIGN_WRITE: "write to another service's table",
    Kind.SHARED_WRITER: "service that writes a shared table",
    Kind.JOIN: "join across services",
    Kind.CYCLE: "circle of services",
    Kind.BUDGET: "budget exceeded",
}
_MEANINGS = {
    Status.NEW: "new",
    Status.FORBIDDEN: "forbidden by the policy",
    Status.EXPIRED: "accepted, but its time is over",
    Status.OVER_BUDGET: "over budget",
    Status.UNPROVEN: "new, seen too rarely to fail the build",
    Status.SANDBOXED: "appeared with this version of the analyzer, not with this change",
    Status.INHERITED: "not accepted, but already in the base revision",
    Status.CARRIED: "accepted under an earlier name",
    Status.KNOWN: "accepted",
    Status.ALLOWED: "allowed by the policy",
    Status.RESOLVED: "accepted and gone",
    Status.STALE: "accepted and gone for longer",
    Status.UNSEEN: "accepted and not seen in this capture",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a check was made, for places and commands: paths as the user gave them, relative where they were.

    `ddl` maps a database's name to its DDL file, with the key "" where there is one only; `declared` maps a service to
    its line in the services file. `command` are the options of
    the check that `accept` needs too.
    """

    lock: str = "decompose.lock.yml"
    services: str = "services.yml"
    ddl: dict[str, str] = field(default_factory=dict)
    declared: dict[str, int] = field(default_factory=dict)
    command: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A file and a line that a code host can show."""

    path: str
    line: int = 1


def title(kind: Kind) -> str:
    """What a kind is, in a few words."""
    return _TITLES[kind]


def meaning(status: Status) -> str:
    """What a status says."""
    return _MEANINGS[status]


def severity(result: Result) -> str:
    """`error` for what fails the build, `warning` for what somebody should look at, else `note`."""
    if result.fails:
        return "error"
    looked_at = (Status.UNPROVEN, Status.SANDBOXED, Status.INHERITED, Status.CARRIED, *GONE)
    return "warning" if result.status in looked_at else "note"


def place(result: Result, scene: Scene) -> Place:
    """Where to look: the DDL line of a declaration, the code that a label names, the lock's line, else the service."""
    sighting = result.sighting
    if sighting is not None and sighting.line is not None:
        path = scene.ddl.get(sighting.database) or scene.ddl.get("")
        if path:
            return Place(path, max(sighting.line, 1))
    for label in sighting.labels if sighting is not None else ():
        code = _CODE.match(label)
        if code:
            return Place(code["path"], max(int(code["line"]), 1))
    if result.entry is not None and result.entry.line:
        return Place(scene.lock, result.entry.line)
    if result.identity.kind is Kind.BUDGET:
        return Place(scene.lock)
    lines = [scene.declared[name] for name in result.identity.services if name in scene.declared]
    return Place(scene.services, lines[0] if lines else 1)


def between(result: Result) -> str:
    """`ordering -> billing`, `billing + ordering`; empty where no service is concerned."""
    identity = result.identity
    arrow = " + " if identity.kind in (Kind.ROUTINE, Kind.WRITE, Kind.JOIN, Kind.CYCLE) else " -> "
    return printable(arrow.join(identity.services))


def what(result: Result) -> str:
    """The coupling in one sentence, without who and how often."""
    identity = result.identity
    said = (
        result.sighting.what
        if result.sighting
        else f"{title(identity.kind)}: {listed(identity.tables or identity.services, 6)}"
    )
    return printable(said)


def who(result: Result, drift: Drift) -> str:
    """`14 of 1,022 transactions, 13.7 per 1,000; by checkout`; empty for what nobody executes."""
    sighting = result.sighting
    if sighting is None or not sighting.executions:
        return ""
    total = drift.coverage.transactions
    told = plural(sighting.executions, "execution")
    if total >= sighting.executions:
        told = f"{thousands(sighting.executions)} of {plural(total, 'transaction')}, "
        told += f"{1000 * sighting.executions / total:.1f} per 1,000"
    if sighting.labels:
        told += f"; by {listed([label[:_LABEL_LENGTH] for label in sighting.labels], 3)}"
    return printable(told)


def message(result: Result, drift: Drift) -> str:
    """What and who on one line: `billing + ordering: new: one transaction writes ... (14 of 1,022 transactions)`."""
    head = between(result)
    told = who(result, drift)
    text = f"{head + ': ' if head else ''}{meaning(result.status)}: {what(result)}"
    if told:
        text += f" ({told})"
    if result.entry is not None and result.status is not Status.KNOWN:
        text += f"; accepted by {printable(result.entry.owner)}: {printable(result.entry.reason)}"
        text += f" (since {result.entry.since}{', until ' + result.entry.until if result.entry.until else ''})"
    return text


def evidence(result: Result, scene: Scene) -> str:
    """What can be looked up: file and line, profiles, fingerprints."""
    sighting = result.sighting
    told = []
    if sighting is not None:
        if sighting.line is not None:
            at = place(result, scene)
            told.append(f"{at.path}:{at.line}" if at.path != scene.services else f"DDL line {sighting.line}")
        if sighting.evidence:
            noun = "statement" if result.identity.kind is Kind.JOIN else "transaction"
            told.append(f"{noun} {listed(sighting.evidence, 3)}")
    return printable("; ".join(told))


def next_step(result: Result, scene: Scene) -> str:
    """What to do about it, as a command where there is one."""
    kind, status = result.identity.kind, result.status
    if status in (Status.RESOLVED, Status.STALE):
        return f"remove it: decompose drift prune{scene.command}"
    if status is Status.CARRIED:
        return f"write the new name: decompose drift prune{scene.command}"
    if status is Status.OVER_BUDGET:
        return f"couple less, or raise the budget in {scene.lock} in review"
    if status is Status.FORBIDDEN:
        return f"undo it, or change the rule in {scene.lock} in review"
    if kind is Kind.UNASSIGNED:
        tables = printable(", ".join(result.identity.tables))
        return f"put {tables} into a service, `shared` or `infrastructure` in {scene.services}"
    if status in (Status.NEW, Status.EXPIRED, Status.SANDBOXED, Status.INHERITED, Status.UNPROVEN):
        accept = f"decompose drift accept {result.identity.id}{scene.command}"
        return f"undo it, or accept it: {accept} --reason WHY --owner TEAM"
    return ""


def headline(drift: Drift) -> str:
    """The change in one line, on green too: `+1 new, 2 resolved, 20 accepted (oldest 211 days), coverage 94.0 %`."""
    parts = [f"+{len(drift.of(Status.NEW))} new"]
    parts += [f"{len(found)} {status.value}" for status in _TOLD if (found := drift.of(status))]
    age = f" (oldest {plural(drift.oldest_days, 'day')})" if drift.accepted else ""
    parts.append(f"{thousands(drift.accepted)} accepted{age}")
    coverage = drift.coverage
    if not drift.workload:
        parts.append("schema only")
    elif coverage.statements:
        parts.append(f"coverage {percent(coverage.statements_understood, coverage.statements)}")
    return ", ".join(parts)


_TOLD = (
    Status.FORBIDDEN,
    Status.EXPIRED,
    Status.OVER_BUDGET,
    Status.UNPROVEN,
    Status.SANDBOXED,
    Status.INHERITED,
    Status.CARRIED,
    Status.RESOLVED,
    Status.STALE,
    Status.UNSEEN,
    Status.ALLOWED,
)


def remarks(drift: Drift) -> list[str]:
    """What a reader must know to judge the judgement."""
    told = []
    coverage = drift.coverage
    if drift.workload:
        told.append(
            f"seen: {plural(coverage.statements, 'statement')} "
            f"({percent(coverage.statements_understood, coverage.statements)} understood), "
            f"{plural(coverage.transactions, 'transaction')}, {plural(coverage.sessions, 'session')}"
        )
    told += [f"set apart: {plural(count, 'execution')}: {reason}" for reason, count in drift.set_apart]
    if drift.partial and (drift.workload or drift.of(Status.UNSEEN)):
        told.append(f"nothing of the workload is called gone: {drift.partial}")
    if drift.unread_ddl:
        told.append(f"{plural(drift.unread_ddl, 'DDL statement')} could not be read")
    if drift.upgrade is not None:
        told.append(
            f"the lock was written by analyzer {drift.upgrade[0]}, this is {drift.upgrade[1]}: what only the new one "
            "finds does not fail the build; `decompose drift accept --all` with a reason settles it"
        )
    return [printable(line) for line in told]
