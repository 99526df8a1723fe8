"""Which tables of a statement's tree are written, in which mode and which columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from decompose.evidence.statement import Mode
from decompose.sql.blocks import alias_key, name_of, source_key
from decompose.sql.dialects import Dialect

ALL = ("*",)


@dataclass(slots=True)
class Targets:
    """Modes and columns by table node (its id); `repeated` nodes merely repeat the alias of another node."""

    modes: dict[int, list[tuple[Mode, tuple[str, ...]]]] = field(default_factory=dict)
    repeated: set[int] = field(default_factory=set)

    def add(self, node: exp.Table, mode: Mode, columns: Iterable[str]) -> None:
        """Note that a table node is written."""
        self.modes.setdefault(id(node), []).append((mode, tuple(columns)))


def targets(tree: exp.Expr, d: Dialect) -> Targets:
    """The written tables of a statement, data-modifying common table expressions included."""
    found = Targets()
    for node in tree.find_all(*_READERS):
        _READERS[type(node)](node, found, d)
    return found


def _insert(node: exp.Expr, found: Targets, d: Dialect) -> None:
    this = node.this
    columns: tuple[str, ...] = ALL
    if isinstance(this, exp.Schema):
        columns = tuple(name_of(column, d) for column in this.expressions) or ALL
        this = this.this
    if not isinstance(this, exp.Table):
        return
    replaces = str(node.args.get("alternative") or "").upper() == "REPLACE"
    found.add(this, Mode.WRITE if replaces else Mode.INSERT, columns)
    conflict = node.args.get("conflict")
    if isinstance(conflict, exp.OnConflict) and conflict.expressions:
        found.add(this, Mode.UPDATE, (column for _, column in _assignments(conflict.expressions, d)))


def _assignments(assignments: Iterable[exp.Expr], d: Dialect) -> Iterator[tuple[str, str]]:
    """Alias key and column of each assignment; a row assignment `(a, b) = ...` gives one for each column."""
    for assignment in assignments:
        left = assignment.this
        if isinstance(left, exp.Paren):
            left = left.this
        for column in left.expressions if isinstance(left, exp.Tuple) else [left]:
            if isinstance(column, exp.Column):
                yield alias_key(name_of(column.args.get("table"), d), d), name_of(column.this, d)
            elif isinstance(column, exp.Identifier):
                yield "", name_of(column, d)


def _sources(node: exp.Expr) -> list[exp.Table]:
    """The tables that stand directly in an UPDATE's or DELETE's own FROM, USING and joins."""
    from_, using = node.args.get("from_"), node.args.get("using")
    heads = [from_.this if isinstance(from_, exp.From) else None, *(using if isinstance(using, list) else [])]
    tables = [head for head in heads if isinstance(head, exp.Table)]
    for holder in [*tables, node, node.this, from_]:
        joins = holder.args.get("joins") if isinstance(holder, exp.Expr) else None
        tables += [join.this for join in joins or () if isinstance(join.this, exp.Table)]
    return tables


def _update(node: exp.Expr, found: Targets, d: Dialect) -> None:
    this = node.this
    if not isinstance(this, exp.Table):
        return
    sources = _sources(node)
    assigned = list(_assignments(node.expressions, d))
    if not this.args.get("joins"):
        found.add(_meant(node, this, sources, found, d), Mode.UPDATE, (column for _, column in assigned))
        return
    by_key = {source_key(table, d): table for table in reversed([this, *sources])}
    for key, column in assigned:
        found.add(by_key.get(key, this), Mode.UPDATE, (column,))


def _delete(node: exp.Expr, found: Targets, d: Dialect) -> None:
    this = node.this
    sources = _sources(node)
    listed = node.args.get("tables")
    if not isinstance(this, exp.Table):
        return
    if listed:
        for name in listed:
            found.add(_meant(node, name, [this, *sources], found, d), Mode.DELETE, ALL)
        return
    # MySQL's `DELETE FROM a, b USING ...` gives the names before USING as a join.
    named = [this, *(join.this for join in this.args.get("joins") or () if isinstance(join.this, exp.Table))]
    others = [table for table in sources if not any(table is name for name in named)]
    for name in named:
        found.add(_meant(node, name, others, found, d), Mode.DELETE, ALL)


def _meant(node: exp.Expr, name: exp.Table, sources: Iterable[exp.Table], found: Targets, d: Dialect) -> exp.Table:
    """The table that a target's name means: itself, the source in FROM of this alias, or what its CTE selects from."""
    if name.args.get("alias") is not None or name.args.get("db") is not None:
        return name
    key = source_key(name, d)
    for table in sources:
        if table is not name and source_key(table, d) == key:
            found.repeated.add(id(name))
            return table
    with_ = node.args.get("with_")
    for cte in with_.expressions if isinstance(with_, exp.With) else ():
        from_ = cte.this.args.get("from_")
        if alias_key(cte.alias, d) == key and isinstance(from_, exp.From) and isinstance(from_.this, exp.Table):
            return from_.this
    return name


def _merge(node: exp.Expr, found: Targets, _: Dialect) -> None:
    if isinstance(node.this, exp.Table):
        found.add(node.this, Mode.WRITE, ALL)


def _into(node: exp.Expr, found: Targets, _: Dialect) -> None:
    if isinstance(node.this, exp.Table):
        found.add(node.this, Mode.INSERT, ALL)


_READERS: dict[type[exp.Expr], Callable[[exp.Expr, Targets, Dialect], None]] = {
    exp.Insert: _insert,
    exp.Update: _update,
    exp.Delete: _delete,
    exp.Merge: _merge,
    exp.Into: _into,
}
