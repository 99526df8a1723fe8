"""A statement's text to what it does: template, verb, transaction control, read, write and lock sets, joins.

Everything is derived from the template, so that a cache by template is a cache by meaning; only the names of
savepoints, cursors and prepared transactions come from the raw text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from decompose.evidence.statement import Access, Control, Join, Mode, ParsedStatement
from decompose.sql.commands import command
from decompose.sql.control import NAMED, spoken_name, template_control
from decompose.sql.dialects import Dialect, dialect
from decompose.sql.fingerprint import fingerprint, template
from decompose.sql.lexer import raw_tokens, tokens
from decompose.sql.words import word_set

UNREADABLE_BODY = "unparsed: procedural code"
SYNTAX = "unparsed: syntax"
_MOST_WRAPPERS = 4
"""EXPLAIN of a DECLARE of a ... around the statement that runs."""

_Sets = tuple[tuple[Access, ...], tuple[Join, ...], str]
_NOTHING: _Sets = ((), (), "")

_WITHOUT_ACCESS = word_set("""
    ALTER ANALYSE ANALYZE ATTACH AUDIT BACKUP BINLOG CACHE CHANGE CHECK CHECKPOINT CHECKSUM CLOSE CLUSTER COMMENT
    CREATE DBCC DEALLOCATE DECLARE DELIMITER DESC DESCRIBE DETACH DISCARD DROP EXECUTE FETCH FLASHBACK FLUSH GO
    GRANT HANDLER HELP IMPORT INSTALL KILL LISTEN MOVE NOAUDIT NOTIFY OPEN OPTIMIZE PRAGMA PREPARE PRINT PURGE
    REASSIGN REINDEX RENAME REPAIR RESET RESIGNAL RESTORE REVOKE SECURITY SET SHOW SIGNAL START STOP UNINSTALL
    UNLISTEN UNLOCK USE VACUUM WAITFOR XA
""")
_NAMED_VERBS = word_set("DECLARE FETCH MOVE CLOSE PREPARE EXECUTE DEALLOCATE")
_PROCEDURAL = word_set("DO CALL EXEC IF WHILE LOOP")
_MADE_BY_QUERY = word_set("TABLE MATERIALIZED")
_QUERY_VERBS = word_set("SELECT INSERT UPDATE DELETE WITH MERGE REPLACE VALUES DECLARE EXECUTE")


_TRIGGER_ROW = re.compile(r"\b(?:NEW|OLD)\.\w", re.IGNORECASE)
_ROW_IS_TABLE = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO|AS|,)\s*(?:\w+\s+)?(?:NEW|OLD)\b(?!\.)", re.IGNORECASE)


def parse(sql: str, dialect_name: str) -> ParsedStatement:
    """What one statement does. Never raises on any text; what is not understood says why in `reason`, without SQL."""
    d = dialect(dialect_name)
    parsed = parse_template(template(sql, d), dialect_name)
    if parsed.control in NAMED or parsed.verb in _NAMED_VERBS:
        return replace(parsed, name=spoken_name(sql, d))
    return parsed


def parse_template(text: str, dialect_name: str) -> ParsedStatement:
    """What a statement does as far as its template says: everything but the name it speaks of."""
    d = dialect(dialect_name)
    verb = text.lstrip("(").partition(" ")[0].upper().rstrip(";,()")
    control = template_control(text, d)
    if control is not None and control is not Control.IMPLICIT_COMMIT:
        return ParsedStatement(fingerprint(text), text, verb, control)
    if d.logs_trigger_bodies and _TRIGGER_ROW.search(text) and not _ROW_IS_TABLE.search(text):
        return ParsedStatement(fingerprint(text), text, verb, Control.TRIGGER_STEP)
    words, accesses, joins, reason = _read(text, verb, d)
    verb = _main_verb(verb, words)
    return ParsedStatement(fingerprint(text), text, verb, control or Control.NONE, "", accesses, joins, reason)


def split(sql: str, dialect_name: str) -> list[str]:
    """The statements of a text, cut at semicolons outside literals, comments, brackets and BEGIN ... END bodies."""
    d = dialect(dialect_name)
    if ";" not in sql:
        return [sql.strip()] if sql.strip() else []
    parts: list[str] = []
    start = 0
    body = _Body()
    for word, _, end in raw_tokens(sql, d):
        if word == ";" and not body.inside:
            parts.append(sql[start : end - 1].strip())
            start = end
            body = _Body()
        else:
            body.see(word.upper())
    parts.append(sql[start:].strip())
    return [part for part in parts if template(part, d)]


class _Body:
    """Whether a semicolon at this point is inside a routine's BEGIN ... END or inside brackets."""

    def __init__(self) -> None:
        self._seen = 0
        self._routine = False
        self._blocks = 0
        self._brackets = 0
        self._first = self._last = ""

    @property
    def inside(self) -> bool:
        return self._blocks > 0

    def see(self, word: str) -> None:
        self._seen += 1
        if self._seen == 1:
            self._first = word
        if self._first in ("CREATE", "ALTER") and word in ("TRIGGER", "FUNCTION", "PROCEDURE", "EVENT", "PACKAGE"):
            self._routine = True
        if self._routine or (self._first == "DECLARE" and word == "BEGIN"):
            self._routine = True
            opens = word in ("BEGIN", "CASE") or (word in ("IF", "LOOP", "WHILE", "REPEAT") and self._blocks > 0)
            if opens and self._last != "END":
                self._blocks += 1
            elif word == "END":
                self._blocks = max(0, self._blocks - 1)
        self._last = word


def _read(text: str, verb: str, d: Dialect) -> tuple[list[str], tuple[Access, ...], tuple[Join, ...], str]:
    from decompose.sql.parsing import MAX_LENGTH, TOO_LONG

    if len(text) > MAX_LENGTH:
        return [], (), (), TOO_LONG
    words = tokens(text, d)
    return (words, *_sets(verb, words, d))


def _sets(verb: str, words: list[str], d: Dialect, wrappers: int = 0) -> _Sets:
    if wrappers > _MOST_WRAPPERS:
        return (), (), SYNTAX
    if not words:
        return _NOTHING
    found = command(verb, words, d)
    if found is not None:
        return found, (), ""
    inner, runs = _inner(verb, words)
    if not runs:
        return _NOTHING
    if inner is not None:
        return _sets(inner[0].upper(), inner, d, wrappers + 1)
    if verb in _WITHOUT_ACCESS:
        return _NOTHING
    if verb in _PROCEDURAL:
        return (), (), UNREADABLE_BODY
    if verb == "REPLACE":
        accesses, joins, reason = _tree_sets(["INSERT", *_without_priority(words[1:])], d)
        return (
            tuple(sorted(replace(a, mode=Mode.WRITE) if a.mode is Mode.INSERT else a for a in accesses)),
            joins,
            reason,
        )
    return _tree_sets(words, d)


def _without_priority(words: list[str]) -> list[str]:
    return words[1:] if words and words[0].upper() in ("LOW_PRIORITY", "DELAYED") else words


def _inner(verb: str, words: list[str]) -> tuple[list[str] | None, bool]:
    """The statement inside EXPLAIN, DECLARE CURSOR, PREPARE, COPY (query) and CREATE TABLE AS, and whether one runs."""
    upper = [word.upper() for word in words]
    if verb == "EXPLAIN" or (verb == "ANALYZE" and len(upper) > 1 and upper[1] in _QUERY_VERBS):
        starts = [i for i, word in enumerate(upper) if i and word in _QUERY_VERBS]
        runs = verb == "ANALYZE" or "ANALYZE" in upper[: starts[0] if starts else 0]
        return (words[starts[0] :] if starts else None), runs and bool(starts)
    if verb == "DECLARE" and "CURSOR" in upper and "FOR" in upper:
        return words[upper.index("FOR") + 1 :], True
    if verb == "CREATE":
        return _query_of_table(words, upper)
    if verb == "PREPARE" and "AS" in upper:
        return words[upper.index("AS") + 1 :], True
    if verb == "COPY" and len(words) > 1 and words[1] == "(":
        return words[2 : _closing(words, 1)], True
    return None, True


def _query_of_table(words: list[str], upper: list[str]) -> tuple[list[str] | None, bool]:
    """The query that fills a table made by CREATE TABLE ... AS; nothing where none runs."""
    if not _MADE_BY_QUERY.intersection(upper[1:5]) or upper[-3:] == ["WITH", "NO", "DATA"]:
        return None, False
    if upper[-2:] == ["WITH", "DATA"]:
        words, upper = words[:-2], upper[:-2]
    level = 0
    for at, word in enumerate(upper):
        after_as = upper[at - 1] == "AS" and word in ("(", "WITH")
        if level == 0 and at > 2 and (word == "SELECT" or after_as):
            return words[at:], True
        level += (word == "(") - (word == ")")
    return None, False


def _closing(words: Sequence[str], opening: int) -> int:
    level = 0
    for at in range(opening, len(words)):
        level += (words[at] == "(") - (words[at] == ")")
        if level == 0:
            return at
    return len(words)


def _tree_sets(words: Sequence[str], d: Dialect) -> _Sets:
    from decompose.sql.accesses import accesses_and_joins
    from decompose.sql.parsing import parse_tokens

    trees, reason = parse_tokens(_without_top(words) if d.name == "tsql" else words, d)
    accesses: set[Access] = set()
    joins: set[Join] = set()
    for tree in trees:
        found, joined = accesses_and_joins(tree, d)
        accesses.update(found)
        joins.update(joined)
    return tuple(sorted(accesses)), tuple(sorted(joins)), reason


def _without_top(words: Sequence[str]) -> Sequence[str]:
    """T-SQL's `UPDATE TOP (n) t`, which sqlglot does not read, without its limit."""
    if len(words) > 2 and words[0] in ("UPDATE", "DELETE", "INSERT") and words[1].upper() == "TOP" and words[2] == "(":
        return [words[0], *words[_closing(words, 2) + 1 :]]
    return words


def _main_verb(verb: str, words: Sequence[str]) -> str:
    """The verb of the statement after its common table expressions."""
    if verb != "WITH":
        return verb
    level = 0
    for word in words:
        level += (word == "(") - (word == ")")
        if level == 0 and word in ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES"):
            return word
    return verb
