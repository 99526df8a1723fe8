"""Column types in the database's own canonical spelling, so that DDL and catalogue agree.

PostgreSQL: as `format_type` prints them. MySQL: as `information_schema.COLUMNS.COLUMN_TYPE`, without display widths
(MySQL 8.0.19 dropped them; `tinyint(1)` keeps its own) and without the values of enumerations, which are literals.
SQLite and others: as declared, blanks normalised. Always lower case.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from decompose.sql.ddl.tokens import QUOTED, STRING, Token

_LONGEST = 300

_POSTGRESQL = {
    "int": "integer", "int4": "integer", "serial": "integer", "serial4": "integer", "int8": "bigint",
    "bigserial": "bigint", "serial8": "bigint", "int2": "smallint", "smallserial": "smallint", "serial2": "smallint",
    "varchar": "character varying", "char varying": "character varying", "char": "character", "nchar": "character",
    "national character varying": "character varying", "national character": "character", "decimal": "numeric",
    "dec": "numeric",
    "bool": "boolean", "float4": "real", "float8": "double precision", "varbit": "bit varying",
}  # fmt: skip
_MYSQL = {
    "integer": "int", "int4": "int", "int1": "tinyint", "int2": "smallint", "int3": "mediumint",
    "middleint": "mediumint",
    "int8": "bigint", "bool": "tinyint(1)", "boolean": "tinyint(1)", "numeric": "decimal", "dec": "decimal",
    "fixed": "decimal", "real": "double", "double precision": "double", "float8": "double", "float4": "float",
    "serial": "bigint unsigned", "character varying": "varchar", "national varchar": "varchar", "nvarchar": "varchar",
    "national character varying": "varchar", "character": "char", "nchar": "char", "national char": "char",
    "long": "mediumtext", "long varchar": "mediumtext",
}  # fmt: skip
_MYSQL_WIDTHS = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint", "year"})
_MYSQL_DEFAULTS = {"char": "(1)", "binary": "(1)", "bit": "(1)", "decimal": "(10,0)"}


def type_text(tokens: Sequence[Token]) -> str:
    """The tokens of a type as one text with canonical blanks; quotes stay only where a name needs them."""
    out: list[str] = []
    glue = True
    for token in tokens:
        text = _unquoted(token) if token.kind == QUOTED else token.text
        if text in "(),[].:" or glue:
            out.append(text)
        else:
            out.append(" " + text)
        glue = text in "(,[.:"
    return "".join(out)


def _unquoted(token: Token) -> str:
    return token.text if token.text[0] == '"' else token.text[1:-1]


_QUOTED_PLAIN = re.compile(r'"([A-Za-z_][A-Za-z0-9_$]*)"')


def _plain(found: re.Match[str]) -> str:
    # PostgreSQL's "char" is another type than char.
    return found[0] if found[1] in _POSTGRESQL else found[1]


@lru_cache(maxsize=4096)
def canonical_type(text: str, dialect: str) -> str:
    """The canonical spelling of a column type, e.g. `VARCHAR (40)` is `character varying(40)` on PostgreSQL."""
    text = _QUOTED_PLAIN.sub(_plain, " ".join(text[:_LONGEST].split())).lower()
    base, bracket, after = text.partition("(")
    arguments, _, rest = after.partition(")")
    base, rest = base.strip(), rest.strip()
    arguments = f"({','.join(part.strip() for part in arguments.split(','))})" if bracket else ""
    if dialect == "postgresql":
        return _postgresql(base, arguments, rest)
    if dialect == "mariadb" and base == "json":
        return "longtext"
    if dialect in ("mysql", "mariadb"):
        return _mysql(base, arguments, rest)
    if dialect == "tsql":
        base = base.removeprefix("sys.")
    return (base + arguments + (f" {rest}" if rest else "")).strip()


def _postgresql(base: str, arguments: str, rest: str) -> str:
    whole = f"{base} {rest}" if arguments else base
    array = "[" in whole or whole.endswith(" array") or " array[" in whole
    whole = whole.partition("[")[0].removesuffix(" array").strip()
    base = (base if arguments else whole).partition("[")[0].strip()
    rest = whole[len(base) :].strip() if arguments else ""
    return _postgresql_scalar(base.removeprefix("pg_catalog."), arguments, rest) + ("[]" if array else "")


def _postgresql_scalar(base: str, arguments: str, rest: str) -> str:
    if base in ("timestamptz", "timetz"):
        return f"{base[:-2]}{arguments} with time zone"
    kind, _, zone = base.partition(" ")
    if kind in ("timestamp", "time"):
        return f"{kind}{arguments} {zone or rest or 'without time zone'}"
    if base == "float":
        digits = arguments.strip("()")
        return "real" if digits.isdecimal() and int(digits) <= 24 else "double precision"
    base = _POSTGRESQL.get(base, base)
    if base in ("character", "bit") and not arguments:
        arguments = "(1)"
    if base == "numeric" and arguments and "," not in arguments:
        arguments = f"{arguments[:-1]},0)"
    return base + arguments + (f" {rest}" if rest else "")


def _mysql(base: str, arguments: str, rest: str) -> str:
    words = f"{base} {rest}".split()
    unsigned = "unsigned" in words or "zerofill" in words
    name = " ".join(word for word in words if word not in ("unsigned", "signed", "zerofill"))
    if name == "tinyint" and arguments == "(1)" and not unsigned:
        return "tinyint(1)"
    name = _MYSQL.get(name, name)
    if name in ("enum", "set") or name in _MYSQL_WIDTHS:
        arguments = ""
    elif name == "decimal" and arguments and "," not in arguments:
        arguments = f"{arguments[:-1]},0)"
    elif not arguments:
        arguments = _MYSQL_DEFAULTS.get(name, "")
    return name + arguments + (" unsigned" if unsigned else "")


def without_literals(tokens: Sequence[Token]) -> list[Token]:
    """The tokens of a type without string literals: an enumeration's values are data, not structure."""
    return [token for token in tokens if token.kind != STRING]
