"""The composition root: how a run goes, from sources to a judged proposal. The only room that wires the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from decompose.assessment.assess import assess
from decompose.assessment.model import Analysis
from decompose.boundaries.model import Decomposition
from decompose.boundaries.propose import ProposalSettings
from decompose.boundaries.propose import propose as propose_boundaries
from decompose.errors import InputError
from decompose.evidence.assemble import assemble
from decompose.evidence.bundle import Coverage, Evidence
from decompose.evidence.catalogue import Catalogue
from decompose.evidence.reconstruct import Reconstruction, Selection
from decompose.evidence.schema import ForeignKey, Schema, Table, TableRef, Trigger, View
from decompose.graph.build import build_graph
from decompose.sources.logs import describe, log_sources, read_log
from decompose.sources.logs.format import HEAD_BYTES
from decompose.sources.logs.opening import LogSource
from decompose.sources.schemas import read_schema, source_name
from decompose.sql.reader import DialectReader, transaction_rules

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CollectRequest:
    """What to read. `sources` are database URLs and DDL files, `logs` files, folders and globs.

    `log_format` and `prefix` (a log_line_prefix) override detection, `dialect` the SQL dialect. `databases` selects
    entries by database; all when empty.
    """

    sources: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()
    log_format: str | None = None
    prefix: str | None = None
    dialect: str | None = None
    databases: tuple[str, ...] = ()


def collect(request: CollectRequest, progress: Progress = lambda _: None) -> Evidence:
    """Read the schemas and fold the logs; raises InputError, DatabaseError or UsageError."""
    schema = read_schemas(request.sources, request.dialect, progress)
    logs = log_sources(request.logs)
    dialect = request.dialect or _dialect(schema, logs, request)
    catalogue = Catalogue(DialectReader(dialect))
    fold = Reconstruction(catalogue, transaction_rules(dialect), Selection(frozenset(request.databases)))
    for log in logs:
        progress(f"reading {log.name}")
        fold.feed(read_log(log, format=request.log_format, prefix=request.prefix))
    tally = fold.finish()
    if logs and not tally.entries:
        raise InputError(
            "no record could be read from the log",
            "name the format with --log-format, or the server's log_line_prefix with --log-line-prefix",
        )
    sources = list(request.sources) + [log.name for log in logs]
    return assemble(replace(schema, dialect=dialect), catalogue, tally, sources)


def read_schemas(sources: Iterable[str], dialect: str | None, progress: Progress) -> Schema:
    """One schema of all sources; tables of several sources carry the name of theirs as their database."""
    schemas = []
    for source in sources:
        progress(f"reading the schema of {source_name(source)}")
        schemas.append((source_name(source), read_schema(source, dialect)))
    if len(schemas) < 2:
        return schemas[0][1] if schemas else Schema(dialect=dialect or "generic")
    return _united(schemas)


def propose(evidence: Evidence, settings: ProposalSettings | None = None) -> Decomposition:
    """Service boundaries for the evidence."""
    return propose_boundaries(build_graph(evidence), settings or ProposalSettings())


def judge(evidence: Evidence, decomposition: Decomposition) -> Analysis:
    """A decomposition with its price."""
    return Analysis(evidence, decomposition, assess(evidence, decomposition))


def refuse_if_blind(coverage: Coverage, least: float) -> None:
    """Raises InputError when less than the `least` share of statements was understood: no verdict on that ground."""
    if coverage.statements and coverage.statements_understood < least * coverage.statements:
        share = coverage.statements_understood / coverage.statements
        reasons = sorted(coverage.gaps, key=lambda gap: (-gap.count, gap.reason))[:3]
        raise InputError(
            f"only {share:.1%} of the statements were understood, too few for a verdict ({least:.0%} needed)",
            "most frequent gaps: " + "; ".join(f"{gap.reason} ({gap.count:,})" for gap in reasons)
            if reasons
            else "name the dialect with --dialect",
        )


def _dialect(schema: Schema, logs: Iterable[LogSource], request: CollectRequest) -> str:
    """The first log that has a dialect of its own decides; else the schema's."""
    for log in logs:
        with log.open() as stream:
            head = stream.head(HEAD_BYTES)
        if head.strip():
            name = describe(head, format=request.log_format, prefix=request.prefix).format.dialect
            if name not in ("", "generic"):
                return name
    return schema.dialect


def _united(schemas: list[tuple[str, Schema]]) -> Schema:
    tables: list[Table] = []
    views: list[View] = []
    triggers: list[Trigger] = []
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
        for reason, count in schema.unread:
            unread[reason] = unread.get(reason, 0) + count
    return Schema(
        dialect=schemas[0][1].dialect,
        tables=tuple(sorted(tables, key=lambda t: (t.database, t.schema, t.name))),
        views=tuple(sorted(views, key=lambda v: (v.database, v.schema, v.name))),
        triggers=tuple(sorted(triggers, key=lambda t: (t.table, t.name))),
        unread=tuple(sorted(unread.items())),
    )


def _table_of(table: Table, database: str) -> Table:
    keys: list[ForeignKey] = [replace(key, parent=_ref_of(key.parent, database)) for key in table.foreign_keys]
    partition_of = table.partition_of and _ref_of(table.partition_of, database)
    return replace(table, database=database, foreign_keys=tuple(keys), partition_of=partition_of)


def _ref_of(ref: TableRef, database: str) -> TableRef:
    return replace(ref, database=ref.database or database)
