"""Times as people give them, made comparable with those of log entries."""

from __future__ import annotations

from datetime import UTC, datetime

from decompose.errors import UsageError


def moment(text: str) -> str:
    """An ISO 8601 date or time as the beginning of `LogEntry.at`'s texts: UTC, or as it is where it has no zone.

    Empty stays empty. Raises UsageError for anything else.
    """
    if not text:
        return ""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no time", "write it like 2026-11-22 or 2026-11-22T18:00:00+01:00") from error
    if at.tzinfo is not None:
        at = at.astimezone(UTC).replace(tzinfo=None)
    return at.isoformat()
