"""A statement's template, its text without literals, comments and accidents of spelling, and the template's hash.

The template is itself SQL that `statements.parse_template` reads, so nothing after this module needs the raw text.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256

from decompose.sql.dialects import Dialect, dialect
from decompose.sql.lexer import LITERAL, raw_tokens, tokens
from decompose.sql.words import FUNCTIONS, KEYWORDS, QUOTED

_KEPT_WORDS = 20_000
_SPACE = "\0"
_CALL, _CALLED_AS, _NAMED_AS = "\1", "\2", "\3"
"""Around the two forms of a word that may be a function's name, until the bracket after it decides."""
_FORMS = {LITERAL: " ?", ".": ".", ",": ",", ")": ")", "]": "]", "[": "[", ";": ";", "::": "::", "\0": ""}

# Not after a function's name: how many arguments it has belongs to the grammar.
_LIST = re.compile(
    r"\?(?:(?<=IN \(\?)|(?<=VALUES \(\?)|(?<=, \(\?)|(?<=\(\(\?)|(?<== \(\?)|(?<=\[\?))(?:, \?)++(?=[)\]])"
)
_CAST_LIST = re.compile(r"(?<=[(\[])(\?::\w++)(?:, \1)++(?=[)\]])")
_ROWS = re.compile(r"\(\?\)(?:, \(\?\))++")
_MINUS = re.compile(
    r"- \?(?:(?<=[=<>,+*/] - \?)|(?<=\(- \?)|(?<=\[- \?)|(?<=\b(?:THEN|ELSE) - \?)|(?<=\bBETWEEN - \?)"
    r"|(?<=\bAND - \?)|(?<=\b(?:OFFSET|SELECT) - \?))"
)
_CONSTANT = re.compile(
    r"NULL\b(?:(?<=[,=] NULL)|(?<=[(\[]NULL))|TRUE\b(?:(?<=[,=] TRUE)|(?<=[(\[]TRUE))"
    r"|FALSE\b(?:(?<=[,=] FALSE)|(?<=[(\[]FALSE))"
)
_CALLED = re.compile(r"\x01([^\x02]*+)\x02[^\x03]*+\x03 \(")
_NOT_CALLED = re.compile(r"\x01[^\x02]*+\x02([^\x03]*+)\x03")
_AUTOCOMMIT = re.compile(
    r"(?i)(?:(?:@@)?(?:session|local)[. ]|@@)?\bautocommit (?::=|=|TO) (\?|ON|OFF|TRUE|FALSE)(?![\w.])"
)

_MARKS = re.compile(r"[\x00-\x03]")

_NAME = r"(?:\"(?:[^\"]|\"\")+\"|`(?:[^`]|``)+`|\[[^\]]+\]|[^\s(),;]+)"
_NAMED: dict[str, tuple[re.Pattern[str], str]] = {
    "SAVEPOINT": (re.compile(rf"^SAVEPOINT {_NAME}$"), "SAVEPOINT ?"),
    "RELEASE": (re.compile(rf"^RELEASE (?:SAVEPOINT )?{_NAME}$"), "RELEASE SAVEPOINT ?"),
    "ROLLBACK": (re.compile(rf"(?i)^(ROLLBACK.*? TO(?: SAVEPOINT)?|ROLLBACK TRAN(?:SACTION)?) {_NAME}$"), r"\1 ?"),
    "COMMIT": (re.compile(rf"(?i)^(COMMIT TRAN(?:SACTION)?) (?!AND\b){_NAME}$"), r"\1 ?"),
    "BEGIN": (re.compile(rf"(?i)^(BEGIN (?:DISTRIBUTED )?TRAN(?:SACTION)?) {_NAME}(?= WITH\b|$)"), r"\1 ?"),
    "SAVE": (re.compile(rf"(?i)^(SAVE TRAN(?:SACTION)?) {_NAME}$"), r"\1 ?"),
    "DECLARE": (re.compile(rf"(?i)^DECLARE {_NAME}(?= .*?\bCURSOR\b)"), "DECLARE ?"),
    "FETCH": (re.compile(rf"(?i)^((?:FETCH|MOVE)\b(?:.*? (?:FROM|IN))?) (?!FROM\b|IN\b){_NAME}(?= INTO\b|$)"), r"\1 ?"),
    "CLOSE": (re.compile(rf"(?i)^(CLOSE) (?!ALL\b){_NAME}$"), r"\1 ?"),
    "PREPARE": (re.compile(rf"(?i)^PREPARE (?!TRANSACTION \?){_NAME}(?= (?:AS|FROM|\())"), "PREPARE ?"),
    "DEALLOCATE": (re.compile(rf"(?i)^(DEALLOCATE(?: PREPARE)?) (?!ALL\b|PREPARE\b){_NAME}$"), r"\1 ?"),
    "EXECUTE": (re.compile(rf"(?i)^EXECUTE {_NAME}"), "EXECUTE ?"),
}
_NAMED["MOVE"] = _NAMED["FETCH"]


def template(sql: str, dialect_name: str | Dialect) -> str:
    """The statement's text with `?` for every literal and placeholder, in one canonical spelling; linear time.

    Lists of values become one value and rows of values one row; names keep quotes only where they need them; names that
    a client makes up for savepoints, cursors and prepared statements become `?` too. Idempotent.
    """
    d = dialect_name if isinstance(dialect_name, Dialect) else dialect(dialect_name)
    text = "".join(map(_words(d).__getitem__, tokens(sql, d)))
    text = text.replace(". ", ".").replace("( ", "(")
    text = _without_accidents(text).strip(" ;")
    if ";" in text:
        text = "; ".join(_without_names(part.strip(), d) for part in text.split("; "))
    else:
        text = _without_names(text, d)
    if text.startswith("SET ") and "AUTOCOMMIT" in text.upper():
        text = _with_autocommit(text, sql, d)
    return text.replace(_SPACE, " ")


def fingerprint(template_text: str) -> str:
    """16 hex digits of the SHA-256 of a template."""
    return sha256(template_text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _without_accidents(text: str) -> str:
    """Levels what does not distinguish statements: spacing of casts and calls, signs, constants, how many values."""
    if "::" in text:
        text = text.replace(":: ", "::")
    if "[" in text:
        text = text.replace("[ ", "[")
    if _CALL in text:
        text = _NOT_CALLED.sub(r"\1", _CALLED.sub(r"\1(", text))
    if "- ?" in text:
        text = _MINUS.sub("?", text)
    if "NULL" in text or "TRUE" in text or "FALSE" in text:
        text = _CONSTANT.sub("?", text)
    if "?, ?" in text:
        text = _LIST.sub("?", text)
    if "?::" in text:
        text = _CAST_LIST.sub(r"\1", text)
    if "), (" in text:
        text = _one_row(_ROWS.sub("(?)", text))
    return text


def _one_row(text: str) -> str:
    """`VALUES (?, now()), (?, now())` to one row, where all rows have the same form."""
    head, values, rows = text.partition(" VALUES (")
    parts = rows.split("), (")
    if not values or len(parts) < 2 or parts.count(parts[0]) != len(parts) - 1:
        return text
    last = parts[-1]
    if not last.startswith(parts[0] + ")"):
        return text
    return f"{head}{values}{last}"


def _without_names(text: str, d: Dialect) -> str:
    verb = text.partition(" ")[0].upper()
    if verb not in _NAMED or (verb == "EXECUTE" and d.name in ("tsql", "oracle")):
        return text
    pattern, replacement = _NAMED[verb]
    return pattern.sub(replacement, text, count=1)


def _with_autocommit(text: str, sql: str, d: Dialect) -> str:
    """Autocommit's value is the one literal that says what the statement does: kept as ON or OFF."""
    values: list[str] = []
    armed = ""
    for token, raw, _ in raw_tokens(sql, d):
        low = token.lower()
        if low.endswith("autocommit"):
            armed = "name"
        elif armed == "name" and low in ("=", ":=", "to"):
            armed = "sign"
        else:
            if armed == "sign":
                values.append("ON" if raw.strip("'\"").lower() in ("1", "on", "true") else "OFF")
            armed = ""
    found = iter(values)
    return _AUTOCOMMIT.sub(lambda _: f"autocommit = {next(found, 'OFF')}", text)


def _form(token: str, d: Dialect) -> str:
    """A token as the template spells it, with the space before it."""
    fixed = _FORMS.get(token)
    if fixed is not None:
        return fixed
    if len(token) > 1 and token[0] in '"`[':
        return _quoted(token, d)
    upper = token.upper()
    name = upper if upper in KEYWORDS else d.fold(token)
    return f" {_CALL}{upper}{_CALLED_AS}{name}{_NAMED_AS}" if upper in FUNCTIONS else f" {name}"


def _quoted(token: str, d: Dialect) -> str:
    close = "]" if token[0] == "[" else token[0]
    name = token[1:-1].replace(close * 2, close)
    if d.is_plain(name) and name.upper() not in QUOTED:
        if name.upper() in FUNCTIONS:
            return f" {_CALL}{quote(name, d)} {_CALLED_AS}{name}{_NAMED_AS}"
        return f" {name}"
    return " " + quote(_MARKS.sub(" ", name), d).replace(" ", _SPACE)


def quote(name: str, d: Dialect) -> str:
    """The name in the dialect's own quotes."""
    left = d.quotes[0]
    right = "]" if left == "[" else left
    return left + name.replace(right, right * 2) + right


@cache
def _words(d: Dialect) -> _Words:
    return _Words(d)


class _Words(dict[str, str]):
    """Raw token to its form in a template, spacing included; a memo that is emptied when it grows too large."""

    def __init__(self, d: Dialect) -> None:
        super().__init__()
        self._dialect = d

    def __missing__(self, token: str) -> str:
        if len(self) > _KEPT_WORDS:
            self.clear()
        self[token] = form = _form(token, self._dialect)
        return form
