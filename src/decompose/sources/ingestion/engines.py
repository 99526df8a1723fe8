"""Where units are folded: in this process, or in several that may die without changing the result."""

from __future__ import annotations

import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Protocol

from decompose.evidence.fold.parts import Part
from decompose.sources.ingestion.reading import Wanted
from decompose.sources.ingestion.units import Unit
from decompose.sources.ingestion.worker import work

_ATTEMPTS = 3


class Engine(Protocol):
    """Folds units elsewhere."""

    @property
    def jobs(self) -> int:
        """How many units it folds side by side."""

    def parts(self, units: Iterable[Unit], wanted: Wanted) -> Iterator[tuple[Unit, Part | None]]:
        """Each unit with its part, in the order of the units; None for one that could not be folded elsewhere."""


class Processes:
    """Worker processes of this machine; what a dead one had in hand is given to another."""

    def __init__(self, jobs: int, task: Callable[[Unit, Wanted], Part] = work) -> None:
        self._jobs = jobs
        self._task = task

    @property
    def jobs(self) -> int:
        """The number of processes."""
        return self._jobs

    def parts(self, units: Iterable[Unit], wanted: Wanted) -> Iterator[tuple[Unit, Part | None]]:
        """See `Engine`. At most two units per process are under way, so that results do not pile up."""
        waiting = iter(units)
        pool = self._pool()
        under_way: deque[tuple[Unit, int, Future[Part]]] = deque()
        try:
            while True:
                while len(under_way) < 2 * self._jobs and (unit := next(waiting, None)) is not None:
                    under_way.append((unit, 1, self._submit(pool, unit, wanted)))
                if not under_way:
                    return
                unit, attempt, future = under_way[0]
                try:
                    part = future.result()
                except BrokenProcessPool:
                    pool = self._again(pool, under_way, wanted)
                    if attempt < _ATTEMPTS:
                        continue
                    under_way.popleft()
                    yield unit, None
                    continue
                under_way.popleft()
                yield unit, part
        finally:
            pool.shutdown(cancel_futures=True)

    def _submit(self, pool: ProcessPoolExecutor, unit: Unit, wanted: Wanted) -> Future[Part]:
        """A pool that has just broken refuses more work: that, too, is told by the future."""
        try:
            return pool.submit(self._task, unit, wanted)
        except BrokenProcessPool as error:
            refused: Future[Part] = Future()
            refused.set_exception(error)
            return refused

    def _again(
        self, broken: ProcessPoolExecutor, under_way: deque[tuple[Unit, int, Future[Part]]], wanted: Wanted
    ) -> ProcessPoolExecutor:
        """New processes, to whom everything is given that the old ones have not finished."""
        broken.shutdown(cancel_futures=True)
        pool = self._pool()
        for index, (unit, attempt, future) in enumerate(under_way):
            if not future.done() or future.cancelled() or future.exception() is not None:
                under_way[index] = (unit, attempt + 1, self._submit(pool, unit, wanted))
        return pool

    def _pool(self) -> ProcessPoolExecutor:
        # A forked worker has its modules loaded; elsewhere forking is not safe or not there.
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        return ProcessPoolExecutor(self._jobs, mp_context=context)
