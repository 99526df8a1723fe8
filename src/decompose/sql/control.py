"""Statements that steer their session's transaction, recognised from their template before any grammar is asked."""

from __future__ import annotations

import re
from hashlib import sha256

from decompose.evidence.statement import Control
from decompose.sql.dialects import Dialect, dialect
from decompose.sql.fingerprint import template
from decompose.sql.lexer import LITERAL, raw_tokens
from decompose.sql.words import word_set

_TRANSACTION = r"(?: (?:WORK|TRANSACTION|TRAN))?"
_FORMS: tuple[tuple[Control, str], ...] = (
    (
        Control.BEGIN,
        rf"BEGIN{_TRANSACTION}(?:,? (?:ISOLATION LEVEL|READ ONLY|READ WRITE|(?:NOT )?DEFERRABLE|IMMEDIATE|EXCLUSIVE"
        r"|DEFERRED|CONCURRENT)\b.*)?",
    ),
    (Control.BEGIN, r"BEGIN (?:IMMEDIATE|EXCLUSIVE|DEFERRED|CONCURRENT) TRANSACTION"),
    (Control.BEGIN, r"BEGIN (?:DISTRIBUTED )?TRAN(?:SACTION)?(?: \?)?(?: WITH MARK.*)?"),
    (Control.BEGIN, r"START TRANSACTION\b.*"),
    (Control.BEGIN, r"XA (?:START|BEGIN) .*"),
    (Control.NONE, r"XA (?:END|RECOVER)\b.*"),
    (Control.PREPARE, r"XA PREPARE .*|PREPARE TRANSACTION \?"),
    (Control.COMMIT, r"XA COMMIT .* ONE PHASE"),
    (Control.COMMIT_PREPARED, r"XA COMMIT .*|COMMIT PREPARED \?"),
    (Control.ROLLBACK_PREPARED, r"XA ROLLBACK .*|ROLLBACK PREPARED \?"),
    (Control.COMMIT, rf"(?:COMMIT|END){_TRANSACTION}(?: \?)?(?: AND NO CHAIN)?(?: (?:NO )?RELEASE)?(?: WITH \(.*\))?"),
    (Control.COMMIT, r"COMMIT (?:WRITE|COMMENT|FORCE)\b.*"),
    (Control.COMMIT_AND_CHAIN, rf"(?:COMMIT|END){_TRANSACTION} AND CHAIN(?: NO RELEASE)?"),
    (Control.ROLLBACK_TO, r"ROLLBACK(?: (?:WORK|TRANSACTION|TRAN))? TO(?: SAVEPOINT)? \?|ROLLBACK TRAN(?:SACTION)? \?"),
    (Control.ROLLBACK, rf"(?:ROLLBACK|ABORT){_TRANSACTION}(?: AND NO CHAIN)?(?: (?:NO )?RELEASE)?"),
    (Control.ROLLBACK_AND_CHAIN, rf"(?:ROLLBACK|ABORT){_TRANSACTION} AND CHAIN(?: NO RELEASE)?"),
    (Control.SAVEPOINT, r"SAVEPOINT \?|SAVE TRAN(?:SACTION)? \?"),
    (Control.RELEASE, r"RELEASE SAVEPOINT \?"),
    (Control.NONE, r"SET (?:(?:SESSION |LOCAL |GLOBAL )?TRANSACTION|SESSION CHARACTERISTICS|CONSTRAINTS?)\b.*"),
    (Control.AUTOCOMMIT_OFF, r"SET (?:.*, ?)?autocommit = OFF\b.*|SET IMPLICIT_TRANSACTIONS ON"),
    (
        Control.AUTOCOMMIT_ON,
        r"SET (?:.*, ?)?autocommit = ON\b.*|COMMIT TRAN(?:SACTION)? SET IMPLICIT_TRANSACTIONS OFF",
    ),
    (Control.IMPLICIT_OFF, r"SET IMPLICIT_TRANSACTIONS OFF"),
)
_PATTERNS = tuple((control, re.compile(f"(?is){form}")) for control, form in _FORMS)
_GUARDED = re.compile(
    r"(?is)IF \(?(?:@@TRANCOUNT|XACT_STATE ?\( ?\)) ?[<>=!]+ ?-?\?\)? "
    r"(?:BEGIN BEGIN TRAN IF .* END (?=SAVE )|BEGIN )?((?:BEGIN TRAN|COMMIT|ROLLBACK|SAVE TRAN)\w*\b.*?)(?: END)?"
)
"""How T-SQL clients end a transaction that may not be open: `IF @@TRANCOUNT > 0 COMMIT TRAN`. It is taken as done."""
_GUARDED_NAME = re.compile(r"(?i)((?:ROLLBACK|SAVE) TRAN(?:SACTION)?) (?!AND\b)\S+")
_FIRST = word_set("BEGIN START XA PREPARE COMMIT END ROLLBACK ABORT SAVEPOINT SAVE RELEASE SET")

_COMMITTING = {
    "mysql": re.compile(
        r"(?i)(?:CREATE|DROP)\b(?! TEMPORARY)|(?:ALTER|TRUNCATE|RENAME|GRANT|REVOKE"
        r"|ANALYZE (?:LOCAL |NO_WRITE_TO_BINLOG )?TABLE|OPTIMIZE|REPAIR|CHECK TABLE|CACHE INDEX|LOAD INDEX|FLUSH"
        r"|RESET|INSTALL|UNINSTALL|SET PASSWORD|LOCK TABLES?|UNLOCK TABLES?|CHANGE|IMPORT TABLE)\b"
    ),
    "oracle": re.compile(
        r"(?i)(?:CREATE|DROP|TRUNCATE|RENAME|GRANT|REVOKE|COMMENT|ANALYZE|AUDIT|NOAUDIT|PURGE|FLASHBACK)\b"
        r"|ALTER\b(?! (?:SESSION|SYSTEM)\b)"
    ),
}
_COMMITTING["mariadb"] = _COMMITTING["mysql"]

_SKIPPED_IN_NAMES = word_set(
    "SAVEPOINT RELEASE ROLLBACK TO WORK TRANSACTION TRAN SAVE PREPARE COMMIT PREPARED XA START BEGIN END RECOVER "
    "DISTRIBUTED DECLARE MOVE CLOSE DEALLOCATE EXECUTE"
)
_NAMING = word_set("SAVEPOINT RELEASE ROLLBACK SAVE PREPARE COMMIT XA DECLARE FETCH MOVE CLOSE EXECUTE DEALLOCATE")
_GUARDED_VERBS = word_set("ROLLBACK SAVE")
_NAME_LAST = word_set("FETCH MOVE ROLLBACK")


def control(sql: str, dialect_name: str = "generic") -> tuple[Control, str] | None:
    """What the statement (raw or template) does to its transaction, and the name it speaks of; None when nothing."""
    d = dialect(dialect_name)
    found = template_control(template(sql, d), d)
    return None if found is None else (found, spoken_name(sql, d) if found in NAMED else "")


NAMED = frozenset(
    {
        Control.SAVEPOINT,
        Control.RELEASE,
        Control.ROLLBACK_TO,
        Control.PREPARE,
        Control.COMMIT_PREPARED,
        Control.ROLLBACK_PREPARED,
    }
)
"""The verbs whose object has a name."""


def template_control(text: str, d: Dialect) -> Control | None:
    """The transaction verb of a template; None when it is none (NONE is a transaction verb without effect)."""
    verb = text.partition(" ")[0].upper()
    if verb == "IF" and (guarded := _GUARDED.fullmatch(text)):
        text = _GUARDED_NAME.sub(r"\1 ?", guarded[1])
        verb = text.partition(" ")[0].upper()
    if verb in _FIRST:
        for found, pattern in _PATTERNS:
            if pattern.fullmatch(text):
                return found
    committing = _COMMITTING.get(d.name)
    if committing is not None and committing.match(text):
        return Control.IMPLICIT_COMMIT
    return None


def spoken_name(sql: str, d: Dialect) -> str:
    """The savepoint, cursor, prepared statement or transaction of a statement; a literal's name is its hash.

    Of several statements in one text the first that speaks of a name. The name is the first word that is no keyword,
    in FETCH, MOVE and ROLLBACK TO the last.
    """
    verb = name = ""
    for word, raw, _ in raw_tokens(sql, d):
        upper = word.upper()
        if word == ";":
            if name:
                break
            verb = ""
        elif not verb or (verb == "IF" and upper in _GUARDED_VERBS):
            verb = upper
        elif verb in _NAMING:
            if (name and verb not in _NAME_LAST) or (name and upper == "INTO"):
                break
            if upper not in _SKIPPED_IN_NAMES or (word and word[0] in '"`['):
                name = _stored(word, raw, d)
    return name


def _stored(token: str, raw: str, d: Dialect) -> str:
    if token == LITERAL:
        return sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    if len(token) > 1 and token[0] in '"`[':
        close = "]" if token[0] == "[" else token[0]
        return token[1:-1].replace(close * 2, close)
    return d.fold(token) if d.case_sensitive else token.lower()
