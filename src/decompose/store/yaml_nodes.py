"""Strict YAML for documents that people edit: every scalar is a string, every fault has its line and column.

Refused: duplicate keys, anchors and aliases, tags, several documents, deep nesting. So `no`, `on`, `0777` and `12:30`
mean what they say, and no document can be larger in memory than it looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn, Protocol

import yaml

from decompose.errors import UsageError

_DEPTH = 12


class _Mark(Protocol):
    """Where a node begins; lines and columns count from 0."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Place:
    """A node with the name of its document, so that it can be complained about."""

    node: yaml.Node
    source: str

    def fail(self, message: str, hint: str = "") -> NoReturn:
        """Raises UsageError at this node's `source:line:column`."""
        _fail(self.source, self.node.start_mark, message, hint)

    def text(self) -> str:
        """The scalar as it is written."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.fail("expected a text, not a list or mapping")
        return str(self.node.value)

    def label(self) -> str:
        """A text that is not empty."""
        value = self.text()
        if not value.strip():
            self.fail("expected a name")
        return value

    def members(self) -> Iterator[tuple[str, Place, Place]]:
        """Key, the key's place and the value's place, in the order of the document; empty for an empty value."""
        if self._is_empty():
            return
        if not isinstance(self.node, yaml.MappingNode):
            self.fail("expected a mapping (`name: value` lines)")
        seen: set[str] = set()
        for key_node, value_node in self.node.value:
            key = Place(key_node, self.source)
            name = key.text()
            if name in seen:
                key.fail(f"{name!r} occurs twice", "merge the two entries")
            seen.add(name)
            yield name, key, Place(value_node, self.source)

    def items(self) -> Iterator[Place]:
        """The items of a list; empty for an empty value."""
        if self._is_empty():
            return
        if not isinstance(self.node, yaml.SequenceNode):
            self.fail("expected a list, e.g. [orders, order_lines]")
        for item in self.node.value:
            yield Place(item, self.source)

    def _is_empty(self) -> bool:
        return isinstance(self.node, yaml.ScalarNode) and self.node.value == "" and self.node.style is None


def unknown_key(key: Place, name: str, known: tuple[str, ...]) -> NoReturn:
    """Raises UsageError for a key that the document does not have, with the nearest one."""
    near = get_close_matches(name, known, 1)
    key.fail(f"unknown key {name!r}", f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}")


def _fail(source: str, mark: _Mark | None, message: str, hint: str = "") -> NoReturn:
    where = f"{source}:{mark.line + 1}:{mark.column + 1}" if mark is not None else source
    raise UsageError(f"{where}: {message}", hint or "is it the file that was meant? Then put this place right")


class _StrictLoader(yaml.SafeLoader):
    source = ""
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            _fail(self.source, event.start_mark, "anchors and aliases are not allowed", "write the value out")
        if getattr(event, "tag", None):
            _fail(self.source, event.start_mark, "tags are not allowed", "remove the word that starts with `!`")
        if self.depth >= _DEPTH:
            _fail(self.source, event.start_mark, "nested too deeply")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def parse(text: str, source: str) -> Place | None:
    """The root of a document, None if it is empty; UsageError for what is not YAML or is refused here."""
    try:
        loader = _StrictLoader(text)
        loader.source = source
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        _fail(source, error.problem_mark, f"not valid YAML: {error.problem}")
    except (yaml.YAMLError, RecursionError) as error:
        raise UsageError(f"{source}: not valid YAML ({type(error).__name__})", "it must be plain UTF-8 text") from error
    return None if root is None else Place(root, source)
