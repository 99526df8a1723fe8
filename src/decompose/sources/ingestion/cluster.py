"""Units folded on a Dask cluster, by the same code as in the processes of one machine.

The scheduler runs a unit again when its worker is lost. One that no worker can fold comes back unfolded, and the
process that asked folds it: a cluster changes how long it takes, never the result.
"""

from __future__ import annotations

import importlib
from collections import deque
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any

from decompose import __version__
from decompose.errors import InputError, UsageError
from decompose.evidence.fold.parts import Part
from decompose.evidence.redact import mask_url
from decompose.sources.ingestion.reading import Wanted
from decompose.sources.ingestion.units import Unit
from decompose.sources.ingestion.worker import work

_ATTEMPTS = 3
_PATIENCE = 20
"""Seconds to wait for a scheduler, at the start and when it is lost."""

_ONE_AT_A_TIME = Lock()
"""Threads of one worker would share its caches and add up their memory, and Python runs only one of them anyway."""


def work_as(version: str, unit: Unit, wanted: Wanted) -> Part:
    """What a worker runs. Raises InputError where it has another version: its part might not be what it must be."""
    if version != __version__:
        raise InputError(
            f"a Dask worker has decompose {__version__}, this is {version}", "install the same version on every worker"
        )
    with _ONE_AT_A_TIME:
        return work(unit, wanted)


class Dask:
    """A cluster behind the address of its scheduler; an engine (see `engines.Engine`) and its context.

    Raises UsageError where `distributed` is not installed or no scheduler answers.
    """

    def __init__(self, scheduler: str, patience: int = _PATIENCE) -> None:
        self._name = mask_url(scheduler)
        try:
            self._distributed: Any = importlib.import_module("distributed")
        except ImportError as error:
            raise UsageError("--engine dask needs Dask", "pip install 'decompose[dask]'") from error
        try:
            self._client: Any = self._distributed.Client(scheduler, timeout=patience, set_as_default=False)
        except (OSError, ValueError) as error:
            raise UsageError(
                f"no Dask scheduler answers at {self._name} ({type(error).__name__})",
                "name it as `dask scheduler` prints it, for example --scheduler tcp://10.0.0.5:8786",
            ) from error

    def __enter__(self) -> Dask:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def jobs(self) -> int:
        """How many units the cluster folds side by side now; workers may come and go."""
        return max(1, len(self._client.nthreads()))

    def parts(self, units: Iterable[Unit], wanted: Wanted) -> Iterator[tuple[Unit, Part | None]]:
        """See `engines.Engine`. At most two units per worker are under way, so that parts do not pile up here."""
        try:
            yield from self._in_order(iter(units), wanted)
        except (OSError, self._distributed.client.ClosedClientError) as error:
            raise InputError(
                f"the Dask scheduler at {self._name} has stopped answering",
                "start it and the command again, or read the logs with --jobs instead",
            ) from error

    def _in_order(self, waiting: Iterator[Unit], wanted: Wanted) -> Iterator[tuple[Unit, Part | None]]:
        under_way: deque[tuple[Unit, Any]] = deque()
        while True:
            most = 2 * self.jobs
            while len(under_way) < most and (unit := next(waiting, None)) is not None:
                under_way.append((unit, self._submit(unit, wanted)))
            if not under_way:
                return
            unit, future = under_way.popleft()
            yield unit, self._part(future)

    def _submit(self, unit: Unit, wanted: Wanted) -> Any:
        return self._client.submit(work_as, __version__, unit, wanted, pure=False, retries=_ATTEMPTS - 1)

    def _part(self, future: Any) -> Part | None:
        lost = (self._distributed.KilledWorker, self._distributed.CancelledError)
        try:
            part: Part = future.result()
        except lost:
            return None
        except ModuleNotFoundError as error:
            raise UsageError(
                f"a Dask worker lacks the module {error.name}", "install decompose and its extras on every worker"
            ) from error
        except (InputError, OSError) as error:
            if isinstance(error, self._distributed.comm.CommClosedError):
                raise
            raise InputError(
                f"on a Dask worker: {error}",
                "every worker must see logs under the same path (a shared folder, an object store's URL) and have "
                f"decompose {__version__}",
            ) from error
        return part
