"""The words in table and column names: what a schema says of its business before any query ran.

Names are split at case changes, underscores, digits and signs; plurals are folded; names written as one run
("productattributevalue") are split at the names of other tables.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from decompose.graph.model import CouplingGraph, TableNode

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ES = ("sses", "xes", "ches", "shes", "zes")
_KEEPS_S = ("ss", "us", "is", "ps")
_SHORTEST_HEAD = 4
_SHORTEST_TAIL = 4

GENERIC_WORDS = frozenset(
    {
        *("a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "with"),
        *("assignment", "base", "config", "data", "default", "detail", "entry", "event", "group", "header", "history"),
        *("id", "info", "item", "line", "link", "list", "log", "map", "mapping", "name", "record", "rel", "relation"),
        *(
            "set",
            "setting",
            "state",
            "status",
            "tab",
            "table",
            "tbl",
            "temp",
            "tmp",
            "type",
            "value",
            "version",
            "xref",
        ),
    }
)
"""Words that many tables end in and that name no business: they tell how a table is built, not what it is about."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words of every table (index into `CouplingGraph.tables`), and of its own columns, foreign-key columns left out.

    `columns` holds each column's words as one tuple, sorted and without repeats.
    """

    tables: tuple[tuple[str, ...], ...]
    columns: tuple[tuple[tuple[str, ...], ...], ...]


def singular(word: str) -> str:
    """The word without its English plural ending, lower case in, lower case out; words that only look plural stay."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(_ES):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(_KEEPS_S):
        return word[:-1]
    return word


def words(name: str) -> tuple[str, ...]:
    """The words of an identifier in order, lower case and singular; the schema qualifier is dropped."""
    return tuple(singular(part.lower()) for part in _PARTS.findall(name.rsplit(".", 1)[-1]))


def read_vocabulary(graph: CouplingGraph) -> Vocabulary:
    """The vocabulary of a graph's tables."""
    plain = [words(node.name) for node in graph.tables]
    known = frozenset(word for name in plain for word in name)
    heads = frozenset(word for word in known if len(word) >= _SHORTEST_HEAD)
    tables = tuple(tuple(part for word in name for part in _split_run(word, heads)) for name in plain)
    referring = _referring_columns(graph)
    columns = tuple(_own_columns(node, referring[index]) for index, node in enumerate(graph.tables))
    return Vocabulary(tables, columns)


def _split_run(word: str, heads: frozenset[str]) -> tuple[str, ...]:
    """Splits one run of letters at the longest other word it begins with, as often as that goes."""
    parts: list[str] = []
    while True:
        head = ""
        for length in range(len(word) - _SHORTEST_TAIL, _SHORTEST_HEAD - 1, -1):
            if word[:length] in heads:
                head = word[:length]
                break
        if not head:
            return (*parts, word)
        parts.append(head)
        word = singular(word[len(head) :])


def _referring_columns(graph: CouplingGraph) -> list[set[str]]:
    referring: list[set[str]] = [set() for _ in graph.tables]
    for reference in graph.references:
        referring[reference.child].update(column.lower() for column in reference.columns)
    return referring


def _own_columns(node: TableNode, referring: set[str]) -> tuple[tuple[str, ...], ...]:
    own = {words(column) for column in node.columns if column.lower() not in referring}
    return tuple(sorted(own - {(), ("id",)}))
