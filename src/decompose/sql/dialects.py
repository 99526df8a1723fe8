"""The SQL dialects as data: how names fold, what quotes them, what ends a transaction unasked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from decompose.errors import UsageError


@dataclass(frozen=True, slots=True)
class Dialect:
    """One SQL dialect: data only, everything that differs between dialects in this room hangs on these values."""

    name: str
    sqlglot_name: str
    """The dialect's name in sqlglot; empty for sqlglot's own superset."""
    default_schema: str
    """The schema an unqualified table is in when nothing else is said; empty where a database has no schemas."""
    folds: Literal["lower", "upper", "none"]
    """How the server folds identifiers written without quotes."""
    case_sensitive: bool
    """Whether two table names that differ in case only, after folding, are two tables."""
    quotes: tuple[str, ...]
    """Opening characters of quoted identifiers, the dialect's own first."""
    ddl_commits: bool
    """Whether DDL ends an open transaction implicitly."""
    backslash_escapes: bool
    r"""Whether `\'` in an ordinary string is an escaped quote."""
    double_quoted_strings: bool = False
    """Whether `"x"` is a string."""
    dollar_quotes: bool = False
    nested_comments: bool = False
    hash_comments: bool = False
    logs_trigger_bodies: bool = False
    """Whether the server's log shows the statements of a trigger's body beside the one that fired it."""
    views_follow: bool = False
    """Whether a view goes on reading a table that gets another name; elsewhere its text stays as it was written."""
    at_placeholders: bool = False
    """Whether `@name` stands for a value that the client sends (or a variable)."""

    def fold(self, name: str, quoted: bool = False) -> str:
        """The name as the server stores it: unquoted names folded by the rule, quoted ones untouched."""
        if quoted or self.folds == "none":
            return name
        return name.lower() if self.folds == "lower" else name.upper()

    def key(self, name: str) -> str:
        """The form under which two folded names are the same table: equal keys, same table."""
        return name if self.case_sensitive else name.casefold()

    def is_plain(self, name: str) -> bool:
        """Whether the stored name needs no quotes to be read back as itself (reserved words apart)."""
        return _PLAIN.fullmatch(name) is not None and self.fold(name) == name


_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

DIALECTS: tuple[Dialect, ...] = (
    Dialect(
        "postgresql",
        sqlglot_name="postgres",
        default_schema="public",
        folds="lower",
        case_sensitive=True,
        quotes=('"',),
        ddl_commits=False,
        backslash_escapes=False,
        dollar_quotes=True,
        nested_comments=True,
        views_follow=True,
    ),
    Dialect(
        "mysql",
        sqlglot_name="mysql",
        default_schema="",
        folds="none",
        case_sensitive=True,
        quotes=("`", '"'),
        ddl_commits=True,
        backslash_escapes=True,
        double_quoted_strings=True,
        hash_comments=True,
        logs_trigger_bodies=True,
    ),
    Dialect(
        "mariadb",
        sqlglot_name="mysql",
        default_schema="",
        folds="none",
        case_sensitive=True,
        quotes=("`", '"'),
        ddl_commits=True,
        backslash_escapes=True,
        double_quoted_strings=True,
        hash_comments=True,
        logs_trigger_bodies=True,
    ),
    Dialect(
        "sqlite",
        sqlglot_name="sqlite",
        default_schema="",
        folds="none",
        case_sensitive=False,
        quotes=('"', "`", "["),
        ddl_commits=False,
        backslash_escapes=False,
        views_follow=True,
        at_placeholders=True,
    ),
    Dialect(
        "tsql",
        sqlglot_name="tsql",
        default_schema="dbo",
        folds="none",
        case_sensitive=False,
        quotes=("[", '"'),
        ddl_commits=False,
        backslash_escapes=False,
        nested_comments=True,
        at_placeholders=True,
    ),
    Dialect(
        "oracle",
        sqlglot_name="oracle",
        default_schema="",
        folds="upper",
        case_sensitive=True,
        quotes=('"',),
        ddl_commits=True,
        backslash_escapes=False,
    ),
    Dialect(
        "generic",
        sqlglot_name="",
        default_schema="",
        folds="none",
        case_sensitive=False,
        quotes=('"', "`"),
        ddl_commits=False,
        backslash_escapes=False,
        dollar_quotes=True,
        at_placeholders=True,
    ),
)

_BY_NAME = {row.name: row for row in DIALECTS}


def dialect(name: str) -> Dialect:
    """The row of `DIALECTS` called `name`; raises UsageError for any other name."""
    found = _BY_NAME.get(name)
    if found is None:
        raise UsageError(f"unknown SQL dialect {name!r}", f"use one of: {', '.join(_BY_NAME)}")
    return found
