"""What a schema source is: a name, which SOURCE arguments are its own, and a reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from decompose.evidence.schema import Schema


@dataclass(frozen=True, slots=True)
class SchemaSource:
    """One kind of schema source. `read` takes the SOURCE argument and a dialect name that overrides detection.

    `read` raises InputError for a file, DatabaseError for a database that cannot be read; it never writes anything.
    """

    name: str
    recognises: Callable[[str], bool]
    read: Callable[[str, str | None], Schema]
    title: Callable[[str], str]
    """A short name for the source, free of secrets: the database's, or the file's without its ending."""
