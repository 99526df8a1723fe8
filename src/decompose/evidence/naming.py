"""Names: from the names statements use to the display names that documents show.

A display name is qualified by schema and database only where that is needed to be unique. Views stand for the tables
they read, partitions for their parent.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from decompose.evidence.schema import Schema, Table, TableRef, View

DEFAULT_SCHEMAS = ("", "public", "dbo", "main")
_MAX_VIEW_DEPTH = 32


class TableNames:
    """Resolves table references of one schema. Unknown tables keep the name the statement gave them.

    `temporary` names, case-folded, are nothing unless the schema has a table or view of that name.
    """

    def __init__(self, schema: Schema, temporary: frozenset[str] = frozenset()) -> None:
        views = {(view.database, view.schema, view.name) for view in schema.views}
        tables = [t for t in schema.tables if (t.database, t.schema, t.name) not in views]
        self._views = schema.views
        self._temporary = temporary
        self._display = _display_names(tables)
        self._declared = frozenset(self._display.values())
        self._by_name: dict[str, list[Table | View]] = defaultdict(list)
        relations: list[Table | View] = [*tables, *schema.views]
        for relation in relations:
            self._by_name[relation.name].append(relation)
            if relation.name.casefold() != relation.name:
                self._by_name[relation.name.casefold()].append(relation)
        self._cache: dict[tuple[TableRef, str], tuple[str, ...]] = {}
        self._meant: dict[tuple[TableRef, str], Table | View | None] = {}
        self.several_databases = len({t.database for t in tables}) > 1
        self.tables = tuple(sorted((t for t in tables if t.partition_of is None), key=lambda t: self._display[t.ref]))

    def display(self, table: Table) -> str:
        """The display name of a table of the schema."""
        return self._display[table.ref]

    def known(self, name: str) -> bool:
        """Whether a display name belongs to a table of the schema."""
        return name in self._declared

    def resolve(self, ref: TableRef, database: str = "") -> tuple[str, ...]:
        """Display names of the base tables behind a reference; `database` is the session's current one."""
        key = (ref, database)
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = tuple(sorted(self._base_tables(ref, database, 0)))
        return found

    def is_view(self, ref: TableRef, database: str = "") -> bool:
        """Whether the reference means a view."""
        return self.view(ref, database) is not None

    def view(self, ref: TableRef, database: str = "") -> View | None:
        """The view that a reference means; None where it means a table or nothing known."""
        found = self._find(ref, database)
        return found if isinstance(found, View) else None

    def _base_tables(self, ref: TableRef, database: str, depth: int) -> set[str]:
        relation = self._find(ref, database)
        if relation is None:
            return set() if ref.name.casefold() in self._temporary else {_undeclared(ref, database)}
        if isinstance(relation, View):
            if depth > _MAX_VIEW_DEPTH:
                return set()
            return {name for read in relation.reads for name in self._base_tables(read, relation.database, depth + 1)}
        if relation.partition_of is not None and depth <= _MAX_VIEW_DEPTH:
            return self._base_tables(relation.partition_of, relation.database, depth + 1)
        return {self._display[relation.ref]}

    def _find(self, ref: TableRef, database: str) -> Table | View | None:
        key = (ref, database)
        if key not in self._meant:
            self._meant[key] = self._look_up(ref, database)
        return self._meant[key]

    def _look_up(self, ref: TableRef, database: str) -> Table | View | None:
        candidates = self._by_name.get(ref.name) or self._by_name.get(ref.name.casefold())
        if not candidates and "." in ref.name and not ref.schema:
            qualifier, name = ref.name.rsplit(".", 1)
            return self._find(TableRef(name, qualifier.rsplit(".", 1)[-1]), database)
        fitting = [found for found in candidates or () if _fits(found, ref)]
        if len(fitting) < 2:
            return fitting[0] if fitting else None
        return min(fitting, key=lambda found: _distance(found, ref, database))


def _fits(relation: Table | View, ref: TableRef) -> bool:
    """Whether qualifiers agree; MySQL's `database.table` arrives with the database in the schema's place."""
    owner = relation.schema or relation.database
    if ref.schema and owner and ref.schema.casefold() != owner.casefold():
        return False
    return not (ref.database and relation.database and ref.database.casefold() != relation.database.casefold())


def _distance(relation: Table | View, ref: TableRef, database: str) -> tuple[bool, bool, bool, bool, str, str]:
    return (
        relation.name != ref.name,
        bool(ref.schema) and ref.schema not in (relation.schema, relation.database),
        relation.database != (ref.database or database),
        relation.schema not in DEFAULT_SCHEMAS,
        relation.database,
        relation.schema,
    )


def _undeclared(ref: TableRef, database: str) -> str:
    owner = ref.schema or ref.database
    qualifier = "" if owner in DEFAULT_SCHEMAS or owner == database else owner
    return f"{qualifier}.{ref.name}" if qualifier else ref.name


def _display_names(tables: Iterable[Table]) -> dict[TableRef, str]:
    refs = [table.ref for table in tables]
    short = Counter(ref.name for ref in refs)
    qualified = Counter((ref.schema, ref.name) for ref in refs)
    names = {}
    for ref in refs:
        if short[ref.name] == 1:
            names[ref] = ref.name
        elif qualified[ref.schema, ref.name] == 1 and ref.schema:
            names[ref] = f"{ref.schema}.{ref.name}"
        else:
            names[ref] = ".".join(part for part in (ref.database, ref.schema, ref.name) if part)
    return names
