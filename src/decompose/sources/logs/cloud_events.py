"""What exports of cloud logging services share: JSON objects in any arrangement, oldest event first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any, TypeVar

from decompose.evidence.log_entry import Gap
from decompose.sources.logs.format import ByteStream
from decompose.sources.logs.json_objects import BROKEN, objects
from decompose.sources.logs.wrapping import Unwrapping

NEWEST_FIRST = "event of an export that begins with the newest: export the oldest first"
_SAMPLE = 50
_MOST_TURNED = 100_000

Event = TypeVar("Event")


def event_objects(stream: ByteStream, work: Unwrapping) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object and its line number; a run of text that is none is counted once, however the blocks cut it."""
    broken = False
    for item in objects(stream, work.options):
        if not isinstance(item, Gap):
            broken = False
            yield item
            continue
        if not (broken and item == BROKEN):
            work.gaps[item.reason] += item.count
        broken = item == BROKEN


def oldest_first(events: Iterable[Event], time_of: Callable[[Event], str], work: Unwrapping) -> Iterator[Event]:
    """The events in order of time: an export that begins with the newest is turned round.

    Only so many events as fit into memory can be turned; the oldest beyond them are counted and left out.
    """
    events = iter(events)
    sample = list(islice(events, _SAMPLE))
    times = [time for event in sample if (time := time_of(event))]
    falling = len(times) > 1 and times[0] > times[-1] and times == sorted(times, reverse=True)
    if not falling:
        yield from chain(sample, events)
        return
    kept = sample + list(islice(events, _MOST_TURNED - len(sample)))
    for _ in events:
        work.gaps[NEWEST_FIRST] += 1
    yield from reversed(kept)


def first_text(record: dict[str, Any], *names: str) -> str:
    """The first text among these keys; numbers count as texts."""
    for name in names:
        value = record.get(name)
        if isinstance(value, str) and value:
            return value.encode("utf-8", "replace").decode()
        if type(value) is int:
            return str(value)[:40]
    return ""
