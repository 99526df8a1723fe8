"""SQL that runs unchanged on PostgreSQL, MariaDB and SQLite: orphan checks, back-fill, reconciliation.

Tables of a new service are written `service.table`: a schema on PostgreSQL, a database on MariaDB, an attached file on
SQLite. A plain lower-case name that no server reserves stands unquoted; any other is quoted the way of the evidence's
own dialect and then runs there alone (double quotes run on MariaDB too under sql_mode ANSI_QUOTES, and backticks on
SQLite).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from decompose.evidence.bundle import Evidence
from decompose.evidence.naming import DEFAULT_SCHEMAS, TableNames
from decompose.evidence.schema import Table

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_BACKTICKS = frozenset({"mysql", "mariadb"})
_BRACKETS = frozenset({"tsql"})
_RESERVED_WORDS = """
accessible add all alter analyse analyze and any array as asc asensitive asymmetric attach authorization before
between bigint binary blob both by call cascade case cast change char character check collate column commit
condition constraint continue convert create cross cume_dist current_date current_role current_time
current_timestamp current_user cursor database databases day_hour day_minute day_second dec decimal declare default
deferrable delayed delete dense_rank desc describe deterministic detach distinct distinctrow div do double drop
dual each else elseif empty enclosed end escape escaped except exists exit explain false fetch first_value float
for force foreign freeze from full fulltext function generated get glob grant group grouping groups having if
ignore ilike immediate in index indexed infile initially inner inout insensitive insert instead int integer
intersect interval into is isnull iterate join key keys kill lag last_value lateral lead leading leave left like
limit linear lines load localtime localtimestamp lock long longblob longtext loop match maxvalue mediumblob
mediumint mediumtext merge mod modifies natural not notnull nth_value ntile null numeric of offset on only
optimize option optionally or order out outer outfile over overlaps page_checksum partition percent_rank placing
position precision primary procedure purge raise range rank read reads real recursive references regexp release
rename repeat replace require resignal restrict return returning revoke right rlike row row_number rows schema
schemas select sensitive separator session_user set show signal similar slow smallint some spatial specific sql
sqlexception sqlstate sqlwarning ssl starting straight_join symmetric system system_user table tablesample temp
terminated then tinyblob tinyint tinytext to trailing transaction trigger true undo union unique unlock unsigned
update usage use user using utc_date utc_time utc_timestamp values varbinary varchar varying variadic verbose
virtual when where while window with write xor zerofill main
"""
_RESERVED = frozenset(_RESERVED_WORDS.split())
"""What PostgreSQL 15, MariaDB 10.11, MySQL 8 or SQLite 3 do not take unquoted everywhere."""
_NO_EQUALITY = ("json", "xml", "point", "polygon", "geometry", "line", "path", "box", "circle", "lseg")


class PortableSql:
    """Writes the statements; one instance per evidence. Table arguments are display names."""

    def __init__(self, evidence: Evidence) -> None:
        names = TableNames(evidence.schema)
        self._dialect = evidence.dialect
        self._tables: dict[str, Table] = {names.display(table): table for table in names.tables}
        self._facts = {table.name: table for table in evidence.tables}

    def name(self, identifier: str) -> str:
        """One identifier, quoted where it has to be."""
        if _PLAIN.fullmatch(identifier) and identifier not in _RESERVED:
            return identifier
        if self._dialect in _BACKTICKS:
            return "`" + identifier.replace("`", "``") + "`"
        if self._dialect in _BRACKETS:
            return "[" + identifier.replace("]", "]]") + "]"
        return '"' + identifier.replace('"', '""') + '"'

    def table(self, display: str) -> str:
        """A table of the monolith; its schema stands before it unless it is the default one."""
        known = self._tables.get(display)
        if known is None:
            return ".".join(self.name(part) for part in display.split("."))
        qualified = known.schema and known.schema not in DEFAULT_SCHEMAS
        return f"{self.name(known.schema)}.{self.name(known.name)}" if qualified else self.name(known.name)

    def moved(self, display: str, schema: str) -> str:
        """The same table in its service's own schema, database or attached file."""
        known = self._tables.get(display)
        bare = known.name if known else display.rsplit(".", 1)[-1]
        return f"{self.name(schema)}.{self.name(bare)}"

    def columns(self, display: str) -> tuple[str, ...]:
        """The table's columns in order; none where the schema does not know it."""
        known = self._facts.get(display)
        return known.columns if known else ()

    def key(self, display: str) -> tuple[str, ...]:
        """The columns that identify a row: the primary key, else the first unique key, else none."""
        known = self._tables.get(display)
        if known is None:
            return self._facts[display].primary_key if display in self._facts else ()
        return known.primary_key or (known.unique_keys[0] if known.unique_keys else ())

    def comparable(self, display: str) -> tuple[str, ...]:
        """The columns whose values can be compared; types without equality (json, xml, geometry) are left out."""
        known = self._tables.get(display)
        types = {column.name: column.type for column in known.columns} if known else {}
        return tuple(c for c in self.columns(display) if not types.get(c, "").lower().startswith(_NO_EQUALITY))

    def types(self, display: str) -> Mapping[str, tuple[str, bool]]:
        """Column to its type, in the database's own spelling, and whether it may be null."""
        known = self._tables.get(display)
        return {column.name: (column.type, column.nullable) for column in known.columns} if known else {}

    def orphan_check(
        self, child: str, columns: Sequence[str], parent: str, parent_columns: Sequence[str], schema: str = ""
    ) -> str:
        """Rows of the child that refer to nothing; `schema` is where the parent lives by now. No row is the goal."""
        keys = [column for column in self.key(child) if column not in columns]
        shown = ", ".join(f"c.{self.name(column)}" for column in (*keys, *columns))
        pairs = list(zip(columns, self._parent_columns(parent, columns, parent_columns), strict=True))
        matched = " AND ".join(f"p.{self.name(theirs)} = c.{self.name(ours)}" for ours, theirs in pairs)
        given = " AND ".join(f"c.{self.name(ours)} IS NOT NULL" for ours in columns)
        source = self.moved(parent, schema) if schema else self.table(parent)
        return (
            f"SELECT {shown} FROM {self.table(child)} c WHERE {given} "  # noqa: S608 (text for people to run, of names)
            f"AND NOT EXISTS (SELECT 1 FROM {source} p WHERE {matched});"
        )

    def _parent_columns(self, parent: str, columns: Sequence[str], named: Sequence[str]) -> Sequence[str]:
        if len(named) == len(columns):
            return named
        key = self.key(parent)
        return key if len(key) == len(columns) else columns

    def list(self, columns: Iterable[str], alias: str = "") -> str:
        """Column names, comma-separated."""
        before = f"{alias}." if alias else ""
        return ", ".join(before + self.name(column) for column in columns)
