"""The shop on SQLite as its plan leaves it: tables in attached files, written twice, cut over, taken back."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SHOP = Path(__file__).resolve().parents[1] / "fixtures" / "shop"
if str(SHOP) not in sys.path:
    sys.path.insert(0, str(SHOP))

from app import story  # noqa: E402
from app.database import DuplicateKeyError, SqliteConnection  # noqa: E402
from app.seed import seed  # noqa: E402
from app.world import World  # noqa: E402

SCHEMA = (SHOP / "schema.sqlite.sql").read_text().replace("CURRENT_TIMESTAMP", "NEW.placed_at")
"""The wall clock would tell two runs apart."""
FOREIGN_KEY = re.compile(r"^ *CONSTRAINT \w+ FOREIGN KEY \([^)]*\) REFERENCES (?P<parent>\w+).*$", re.MULTILINE)
Contents = dict[str, list[tuple[Any, ...]]]


@dataclass
class Database:
    """One file with what is attached to it; `views` and `triggers` are made anew in every session."""

    path: Path
    places: dict[str, str] = field(default_factory=dict)
    """Table to its schema, for tables that were cut over."""
    mirrored: dict[str, tuple[str, Sequence[str]]] = field(default_factory=dict)
    """Table to schema and key, for tables that are written twice."""
    temporary: list[str] = field(default_factory=list)
    results: list[list[str]] = field(default_factory=list)

    @property
    def schemas(self) -> list[str]:
        return sorted({*self.places.values(), *(schema for schema, _ in self.mirrored.values())})

    def file(self, schema: str) -> Path:
        return self.path.with_name(f"{self.path.stem}.{schema}.db")

    def admin(self) -> sqlite3.Connection:
        """A session without foreign keys, which may rename and rewrite."""
        connection = sqlite3.connect(self.path, isolation_level=None)
        connection.execute("PRAGMA legacy_alter_table = ON")
        self.attach(connection)
        return connection

    def attach(self, connection: sqlite3.Connection) -> None:
        """Opens the services' files beside the monolith's; nothing waits for the disk."""
        connection.execute("PRAGMA main.synchronous = OFF")
        for schema in self.schemas:
            connection.execute(f"ATTACH '{self.file(schema)}' AS {schema}")
            connection.execute(f"PRAGMA {schema}.synchronous = OFF")

    def session(self) -> Session:
        return Session(self)

    def contents(self) -> Contents:
        """Every table's rows, wherever it lives by now."""
        with self.admin() as connection:
            found = {
                table: sorted(connection.execute(f"SELECT * FROM {self.places.get(table, 'main')}.{table}"), key=repr)
                for table in table_names()
            }
        connection.close()
        return found


class Session:
    """A connection of the application: remembers every answer, mirrors what it writes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._inner = SqliteConnection(str(database.path))
        self._raw: sqlite3.Connection = self._inner._connection
        self._changed: list[tuple[str, str]] = []
        database.attach(self._raw)
        for statement in database.temporary:
            self._raw.execute(statement)
        if database.mirrored:
            self._raw.create_function("changed", 2, lambda table, key: self._changed.append((table, key)))
            for table, (_, key) in database.mirrored.items():
                self._watch(table, key)

    def _watch(self, table: str, key: Sequence[str]) -> None:
        for event, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
            calls = " ".join(
                f"SELECT changed('{table}', json_array({', '.join(f'{row}.{name}' for name in key)}));" for row in rows
            )
            self._raw.execute(f"CREATE TEMP TRIGGER m_{event}_{table} AFTER {event} ON main.{table} BEGIN {calls} END")

    def run(self, sql: str, values: tuple[Any, ...], comment: str) -> list[tuple[Any, ...]]:
        self._changed.clear()
        try:
            rows = self._inner.run(sql, values, comment)
        except DuplicateKeyError:
            self._database.results.append(["refused"])
            raise
        for table, text in dict.fromkeys(self._changed):
            schema, key = self._database.mirrored[table]
            where = " AND ".join(f"{name} = ?" for name in key)
            self._raw.execute(f"DELETE FROM {schema}.{table} WHERE {where}", json.loads(text))
            self._raw.execute(
                f"INSERT INTO {schema}.{table} SELECT * FROM main.{table} WHERE {where}", json.loads(text)
            )
        self._database.results.append(sorted(map(repr, rows)))
        return rows

    def close(self) -> None:
        self._inner.close()


def definitions(kind: str) -> dict[str, str]:
    """Name to its CREATE statement in the shop's schema."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL", [kind]))
    connection.close()
    return found


def table_names() -> list[str]:
    return sorted(definitions("table"))


def without_keys(create: str, goes: Callable[[str], bool]) -> str:
    """A CREATE TABLE without the foreign keys to the parents for which `goes` holds."""
    text = FOREIGN_KEY.sub(lambda match: "" if goes(match["parent"]) else match[0], create)
    *body, end = [line for line in text.splitlines() if line.strip()]
    code, dashes, comment = body[-1].partition("--")
    body[-1] = f"{code.rstrip().rstrip(',')} {dashes}{comment}"
    return "\n".join([*body, end])


def new_shop(path: Path, worlds: list[World]) -> Database:
    """The seeded shop in a new file."""
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;" + SCHEMA)
    connection.close()
    database = Database(path)
    session = database.session()
    seed(session, worlds)
    session.close()
    database.results.clear()
    return database


def tell(database: Database, worlds: list[World], journeys: int) -> list[list[str]]:
    """Some more of the story; every answer the application got."""
    database.results.clear()
    everything, story.JOURNEYS_EACH = story.JOURNEYS_EACH, journeys
    try:
        story.Story(database.session, lambda *_: None, whole_transactions=True).tell(worlds)
    finally:
        story.JOURNEYS_EACH = everything
    return list(database.results)


def create_in(database: Database, schema: str, tables: Iterable[str], keys: Callable[[str], bool]) -> None:
    """The tables in the service's own file; `keys` tells which parents their foreign keys may still name."""
    known = definitions("table")
    target = sqlite3.connect(database.file(schema))
    target.execute("PRAGMA synchronous = OFF")
    for table in tables:
        target.execute(without_keys(known[table], lambda parent: not keys(parent)))
    target.close()


def rewrite(database: Database, schema: str, tables: Iterable[str], keys: Callable[[str, str], bool]) -> None:
    """Gives tables of one file the foreign keys (table, parent) that may stay, by editing the stored schema."""
    known = definitions("table")
    connection = sqlite3.connect(database.path if schema == "main" else database.file(schema), isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA writable_schema = ON")
    for table in tables:
        text = without_keys(known[table], lambda parent, table=table: not keys(table, parent))  # type: ignore[misc]
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", [text, table])
    connection.execute("PRAGMA writable_schema = RESET")
    connection.close()
