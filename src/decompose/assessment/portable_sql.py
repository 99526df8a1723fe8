"""SQL that runs unchanged on PostgreSQL, MariaDB and SQLite: orphan checks, back-fill, reconciliation.

Tables of a new service are written `service.table`: a schema on PostgreSQL, a database on MariaDB, an attached file on
SQLite. A plain lower-case name that no server reserves stands unquoted, any other in double quotes, as the standard
has it. MariaDB and MySQL take those under sql_mode ANSI_QUOTES only: `script` switches it on and back in comments that
these two servers execute and all others skip.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from decompose.evidence.bundle import Evidence
from decompose.evidence.naming import DEFAULT_SCHEMAS, TableNames
from decompose.evidence.schema import COMPUTED, Table

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
ANSI_QUOTES = "/*!50003 SET @decompose_mode = @@sql_mode, sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES') */;"
QUOTES_BACK = "/*!50003 SET sql_mode = @decompose_mode */;"
_RESERVED_WORDS = """
accessible add all alter analyse analyze and any array as asc asensitive asymmetric attach authorization autoincrement
before between bigint binary blob both by call cascade case cast change char character check collate collation column
commit concurrently condition constraint continue convert create cross cume_dist current_catalog current_date
current_role current_schema current_time current_timestamp current_user cursor database databases day_hour
day_microsecond day_minute day_second dec decimal declare default deferrable delayed delete delete_domain_id
dense_rank desc describe detach deterministic distinct distinctrow div do do_domain_ids double drop dual each else
elseif empty enclosed end escape escaped except exists exit explain false fetch first_value float float4 float8 for
force foreign freeze from full fulltext function generated get glob grant group grouping groups having high_priority
hour_microsecond hour_minute hour_second if ignore ignore_domain_ids ilike immediate in index indexed infile initially
inner inout insensitive insert instead int int1 int2 int3 int4 int8 integer intersect interval into io_after_gtids
io_before_gtids is isnull iterate join json_table key keys kill lag last_value lateral lead leading leave left library
like limit linear lines load localtime localtimestamp lock long longblob longtext loop low_priority main manual
master_bind master_demote_to_replica master_demote_to_slave master_ssl_verify_server_cert match maxvalue mediumblob
mediumint mediumtext merge middleint minute_microsecond minute_second mod modifies natural no_write_to_binlog not
nothing notnull nth_value ntile null numeric of offset on only optimize optimizer_costs option optionally or order out
outer outfile over overlaps page_checksum parallel parse_vcol_expr partition percent_rank placing portion position
precision primary procedure purge qualify raise range rank read read_write reads real recursive ref_system_id
references regexp release rename repeat replace require resignal restrict return returning revoke right rlike row
row_number rows schema schemas second_microsecond select sensitive separator session_user set show signal similar slow
smallint some spatial specific sql sql_big_result sql_calc_found_rows sql_small_result sqlexception sqlstate
sqlwarning ssl starting stats_auto_recalc stats_persistent stats_sample_pages stored straight_join symmetric system
system_user table tablesample temp terminated then tinyblob tinyint tinytext to trailing transaction trigger true undo
union unique unlock unsigned update usage use user using utc_date utc_time utc_timestamp values varbinary varchar
varcharacter variadic varying verbose virtual when where while window with write xor year_month zerofill
"""
_RESERVED = frozenset(_RESERVED_WORDS.split())
"""What PostgreSQL 15, MariaDB 10.11, MySQL 8 or SQLite 3 do not take unquoted as table and column everywhere."""
CHECKS_OFF = "/*!40014 SET @decompose_checks = @@foreign_key_checks, foreign_key_checks = 0 */;"
CHECKS_BACK = "/*!40014 SET foreign_key_checks = @decompose_checks */;"
_GEOMETRY = ("point", "polygon", "geometry", "geography", "line", "path", "box", "circle", "lseg", "multi")
_NO_EQUALITY = {
    "postgresql": frozenset({"json", "xml"}),
    "tsql": frozenset({"text", "ntext", "image", "xml"}),
    "oracle": frozenset({"clob", "nclob", "blob", "bfile", "long", "long raw", "xmltype"}),
}
"""Types that a server cannot compare as a whole; JSON of MySQL and MariaDB is compared like any other value."""


def script(statements: Sequence[str], unchecked: bool = False) -> tuple[str, ...]:
    """The statements to be run one after the other; with quoted names between the switches that MariaDB needs.

    `unchecked` switches off foreign keys meanwhile, on MariaDB and MySQL, whose InnoDB checks row by row.
    """
    quoted = any('"' in statement for statement in statements)
    before = [*([ANSI_QUOTES] if quoted else []), *([CHECKS_OFF] if unchecked else [])]
    after = [*([CHECKS_BACK] if unchecked else []), *([QUOTES_BACK] if quoted else [])]
    return (*before, *statements, *after)


class PortableSql:
    """Writes the statements; one instance per evidence. Table arguments are display names."""

    def __init__(self, evidence: Evidence) -> None:
        names = TableNames(evidence.schema)
        self._tables: dict[str, Table] = {names.display(table): table for table in names.tables}
        self._moved = _moved_names(self._tables)
        self._facts = {table.name: table for table in evidence.tables}
        self.dialect = evidence.dialect

    def name(self, identifier: str) -> str:
        """One identifier, quoted where it has to be."""
        if _PLAIN.fullmatch(identifier) and identifier not in _RESERVED:
            return identifier
        return '"' + identifier.replace('"', '""') + '"'

    def alias(self, wanted: str, *displays: str) -> str:
        """A short name for a source that is not the name of one of the tables, which it would hide."""
        taken = {self._bare(display).casefold() for display in displays}
        return f"{wanted}_" if wanted in taken else wanted

    def _bare(self, display: str) -> str:
        known = self._tables.get(display)
        return known.name if known else display.rsplit(".", 1)[-1]

    def table(self, display: str) -> str:
        """A table of the monolith; its schema stands before it unless it is the default one."""
        known = self._tables.get(display)
        if known is None:
            return ".".join(self.name(part) for part in display.split("."))
        qualified = known.schema and known.schema not in DEFAULT_SCHEMAS
        return f"{self.name(known.schema)}.{self.name(known.name)}" if qualified else self.name(known.name)

    def moved(self, display: str, schema: str) -> str:
        """The same table in its service's own schema, database or attached file."""
        return f"{self.name(schema)}.{self.name(self.moved_name(display))}"

    def moved_name(self, display: str) -> str:
        """What the table is called there: its own name; where others have it too, with its schema before it."""
        return self._moved.get(display) or self._bare(display)

    def is_renamed(self, display: str) -> bool:
        """Whether the table needs a new name where it goes."""
        return self.moved_name(display) != self._bare(display)

    def known(self, display: str) -> bool:
        """Whether the schema knows the table with all its columns; a log only names those it met."""
        return display in self._tables and bool(self.columns(display))

    def columns(self, display: str) -> tuple[str, ...]:
        """The table's columns in order; none where the schema does not know it."""
        known = self._facts.get(display)
        return known.columns if known else ()

    def written(self, display: str) -> tuple[str, ...]:
        """The columns that take a value from a statement: all but computed ones."""
        computed = self.filled_by(display, COMPUTED)
        return tuple(column for column in self.columns(display) if column not in computed)

    def filled_by(self, display: str, *who: str) -> tuple[str, ...]:
        """The columns that one of these fills; see `Column.filled_by`."""
        known = self._tables.get(display)
        return tuple(column.name for column in known.columns if column.filled_by in who) if known else ()

    def key(self, display: str) -> tuple[str, ...]:
        """The columns that identify a row: the primary key, else the first unique key without NULLs, else none."""
        known = self._tables.get(display)
        if known is None:
            return self._facts[display].primary_key if display in self._facts else ()
        given = {column.name for column in known.columns if not column.nullable}
        return known.primary_key or next((key for key in known.unique_keys if given.issuperset(key)), ())

    def comparable(self, display: str) -> tuple[str, ...]:
        """The columns whose values can be compared; types without equality (json, xml, geometry) are left out."""
        refused = _NO_EQUALITY.get(self.dialect, frozenset())
        types = {name: kind.lower() for name, (kind, _) in self.types(display).items()}
        return tuple(
            column
            for column in self.columns(display)
            if not (types.get(column, "").startswith(_GEOMETRY) or types.get(column, "") in refused)
        )

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


def _moved_names(tables: Mapping[str, Table]) -> dict[str, str]:
    """A name per table that no other has, as servers compare names that differ in case only as well."""
    counted = Counter(table.name.casefold() for table in tables.values())
    found = {display: table.name for display, table in tables.items() if counted[table.name.casefold()] == 1}
    taken = {name.casefold() for name in found.values()}
    for display in sorted(tables.keys() - found.keys()):
        plain = display.replace(".", "_")
        number, name = 2, plain
        while name.casefold() in taken:
            number, name = number + 1, f"{plain}_{number}"
        taken.add(name.casefold())
        found[display] = name
    return found
