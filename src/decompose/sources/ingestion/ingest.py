"""The whole way from logs to what was counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from decompose.evidence.catalogue import Catalogue
from decompose.evidence.fold.parts import SeamError, join
from decompose.evidence.fold.runs import RunFold
from decompose.evidence.fold.tally import Tally
from decompose.sources.ingestion.reading import Wanted, new_fold, read_unit
from decompose.sources.ingestion.units import LEAST_BYTES, KnownLog, Unit, units
from decompose.sources.logs.mysql_slow import MYSQL_SLOW
from decompose.sql.template_cache import TemplateCache

if TYPE_CHECKING:
    from decompose.sources.ingestion.engines import Engine

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ingested:
    """Statements and counts of one capture."""

    catalogue: Catalogue
    tally: Tally


def ingest(
    logs: Iterable[KnownLog],
    wanted: Wanted,
    jobs: int = 1,
    engine: Engine | None = None,
    progress: Progress = print,
    least: int = LEAST_BYTES,
) -> Ingested:
    """Fold logs in this order; with several jobs or an engine in pieces of `least` bytes up, to the same result.

    A log of which only a time window is wanted stays in one piece: it is read entry by entry, and what an entry says
    may depend on those before it.
    """
    logs = tuple(logs)
    cache = TemplateCache(wanted.dialect) if wanted.cached else None
    if wanted.databases and not all(map(_names_databases, logs)):
        # A piece of MySQL's general log does not say which databases its sessions use.
        engine = None
    elif engine is None and jobs > 1:
        # What makes processes takes its time to load.
        from decompose.sources.ingestion.engines import Processes

        engine = Processes(jobs)
    if engine is not None:
        jobs = max(jobs, engine.jobs)
    pieces = 1 if wanted.has_window else jobs
    try:
        fold = _fold(logs, wanted, engine, cache, progress, lambda log: units(log, pieces, least))
    except SeamError:
        fold = _fold(logs, wanted, None, cache, progress, lambda log: units(log, 1))
    tally = fold.finish()
    if cache is not None:
        cache.save()
    return Ingested(fold.catalogue, tally)


def _names_databases(log: KnownLog) -> bool:
    """Whether a piece of the log says which databases its sessions use."""
    return log.format is None or log.dialect not in ("mysql", "mariadb") or log.format is MYSQL_SLOW


def _fold(
    logs: tuple[KnownLog, ...],
    wanted: Wanted,
    engine: Engine | None,
    cache: TemplateCache | None,
    progress: Progress,
    cut: Callable[[KnownLog], Iterable[Unit]],
) -> RunFold:
    fold = new_fold(wanted, whole=True, cache=cache)
    for run in _runs(logs, cut):
        if engine is None or len(run) == 1 or run[0].log.reader is None:
            for unit in run:
                progress(f"reading {unit.log.source.name}")
                read_unit(fold, unit, wanted)
            continue
        for unit, part in engine.parts(run, wanted):
            progress(f"joined {unit.log.source.name}")
            if part is None or not join(fold, part):
                read_unit(fold, unit, wanted)
    return fold


def _runs(logs: tuple[KnownLog, ...], cut: Callable[[KnownLog], Iterable[Unit]]) -> list[list[Unit]]:
    """Units in order, those that an engine can fold side by side in one list."""
    runs: list[list[Unit]] = []
    for log in logs:
        pieces = list(cut(log))
        if runs and log.reader is not None and runs[-1][-1].log.reader is not None:
            runs[-1] += pieces
        else:
            runs.append(pieces)
    return runs
