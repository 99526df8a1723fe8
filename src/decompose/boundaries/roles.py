"""Tables that belong to no service: infrastructure (noise) and reference data (shared by replication)."""

from __future__ import annotations

from collections import Counter

from decompose.boundaries.model import Role
from decompose.boundaries.objectives.objective import Partition
from decompose.graph.model import CouplingGraph

_INFRASTRUCTURE_NAMES = frozenset(
    """schema_migrations schema_migration django_migrations django_content_type django_session django_site
    django_admin_log alembic_version flyway_schema_history databasechangelog databasechangeloglock
    ar_internal_metadata __efmigrationshistory knex_migrations knex_migrations_lock sequelizemeta migrations
    phinxlog doctrine_migration_versions goose_db_version typeorm_metadata hibernate_sequence hibernate_sequences
    spring_session spring_session_attributes delayed_jobs good_jobs que_jobs oban_jobs failed_jobs job_batches
    background_jobs audit_log audit_logs audit_trail sessions php_sessions celery_taskmeta celery_tasksetmeta
    active_storage_attachments active_storage_blobs thumbnail_kvstore""".split()
)
_INFRASTRUCTURE_PREFIXES = ("qrtz_", "solid_queue_", "solid_cache_", "django_celery_", "_prisma_", "pg_stat_")
_LEAST_BOUNDARIES = 12
_NEARLY_EVERY = 0.5
_LEAST_READERS = 3
_MOST_ROWS = 10_000
_MOST_WRITTEN = 0.02
_MOST_IN_ONE = 0.5


def infrastructure(graph: CouplingGraph) -> tuple[Role, ...]:
    """Tables known by their name, and tables that nearly every kind of write transaction writes and nothing refers to."""
    parents = {reference.parent for reference in graph.references}
    boundaries = sorted({edge.writes for edge in graph.transactions if len(edge.writes) > 1})
    written = Counter(table for boundary in boundaries for table in boundary)
    found = []
    for index, node in enumerate(graph.tables):
        name = node.name.rsplit(".", 1)[-1].lower()
        if name in _INFRASTRUCTURE_NAMES or name.startswith(_INFRASTRUCTURE_PREFIXES):
            found.append(Role(node.name, "infrastructure", "its name is that of a framework's or a job's own table"))
        elif (
            len(boundaries) >= _LEAST_BOUNDARIES
            and written[index] >= _NEARLY_EVERY * len(boundaries)
            and index not in parents
        ):
            reason = (
                f"written by {written[index]} of {len(boundaries)} kinds of multi-table writes, referred to by none"
            )
            found.append(Role(node.name, "infrastructure", reason))
    return tuple(found)


def reference_data(graph: CouplingGraph, partition: Partition, left_out: frozenset[int]) -> tuple[Role, ...]:
    """Small tables that several services read or refer to and hardly anyone writes; none without transactions."""
    if len(graph.transactions) < _LEAST_BOUNDARIES:
        return ()
    touched: Counter[int] = Counter()
    written: Counter[int] = Counter()
    for edge in graph.transactions:
        written.update(dict.fromkeys(edge.writes, edge.executions))
        touched.update(dict.fromkeys(edge.writes + edge.reads, edge.executions))
    users = _users(graph, partition)
    children = {reference.child for reference in graph.references if reference.child != reference.parent}
    found = []
    for index, node in enumerate(graph.tables):
        if index in left_out or index in children or not touched[index]:
            continue
        if node.row_estimate is not None and node.row_estimate > _MOST_ROWS:
            continue
        around = users[index]
        if len(around) < _LEAST_READERS or max(around.values()) > _MOST_IN_ONE * sum(around.values()):
            continue
        if written[index] <= _MOST_WRITTEN * touched[index]:
            reason = f"referred to from {len(around)} services, written in {written[index]} of {touched[index]} runs"
            found.append(Role(node.name, "shared", reason))
    return tuple(found)


def _users(graph: CouplingGraph, partition: Partition) -> list[Counter[int]]:
    """For every table, how many referring tables each service has."""
    users: list[Counter[int]] = [Counter() for _ in graph.tables]
    for child, parent in sorted({(reference.child, reference.parent) for reference in graph.references}):
        if child != parent:
            users[parent][partition[child]] += 1
    return users
