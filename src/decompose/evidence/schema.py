"""What a database says of itself: tables, keys, indexes, views, triggers, stored routines.

A schema read from DDL and one read from the live catalogue compare equal: what only one of them can know (row
estimates, DDL lines) takes no part in comparison. Literals (defaults, check constraints) are never kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class TableRef:
    """A table as some text names it, folded by its database's case rule; unqualified parts are empty."""

    name: str
    schema: str = ""
    database: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `type` is the database's own canonical spelling, lower case, e.g. `character varying(40)`.

    `filled_by` says who gives a value where the statement gives none: `computed` (it takes no other), `sequence`
    (also AUTO_INCREMENT), `strict sequence` (it takes another only under a special clause), empty for nobody.
    """

    name: str
    type: str
    nullable: bool = True
    comment: str = ""
    filled_by: str = field(default="", compare=False)


COMPUTED, SEQUENCE, STRICT_SEQUENCE = "computed", "sequence", "strict sequence"
"""Who fills a column; see `Column.filled_by`."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A declared reference; actions are `no action|restrict|cascade|set null|set default`."""

    name: str
    columns: tuple[str, ...]
    parent: TableRef
    parent_columns: tuple[str, ...]
    on_delete: str = "no action"
    on_update: str = "no action"
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """An index over columns; an expression is written as `(expression)`: its text may hold literals."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A base table. Columns keep their order; unique keys, foreign keys and indexes are sorted.

    `partition_of` names the partitioned parent; what touches a partition touches the parent.
    """

    name: str
    schema: str = ""
    database: str = ""
    columns: tuple[Column, ...] = ()
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    indexes: tuple[Index, ...] = ()
    comment: str = ""
    partition_of: TableRef | None = None
    row_estimate: int | None = field(default=None, compare=False)
    line: int | None = field(default=None, compare=False)

    @property
    def ref(self) -> TableRef:
        """The fully known name."""
        return TableRef(self.name, self.schema, self.database)


@dataclass(frozen=True, slots=True)
class View:
    """A view and the tables (or views) its definition reads; its SQL is not kept."""

    name: str
    schema: str = ""
    database: str = ""
    reads: tuple[TableRef, ...] = ()
    materialized: bool = False
    comment: str = ""
    line: int | None = field(default=None, compare=False)

    @property
    def ref(self) -> TableRef:
        """The fully known name."""
        return TableRef(self.name, self.schema, self.database)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger on `table`: which events fire it (`insert|update|delete|truncate`) and what its body touches."""

    name: str
    table: TableRef
    events: tuple[str, ...]
    reads: tuple[TableRef, ...] = ()
    writes: tuple[TableRef, ...] = ()
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, order=True)
class RoutineAccess:
    """A table or view that a routine's own body touches; `mode` is a value of `Mode` (`read`, `lock`, `insert` ...)."""

    table: TableRef
    mode: str


@dataclass(frozen=True, slots=True)
class Routine:
    """A stored function, procedure or scheduled event; functions that only triggers can run are no routines.

    `accesses` are those of its own body, `calls` the routines it names, overloads taken together. `unread` says why
    the body cannot be read in full (`language c`, `dynamic SQL`), empty where it can. The body itself is not kept.
    A packaged routine's name is `package.routine`. `commits` says that the body commits between writes: what a call
    does is several transactions.
    """

    name: str
    schema: str = ""
    database: str = ""
    kind: str = "function"
    language: str = ""
    accesses: tuple[RoutineAccess, ...] = ()
    calls: tuple[TableRef, ...] = ()
    unread: str = ""
    line: int | None = field(default=None, compare=False)
    commits: bool = False

    @property
    def ref(self) -> TableRef:
        """The fully known name; routines and tables may share one."""
        return TableRef(self.name, self.schema, self.database)


@dataclass(frozen=True, slots=True)
class Schema:
    """Everything known of one or several databases; members are sorted by qualified name.

    `dialect` names a row of `sql.dialects.DIALECTS`; `unread` counts DDL statements not understood, by reason.
    """

    dialect: str
    tables: tuple[Table, ...] = ()
    views: tuple[View, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    unread: tuple[tuple[str, int], ...] = field(default=(), compare=False)
    routines: tuple[Routine, ...] = ()
