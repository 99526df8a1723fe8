"""What `accept` and `prune` make of a lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from decompose.assessment.drift.check import Lock
from decompose.assessment.drift.compare import unaccepted
from decompose.assessment.drift.model import GONE, Drift, Entry, Identity, Result, Status
from decompose.errors import UsageError

_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Why couplings are accepted, by whom, on which day, and until when if not for ever."""

    reason: str
    owner: str
    since: str
    until: str = ""


def accept(lock: Lock, drift: Drift, chosen: Iterable[Result], given: Acceptance, analyzer: str) -> Lock:
    """The lock with the chosen couplings in it. It counts as this analyzer's once nothing is left in the sandbox."""
    results = list(chosen)
    replaced = {result.entry.identity for result in results if result.entry is not None}
    kept = [entry for entry in lock.entries if entry.identity not in replaced]
    added = [Entry(r.identity, given.reason, given.owner, given.since, given.until) for r in results]
    taken = {result.identity for result in results}
    left = any(result.identity not in taken for result in drift.of(Status.SANDBOXED))
    return replace(lock, entries=ordered([*kept, *added]), analyzer=lock.analyzer if left else analyzer)


def choose(drift: Drift, keys: Sequence[str], everything: bool, first: bool = False) -> tuple[Result, ...]:
    """The results to accept: all that can be, or those whose id begins with a key; UsageError where none does.

    The `first` baseline takes what was seen too rarely to fail a build as well: it was there before the gate.
    """
    open_ = tuple(unaccepted(drift.results))
    thin = drift.of(Status.UNPROVEN)
    if everything:
        return (*open_, *thin) if first else open_
    return tuple(_named(key, [*open_, *thin], drift) for key in keys)


def _named(key: str, candidates: Sequence[Result], drift: Drift) -> Result:
    if len(key) < _SHORTEST:
        raise UsageError(f"{key!r} is too short to name a coupling", f"give at least {_SHORTEST} digits of its id")
    fitting = [result for result in candidates if result.identity.id.startswith(key.lower())]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UsageError(f"{key!r} names {len(fitting)} couplings", "give more digits of the id")
    settled = [result for result in drift.results if result.identity.id.startswith(key.lower())]
    if settled:
        hint = {
            Status.FORBIDDEN: "the policy forbids it: change the rule in the lock, in review",
            Status.OVER_BUDGET: "raise the budget in the lock, in review",
        }.get(settled[0].status, "there is nothing to accept")
        raise UsageError(f"coupling {key} is {settled[0].status.value}", hint)
    raise UsageError(f"no coupling has an id that begins with {key!r}", "`decompose drift check` shows the ids")


def prune(lock: Lock, drift: Drift) -> Lock:
    """The lock without what is gone, and with the present names of renamed and moved tables."""
    gone = {result.identity for result in drift.of(*GONE)}
    renamed: dict[Identity, list[Identity]] = {}
    for result in drift.results:
        if result.by is not None and result.entry is not None and result.entry.identity == result.by:
            renamed.setdefault(result.by, []).append(result.identity)
    entries: list[Entry] = []
    for entry in lock.entries:
        if entry.identity not in gone:
            entries += [replace(entry, identity=new) for new in renamed.get(entry.identity, [entry.identity])]
    return replace(lock, entries=ordered(entries))


def ordered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries as the lock keeps them."""
    return tuple(sorted(entries, key=lambda entry: entry.identity))
