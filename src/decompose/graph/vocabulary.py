"""The words in table and column names: what a schema says of its business before any query ran.

Names are split at case changes, underscores, digits and signs; plurals are folded; names written as one run
("productattributevalue") are cut into words (`word_splitting`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from decompose.graph.business_areas import BUSINESS_WORDS
from decompose.graph.english_words import ENGLISH_WORDS
from decompose.graph.model import CouplingGraph, ReferenceEdge, TableNode
from decompose.graph.name_prefixes import without_prefix
from decompose.graph.word_splitting import Splitter

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ES = ("sses", "xes", "ches", "shes", "zes")
_KEEPS_S = ("ss", "us", "is")
_NO_PLURALS = frozenset(
    {
        *("alias", "analytics", "atlas", "bias", "canvas", "chaos", "https", "lens", "logistics", "news", "series"),
        *("species", "statistics"),
    }
)
_LABEL = re.compile(r"(?:[A-Z]+ )?/?([A-Za-z_]\w*)(?:::|[.:#/])\S*")

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

_USUAL = GENERIC_WORDS | BUSINESS_WORDS | ENGLISH_WORDS


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words of every table (index into `CouplingGraph.tables`), and of its own columns, foreign-key columns left out.

    A prefix that most tables share is left out of `tables`. `columns` holds each column's words as one tuple, sorted,
    without repeats.
    """

    tables: tuple[tuple[str, ...], ...]
    columns: tuple[tuple[tuple[str, ...], ...], ...]


def singular(word: str) -> str:
    """The word without its English plural ending, lower case in, lower case out; words that only look plural stay."""
    if word in _NO_PLURALS:
        return word
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(_ES):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(_KEEPS_S):
        return word[:-1]
    return word


def is_part(vocabulary: Vocabulary, reference: ReferenceEdge) -> bool:
    """Whether the child's name begins with its parent's: `order_lines` of `orders`."""
    child, parent = vocabulary.tables[reference.child], vocabulary.tables[reference.parent]
    return reference.child != reference.parent and bool(parent) and child[: len(parent)] == parent


def module_of(label: str) -> str:
    """The part of the application a transaction's label names: `orders` of `orders#create`, `GET orders:list`,
    `orders.create` or `/orders/17`; empty for a label of another form.
    """
    found = _LABEL.fullmatch(label)
    return found.group(1).lower() if found else ""


def words(name: str) -> tuple[str, ...]:
    """The words of an identifier in order, lower case and singular; schema, digits and lone letters are dropped."""
    return tuple(singular(run) for run in _runs(name))


def _runs(name: str) -> tuple[str, ...]:
    parts = [part.lower() for part in _PARTS.findall(name.rsplit(".", 1)[-1])]
    return tuple(part for part in parts if len(part) > 1) or tuple(parts)


def read_vocabulary(graph: CouplingGraph) -> Vocabulary:
    """The vocabulary of a graph's tables."""
    runs = [_runs(node.name) for node in graph.tables]
    written = {run for name in runs for run in name}
    written.update(run for node in graph.tables for column in node.columns for run in _runs(column))
    splitter = Splitter(written, _USUAL, singular)
    tables = without_prefix([tuple(word for run in name for word in splitter.split(run)) for name in runs])
    referring = _referring_columns(graph)
    columns = tuple(_own_columns(node, referring[index]) for index, node in enumerate(graph.tables))
    return Vocabulary(tables, columns)


def _referring_columns(graph: CouplingGraph) -> list[set[str]]:
    referring: list[set[str]] = [set() for _ in graph.tables]
    for reference in graph.references:
        referring[reference.child].update(column.lower() for column in reference.columns)
    return referring


def _own_columns(node: TableNode, referring: set[str]) -> tuple[tuple[str, ...], ...]:
    own = {words(column) for column in node.columns if column.lower() not in referring}
    return tuple(sorted(own - {(), ("id",)}))
