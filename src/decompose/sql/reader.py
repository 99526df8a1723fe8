"""The room's front door for the fold: one dialect's reading of SQL behind the `SqlReader` protocol."""

from __future__ import annotations

from collections.abc import Mapping

from decompose.evidence.fold.session import TransactionRules
from decompose.evidence.statement import ParsedStatement
from decompose.sql import comments
from decompose.sql.control import spoken_name
from decompose.sql.dialects import dialect
from decompose.sql.fingerprint import template
from decompose.sql.outline_reader import OutlineReader


class DialectReader:
    """Reads SQL of one dialect; see `evidence.catalogue.SqlReader`.

    The parser is loaded when a text is parsed: who knows all templates from an earlier run does without it.
    """

    def __init__(self, name: str) -> None:
        self._dialect = dialect(name)
        self._outlines = OutlineReader(self._dialect, self.read)

    def template(self, sql: str) -> str:
        """The text without literals and comments."""
        return template(sql, self._dialect)

    def split(self, template: str) -> list[str]:
        """The single statements of a template."""
        from decompose.sql.statements import split

        return split(template, self._dialect.name)

    def parse(self, template: str) -> ParsedStatement:
        """What a single statement's template does; never raises. The answer is that of `read`, sooner."""
        return self._outlines.parse(template)

    def read(self, template: str) -> ParsedStatement:
        """What a single statement's template does, by parsing it."""
        from decompose.sql.statements import parse_template

        return parse_template(template, self._dialect.name)

    def control_name(self, sql: str) -> str:
        """The savepoint, cursor or prepared transaction a statement speaks of."""
        return spoken_name(sql, self._dialect)

    def tags(self, sql: str) -> Mapping[str, str]:
        """The attribution comments of a statement."""
        return comments.tags(sql)

    def label(self, tags: Mapping[str, str]) -> str:
        """One readable label for tags, empty if they carry none."""
        return comments.label(dict(tags))


def transaction_rules(name: str) -> TransactionRules:
    """How servers of a dialect treat errors, nested BEGIN and batches."""
    return TransactionRules(
        error_aborts=name == "postgresql",
        begin_commits=name in ("mysql", "mariadb"),
        batch_is_transaction=name == "postgresql",
        rollback_names_transaction=name == "tsql",
        prepare_holds_statement=name == "postgresql",
    )
