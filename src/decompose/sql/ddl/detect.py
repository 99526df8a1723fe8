"""Which dialect a DDL text is written in, told by marks that other dialects do not have."""

from __future__ import annotations

import re

_SAMPLE = 400_000

AT_ENDED = r"^(?![ \t]*(?:DELIMITER|--))[^'\n]*@[ \t\r]*$"
"""A line as it ends in scripts for DB2 (`db2 -td@`): with the `@` that ends a statement there."""

_HEADERS: tuple[tuple[str, str], ...] = (
    ("mariadb", r"^-- MariaDB dump|^/\*M!"),
    ("mysql", r"^-- MySQL dump|/\*!\d{5}"),
    ("postgresql", r"^-- PostgreSQL database (?:cluster )?dump|^\\(?:un)?restrict |^\\connect |^ALTER TABLE ONLY "),
    ("sqlite", r"^/\* \w+\(.*\) \*/;"),
    ("generic", r"^--#SET TERMINATOR |^-- This CLP file was created using DB2LOOK|^-- H2 \d"),
)
"""What the dump programs write themselves; looked for before comments are taken away."""

_MARKS: tuple[tuple[str, str], ...] = (
    # The client's own command, ahead of what its other endings look like.
    ("mysql", r"^[ \t]*DELIMITER[ \t]+\S"),
    # DB2, H2 and HSQLDB: no dialect of their own here, yet others' marks (IDENTITY) are found in their scripts.
    ("generic", rf"{AT_ENDED}|\bCREATE (?:CACHED|MEMORY) TABLE\b"),
    (
        "sqlite",
        r"\bAUTOINCREMENT\b|\bWITHOUT ROWID\b|^PRAGMA |\bsqlite_sequence\b|\bCREATE VIRTUAL TABLE\b|\) STRICT;",
    ),
    (
        "tsql",
        r"^[ \t]*GO[ \t\r]*$|\bTABLE \[|\]\.\[|\bN?VARCHAR ?\(MAX\)|\bUNIQUEIDENTIFIER\b"
        r"|\bIDENTITY ?\(\d|\bNONCLUSTERED\b",
    ),
    (
        "oracle",
        r"\bN?VARCHAR2 ?\(|\bNUMBER ?\(\d|\bNUMBER (?:NOT NULL|PRIMARY KEY|GENERATED)\b|^[ \t]*/[ \t\r]*$"
        r"|:(?:NEW|OLD)\.|^(?:REM|PROMPT|SPOOL) ",
    ),
    (
        "mysql",
        r"\bENGINE ?= ?\w|\bAUTO_INCREMENT\b|^CREATE TABLE (?:IF NOT EXISTS )?`|/\*! "
        r"|\bTINYINT\(1\)|\) ?DEFAULT CHARSET|^\s*(?:UNIQUE )?KEY `",
    ),
    (
        "postgresql",
        r"\b(?:small|big)?serial\d?\b|\$\$|::\w|\bcharacter varying\b|\bjsonb\b|\btimestamptz\b|\bbytea\b|\bPLPGSQL\b"
        r"|\bINHERITS ?\(|\bGENERATED (?:ALWAYS|BY DEFAULT) AS IDENTITY\b|\bALTER COLUMN \S+ TYPE\b|\bPARTITION OF\b"
        r"|\bUSING (?:gin|gist)\b|\bCREATE EXTENSION\b|\bSET search_path\b|\btimestamp without time zone\b",
    ),
    ("mysql", r"^USE [`\w]+ ?;|\bDATETIME\(6\)|\b(?:MEDIUM|LONG)TEXT\b|`\w+`\.`\w+`"),
    (
        "postgresql",
        r"^\\(?:i|ir|include|include_relative|set|echo|timing|pset) ",
    ),
    ("oracle", r"^@@?[\w$./\\-]+[ \t;]*\r?$"),
    ("mysql", r"^source \S+[ \t]*;?[ \t]*\r?$|^\\\. "),
    ("tsql", r"^:(?:r|setvar|connect) "),
    ("sqlite", r"\bINTEGER (?:NOT NULL )?PRIMARY KEY\b|^\.(?:mode|headers?|read|import|echo|separator)\b"),
)
"""What only one dialect writes, most telling first; upper or lower case, comments taken away."""


_COMMENT = re.compile(r"--[^\n]*+|^\#++(?=\s)[^\n]*+|/\*(?!M?!)[^*]*+(?:\*(?!/)[^*]*+)*+\*/", re.MULTILINE)


def detect_dialect(text: str) -> str:
    """The name of the dialect's row in `DIALECTS`; `generic` when nothing tells. The first 400,000 characters count."""
    sample = text[:_SAMPLE]
    for dialect, pattern in _HEADERS:
        if re.search(pattern, sample, re.MULTILINE):
            return dialect
    code = _COMMENT.sub(" ", sample)
    for dialect, pattern in _MARKS:
        if re.search(pattern, code, re.MULTILINE | re.IGNORECASE):
            return dialect
    return "generic"
