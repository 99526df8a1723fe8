"""The output folder: which documents a run leaves and how a later one finds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from glob import glob
from hashlib import sha256
from os.path import isfile
from pathlib import Path
from typing import TYPE_CHECKING

from decompose.cli.output import Notes, read_text, write, write_proposal
from decompose.errors import InputError, UsageError

PLANNED_TABLES = 500
"""Up to so many tables a report holds the plan as well; it takes 3 s there and grows faster than the tables."""

if TYPE_CHECKING:
    from decompose.assessment.model import Analysis
    from decompose.assessment.plan.model import Plan
    from decompose.boundaries.model import Decomposition
    from decompose.evidence.bundle import Evidence
    from decompose.pipeline import CollectRequest


def request_of(
    sources: Iterable[str] | None,
    logs: Iterable[str] | None,
    log_format: str | None,
    prefix: str | None,
    dialect: str | None,
    databases: Iterable[str] | None,
) -> CollectRequest:
    """What every command that reads is told of its input, the same way."""
    from decompose.pipeline import CollectRequest

    return CollectRequest(tuple(sources or ()), tuple(logs or ()), log_format, prefix, dialect, tuple(databases or ()))


def gather(request: CollectRequest, notes: Notes) -> Evidence:
    """Evidence from sources and logs, or from an evidence file that `collect` wrote."""
    from decompose import pipeline

    if not request.sources and not request.logs:
        raise UsageError(
            "nothing to read: name a SOURCE or a --log",
            "for example `decompose analyze schema.sql --log postgresql.log`, or try `decompose demo`",
        )
    for source in request.sources:
        _refuse_output_folder(source)
    documents = [source for source in request.sources if source.endswith(".json")]
    if not documents:
        return pipeline.collect(request, notes.progress)
    known = united_evidence([Path(name) for name in documents], notes)
    others = tuple(source for source in request.sources if source not in documents)
    if not others and not request.logs:
        return known
    return pipeline.collect(replace(request, sources=others), notes.progress, known)


def _refuse_output_folder(source: str) -> None:
    document = Path(source) / "evidence.json"
    if "://" not in source and isfile(document):
        raise UsageError(
            f"{source} is the output folder of an earlier run",
            f"`decompose propose --in {source}` goes on from there; as a SOURCE give {document}",
        )


def united_evidence(paths: Iterable[Path], notes: Notes) -> Evidence:
    """The evidence of all these files as one; they are read one after the other, so that no more than two are held."""
    from decompose.evidence.fold.unite import unite_all
    from decompose.store import evidence_json

    seen: dict[str, Path] = {}

    def pieces() -> Iterator[Evidence]:
        for path in paths:
            notes.progress(f"reading {path}")
            text = read_text(path)
            digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            if seen.setdefault(digest, path) is not path:
                notes.say(f"{path} is the same as {seen[digest]}: what both tell counts twice")
            try:
                yield evidence_json.load(text)
            except InputError as error:
                raise InputError(f"{path}: {error.message}", error.hint) from error

    return unite_all(pieces())


def evidence_files(names: Iterable[str]) -> list[Path]:
    """The evidence files that files, folders and globs stand for, each once, in the order of their names.

    A folder stands for its `evidence.json`, without one for those of the folders below it, without any for its `.json`
    files. Raises InputError for a name that stands for none.
    """
    found: dict[Path, Path] = {}
    for name in names:
        path = Path(name)
        matches = [path] if path.exists() else [Path(match) for match in glob(name, recursive=True)]
        files = [file for match in matches for file in (_evidence_below(match) if match.is_dir() else [match])]
        if not files:
            raise InputError(f"no evidence file at {name}", "`decompose collect` writes evidence.json into its folder")
        found.update({file.resolve(): file for file in files})
    return sorted(found.values())


def _evidence_below(folder: Path) -> list[Path]:
    own = folder / "evidence.json"
    if own.is_file():
        return [own]
    return sorted(folder.rglob("evidence.json")) or sorted(folder.glob("*.json"))


def scheduler_of(engine: str, scheduler: str) -> str:
    """The address of the cluster that shall read logs, empty for none; UsageError where the options disagree."""
    if engine == "dask" and not scheduler:
        raise UsageError("--engine dask needs the cluster's address", "for example --scheduler tcp://10.0.0.5:8786")
    if scheduler and engine != "dask":
        raise UsageError("--scheduler is the address of a Dask cluster", "add --engine dask to read the logs there")
    return scheduler


def load_evidence(path: Path) -> Evidence:
    """Evidence from a file, or from the folder that holds it."""
    from decompose.store import evidence_json

    file = path if isfile(path) else path / "evidence.json"
    try:
        return evidence_json.load(read_text(file))
    except InputError as error:
        raise InputError(
            error.message if str(file) in error.message else f"{file}: {error.message}", error.hint
        ) from error


def load_decomposition(folder: Path, services: Path | None, evidence: Evidence) -> Decomposition:
    """The decomposition of a services.yml: the one named, else the folder's own."""
    from decompose.evidence.spellings import spellings
    from decompose.store import services_yaml

    path = services or folder / "services.yml"
    text = read_text(path, "check the path of the decomposition") if services else read_text(path)
    return services_yaml.load(text, [table.name for table in evidence.tables], str(path), spellings(evidence.schema))


def load_proposal(folder: Path, evidence: Evidence) -> Decomposition:
    """The folder's own decomposition with what its proposal knew of all that nobody has edited since."""
    from decompose.store import proposal_json

    decomposition = load_decomposition(folder, None, evidence)
    path = folder / "proposal.json"
    if not path.is_file():
        return decomposition
    return proposal_json.recalled(decomposition, proposal_json.load(read_text(path)))


def write_folder(folder: Path, analysis: Analysis, notes: Notes) -> None:
    """Every document of an analysis."""
    from decompose.assessment.breakage import breakage
    from decompose.cli.graphviz_pictures import render_svg
    from decompose.exports.dot import render_dot
    from decompose.reports.html import render_html
    from decompose.reports.markdown import render_markdown
    from decompose.store import assessment_json, capabilities_yaml, evidence_json, proposal_json

    write(folder / "evidence.json", evidence_json.dump(analysis.evidence))
    write_services(folder, analysis.decomposition, notes)
    broken = breakage(analysis.evidence, analysis.decomposition)
    write(folder / "assessment.json", assessment_json.dump(analysis.assessment, analysis.evidence.coverage, broken))
    write(folder / "capabilities.yml", capabilities_yaml.dump(analysis.decomposition))
    write(folder / "proposal.json", proposal_json.dump(analysis.decomposition))
    write(folder / "report.md", render_markdown(analysis))
    write(folder / "report.html", render_html(analysis, plan=planned(analysis)))
    dot = render_dot(analysis)
    write(folder / "boundaries.dot", dot)
    svg = render_svg(dot)
    if svg is None:
        notes.say("boundaries.svg was not drawn: Graphviz is not installed or took too long; boundaries.dot is there")
    else:
        write(folder / "boundaries.svg", svg)


def planned(analysis: Analysis) -> Plan | None:
    """The plan for the report; none where there is nothing to extract or where it would take longer than the rest."""
    from decompose.assessment.plan.plan import plan

    if not analysis.decomposition.services or len(analysis.evidence.tables) > PLANNED_TABLES:
        return None
    return plan(analysis.evidence, analysis.decomposition)


def write_services(folder: Path, decomposition: Decomposition, notes: Notes) -> Path:
    """The proposal as services.yml; an edited one is kept."""
    from decompose.store import services_yaml

    return write_proposal(folder, services_yaml.dump(decomposition), notes)
