"""Logs of what was done: tables that many unlike transactions add to and that nothing is built on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from decompose.boundaries.apart.traces import LEAST_KINDS, Traces

_NEARLY_EVERY = 0.5
_SEVERAL = 3
_LEAST_COLUMNS = 4
_NAMES = frozenset({"log", "audit", "trail"})


def logs(traces: Traces, known: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    """Tables that are only ever added to, beside tables of at least three areas that nothing else is written with.

    That they are logs is told by the share of all kinds of multi-table writes that write them (half of at least a
    dozen), or by their name. Another table with the very columns of such a log is one, too, if it is used so.
    `known` are the tables set apart already.
    """
    found = dict(_by_use(traces, known))
    yield from found.items()
    shapes = {_shape(traces, table): table for table in sorted(found, reverse=True)}
    for table in range(len(traces.graph.tables)):
        like = shapes.get(_shape(traces, table))
        if like is None or table in found or table in known or not traces.seen_only_added_to(table):
            continue
        if _nothing_built_on(traces, table):
            yield (
                table,
                f"it is a log: it has the columns of {traces.graph.tables[like].name} and is only added to",
            )


def _by_use(traces: Traces, known: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    kinds = len(traces.kinds)
    if kinds < LEAST_KINDS:
        return
    for table in range(len(traces.graph.tables)):
        beside = traces.written_beside(table)
        named = not _NAMES.isdisjoint(traces.vocabulary.tables[table][-2:])
        if table in known or not (named or len(beside) >= _NEARLY_EVERY * kinds) or not beside:
            continue
        if _nothing_built_on(traces, table) and (areas := traces.areas(table, known)) >= _SEVERAL:
            yield (
                table,
                f"it is a log: written by {len(beside)} of {kinds} kinds of multi-table writes, never changed by them, "
                f"beside tables of {areas} groups that are never written together",
            )


def _nothing_built_on(traces: Traces, table: int) -> bool:
    """No transaction changes it beside others; what refers to it is less than it refers to, and written apart."""
    children = traces.children[table]
    together = {other for kind in traces.written_beside(table) for other in kind}
    few = len(children) < len(traces.parents[table]) or not children
    return traces.only_added_to(table) and few and together.isdisjoint(children)


def _shape(traces: Traces, table: int) -> tuple[tuple[str, ...], ...]:
    """The columns outside foreign keys; a shape of its own where they are too few to tell."""
    columns = sorted(tuple(sorted(column)) for column in traces.columns(table))
    return tuple(columns) if len(columns) >= _LEAST_COLUMNS else ((str(table),),)
