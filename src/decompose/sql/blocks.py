"""The scopes of one statement: which alias names which table, from its tree in one walk without recursion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from decompose.evidence.schema import TableRef
from decompose.sql.dialects import Dialect
from decompose.sql.system_names import is_system_table


@dataclass(slots=True, eq=False)
class Block:
    """One query block: `sources` maps alias keys to tables, None for whatever is not a table of the database."""

    parent: Block | None
    derived: bool = False
    """Whether the block is a sub-select in its parent's FROM: locking the parent locks it too."""
    sources: dict[str, TableRef | None] = field(default_factory=dict)
    locked: bool = False

    def resolve(self, qualifier: str) -> TableRef | None:
        """The table of an alias as seen from this block, outer blocks included."""
        block: Block | None = self
        while block is not None:
            if qualifier in block.sources:
                return block.sources[qualifier]
            block = block.parent
        return None

    def only(self) -> TableRef | None:
        """The one table in scope, where there is exactly one source."""
        return next(iter(self.sources.values())) if len(self.sources) == 1 else None


@dataclass(slots=True)
class Walk:
    """What one walk over a statement's tree finds, each node with its block."""

    tables: list[tuple[exp.Table, TableRef, Block]] = field(default_factory=list)
    columns: list[tuple[exp.Column, Block]] = field(default_factory=list)
    stars: list[Block] = field(default_factory=list)
    equalities: list[tuple[exp.Expr, Block]] = field(default_factory=list)
    joins: list[tuple[exp.Join, Block]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    of: dict[int, Block] = field(default_factory=dict)
    """The block that a statement node (by id) opened."""


_OPENS = (exp.Select, exp.Update, exp.Delete, exp.Insert, exp.Merge, exp.SetOperation)
_NOT_TABLES = (exp.Lateral, exp.Unnest, exp.Values, exp.UDTF)


@dataclass(slots=True, eq=False)
class _Names:
    """The common table expressions that a node sees: those of one WITH up to a place, and those of outer ones."""

    places: dict[str, int]
    before: int
    outer: _Names | None

    def __contains__(self, name: str) -> bool:
        scope: _Names | None = self
        while scope is not None:
            if scope.places.get(name, scope.before) < scope.before:
                return True
            scope = scope.outer
        return False


_NO_NAMES = _Names({}, 0, None)


def name_of(identifier: object, d: Dialect) -> str:
    """An identifier as its server stores it; empty for anything else."""
    if not isinstance(identifier, exp.Identifier):
        return ""
    return d.fold(str(identifier.this), bool(identifier.args.get("quoted")))


def alias_key(name: str, d: Dialect) -> str:
    """Under which key an alias is found: only Oracle and PostgreSQL tell quoted aliases apart by case."""
    return name if d.folds != "none" else name.casefold()


def table_ref(node: exp.Table, d: Dialect) -> TableRef:
    """The table a node names, as written and folded; MySQL's qualifier is the database."""
    return d_ref(name_of(node.this, d), name_of(node.args.get("db"), d), name_of(node.args.get("catalog"), d), d)


def d_ref(name: str, schema: str, database: str, d: Dialect) -> TableRef:
    """A reference from its parts: in MySQL `a.t` is table t of database a, in SQLite `main` is no qualifier."""
    if d.name in ("mysql", "mariadb"):
        return TableRef(name, "", schema or database)
    if d.name == "sqlite" and schema.casefold() in ("main", "temp"):
        return TableRef(name)
    return TableRef(name, schema, database)


def source_key(node: exp.Table, d: Dialect) -> str:
    """The key of the name under which the rest of the block speaks of a table."""
    alias = node.args.get("alias")
    name = name_of(alias.this, d) if isinstance(alias, exp.TableAlias) else ""
    return alias_key(name or name_of(node.this, d), d)


def walk(tree: exp.Expr, d: Dialect) -> Walk:
    """All blocks, tables, columns and equalities of a statement. Names of common table expressions are not tables."""
    found = Walk()
    root = Block(None)
    stack: list[tuple[exp.Expr, Block, _Names]] = [(tree, root, _NO_NAMES)]
    while stack:
        node, block, ctes = stack.pop()
        if isinstance(node, (exp.Lock, exp.TableAlias)):
            continue
        if isinstance(node, _OPENS):
            block = _open(node, block, found)
        visible = ctes
        with_ = node.args.get("with_")
        if isinstance(with_, exp.With):
            visible = _push_ctes(with_, block, ctes, d, stack)
        _note(node, block, visible, found, d)
        stack.extend((child, block, visible) for child in _children(node, with_))
    return found


def _open(node: exp.Expr, parent: Block, found: Walk) -> Block:
    holder = node.parent
    derived = isinstance(holder, exp.Subquery) and isinstance(holder.parent, (exp.From, exp.Join, exp.Lateral))
    derived = derived or isinstance(holder, exp.SetOperation)
    block = Block(parent, derived=derived)
    found.blocks.append(block)
    found.of[id(node)] = block
    return block


def _push_ctes(
    with_: exp.With, block: Block, outer: _Names, d: Dialect, stack: list[tuple[exp.Expr, Block, _Names]]
) -> _Names:
    """A CTE sees those before it, and itself when recursive (always in dialects without the word RECURSIVE)."""
    ctes = with_.expressions
    places: dict[str, int] = {}
    for place, cte in enumerate(ctes):
        places.setdefault(alias_key(name_of(_alias_name(cte), d), d), place)
    seen_by_itself = 1 if d.name in ("tsql", "oracle") else 0
    for place, cte in enumerate(ctes):
        before = len(ctes) if with_.args.get("recursive") else place + seen_by_itself
        stack.append((cte.this, Block(block), _Names(places, before, outer)))
    return _Names(places, len(ctes), outer)


def _children(node: exp.Expr, with_: object) -> Iterator[exp.Expr]:
    for child in node.iter_expressions(reverse=True):
        if child is not with_:
            yield child


def _note(node: exp.Expr, block: Block, ctes: _Names, found: Walk, d: Dialect) -> None:
    if isinstance(node, exp.Column):
        found.columns.append((node, block))
    elif isinstance(node, exp.Table):
        _note_table(node, block, ctes, found, d)
    elif isinstance(node, (exp.EQ, exp.In)):
        found.equalities.append((node, block))
    elif isinstance(node, exp.Join):
        found.joins.append((node, block))
    elif isinstance(node, exp.Star):
        if isinstance(node.parent, (exp.Select, exp.Returning)):
            found.stars.append(block)
    elif isinstance(node, (exp.Subquery, *_NOT_TABLES)) and node.alias:
        block.sources.setdefault(alias_key(name_of(_alias_name(node), d), d), None)


def _alias_name(node: exp.Expr) -> object:
    alias = node.args.get("alias")
    return alias.this if isinstance(alias, exp.TableAlias) else alias


def _note_table(node: exp.Table, block: Block, ctes: _Names, found: Walk, d: Dialect) -> None:
    ref = table_ref(node, d)
    unqualified = not (node.args.get("db") or node.args.get("catalog"))
    if not ref.name or (unqualified and alias_key(ref.name, d) in ctes) or _is_system(node, ref, d):
        block.sources.setdefault(source_key(node, d), None)
        return
    found.tables.append((node, ref, block))
    if isinstance(node.parent, exp.Into):
        return
    block.sources.setdefault(source_key(node, d), ref)


def _is_system(node: exp.Table, ref: TableRef, d: Dialect) -> bool:
    """Catalogues, DUAL and session-local tables: not part of the application's data."""
    if isinstance(node.this, exp.Identifier) and (node.this.args.get("temporary") or node.this.args.get("global_")):
        return True
    return is_system_table(ref.name, ref.schema or ref.database, d)
