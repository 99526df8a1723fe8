"""Timestamps as logs write them, made sortable: ISO 8601 in UTC where the zone is an offset or UTC itself.

A zone known by an abbreviation only (`CET`) may mean several offsets: such a time stays local, its zone at the end.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d(?:[.,]\d{1,9})?)? ?([^\s]{0,12})$")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)?$")
_UTC_NAMES = ("UTC", "GMT", "Z")


def iso_time(text: str) -> str:
    """`2026-11-22 18:58:51.592 CET` or any ISO 8601 time in canonical form; other texts as they are."""
    if text[-4:] == " UTC" and text[10:11] == " ":
        return f"{text[:10]}T{text[11:-4]}Z"
    match = _LOCAL.match(text)
    if match is None:
        return text
    day, minute, seconds, zone = match.groups()
    moment, suffix = _in_utc(f"{day}T{minute}", zone)
    return f"{moment}{(seconds or ':00').replace(',', '.')}{suffix}"


def epoch_time(text: str) -> str:
    """Seconds since 1970 with a fraction, as PostgreSQL's `%n` writes them, in ISO 8601."""
    seconds, _, fraction = text.partition(".")
    moment = _in_seconds(seconds)
    return f"{moment}.{fraction}Z" if fraction else f"{moment}Z"


@lru_cache(maxsize=4096)
def _in_utc(minute: str, zone: str) -> tuple[str, str]:
    """A local minute in UTC, and what to write behind the seconds. PostgreSQL's numeric zones are ISO offsets."""
    if not zone:
        return minute, ""
    if zone in _UTC_NAMES:
        return minute, "Z"
    match = _OFFSET.match(zone)
    if match is None:
        return minute, f" {zone}"
    sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    try:
        moment = datetime.fromisoformat(minute) + (offset if sign == "-" else -offset)
    except (ValueError, OverflowError):
        return minute, f" {zone}"
    return moment.isoformat(timespec="minutes"), "Z"


@lru_cache(maxsize=4096)
def _in_seconds(seconds: str) -> str:
    try:
        return datetime.fromtimestamp(int(seconds), UTC).isoformat(timespec="seconds")[:19]
    except (ValueError, OverflowError, OSError):
        return seconds
