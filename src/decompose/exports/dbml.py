"""DBML (dbml.dbdiagram.io/docs): tables with columns, references, a table group per service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from decompose.assessment.model import Analysis
from decompose.evidence.bundle import ForeignKeyLink
from decompose.exports.boundary_graph import boundary_graph
from decompose.exports.columns import ColumnFacts, columns_by_table
from decompose.exports.model import DEFAULTS, ExportOptions, Level
from decompose.exports.names import distinct_lines, one_line

_ACTIONS = ("cascade", "restrict", "set null", "set default", "no action")


def render_dbml(analysis: Analysis, options: ExportOptions = DEFAULTS) -> str:
    """Tables whatever the level; references known from joins only are left to a comment."""
    graph = boundary_graph(analysis, ExportOptions(level=Level.TABLES, services=options.services))
    names = distinct_lines(node.label for node in graph.nodes)
    columns = columns_by_table(analysis.evidence)
    blocks = [_table(names[node.label], columns.get(node.label, ())) for node in graph.nodes]
    labels = distinct_lines(group.label for group in graph.groups)
    for group in graph.groups:
        members = [names[node.label] for node in graph.nodes if node.group == group.id]
        blocks.append([f"TableGroup {quoted(labels[group.label])} {{", *(f"  {quoted(m)}" for m in members), "}"])
    blocks.append(list(_references(analysis.evidence.links, names, columns)))
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def quoted(text: str) -> str:
    """A double-quoted name."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _column_names(columns: Sequence[ColumnFacts]) -> Mapping[str, str]:
    return distinct_lines(column.name for column in columns)


def _table(name: str, columns: Sequence[ColumnFacts]) -> list[str]:
    names = _column_names(columns)
    lines = [f"  {quoted(names[c.name])} {quoted(one_line(c.type or 'unknown'))}{_settings(c)}" for c in columns]
    return [f"Table {quoted(name)} {{", *(lines or ['  "(no columns)" "unknown"']), "}"]


def _settings(column: ColumnFacts) -> str:
    told = [word for word, holds in (("primary key", column.primary), ("not null", not column.nullable)) if holds]
    return f" [{', '.join(told)}]" if told else ""


def _references(
    links: Iterable[ForeignKeyLink], names: Mapping[str, str], columns: Mapping[str, Sequence[ColumnFacts]]
) -> Iterator[str]:
    told = set()
    for link in links:
        ends = ((link.child, link.columns), (link.parent, link.parent_columns))
        known = all(t in names and c and {*c} <= {f.name for f in columns.get(t, ())} for t, c in ends)
        fits = len(link.columns) == len(link.parent_columns) and ends[0] != ends[1]
        if not (link.declared and known and fits) or frozenset(ends) in told:
            continue
        told.add(frozenset(ends))
        child, parent = (f"{quoted(names[t])}.{_columns(c, columns[t])}" for t, c in ends)
        actions = [
            f"{when}: {a}" for when, a in (("delete", link.on_delete), ("update", link.on_update)) if a in _ACTIONS
        ]
        yield f"Ref: {child} > {parent} [{', '.join(actions)}]" if actions else f"Ref: {child} > {parent}"


def _columns(names: Sequence[str], known: Sequence[ColumnFacts]) -> str:
    shown = [quoted(_column_names(known)[name]) for name in names]
    return shown[0] if len(shown) == 1 else f"({', '.join(shown)})"
