"""Stores of settings: rows of a key and a value that belong to nobody."""

from __future__ import annotations

from collections.abc import Iterator

from decompose.boundaries.apart.traces import Traces

_KEYS = frozenset(["key", "name", "option", "setting", "path", "code", "parameter", "property", "variable"])
_VALUES = frozenset(["value", "setting", "data", "content"])
_ABOUT = frozenset(
    {
        *("id", "scope", "module", "namespace", "section", "type", "description", "autoload", "created"),
        *("updated", "modified", "create", "update", "date", "time", "at", "on", "by", "version"),
    }
)
_NAMES = ("setting", "config", "preference", "option", "parameter", "kvstore", "kv_store", "keyvalue", "key_value")
_OF_ALL = frozenset(
    {
        *("app", "application", "global", "system", "site", "general", "core", "main", "setting", "config"),
        *("configuration", "option", "parameter", "preference", "property"),
    }
)
_MOST_WRITTEN = 0.1


def settings_stores(traces: Traces) -> Iterator[tuple[int, str]]:
    """Tables that no reference leads to or from, named as a store of settings, with hardly a column but key and value.

    One whose name says nothing but that it holds the settings of everything needs no such columns, but is hardly
    ever written. Settings that belong to one table of the business refer to it, and stay with it.
    """
    for table in range(len(traces.graph.tables)):
        name = traces.name(table)
        if traces.children[table].difference(traces.parts[table]) or traces.parents[table]:
            continue
        if not any(word in name for word in _NAMES):
            continue
        if _key_and_value(traces, table):
            yield table, "it keeps values by key, and no reference leads to it or from it"
        elif _of_everything(traces, table):
            yield (
                table,
                "it holds settings of the whole system, is hardly ever written, and no reference leads to or from it",
            )


def _key_and_value(traces: Traces, table: int) -> bool:
    columns = traces.columns(table)
    about = [column for column in columns if not column <= _ABOUT]
    if len(about) != 2:
        return False
    left, right = about
    return any(
        not _KEYS.isdisjoint(one) and not _VALUES.isdisjoint(other) for one, other in ((left, right), (right, left))
    )


def _of_everything(traces: Traces, table: int) -> bool:
    said = frozenset(traces.vocabulary.tables[table])
    seldom = traces.written[table] <= _MOST_WRITTEN * traces.touched[table]
    return len(said) > 1 and said <= _OF_ALL and seldom
