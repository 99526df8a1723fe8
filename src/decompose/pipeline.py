"""The composition root: how a run goes, from sources to a judged proposal. The only room that wires the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from decompose.errors import InputError, UsageError
from decompose.evidence.bundle import Coverage, Evidence
from decompose.evidence.catalogue import Catalogue
from decompose.evidence.collector import calm_collector
from decompose.evidence.fold.assemble import assemble
from decompose.evidence.fold.reconstruct import Reconstruction
from decompose.evidence.fold.unite import unite
from decompose.evidence.redact import mask_url
from decompose.evidence.schema import ForeignKey, Routine, Schema, Table, TableRef, Trigger, View
from decompose.evidence.schema_union import unite_schemas
from decompose.sources.ingestion.ingest import Ingested, ingest
from decompose.sources.ingestion.reading import Wanted
from decompose.sources.ingestion.units import KnownLog, known_logs
from decompose.sources.ingestion.window import moment
from decompose.sources.logs import describe, log_sources, read_log
from decompose.sources.logs.first_bytes import FirstPart, Taken
from decompose.sources.logs.format import HEAD_BYTES
from decompose.sources.logs.opening import LogSource
from decompose.sql.reader import DialectReader, transaction_rules

# Who only collects does not wait for what else a run may need: the rooms that judge, schemas, the doctor, a cluster.
if TYPE_CHECKING:
    from decompose.assessment.model import Analysis
    from decompose.boundaries.model import Decomposition
    from decompose.boundaries.propose import ProposalSettings
    from decompose.evidence.capture.model import Diagnosis

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CollectRequest:
    """What to read. `sources` are database URLs and DDL files, `logs` files, folders, globs and fsspec URLs.

    `log_format` and `prefix` (a log_line_prefix) override detection, `dialect` the SQL dialect. `databases` selects
    entries by database; all when empty.
    """

    sources: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()
    log_format: str | None = None
    prefix: str | None = None
    dialect: str | None = None
    databases: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    """The time window: ISO 8601, the end not included; open where empty."""
    jobs: int = 1
    """Processes that read logs."""
    cache: bool = True
    """Whether parsed templates, which hold no literals, are kept on disk between runs."""
    scheduler: str = ""
    """The address of a Dask scheduler whose workers read the logs; empty for processes of this machine."""


@calm_collector()
def collect(request: CollectRequest, progress: Progress = lambda _: None, known: Evidence | None = None) -> Evidence:
    """Read the schemas and fold the logs; raises InputError, DatabaseError or UsageError.

    `known` is evidence of the same system: its schema holds for the logs, too, and its counts are added to theirs.
    """
    schema = read_schemas(request.sources, request.dialect, progress)
    if known is not None:
        schema = unite_schemas(known.schema, schema, _dialect_of_either(known.schema, schema), frozenset()).schema
    logs = known_logs(log_sources(request.logs), request.log_format, request.prefix)
    dialect = request.dialect or _dialect(schema, logs)
    window = (moment(request.since), moment(request.until))
    if request.since and request.until and window[0] >= window[1]:
        raise UsageError("the time window is empty: --since is not before --until", "exchange them")
    wanted = Wanted(dialect, request.databases, *window, request.cache, schema.routines)
    ingested = _ingested(logs, wanted, request, progress)
    tally = ingested.tally
    if logs and not tally.entries:
        raise _no_record(request)
    sources = [mask_url(name) for name in (*request.sources, *(log.source.name for log in logs))]
    found = assemble(replace(schema, dialect=dialect), ingested.catalogue, tally, sources)
    return found if known is None else unite(known, found)


_ITS_LANGUAGE = "; of PostgreSQL's, `decompose doctor LOG` names the languages (lc_messages) that are read"


def _no_record(request: CollectRequest) -> InputError:
    if request.since or request.until:
        return InputError("no record of the log lies in the time window", "check --since and --until")
    if request.log_format:
        return InputError(
            f"no record could be read from the log as {request.log_format}",
            "leave --log-format out to have the format detected"
            f"{_ITS_LANGUAGE if request.log_format.startswith('postgresql') else ''}",
        )
    return InputError(
        "no record could be read from the log",
        "is it empty? Else name its format with --log-format, or the server's log_line_prefix with --log-line-prefix"
        f"{_ITS_LANGUAGE}",
    )


def _ingested(logs: tuple[KnownLog, ...], wanted: Wanted, request: CollectRequest, progress: Progress) -> Ingested:
    if not request.scheduler:
        return ingest(logs, wanted, request.jobs, progress=progress)
    from decompose.sources.ingestion.cluster import Dask

    with Dask(request.scheduler) as cluster:
        return ingest(logs, wanted, request.jobs, cluster, progress)


def read_schemas(sources: Iterable[str], dialect: str | None, progress: Progress) -> Schema:
    """One schema of all sources; tables of several sources carry the name of theirs as their database."""
    if not (sources := tuple(sources)):
        return Schema(dialect=dialect or "generic")
    from decompose.sources.schemas import read_schema, source_name

    schemas = []
    for source in sources:
        _refuse_jdbc(source)
        progress(f"reading the schema of {source_name(source)}")
        schemas.append((source_name(source), read_schema(source, dialect)))
    if len(schemas) < 2:
        return schemas[0][1]
    return _united(schemas)


def propose(evidence: Evidence, settings: ProposalSettings | None = None) -> Decomposition:
    """Service boundaries for the evidence."""
    from decompose.boundaries.propose import ProposalSettings
    from decompose.boundaries.propose import propose as propose_boundaries
    from decompose.graph.build import build_graph

    return propose_boundaries(build_graph(evidence), settings or ProposalSettings())


def find_levels(evidence: Evidence, decomposition: Decomposition) -> Decomposition:
    """A decomposition with its capability map and its hierarchy; a proposal that has them stays as it is."""
    from decompose.boundaries.leveling import with_levels
    from decompose.graph.build import build_graph

    return decomposition if decomposition.hierarchy.branches else with_levels(build_graph(evidence), decomposition)


def judge(evidence: Evidence, decomposition: Decomposition) -> Analysis:
    """A decomposition with its price."""
    from decompose.assessment.assess import assess
    from decompose.assessment.model import Analysis

    return Analysis(evidence, decomposition, assess(evidence, decomposition))


def refuse_if_blind(coverage: Coverage, least: float) -> None:
    """Raises InputError when less than the `least` share of statements was understood: no verdict on that ground."""
    if coverage.statements and coverage.statements_understood < least * coverage.statements:
        from decompose.assessment.phrases import percent

        share = percent(coverage.statements_understood, coverage.statements)
        reasons = sorted(coverage.gaps, key=lambda gap: (-gap.count, gap.reason))[:3]
        raise InputError(
            f"only {share} of the statements were understood, too few for a verdict ({100 * least:g} % needed)",
            "most frequent gaps: " + "; ".join(f"{gap.reason} ({gap.count:,})" for gap in reasons)
            if reasons
            else "name the dialect with --dialect",
        )


@dataclass(frozen=True, slots=True)
class DoctorRequest:
    """How to look at captures: `limit` is how many decompressed bytes of each log are read, 0 for all of them."""

    log_format: str | None = None
    prefix: str | None = None
    dialect: str | None = None
    limit: int = 64 << 20


def diagnose(source: str, request: DoctorRequest, progress: Progress = lambda _: None) -> tuple[Diagnosis, ...]:
    """What can be rebuilt from a server's logging or from each log that a path stands for, and what would change that.

    Raises InputError for what is no log, DatabaseError or UsageError for a server that cannot be asked.
    """
    from decompose.sources.settings import settings_source

    _refuse_jdbc(source)
    server = settings_source(source)
    if server is not None:
        progress(f"asking {mask_url(source)}")
        return (server.judge(mask_url(source), server.read(source)),)
    kind = source.partition("://")[0].partition("+")[0].lower() if "://" in source else ""
    if kind in _UNKNOWN_SERVERS:
        raise UsageError(
            f"doctor cannot ask a server of this kind: {kind}",
            "it asks postgresql://, mysql://, mariadb:// and sqlite:// URLs, and looks at any server's log file",
        )
    return tuple(_diagnose_log(log, request, progress) for log in log_sources((source,)))


def _refuse_jdbc(source: str) -> None:
    if source.startswith("jdbc:"):
        shown = mask_url(source.removeprefix("jdbc:"))
        raise UsageError("a JDBC URL is not read", f"leave `jdbc:` out and name the user: {shown}")


_UNKNOWN_SERVERS = ("cockroachdb", "db2", "duckdb", "mssql", "oracle", "redshift", "snowflake", "sqlserver")


def _diagnose_log(log: LogSource, request: DoctorRequest, progress: Progress) -> Diagnosis:
    from decompose.evidence.capture.log import LogFacts, diagnose_log
    from decompose.evidence.capture.log_counts import Symptoms, counts

    name = mask_url(log.name)
    progress(f"reading {name}")
    with log.open() as stream:
        head = stream.head(HEAD_BYTES)
    if not head.strip():
        raise InputError(f"{name} is empty", "is the server writing to this file?")
    try:
        told = describe(head, format=request.log_format, prefix=request.prefix)
    except InputError as error:
        raise InputError(f"{name}: {error.message}", error.hint) from error
    dialect = request.dialect or told.facts.dialect or told.format.dialect
    catalogue = Catalogue(DialectReader(dialect or "generic"))
    rules = transaction_rules(dialect)
    fold = Reconstruction(catalogue, rules)
    symptoms = Symptoms(fold, catalogue, rules)
    taken = Taken()
    part = FirstPart(log.name, log.is_url, request.limit, taken)
    fold.feed(symptoms.watch(read_log(part, format=request.log_format, prefix=request.prefix)))
    seen = counts(fold.finish(), symptoms, bytes_read=taken.count, whole=taken.whole)
    facts = LogFacts(
        told.format.name,
        told.format.title,
        dialect,
        told.facts.fields,
        told.facts.prefix or "",
        told.format.how_to_capture,
        told.format.cannot_tell,
    )
    return diagnose_log(name, facts, seen)


def _dialect(schema: Schema, logs: Iterable[KnownLog]) -> str:
    """The first log that has a dialect of its own decides; else the schema's."""
    for log in logs:
        if log.dialect not in ("", "generic"):
            return log.dialect
    return schema.dialect


def _dialect_of_either(first: Schema, second: Schema) -> str:
    return second.dialect if first.dialect == "generic" else first.dialect


def _united(schemas: list[tuple[str, Schema]]) -> Schema:
    tables: list[Table] = []
    views: list[View] = []
    triggers: list[Trigger] = []
    routines: list[Routine] = []
    unread: dict[str, int] = {}
    for name, schema in schemas:
        tables += [_table_of(table, name) for table in schema.tables]
        views += [replace(v, database=name, reads=tuple(_ref_of(r, name) for r in v.reads)) for v in schema.views]
        triggers += [
            replace(
                trigger,
                table=_ref_of(trigger.table, name),
                reads=tuple(_ref_of(ref, name) for ref in trigger.reads),
                writes=tuple(_ref_of(ref, name) for ref in trigger.writes),
            )
            for trigger in schema.triggers
        ]
        routines += [_routine_of(routine, name) for routine in schema.routines]
        for reason, count in schema.unread:
            unread[reason] = unread.get(reason, 0) + count
    return Schema(
        dialect=schemas[0][1].dialect,
        tables=tuple(sorted(tables, key=lambda t: (t.database, t.schema, t.name))),
        views=tuple(sorted(views, key=lambda v: (v.database, v.schema, v.name))),
        triggers=tuple(sorted(triggers, key=lambda t: (t.table, t.name))),
        routines=tuple(sorted(routines, key=lambda r: (r.database, r.schema, r.name, r.kind))),
        unread=tuple(sorted(unread.items())),
    )


def _table_of(table: Table, database: str) -> Table:
    keys: list[ForeignKey] = [replace(key, parent=_ref_of(key.parent, database)) for key in table.foreign_keys]
    partition_of = table.partition_of and _ref_of(table.partition_of, database)
    return replace(table, database=database, foreign_keys=tuple(keys), partition_of=partition_of)


def _routine_of(routine: Routine, database: str) -> Routine:
    accesses = tuple(replace(access, table=_ref_of(access.table, database)) for access in routine.accesses)
    calls = tuple(_ref_of(ref, database) for ref in routine.calls)
    return replace(routine, database=database, accesses=accesses, calls=calls)


def _ref_of(ref: TableRef, database: str) -> TableRef:
    return replace(ref, database=ref.database or database)
