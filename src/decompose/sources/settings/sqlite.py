"""SQLite has no settings that log; what is read is that the file is there, and the library's version."""

from __future__ import annotations

from decompose.evidence.capture.model import ServerSettings
from decompose.sources.schemas.sqlite import read as read_schema
from decompose.sources.schemas.sqlite import recognises

__all__ = ["read", "recognises"]


def read(source: str) -> ServerSettings:
    """The library's version; raises DatabaseError where there is no such database."""
    import sqlite3

    read_schema(source)
    return ServerSettings("SQLite", sqlite3.sqlite_version)
