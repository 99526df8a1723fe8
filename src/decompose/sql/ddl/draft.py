"""A schema being read: tables change as ALTER, COMMENT and DROP go by; `build` closes it into the nouns."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from decompose.evidence.schema import Column, TableRef
from decompose.sql.ddl.renames import Renames
from decompose.sql.ddl.tokens import SYMBOL, Token
from decompose.sql.dialects import Dialect

_SHADOWS = ("data", "idx", "content", "docsize", "config", "segments", "segdir", "stat", "node", "rowid", "parent")
"""Endings of the shadow tables of FTS3, FTS4, FTS5 and R-tree (sqlite.org/fts5.html, sqlite.org/rtree.html)."""

_SEPARATOR = Token(SYMBOL, ";", ";", 0)


class Name(NamedTuple):
    """A relation as the text names it, with the database and the schemas that were current there.

    `written` is how many relations had been renamed by then.
    """

    parts: tuple[str, ...]
    database: str
    path: tuple[str, ...]
    written: int = 0


@dataclass(slots=True)
class KeyDraft:
    """A foreign key whose parent may not be known yet."""

    name: str
    columns: tuple[str, ...]
    parent: Name
    parent_columns: tuple[str, ...] = ()
    on_delete: str = "no action"
    on_update: str = "no action"
    line: int | None = None


class IndexDraft(NamedTuple):
    """An index; `key` says that it holds for every row (no predicate), so that a unique one is a key."""

    columns: tuple[str, ...]
    unique: bool = False
    key: bool = True


@dataclass(slots=True)
class TableDraft:
    """A table so far. Unique keys and indexes go by name, so that they can be dropped."""

    ref: TableRef
    line: int | None = None
    columns: dict[str, Column] = field(default_factory=dict)
    not_null: set[str] = field(default_factory=set)
    """Columns that may not be NULL in this table, whatever their definition says: it is inherited, or is to be so."""
    primary_key: tuple[str, ...] = ()
    primary_name: str = ""
    uniques: dict[str, tuple[str, ...]] = field(default_factory=dict)
    indexes: dict[str, IndexDraft] = field(default_factory=dict)
    foreign_keys: list[KeyDraft] = field(default_factory=list)
    comment: str = ""
    row_estimate: int | None = None
    partition_of: Name | None = None
    inherits: list[Name] = field(default_factory=list)
    like: list[Name] = field(default_factory=list)
    like_with_keys: bool = False
    former: dict[str, str] = field(default_factory=dict)
    """Columns that were renamed: the last name each led to, by its name before."""

    def column(self, name: str) -> str:
        """The column's declared spelling, the name itself when there is no such column."""
        if name in self.columns:
            return name
        folded = name.casefold()
        return next((column for column in self.columns if column.casefold() == folded), name)

    def present_column(self, name: str) -> str:
        """The column that another table's key names, which may have been renamed since."""
        found = self.column(name)
        return found if found in self.columns else self.column(self.former.get(name.casefold(), name))

    def change_column(self, name: str, **changes: object) -> None:
        """Replace fields of a column; an unknown column is left alone."""
        name = self.column(name)
        if name in self.columns:
            self.columns[name] = replace(self.columns[name], **changes)  # type: ignore[arg-type]

    def require(self, name: str, *, inherited: bool) -> None:
        """Make a column NOT NULL, for inheriting tables as well if `inherited`."""
        if inherited and self.column(name) in self.columns:
            self.change_column(name, nullable=False)
        else:
            self.not_null.add(name)

    def rename_column(self, old: str, column: Column) -> None:
        """Put a column in the place of another; keys follow."""
        old = self.column(old)
        self.former[old.casefold()] = column.name
        self.columns = {
            (column.name if name == old else name): (column if name == old else kept)
            for name, kept in self.columns.items()
        }

        def renamed(names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(column.name if name == old else name for name in names)

        self.primary_key = renamed(self.primary_key)
        self.not_null = set(renamed(tuple(self.not_null)))
        self.uniques = {name: renamed(columns) for name, columns in self.uniques.items()}
        self.indexes = {name: index._replace(columns=renamed(index.columns)) for name, index in self.indexes.items()}
        for key in self.foreign_keys:
            key.columns = renamed(key.columns)

    def drop_constraint(self, name: str) -> None:
        """Forget whatever constraint has this name."""
        self.uniques.pop(name, None)
        self.foreign_keys = [key for key in self.foreign_keys if key.name != name]
        if name and name == self.primary_name:
            self.primary_key, self.primary_name = (), ""

    def add_unique(self, name: str, columns: tuple[str, ...]) -> None:
        """Add a unique constraint; one without a name is kept under a key that no name can have."""
        self.uniques[name or f"\0{len(self.uniques)}"] = columns


@dataclass(slots=True)
class ViewDraft:
    """A view and the tokens of its query."""

    ref: TableRef
    body: list[Token]
    database: str
    path: tuple[str, ...]
    materialized: bool = False
    comment: str = ""
    line: int | None = None
    written: int = 0


@dataclass(slots=True)
class TriggerDraft:
    """A trigger, and either its body or the function that it runs."""

    name: str
    table: Name
    events: tuple[str, ...]
    body: list[Token]
    function: Name | None = None
    line: int | None = None


@dataclass(slots=True)
class RoutineDraft:
    """A routine with the tokens of its body, empty where the body is in a language that is not read."""

    ref: TableRef
    kind: str
    language: str
    body: list[Token]
    unread: str = ""
    line: int | None = None


@dataclass(slots=True)
class Draft:
    """All that was read so far, and what unqualified names mean at this point of the text."""

    dialect: Dialect
    tables: dict[TableRef, TableDraft] = field(default_factory=dict)
    views: dict[TableRef, ViewDraft] = field(default_factory=dict)
    triggers: dict[tuple[str, Name], TriggerDraft] = field(default_factory=dict)
    functions: dict[TableRef, list[Token]] = field(default_factory=dict)
    routines: dict[tuple[str, TableRef], RoutineDraft] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)
    virtual: set[str] = field(default_factory=set)
    unread: Counter[str] = field(default_factory=Counter)
    included: set[str] = field(default_factory=set)
    renames: Renames = field(init=False)
    database: str = ""
    path: tuple[str, ...] = ()
    _spelling: dict[tuple[str, str, str], TableRef] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.path = (self.dialect.default_schema,)
        self.renames = Renames(fold=self.dialect.folds == "none")

    def name(self, parts: tuple[str, ...]) -> Name:
        """A name together with what is current here."""
        return Name(parts, self.database, self.path, self.renames.count)

    def declare(self, parts: tuple[str, ...]) -> TableRef:
        """The full name of something created under this name here."""
        return candidates(self.name(parts), self.dialect)[0]

    def table(self, parts: tuple[str, ...]) -> TableDraft | None:
        """The table that this name means here, if it was created before."""
        for ref in candidates(self.name(parts), self.dialect):
            if ref in self.tables:
                return self.tables[ref]
        spelled = self._spelling.get(_folded(self.declare(parts)))
        return self.tables.get(spelled) if spelled and self.dialect.folds == "none" else None

    def relation(self, parts: tuple[str, ...]) -> TableRef | None:
        """The table or view that this name means here, if it was created before."""
        for ref in candidates(self.name(parts), self.dialect):
            if ref in self.tables or ref in self.views:
                return ref
        table = self.table(parts)
        if table is not None or self.dialect.folds != "none":
            return table.ref if table else None
        folded = _folded(self.declare(parts))
        return next((ref for ref in self.views if _folded(ref) == folded), None)

    def add(self, table: TableDraft) -> None:
        """Take in a new table; a view of the same name was a placeholder of a dump."""
        self.views.pop(table.ref, None)
        self.tables[table.ref] = table
        self._spelling[_folded(table.ref)] = table.ref

    def rename(self, old: TableRef, new: TableRef) -> None:
        """Give a table or view another name; keys, indexes and triggers stay with it."""
        relation = (self.tables.pop(old, None) or self.views.pop(old, None)) if new.name else None
        if relation is None:
            return
        self.renames.note(old, new)
        relation.ref = new
        if isinstance(relation, ViewDraft):
            self.views[new] = relation
        else:
            self.add(relation)

    def present(self, name: Name) -> Name:
        """The name by which what a name meant in its place is known now."""
        ref = self.renames.follow(candidates(name, self.dialect), name.written, self.tables)
        if ref is None:
            return name
        return Name(tuple(part for part in (ref.schema, ref.name) if part), ref.database, (ref.schema,), name.written)

    def drop_shadows(self) -> None:
        """Forget the tables in which SQLite's virtual tables keep their data: they are storage, not schema."""
        for name in self.virtual:
            for suffix in _SHADOWS:
                self.tables.pop(TableRef(f"{name}_{suffix}"), None)

    def add_function(self, ref: TableRef, body: list[Token], replaces: bool = False) -> None:
        """Take in a function's body; functions that share a name are looked at as one."""
        known = [] if replaces else self.functions.get(ref, [])
        self.functions[ref] = [*known, _SEPARATOR, *body] if known else body

    def add_routine(self, routine: RoutineDraft, replaces: bool = False) -> None:
        """Take in a routine; overloads are one, which is unread if one of them is."""
        place = (routine.kind, routine.ref)
        known = None if replaces else self.routines.get(place)
        if known is not None:
            routine.body = [*known.body, _SEPARATOR, *routine.body]
            routine.language = min(known.language, routine.language)
            routine.unread = known.unread or routine.unread
            routine.line = known.line
        self.routines[place] = routine

    def drop_package(self, parts: tuple[str, ...]) -> None:
        """Forget all routines of a package."""
        for ref in candidates(self.name(parts), self.dialect):
            for place in [place for place in self.routines if _package(place[1]) == ref]:
                del self.routines[place]

    def drop_routine(self, kind: str, parts: tuple[str, ...]) -> None:
        """Forget a routine, with all its overloads."""
        for ref in candidates(self.name(parts), self.dialect):
            self.functions.pop(ref, None)
            self.routines.pop((kind, ref), None)

    def drop(self, parts: tuple[str, ...]) -> None:
        """Forget a table or a view, with its triggers."""
        for ref in candidates(self.name(parts), self.dialect):
            if self.tables.pop(ref, None) or self.views.pop(ref, None):
                gone = [
                    key
                    for key, trigger in self.triggers.items()
                    if ref in candidates(self.present(trigger.table), self.dialect)
                ]
                for key in gone:
                    del self.triggers[key]
                return


def _package(ref: TableRef) -> TableRef:
    return replace(ref, name=ref.name.rpartition(".")[0])


def _folded(ref: TableRef) -> tuple[str, str, str]:
    return (ref.name.casefold(), ref.schema.casefold(), ref.database.casefold())


def candidates(name: Name, dialect: Dialect) -> list[TableRef]:
    """What a name can mean, most likely first: qualified as written, else through the search path."""
    parts, database = name.parts, name.database
    if not parts:
        return [TableRef("")]
    if dialect.name in ("mysql", "mariadb"):
        return [TableRef(parts[-1], "", parts[-2] if len(parts) > 1 else database)]
    if dialect.name == "sqlite":
        return [TableRef(parts[-1], "", "")]
    if len(parts) == 1:
        return [TableRef(parts[0], schema, database) for schema in name.path]
    if len(parts) > 2 and dialect.name == "tsql":
        database = parts[-3]
    schema = parts[-2]
    if dialect.name == "generic" and schema.casefold() == "public":
        # H2's and HSQLDB's default schema: their dumps write it, the statements of their clients don't.
        schema = dialect.default_schema
    return [TableRef(parts[-1], schema, database)]
