"""Findings on writes: transactions that become distributed, and writes to tables that are meant to be read only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from math import log2

from decompose.assessment.model import Finding
from decompose.assessment.ownership import SHARED, Ownership
from decompose.assessment.phrases import by_service, key, listed, plural, times, who
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence, TransactionProfile


def distributed_writes(decomposition: Decomposition, evidence: Evidence) -> Iterable[Finding]:
    """`distributed-write`: one per distinct set of owned tables that must be atomic today and spans services.

    The most important first: participants × tables that statements write or lock × log2(1 + executions), which grows
    with what has to be coordinated and undone; one hot path does not drown the rest, and a wide cascade is one step.
    """
    ownership = Ownership(evidence, decomposition)
    groups: defaultdict[tuple[str, ...], list[TransactionProfile]] = defaultdict(list)
    for profile in evidence.profiles:
        if profile.count and len(ownership.services(profile.boundary)) > 1:
            groups[ownership.owned(profile.boundary)].append(profile)
    ranked = sorted(groups.items(), key=lambda item: (-_importance(item[1], ownership), item[0]))
    return [_distributed_write(tables, profiles, ownership) for tables, profiles in ranked]


def _importance(profiles: list[TransactionProfile], ownership: Ownership) -> float:
    participants = len(ownership.services(profiles[0].boundary))
    direct = {table for profile in profiles for table in (*profile.writes, *profile.locks)}
    return participants * len(ownership.owned(direct)) * log2(1 + _executions(profiles))


def _executions(profiles: Iterable[TransactionProfile]) -> int:
    return sum(profile.count for profile in profiles)


def _distributed_write(tables: tuple[str, ...], profiles: list[TransactionProfile], ownership: Ownership) -> Finding:
    services = ownership.services(tables)
    executions = _executions(profiles)
    ranked = sorted(profiles, key=lambda profile: (-profile.count, profile.id))
    told = who(_labels(profiles), ranked[0].name)
    return Finding(
        code="distributed-write",
        key=key("distributed-write", services, tables),
        severity="error",
        message=f"{told} ({times(executions)}) writes {by_service(ownership.grouped(tables))} in one transaction"
        + _not_written(tables, profiles),
        services=services,
        tables=tables,
        executions=executions,
        evidence=tuple(profile.id for profile in ranked),
    )


def external_calls(_: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`external-call`: an outside system is called within transactions that write; no rollback takes that back."""
    users: defaultdict[str, list[TransactionProfile]] = defaultdict(list)
    for profile in evidence.profiles:
        for name, executions in profile.external:
            if executions and profile.count and profile.boundary:
                users[name].append(profile)
    for name, profiles in sorted(users.items(), key=lambda item: (-_executions(item[1]), item[0])):
        tables = tuple(sorted({table for profile in profiles for table in profile.boundary}))
        executions = sum(dict(profile.external)[name] for profile in profiles)
        told = who(_labels(profiles), profiles[0].name)
        yield Finding(
            code="external-call",
            key=key("external-call", name),
            severity="warning",
            message=f"{name} is called within transactions that write {listed(tables)}: {told} ({times(executions)}); "
            "no rollback takes the call back, and its answer is awaited under their locks",
            tables=tables,
            executions=executions,
            evidence=tuple(profile.id for profile in sorted(profiles, key=lambda p: (-p.count, p.id))),
        )


def _not_written(tables: tuple[str, ...], profiles: list[TransactionProfile]) -> str:
    written = {table for profile in profiles for table in profile.writes}
    locked = {table for profile in profiles for table in profile.locks} - written
    cascaded = set(tables) - written - locked
    told = [
        f"{', '.join(sorted(names)[:3])}{' …' if len(names) > 3 else ''} only {how}"
        for names, how in ((locked.intersection(tables), "locked"), (cascaded, "by trigger or cascade"))
        if names
    ]
    return f" ({'; '.join(told)})" if told else ""


def _labels(profiles: Iterable[TransactionProfile]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for profile in profiles:
        for label, executions in profile.labels:
            counts[label] += executions
    return list(counts.items())


def shared_writes(decomposition: Decomposition, evidence: Evidence) -> Iterator[Finding]:
    """`shared-write`: a service writes a table that is replicated as reference data.

    The writing services are the owners of what the same transactions write beside it, else of what they read.
    """
    ownership = Ownership(evidence, decomposition)
    groups: defaultdict[tuple[str, tuple[str, ...]], list[TransactionProfile]] = defaultdict(list)
    for profile in evidence.profiles:
        writers = ownership.services(profile.boundary) or ownership.services(profile.reads)
        for table in profile.boundary:
            if profile.count and ownership.place(table) == SHARED:
                groups[table, writers].append(profile)
    for (table, writers), profiles in sorted(groups.items(), key=lambda item: (-_executions(item[1]), item[0])):
        yield _shared_write(table, writers, profiles)


def _shared_write(table: str, writers: tuple[str, ...], profiles: list[TransactionProfile]) -> Finding:
    ranked = sorted(profiles, key=lambda profile: (-profile.count, profile.id))
    by = " and ".join(writers) if writers else "a transaction that touches no service"
    told = who(_labels(profiles), ranked[0].name)
    return Finding(
        code="shared-write",
        key=key("shared-write", table, writers),
        severity="warning",
        message=f"shared table {table} is written by {by}: {told} ({plural(_executions(profiles), 'execution')}); "
        "a replicated table needs one owner",
        services=writers,
        tables=(table,),
        executions=_executions(profiles),
        evidence=tuple(profile.id for profile in ranked),
    )
