"""Tables of frameworks, known by name, where what they refer to and who refers to them bears the name out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from decompose.boundaries.apart.traces import Traces

_MOST_COLUMNS = 20


@dataclass(frozen=True, slots=True)
class _Kind:
    """What tables of some names are for, and to how many tables of the business they may refer (None: to any).

    `referred` says that business tables may refer to them. `telling` are words that one of their columns has.
    """

    reason: str
    names: frozenset[str]
    prefixes: tuple[str, ...] = ()
    most_parents: int | None = 0
    referred: bool = False
    telling: frozenset[str] = frozenset()


_OF_SESSIONS = frozenset(["token", "expire", "expiry", "expiration", "payload", "sid", "timeout", "agent", "data"])
_OF_JOBS = frozenset(["payload", "attempt", "retry", "queue", "handler", "error"])
_OF_SEQUENCES = frozenset(["next", "current", "increment", "hi", "val"])

_KINDS = (
    _Kind(
        "it keeps the history of schema migrations",
        frozenset(
            {
                *("schema_migrations", "schema_migration", "django_migrations", "alembic_version", "sequelizemeta"),
                *("flyway_schema_history", "schema_version", "databasechangelog", "databasechangeloglock"),
                *("ar_internal_metadata", "__efmigrationshistory", "knex_migrations", "knex_migrations_lock"),
                *("phinxlog", "doctrine_migration_versions", "goose_db_version", "_prisma_migrations"),
                *("__migrationhistory", "play_evolutions", "_sqlx_migrations"),
            }
        ),
        ("_yoyo_", "kysely_"),
    ),
    _Kind(
        "it holds the sessions of the web framework",
        frozenset({"django_session", "spring_session", "spring_session_attributes", "php_sessions"}),
        most_parents=1,
    ),
    _Kind(
        "it holds the sessions of the web framework",
        frozenset({"sessions"}),
        most_parents=1,
        telling=_OF_SESSIONS,
    ),
    _Kind(
        "it is a queue of background jobs",
        frozenset(
            {
                *("delayed_jobs", "good_jobs", "que_jobs", "oban_jobs", "failed_jobs", "job_batches"),
                *("background_jobs", "job_queue", "celery_taskmeta", "celery_tasksetmeta", "messenger_messages"),
            }
        ),
        ("solid_queue_", "procrastinate_", "wp_actionscheduler_"),
        most_parents=1,
    ),
    _Kind("it is a queue of background jobs", frozenset({"jobs"}), most_parents=1, telling=_OF_JOBS),
    _Kind("it is a table of the job scheduler", frozenset(), ("qrtz_", "django_celery_"), most_parents=1),
    _Kind("it is a lock of the job scheduler", frozenset({"shedlock"})),
    _Kind(
        "it is a table of the batch framework",
        frozenset(
            {
                *("batch_job_instance", "batch_job_execution", "batch_job_execution_params", "batch_job_seq"),
                *("batch_job_execution_context", "batch_job_execution_seq", "batch_step_execution"),
                *("batch_step_execution_context", "batch_step_execution_seq"),
            }
        ),
    ),
    _Kind("it is a table of the workflow engine", frozenset(), ("act_ru_", "act_hi_", "act_re_", "act_ge_")),
    _Kind("it is a cache", frozenset({"cache_locks"}), ("solid_cache_", "easy_thumbnails_")),
    _Kind("it belongs to the spatial extension", frozenset({"spatial_ref_sys", "geometry_columns"})),
    _Kind(
        "it is an audit trail",
        frozenset({"audit_log", "audit_logs", "audit_trail", "auditlog", "django_admin_log"}),
        most_parents=None,
    ),
    _Kind("it numbers rows of other tables", frozenset({"hibernate_sequence", "hibernate_sequences"})),
    _Kind("it numbers rows of other tables", frozenset({"sequences"}), telling=_OF_SEQUENCES),
    _Kind(
        "it belongs to the framework, not to the business",
        frozenset({"django_content_type", "django_site", "active_storage_attachments", "active_storage_blobs"}),
        referred=True,
    ),
)


def known_tables(traces: Traces) -> Iterator[tuple[int, str]]:
    """Tables of frameworks with what they are for.

    A name alone decides nothing: no table of the business refers to such a table (content types and the like apart),
    it refers to hardly any itself, and it has the columns of its trade where its name is a word of other trades, too.
    """
    named = {index: kind for index in range(len(traces.graph.tables)) if (kind := _kind(traces, index))}
    for index, kind in named.items():
        if _borne_out(traces, index, kind, named):
            yield index, kind.reason


def _kind(traces: Traces, table: int) -> _Kind | None:
    if len(traces.graph.tables[table].columns) > _MOST_COLUMNS:
        return None
    name = traces.name(table)
    return next(
        (kind for kind in _KINDS if name in kind.names or (kind.prefixes and name.startswith(kind.prefixes))), None
    )


def _borne_out(traces: Traces, table: int, kind: _Kind, named: Mapping[int, _Kind]) -> bool:
    strangers = traces.children[table].difference(named, traces.parts[table])
    if strangers and not kind.referred:
        return False
    if kind.most_parents is not None and len(traces.parents[table].difference(named)) > kind.most_parents:
        return False
    columns = traces.columns(table)
    return not (kind.telling and columns) or any(not kind.telling.isdisjoint(column) for column in columns)
