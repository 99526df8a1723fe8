"""SQL text to tokens in one linear scan, literals and comments gone before anything else sees them.

The scan runs to a NUL that is added to the text. Every literal swallows the rest of a text that was cut inside it, so a
truncated statement cannot leak what it was cut in. All repetitions are possessive: no input makes the scan backtrack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from decompose.sql.dialects import Dialect

LITERAL = ""
"""The token that stands for every literal and placeholder."""

_DOLLAR_QUOTE = re.compile(r"\$(?:[^\W\d]\w*+)?\$")
_DOLLAR_BODY = r"\$(?P<q>(?:[^\W\d]\w*+)?)\$(?:[^$\0]++|(?!\$(?P=q)\$)\$)*+(?:\$(?P=q)\$)?"
_TABLE_POSITION = "".join(rf"(?<!{word} )" for word in ("from", "join", "into", "update", "using"))
_OPERATORS = (
    r"[,()*=]|<=>|<>|!=|>=|<=|\|\||&&|->>|->|\#>>|\#>|@>|<@|::|:=|=>|\?\||\?&|@\?|@@|!~~?\*?|~~?\*|~~|<<|>>|\+="
    r"|[^\0'\"`]"
)


def tokens(sql: str, d: Dialect) -> list[str]:
    """The text's tokens in order: `LITERAL` for each literal and placeholder, the raw text of all others."""
    if "\0" in sql:
        sql = sql.replace("\0", " ")
    if d.dollar_quotes and _DOLLAR_QUOTE.search(sql):
        found = [match["t"] or LITERAL for match in _scanner(d, True).finditer(sql + "\0")]
    else:
        found = _scanner(d, False).findall(sql + "\0")
    found.pop()
    return found


def raw_tokens(sql: str, d: Dialect) -> Iterator[tuple[str, str, int]]:
    """Token, its raw text (literals included, comments not) and the position after it, lazily."""
    text = sql.replace("\0", " ") + "\0"
    for match in _scanner(d, True).finditer(text):
        if match["t"] != "\0":
            yield match["t"] or LITERAL, text[match.end("skip") : match.end()], match.end()


def _block_comment(nested: bool) -> str:
    comment = r"/\*(?:[^*\0]++|\*(?!/))*+(?:\*/)?"
    if nested:
        for _ in range(3):
            comment = rf"/\*(?:[^*/\0]++|\*(?!/)|{comment}|/)*+(?:\*/)?"
    return comment


def _skipped(d: Dialect) -> str:
    if not d.hash_comments:
        return rf"(?:[\s\x01-\x08]++|--[^\n\0]*+|{_block_comment(d.nested_comments)})*+"
    # Executable comments are code to the server: only their brackets are dropped.
    return rf"(?:[\s\x01-\x08]++|/\*M?!\d*+|\*/|--(?=[\s\0])[^\n\0]*+|\#[^\n\0]*+|{_block_comment(False)})*+"


def _literals(d: Dialect) -> Iterator[str]:
    escaped = r"'(?:[^'\\\0]++|\\[^\0]?|'')*+'?"
    if d.backslash_escapes:
        yield r"(?:_[A-Za-z0-9]++\s*+(?=')|[nNxXbB](?='))?+" + escaped
    else:
        if d.dollar_quotes:
            yield "[eE]" + escaped
        if d.name == "oracle":
            pairs = (("\\[", "\\]"), ("{", "}"), ("<", ">"), ("\\(", "\\)"))
            for left, right in pairs:
                yield rf"[nN]?[qQ]'{left}(?:[^{right}\0]++|{right}(?!'))*+(?:{right}')?"
        yield r"(?:[nNxXbB]|[uU]&)?'(?:[^'\0]++|'')*+'?"
    if d.double_quoted_strings:
        # A double-quoted text beside a dot or where a table stands can only be a name (ANSI_QUOTES).
        yield rf'(?<!\.)(?i:{_TABLE_POSITION}(?<! as ))"(?:[^"\\\0]++|\\[^\0]?|"")*+"?+(?!\.)'
    yield r"\$\d++"
    if d.name == "sqlite":
        yield r"\$[A-Za-z_]\w*+"
    if d.at_placeholders:
        yield rf"(?i:{_TABLE_POSITION})@[A-Za-z_]\w*+"
    # MySQL identifiers may begin with a digit.
    end = r"(?![\w$])" if d.backslash_escapes else ""
    yield r"0[xX][0-9a-fA-F]*+" + end
    yield r"0[bB][01]*+" + end
    yield r"(?:\d[\d_]*+(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?" + end
    yield r"%s(?!\w)|%\(\w++\)s"
    yield r"(?<!:):[^\W\d]\w*+"
    if d.name in ("oracle", "generic", "sqlite"):
        yield r":\d++"
    yield r"\?(?![|&])\d*+"


def _names(d: Dialect) -> Iterator[str]:
    yield r'"(?:[^"\0]++|"")++"'
    if "`" in d.quotes:
        yield r"`(?:[^`\0]++|``)++`"
    if "[" in d.quotes:
        yield r"\[(?:[^\]\0]++|\]\])++\]"
    if d.name == "tsql":
        yield r"\#{1,2}[\w$#@]++"
    if d.backslash_escapes:
        yield r"\d++[^\W\d][\w$]*+"
        yield r"@{1,2}[\w$.]++"
    else:
        yield r"@@[\w.]++"
    if d.at_placeholders:
        yield r"@[A-Za-z_]\w*+"
    yield r"[^\W\d][\w$#@]*+" if d.name in ("tsql", "oracle") else r"[^\W\d][\w$]*+"


def _safe(d: Dialect) -> Iterator[str]:
    """The commonest tokens that cannot begin a literal: tried first, for speed alone."""
    yield r"[^\W\d][\w$]*+(?![\w$#@'])" if not d.backslash_escapes else r"[A-Za-z][\w$]*+(?!')"
    yield r"[,()*=]|\.(?!\d)"
    if "`" in d.quotes:
        yield r"`(?:[^`\0]++|``)++`"
    if not d.double_quoted_strings:
        yield r'"(?:[^"\0]++|"")++"'


@cache
def _scanner(d: Dialect, full: bool) -> re.Pattern[str]:
    """The dialect's scanner. The short form has one group, for `findall`; the full one knows dollar-quoted bodies."""
    skip, literals = _skipped(d), "|".join(_literals(d))
    names = "|".join(_names(d))
    if not full:
        guarded = rf"(?!{literals})(?:{names}|{_OPERATORS}|\0)"
        return re.compile(rf"{skip}(?:({'|'.join(_safe(d))}|{guarded})|{literals}|['\"`][^\0]*+)")
    if d.dollar_quotes:
        literals = f"{_DOLLAR_BODY}|{literals}"
    return re.compile(rf"(?P<skip>{skip})(?:{literals}|(?P<t>{names}|{_OPERATORS}|\0)|['\"`][^\0]*+)")
