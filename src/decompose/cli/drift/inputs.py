"""What a drift command reads: evidence, boundaries, lock, the base revision; and the scene that messages speak of."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from decompose.errors import UsageError
from decompose.evidence.redact import mask_url

if TYPE_CHECKING:
    from decompose.assessment.drift.check import Circumstances
    from decompose.assessment.drift.model import Drift, Identity
    from decompose.boundaries.model import Decomposition
    from decompose.cli.output import Notes
    from decompose.evidence.bundle import Evidence
    from decompose.pipeline import CollectRequest
    from decompose.reports.drift.text import Scene
    from decompose.store.lock_yaml import LockDocument


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line of a drift command, as far as they agree."""

    request: CollectRequest
    services: Path
    lock: Path
    base: str | None = None
    partial: bool = False
    today: str | None = None
    min_understood: float = 0.5


def load_lock(path: Path, *, required: bool) -> LockDocument:
    """The lock; a missing one is an error, or an empty lock where it is about to be written."""
    from decompose.store import lock_yaml

    text = _text(path)
    if text is not None:
        return lock_yaml.load(text, path.as_posix())
    if required:
        raise UsageError(
            f"there is no lock at {path}: without what was accepted nothing can be called new",
            "commit it, or write the first one: "
            "decompose drift accept --all --source SCHEMA.sql --reason 'first baseline' --owner TEAM",
        )
    from decompose.assessment.drift.check import Lock

    return lock_yaml.LockDocument(Lock())


def examine(asked: Asked, document: LockDocument, notes: Notes) -> tuple[Drift, Evidence, Scene]:
    """Reads everything and checks; InputError when too little was understood for a verdict."""
    from decompose import pipeline
    from decompose.assessment.drift.check import check

    evidence = read_evidence(asked.request, notes)
    pipeline.refuse_if_blind(evidence.coverage, asked.min_understood)
    decomposition = read_services(asked.services, evidence)
    told = _circumstances(asked, notes)
    return (
        check(evidence, decomposition, document.lock, told),
        evidence,
        scene(asked, [service.name for service in decomposition.services]),
    )


def read_evidence(request: CollectRequest, notes: Notes) -> Evidence:
    """Evidence from sources and logs, or from one evidence file."""
    from decompose.cli.documents import gather

    if not request.sources and not request.logs:
        raise UsageError(
            "nothing to read: name a SOURCE or a --log",
            "for example `decompose drift check db/structure.sql --log postgresql.log`",
        )
    return gather(request, notes)


def read_services(path: Path, evidence: Evidence) -> Decomposition:
    """The declared boundaries."""
    from decompose.evidence.spellings import spellings
    from decompose.store import services_yaml

    text = _text(path)
    if text is None:
        raise UsageError(
            f"there are no declared boundaries at {path}", "`decompose analyze` proposes some; or name them: --services"
        )
    return services_yaml.load(text, [table.name for table in evidence.tables], str(path), spellings(evidence.schema))


def this_analyzer() -> str:
    """This version of the tool, as far as it can change results."""
    from decompose.assessment.drift.check import analyzer

    return analyzer(version("sqlglot"))


def day(text: str | None) -> str:
    """An ISO date; UsageError for anything else. Today is UTC's, so that a time zone changes nothing."""
    if text is None:
        return datetime.now(UTC).date().isoformat()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"{text!r} is no date", "write it as 2026-12-31") from error


def scene(asked: Asked, services: Iterable[str]) -> Scene:
    """Places and commands as the user would type them."""
    from decompose.reports.drift.text import Scene

    files = [source for source in asked.request.sources if source.endswith(".sql") and "://" not in source]
    ddl = {PurePath(path).stem: relative(path) for path in files}
    if len(files) == len(asked.request.sources) == 1:
        ddl[""] = relative(files[0])
    words = [word for source in asked.request.sources for word in ("--source", source)]
    words += [word for log in asked.request.logs for word in ("--log", log)]
    words += [word for database in asked.request.databases for word in ("--database", database)]
    for option, path, default in (
        ("--services", asked.services, "services.yml"),
        ("--lock", asked.lock, "decompose.lock.yml"),
    ):
        words += [option, str(path)] if str(path) != default else []
    command = "".join(f" {shlex.quote(mask_url(word))}" for word in words)
    return Scene(
        relative(str(asked.lock)), relative(str(asked.services)), ddl, _declared(asked.services, services), command
    )


def _declared(path: Path, services: Iterable[str]) -> dict[str, int]:
    """Service to the first line that looks like its declaration; a second reading as YAML would take too long."""
    names = frozenset(services)
    found: dict[str, int] = {}
    for number, line in enumerate((_text(path) or "").splitlines(), 1):
        name = line.partition(":")[0].strip().strip("\"'")
        if name in names and line[:1].isspace():
            found.setdefault(name, number)
    return found


def relative(path: str) -> str:
    """A path as code hosts want it: relative to the present folder, without `./`, with slashes."""
    place = Path(path)
    if place.is_absolute() and place.is_relative_to(Path.cwd()):
        place = place.relative_to(Path.cwd())
    return place.as_posix()


def _circumstances(asked: Asked, notes: Notes) -> Circumstances:
    from decompose.assessment.drift.check import Circumstances

    return Circumstances(
        today=day(asked.today),
        analyzer=this_analyzer(),
        base=_base(asked, notes) if asked.base else None,
        partial="--partial was given" if asked.partial else "",
    )


def _base(asked: Asked, notes: Notes) -> frozenset[Identity]:
    """What the base revision's schema couples, under the base's own boundaries where it has them."""
    from decompose.assessment.drift.check import declared

    revision = asked.base or ""
    evidence = evidence_at(revision, replace(asked.request, logs=()))
    if evidence is None:
        notes.say(f"{revision} has no schema file yet: everything counts as this change's")
        return frozenset()
    return declared(evidence, services_at(revision, asked.services, evidence))


def services_at(revision: str, path: Path, evidence: Evidence) -> Decomposition:
    """The boundaries that a revision declares; the present ones where it declares none."""
    from decompose.cli.git_files import read_at
    from decompose.evidence.spellings import spellings
    from decompose.store import services_yaml

    text = None if path.is_absolute() else read_at(revision, path)
    if text is None:
        return read_services(path, evidence)
    tables = [table.name for table in evidence.tables]
    return services_yaml.load(text, tables, f"{revision}:{path}", spellings(evidence.schema))


def evidence_at(revision: str, request: CollectRequest) -> Evidence | None:
    """The schema files of a revision as evidence, read by the same reader through copies in a temporary folder."""
    from decompose import pipeline
    from decompose.cli.git_files import read_at

    files = [source for source in request.sources if "://" not in source and not source.endswith(".json")]
    if len(files) != len(request.sources) or not files:
        raise UsageError(
            "--base reads schema files from git, and a source is none",
            "give the schema as a .sql file of the repository",
        )
    with tempfile.TemporaryDirectory() as folder:
        copies = []
        for number, name in enumerate(files):
            text = read_at(revision, Path(name))
            if text is not None:
                copy = Path(folder, str(number), PurePath(name).name)
                copy.parent.mkdir()
                copy.write_text(text, encoding="utf-8")
                copies.append(str(copy))
        if not copies:
            return None
        return pipeline.collect(replace(request, sources=tuple(copies)))


def _text(path: Path) -> str | None:
    from decompose.cli.output import read_text

    return read_text(path) if path.exists() else None
