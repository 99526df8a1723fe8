"""The read, write and lock sets of a statement's tree, with columns, and the column pairs it joins on."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from decompose.evidence.schema import TableRef
from decompose.evidence.statement import Access, Join, Mode
from decompose.sql.blocks import Block, Walk, alias_key, name_of, source_key, walk
from decompose.sql.dialects import Dialect
from decompose.sql.targets import ALL, Targets, targets

_Columns = dict[tuple[TableRef, Mode], set[str]]
_LOCK_HINTS = frozenset({"UPDLOCK", "XLOCK", "TABLOCKX", "HOLDLOCK"})


def accesses_and_joins(tree: exp.Expr, d: Dialect) -> tuple[tuple[Access, ...], tuple[Join, ...]]:
    """Everything a statement's tree touches, sorted; a written table is read only where it is selected from as well."""
    written = targets(tree, d)
    found = walk(tree, d)
    _resolve_repeated(found, written, d)
    touched: _Columns = {}
    for table, ref, _ in found.tables:
        _touch(table, ref, written, touched)
    for ref in _locked(tree, found, d):
        touched.setdefault((ref, Mode.LOCK), set())
    _read_columns(found, touched, d)
    accesses = sorted(Access(ref, mode, tuple(sorted(columns))) for (ref, mode), columns in touched.items())
    return tuple(accesses), tuple(sorted(set(_joins(found, d))))


def _touch(table: exp.Table, ref: TableRef, written: Targets, touched: _Columns) -> None:
    if id(table) in written.repeated:
        return
    for mode, columns in written.modes.get(id(table), [(Mode.READ, ())]):
        touched.setdefault((ref, mode), set()).update(columns)
    hints = {hint.name.upper() for group in table.args.get("hints") or () for hint in group.expressions}
    if hints & _LOCK_HINTS:
        touched.setdefault((ref, Mode.LOCK), set())


def _resolve_repeated(found: Walk, written: Targets, d: Dialect) -> None:
    """`UPDATE o ... FROM orders o`: the name before SET is the alias, so the alias means the table in FROM."""
    for table, ref, block in found.tables:
        if id(table) in written.repeated:
            key = alias_key(ref.name, d)
            real = (r for t, r, b in found.tables if b is block and t is not table and source_key(t, d) == key)
            block.sources[key] = next(real, ref)


def _locked(tree: exp.Expr, found: Walk, d: Dialect) -> Iterator[TableRef]:
    """What FOR UPDATE and its kin lock: all tables of their block and of its sub-selects, or those that OF names."""
    for select in tree.find_all(exp.Select):
        block = found.of.get(id(select))
        if block is None:
            continue  # sqlglot takes what follows a malformed OF for a query.
        for lock in select.args.get("locks") or ():
            names = [alias_key(name_of(getattr(item, "this", None), d), d) for item in lock.expressions]
            block.locked = block.locked or not names
            yield from (ref for ref in map(block.sources.get, names) if ref is not None)
    for block in found.blocks:
        block.locked = block.locked or (block.derived and block.parent is not None and block.parent.locked)
        if block.locked:
            yield from (ref for ref in block.sources.values() if ref is not None)


def _read_columns(found: Walk, touched: _Columns, d: Dialect) -> None:
    for block in found.stars:
        for ref in block.sources.values():
            if ref is not None and (ref, Mode.READ) in touched:
                touched[ref, Mode.READ].add("*")
    for column, block in found.columns:
        ref = _table_of(column, block, d)
        if ref is not None and (ref, Mode.READ) in touched:
            touched[ref, Mode.READ].add("*" if isinstance(column.this, exp.Star) else name_of(column.this, d))
    for (_, mode), columns in touched.items():
        if mode is Mode.READ and "*" in columns:
            columns.intersection_update(ALL)


def _table_of(column: exp.Column, block: Block, d: Dialect) -> TableRef | None:
    qualifier = name_of(column.args.get("table"), d)
    return block.resolve(alias_key(qualifier, d)) if qualifier else block.only()


def _joins(found: Walk, d: Dialect) -> Iterator[Join]:
    for node, block in found.equalities:
        if isinstance(node.parent, (exp.Update, exp.OnConflict)) and node.arg_key == "expressions":
            continue  # an assignment
        right: object = node.args.get("expression")
        right_block: Block | None = block
        if isinstance(node, exp.In):
            right, right_block = _projected(node, found)
        left, right = _unwrapped(node.this), _unwrapped(right)
        if isinstance(left, exp.Column) and isinstance(right, exp.Column) and right_block is not None:
            mine, other = _table_of(left, block, d), _table_of(right, right_block, d)
            yield from _pair(mine, name_of(left.this, d), other, name_of(right.this, d))
    for join, block in found.joins:
        yield from _using(join, block, d)


def _using(join: exp.Join, block: Block, d: Dialect) -> Iterator[Join]:
    table = join.this
    if not isinstance(table, exp.Table):
        return
    joined = block.sources.get(source_key(table, d))
    first = next(iter(block.sources.values()), None)
    for column in join.args.get("using") or ():
        name = name_of(column if isinstance(column, exp.Identifier) else column.this, d)
        yield from _pair(first, name, joined, name)


def _projected(node: exp.In, found: Walk) -> tuple[exp.Expr | None, Block | None]:
    """The one column that an IN's sub-select returns, and the block it belongs to."""
    query = node.args.get("query")
    select = query.this if isinstance(query, exp.Subquery) else query
    if not isinstance(select, exp.Select) or len(select.expressions) != 1:
        return None, None
    column = select.expressions[0]
    return (column.this if isinstance(column, exp.Alias) else column), found.of.get(id(select))


def _unwrapped(node: object) -> object:
    while isinstance(node, (exp.Paren, exp.Cast)):
        node = node.this
    return node


def _pair(left: TableRef | None, left_column: str, right: TableRef | None, right_column: str) -> Iterator[Join]:
    if left is None or right is None or left == right or not left_column or not right_column:
        return
    (a, x), (b, y) = sorted([(left, left_column), (right, right_column)])
    yield Join(a, x, b, y)
