"""Statements by fingerprint: each distinct template is parsed once and known by a small integer from then on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from decompose.evidence.schema import TableRef
from decompose.evidence.statement import Control, Mode, ParsedStatement

_RAW_TEXTS = 20_000
_RAW_LENGTH = 4_096
_TEMPLATES = 200_000
OVERFLOW = "statement templates beyond the limit"


class SqlReader(Protocol):
    """What the fold needs to know of SQL; `sql.reader` implements it for one dialect."""

    def template(self, sql: str) -> str:
        """The text without literals and comments."""

    def split(self, template: str) -> list[str]:
        """The single statements of a template."""

    def parse(self, template: str) -> ParsedStatement:
        """What a single statement's template does; never raises."""

    def control_name(self, sql: str) -> str:
        """The savepoint, cursor or prepared transaction a statement speaks of, hashed if it is a literal."""

    def tags(self, sql: str) -> Mapping[str, str]:
        """The attribution comments of a statement."""

    def label(self, tags: Mapping[str, str]) -> str:
        """One readable label for tags, empty if they carry none."""


class Catalogue:
    """Templates in order of first sight. Raw texts are only cached in memory, never kept or written."""

    def __init__(self, reader: SqlReader, templates: int = _TEMPLATES) -> None:
        self._reader = reader
        self._limit = templates
        self._by_text: dict[str, tuple[int, ...]] = {}
        self._by_template: dict[str, tuple[int, ...]] = {}
        self._by_statement: dict[str, int] = {}
        self.statements: list[ParsedStatement] = []
        self.controls: list[Control] = []
        self.touches: list[bool] = []
        self.named: list[bool] = []
        self.alike: list[int] = []
        """The first statement that accesses the same tables in the same ways, by statement."""
        self._by_accesses: dict[frozenset[tuple[TableRef, Mode]], int] = {}

    def lookup(self, sql: str) -> tuple[int, ...]:
        """The ids of the statements in one text; usually one."""
        found = self._by_text.get(sql)
        if found is None:
            template = self._reader.template(sql)
            found = self._by_template.get(template)
            if found is None:
                found = self._learn(template)
            if len(sql) <= _RAW_LENGTH:
                if len(self._by_text) >= _RAW_TEXTS:
                    self._by_text.clear()
                self._by_text[sql] = found
        return found

    def adopt(self, parsed: ParsedStatement) -> int:
        """The id of a statement that another catalogue has read."""
        known = self._by_statement.get(parsed.template)
        if known is not None:
            return known
        if len(self.statements) >= self._limit:
            return self._identify(parsed.template)
        return self._remember(parsed.template, parsed)

    def name_of(self, number: int, sql: str) -> str:
        """The name a control or cursor statement speaks of, empty for all others."""
        return self._reader.control_name(sql) if self.named[number] else ""

    def tags(self, sql: str) -> Mapping[str, str]:
        """The attribution comments of a statement."""
        return self._reader.tags(sql)

    def label(self, tags: Mapping[str, str]) -> str:
        """One readable label for tags."""
        return self._reader.label(tags)

    def _learn(self, template: str) -> tuple[int, ...]:
        pieces = self._reader.split(template) if ";" in template else [template]
        ids = tuple(self._identify(piece) for piece in pieces if piece.strip())
        if len(self._by_template) < self._limit:
            self._by_template[template] = ids
        return ids

    def _identify(self, template: str) -> int:
        found = self._by_statement.get(template)
        if found is not None:
            return found
        if len(self.statements) >= self._limit:
            return self._remember("", ParsedStatement("0" * 16, "", "OTHER", reason=OVERFLOW))
        return self._remember(template, self._reader.parse(template))

    def _remember(self, template: str, parsed: ParsedStatement) -> int:
        known = self._by_statement.get(template)
        if known is not None:
            return known
        number = len(self.statements)
        self._by_statement[template] = number
        self.statements.append(parsed)
        self.controls.append(parsed.control)
        self.touches.append(bool(parsed.accesses) or bool(parsed.reason))
        accesses = frozenset([(access.table, access.mode) for access in parsed.accesses])
        self.alike.append(self._by_accesses.setdefault(accesses, number))
        self.named.append(parsed.control in _NAMED_CONTROLS or parsed.verb in _CURSOR_VERBS)
        return number


_NAMED_CONTROLS = frozenset(
    {
        Control.SAVEPOINT,
        Control.RELEASE,
        Control.ROLLBACK_TO,
        Control.PREPARE,
        Control.COMMIT_PREPARED,
        Control.ROLLBACK_PREPARED,
    }
)
_CURSOR_VERBS = frozenset({"DECLARE", "FETCH", "MOVE", "CLOSE", "PREPARE", "EXECUTE", "DEALLOCATE"})
