"""From the draft to the nouns: names resolved, implied columns and keys filled in, everything sorted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from decompose.evidence.schema import Column, ForeignKey, Index, Schema, Table, TableRef, Trigger, View
from decompose.sql.ddl.constraints import EXPRESSION, free_name
from decompose.sql.ddl.draft import Draft, IndexDraft, KeyDraft, Name, TableDraft, TriggerDraft, ViewDraft, candidates
from decompose.sql.ddl.relations import Relations
from decompose.sql.ddl.routines import own_path, routines
from decompose.sql.ddl.tokens import Token
from decompose.sql.ddl.touches import touches


def build(draft: Draft) -> Schema:
    """Close the draft. One database needs no name: it is left out of every reference to it."""
    draft.drop_shadows()
    return _Builder(draft).schema()


@dataclass(slots=True)
class _Builder:
    draft: Draft
    relations: Relations
    home: str

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.relations = Relations([*draft.tables, *draft.views], draft.dialect)
        databases = {ref.database for ref in [*draft.tables, *draft.views]}
        self.home = databases.pop() if len(databases) == 1 else "\0"

    def schema(self) -> Schema:
        draft = self.draft
        for table in draft.tables.values():
            self._inherit_columns(table)
        for table in draft.tables.values():
            _spell(table)
            if draft.dialect.hash_comments:
                _index_foreign_keys(table)
        return Schema(
            dialect=draft.dialect.name,
            tables=tuple(sorted((self._table(t) for t in draft.tables.values()), key=_qualified)),
            views=tuple(sorted((self._view(v) for v in draft.views.values()), key=_qualified)),
            triggers=self._triggers(),
            routines=routines(draft, self.relations, self._shown),
            unread=tuple(sorted(draft.unread.items())),
        )

    def _shown(self, ref: TableRef) -> TableRef:
        return replace(ref, database="") if ref.database == self.home else ref

    def _resolved(self, name: Name) -> TableRef:
        present = self.draft.present(name)
        return self.relations.find(present) or self.relations.find(name) or candidates(present, self.draft.dialect)[0]

    def _inherit_columns(self, table: TableDraft) -> None:
        """Columns of LIKE, INHERITS and PARTITION OF parents; a dump repeats them or leaves them out."""
        parents = [*table.like, *table.inherits]
        if table.partition_of and not table.columns:
            parents.append(table.partition_of)
        inherited: dict[str, Column] = {}
        for name in parents:
            parent = self.draft.tables.get(self._resolved(name))
            if parent is None or parent is table:
                continue
            if table.like_with_keys or table.partition_of:
                _take_over_keys(table, parent, renamed=not self.draft.dialect.hash_comments)
            inherited |= {
                column.name: replace(
                    column, comment="", nullable=column.nullable and column.name not in parent.primary_key
                )
                for column in parent.columns.values()
            }
        if inherited:
            table.columns = inherited | table.columns

    def _table(self, table: TableDraft) -> Table:
        ref = self._shown(table.ref)
        required = {*table.primary_key, *table.not_null}
        columns = tuple(
            replace(column, nullable=False) if column.name in required else column for column in table.columns.values()
        )
        keys = sorted((self._foreign_key(key, table, n) for n, key in enumerate(table.foreign_keys, 1)), key=_key_order)
        return Table(
            ref.name,
            ref.schema,
            ref.database,
            columns=columns,
            primary_key=table.primary_key,
            unique_keys=_unique_keys(table),
            foreign_keys=tuple(keys),
            indexes=tuple(Index(name, i.columns, i.unique) for name, i in sorted(table.indexes.items())),
            comment=table.comment,
            partition_of=self._shown(self._resolved(table.partition_of)) if table.partition_of else None,
            row_estimate=table.row_estimate,
            line=table.line,
        )

    def _foreign_key(self, key: KeyDraft, table: TableDraft, number: int) -> ForeignKey:
        ref = self._resolved(key.parent)
        parent = self.draft.tables.get(ref)
        columns = key.parent_columns
        if parent is not None:
            columns = tuple(parent.present_column(name) for name in columns) or parent.primary_key
        return ForeignKey(
            key.name or self._key_name(key, table, number),
            tuple(table.column(name) for name in key.columns),
            self._shown(ref),
            columns,
            key.on_delete,
            key.on_update,
            key.line,
        )

    def _key_name(self, key: KeyDraft, table: TableDraft, number: int) -> str:
        """The name that the server gives a key without one; SQLite and others give none."""
        if self.draft.dialect.name == "postgresql":
            return f"{table.ref.name}_{'_'.join(key.columns)}_fkey"
        if self.draft.dialect.hash_comments:
            return f"{table.ref.name}_ibfk_{number}"
        return ""

    def _view(self, view: ViewDraft) -> View:
        ref = self._shown(view.ref)
        reads: set[TableRef] = set()
        seen: set[TableRef] = set()
        bodies = [(view.body, view.database, view.path)]
        # The others keep a view's text as it is: it goes on naming what it named.
        written = view.written if self.draft.dialect.views_follow else self.draft.renames.count
        while bodies:
            body, database, path = bodies.pop()
            found = touches(body, self.draft.dialect)
            names = (Name(parts, database, path, written) for parts in found.reads)
            known = (self.relations.find(self.draft.present(name)) for name in names)
            reads |= {ref for ref in known if ref is not None and ref != view.ref}
            for parts in found.calls:
                called = self._function(Name(parts, database, path), seen)
                bodies.append(
                    (called, database, tuple(dict.fromkeys((*path, *own_path(view.ref, self.draft.dialect)))))
                )
        shown = tuple(sorted(self._shown(known) for known in reads))
        return View(ref.name, ref.schema, ref.database, shown, view.materialized, view.comment, view.line)

    def _triggers(self) -> tuple[Trigger, ...]:
        built = (self._trigger(trigger) for trigger in self.draft.triggers.values())
        return tuple(sorted(built, key=lambda t: (t.table, t.name)))

    def _trigger(self, trigger: TriggerDraft) -> Trigger:
        table = self._resolved(trigger.table)
        reads: set[TableRef] = set()
        writes: set[TableRef] = set()
        seen: set[TableRef] = set()
        bodies = [trigger.body]
        if trigger.function:
            bodies = [self._function(trigger.function, seen)]
        while bodies:
            found = touches(bodies.pop(), self.draft.dialect)
            reads |= self._known(found.reads, table)
            writes |= self._known([parts for parts, _ in found.writes], table)
            for parts in found.calls:
                bodies.append(self._function(Name(parts, table.database, own_path(table, self.draft.dialect)), seen))
        return Trigger(
            trigger.name,
            self._shown(table),
            tuple(sorted(set(trigger.events))),
            tuple(sorted(self._shown(ref) for ref in reads)),
            tuple(sorted(self._shown(ref) for ref in writes)),
            trigger.line,
        )

    def _function(self, name: Name, seen: set[TableRef]) -> list[Token]:
        for ref in candidates(name, self.draft.dialect):
            if ref in self.draft.functions and ref not in seen:
                seen.add(ref)
                return self.draft.functions[ref]
        return []

    def _known(self, names: list[tuple[str, ...]], table: TableRef) -> set[TableRef]:
        path = own_path(table, self.draft.dialect)
        found = (self.relations.find(Name(parts, table.database, path)) for parts in names)
        return {ref for ref in found if ref is not None}


def _take_over_keys(table: TableDraft, parent: TableDraft, renamed: bool) -> None:
    """Keys and indexes of the parent; PostgreSQL names the copies after the partition (indexcmds.c)."""
    table.primary_key = table.primary_key or parent.primary_key
    table.uniques = parent.uniques | table.uniques
    for name, index in parent.indexes.items():
        columns = "_".join("expr" if column == EXPRESSION else column for column in index.columns)
        table.indexes.setdefault(f"{table.ref.name}_{columns}_idx" if renamed else name, index)


def _spell(table: TableDraft) -> None:
    """Keys in the declared spelling of their columns, where case does not matter."""
    table.primary_key = tuple(table.column(name) for name in table.primary_key)
    table.uniques = {k: tuple(table.column(name) for name in columns) for k, columns in table.uniques.items()}
    table.indexes = {
        name: index._replace(columns=tuple(table.column(c) for c in index.columns))
        for name, index in table.indexes.items()
    }


def _index_foreign_keys(table: TableDraft) -> None:
    """InnoDB makes an index for a foreign key that no index begins with, and gives it the key's name."""
    for key in table.foreign_keys:
        columns = tuple(table.column(name) for name in key.columns)
        covering = [table.primary_key, *(index.columns for index in table.indexes.values())]
        if not any(known[: len(columns)] == columns for known in covering):
            table.indexes[key.name or free_name(table, columns[0])] = IndexDraft(columns)


def _unique_keys(table: TableDraft) -> tuple[tuple[str, ...], ...]:
    """Unique constraints, and unique indexes that are as good as one: whole table, plain columns."""
    keys = set(table.uniques.values())
    for index in table.indexes.values():
        if index.unique and index.key and index.columns and all(name in table.columns for name in index.columns):
            keys.add(index.columns)
    return tuple(sorted(keys))


def _qualified(member: Table | View) -> tuple[str, str, str]:
    return (member.database, member.schema, member.name)


def _key_order(key: ForeignKey) -> tuple[str, tuple[str, ...], TableRef]:
    return (key.name, key.columns, key.parent)
