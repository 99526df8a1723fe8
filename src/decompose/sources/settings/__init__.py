"""Logging settings of live servers, read over a read-only connection, and who judges them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from decompose.evidence.capture.model import Diagnosis, ServerSettings
from decompose.evidence.capture.mysql import diagnose_mysql
from decompose.evidence.capture.postgresql import diagnose_postgresql
from decompose.evidence.capture.sqlite import diagnose_sqlite
from decompose.sources.settings import mysql, postgresql, sqlite


@dataclass(frozen=True, slots=True)
class SettingsSource:
    """One kind of server: which URLs are its own, how its settings are read, how they are judged.

    `read` raises DatabaseError where the server cannot be reached or refuses, UsageError for what is no URL.
    """

    name: str
    recognises: Callable[[str], bool]
    read: Callable[[str], ServerSettings]
    judge: Callable[[str, ServerSettings], Diagnosis]


SETTINGS_SOURCES: tuple[SettingsSource, ...] = (
    SettingsSource("postgresql", postgresql.recognises, postgresql.read, diagnose_postgresql),
    SettingsSource("mysql", mysql.recognises, mysql.read, diagnose_mysql),
    SettingsSource("sqlite", sqlite.recognises, sqlite.read, diagnose_sqlite),
)


def settings_source(source: str) -> SettingsSource | None:
    """The reader for a database URL; None where the source is no URL of a server known here."""
    return next((each for each in SETTINGS_SOURCES if each.recognises(source)), None)
