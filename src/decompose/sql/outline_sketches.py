"""Outlines drawn once for templates that are the same but for their plain names: a sketch costs a fifth of an outline.

A drawing asks of a plain name only whether it is the same as another. So templates with one sketch, the template with a
number for each distinct plain name, have one outline, and each number stands in the same places of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from sys import intern

from decompose.sql.dialects import Dialect
from decompose.sql.outline_words import Kind, kinds
from decompose.sql.outlines import WORD, Outline, outline

_MOST_SKETCHES = 4_000
_MARKS = tuple(f"\0{number};" for number in range(100))
_KEPT = 50_000

_Name = int | str
"""The number of a plain name, or a word that the sketch keeps."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """An outline with names left open."""

    text: str
    names: tuple[_Name | tuple[_Name, ...], ...]
    sources: frozenset[str]


class _Marked(dict[str, bool | None]):
    """Whether a sketch numbers a word; None for a plain name in capitals, which may be the same name as another."""

    def __init__(self, d: Dialect) -> None:
        super().__init__()
        self._kinds = kinds(d)

    def __missing__(self, word: str) -> bool | None:
        if len(self) > _KEPT:
            self.clear()
        plain = self._kinds[word] is Kind.PLAIN
        self[word] = found = None if plain and not word.islower() else plain
        return found


class Sketches:
    """One dialect's outlines, by sketch."""

    def __init__(self, d: Dialect) -> None:
        self._dialect = d
        self._plans: dict[str, _Plan | None] = {}
        self._marked: _Marked | None = None

    def outline(self, template: str) -> Outline | None:
        """The template's outline; None if it has none."""
        if '"' in template or "`" in template:
            return outline(template, self._dialect)
        numbers: dict[str, int] = {}
        sketch = self._sketch(template, numbers)
        if not sketch:
            return outline(template, self._dialect)
        if sketch not in self._plans:
            if len(self._plans) >= _MOST_SKETCHES:
                self._plans.clear()
            self._plans[sketch] = _plan(outline(template, self._dialect), numbers)
        plan = self._plans[sketch]
        return None if plan is None else _filled(plan, [intern(name) for name in numbers])

    def _sketch(self, template: str, numbers: dict[str, int]) -> str:
        """The template's sketch, empty if it has none, and its plain names in order of their numbers."""
        marked = self._marked
        if marked is None:
            marked = self._marked = _Marked(self._dialect)
        parts = WORD.split(template)
        for at in range(1, len(parts), 2):
            word = parts[at]
            is_marked = marked[word]
            if is_marked:
                number = numbers.setdefault(word, len(numbers))
                if number >= len(_MARKS):
                    return ""
                parts[at] = _MARKS[number]
            elif is_marked is None:
                return ""
        return "".join(parts)


def _plan(drawn: Outline | None, numbers: dict[str, int]) -> _Plan | None:
    if drawn is None:
        return None
    names = tuple(
        numbers.get(each, each) if isinstance(each, str) else tuple(numbers.get(name, name) for name in each)
        for each in drawn.names
    )
    return _Plan(drawn.text, names, drawn.sources)


def _filled(plan: _Plan, plain: list[str]) -> Outline:
    names: list[str | list[str]] = []
    for each in plan.names:
        if isinstance(each, tuple):
            names.append([name if isinstance(name, str) else plain[name] for name in each])
        else:
            names.append(each if isinstance(each, str) else plain[each])
    return Outline(plan.text, names, plan.sources)
