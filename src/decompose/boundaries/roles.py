"""Tables that belong to no service: infrastructure (noise) and reference data (shared by replication).

Being wrong here costs: a table set apart is in no service. So names count only where they are a framework's own, and
structure only where there are transactions enough to show it.
"""

from __future__ import annotations

from collections import Counter

from decompose.boundaries.model import Role
from decompose.boundaries.objectives.objective import Partition
from decompose.graph.lookups import runs_of
from decompose.graph.model import CouplingGraph, TableNode
from decompose.graph.vocabulary import Vocabulary, is_part

_KNOWN: tuple[tuple[str, frozenset[str]], ...] = (
    (
        "it keeps the history of schema migrations",
        frozenset(
            {
                *("schema_migrations", "schema_migration", "django_migrations", "alembic_version", "sequelizemeta"),
                *("flyway_schema_history", "schema_version", "databasechangelog", "databasechangeloglock"),
                *("ar_internal_metadata", "__efmigrationshistory", "knex_migrations", "knex_migrations_lock"),
                *("phinxlog", "doctrine_migration_versions", "goose_db_version", "_prisma_migrations"),
            }
        ),
    ),
    (
        "it holds the sessions of the web framework",
        frozenset({"django_session", "spring_session", "spring_session_attributes", "php_sessions", "sessions"}),
    ),
    (
        "it is a queue of background jobs",
        frozenset(
            {
                *("delayed_jobs", "good_jobs", "que_jobs", "oban_jobs", "failed_jobs", "job_batches", "jobs"),
                *("background_jobs", "job_queue", "celery_taskmeta", "celery_tasksetmeta"),
            }
        ),
    ),
    ("it is an audit trail", frozenset({"audit_log", "audit_logs", "audit_trail", "auditlog", "django_admin_log"})),
    ("it numbers rows of other tables", frozenset({"hibernate_sequence", "hibernate_sequences", "sequences"})),
    (
        "it belongs to the framework, not to the business",
        frozenset({"django_content_type", "django_site", "active_storage_attachments", "active_storage_blobs"}),
    ),
)
_PREFIXES = (
    ("qrtz_", "it is a table of the job scheduler"),
    ("solid_queue_", "it is a queue of background jobs"),
    ("solid_cache_", "it is a cache"),
    ("django_celery_", "it is a table of the job scheduler"),
)
_MOST_COLUMNS = 20
_LEAST_BOUNDARIES = 12
_NEARLY_EVERY = 0.5
_LEAST_SERVICES = 3
_MOST_ROWS = 10_000
_MOST_WRITTEN = 0.02
_MOST_IN_ONE = 0.5


def infrastructure(graph: CouplingGraph) -> tuple[Role, ...]:
    """Framework tables known by name, and tables that nearly every write transaction writes and nothing refers to."""
    parents = {reference.parent for reference in graph.references}
    boundaries = sorted({edge.writes for edge in graph.transactions if len(edge.writes) > 1})
    written = Counter(table for boundary in boundaries for table in boundary)
    found = []
    for index, node in enumerate(graph.tables):
        reason = _known(node)
        often = len(boundaries) >= _LEAST_BOUNDARIES and written[index] >= _NEARLY_EVERY * len(boundaries)
        if not reason and often and index not in parents:
            reason = f"written by {written[index]} of {len(boundaries)} kinds of multi-table writes, and no parent"
        if reason:
            found.append(Role(node.name, "infrastructure", reason))
    return tuple(found)


def _known(node: TableNode) -> str:
    name = node.name.rsplit(".", 1)[-1].lower()
    if len(node.columns) > _MOST_COLUMNS:
        return ""
    for prefix, reason in _PREFIXES:
        if name.startswith(prefix):
            return reason
    return next((reason for reason, names in _KNOWN if name in names), "")


def reference_data(
    graph: CouplingGraph, vocabulary: Vocabulary, partition: Partition, left_out: frozenset[int]
) -> tuple[Role, ...]:
    """Small tables that several services refer to and hardly anyone writes; none where there are few transactions.

    A table that refers to others, or has parts of its own (`partner_users` of `partner`), is business.
    """
    if len(graph.transactions) < _LEAST_BOUNDARIES:
        return ()
    written, touched = runs_of(graph)
    users = _users(graph, partition)
    business = {reference.child for reference in graph.references if reference.child != reference.parent}
    business.update(reference.parent for reference in graph.references if is_part(vocabulary, reference))
    found = []
    for index, node in enumerate(graph.tables):
        around = users[index]
        if index in left_out or index in business or not touched[index] or len(around) < _LEAST_SERVICES:
            continue
        large = node.row_estimate is not None and node.row_estimate > _MOST_ROWS
        owned = max(around.values()) > _MOST_IN_ONE * sum(around.values())
        if not large and not owned and written[index] <= _MOST_WRITTEN * touched[index]:
            reason = f"referred to from {len(around)} services, written in {written[index]} of {touched[index]} runs"
            found.append(Role(node.name, "shared", reason))
    return tuple(found)


def _users(graph: CouplingGraph, partition: Partition) -> list[Counter[int]]:
    """For every table, how many tables of each service refer to it."""
    users: list[Counter[int]] = [Counter() for _ in graph.tables]
    for child, parent in sorted({(reference.child, reference.parent) for reference in graph.references}):
        if child != parent:
            users[parent][partition[child]] += 1
    return users
