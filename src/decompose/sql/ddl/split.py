"""A script to statements: semicolons, DELIMITER, GO, `/`, compound bodies, COPY data; linear, nothing raised."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence

from decompose.sql.ddl.client_commands import line_include
from decompose.sql.ddl.detect import AT_ENDED
from decompose.sql.ddl.tokens import INCLUDE, META, Scanner, Token
from decompose.sql.dialects import Dialect
from decompose.sql.words import word_set

OBJECT_KINDS = word_set("""
    access aggregate assembly cast catalog collation conversion data database domain event extension function
    group index language login operator package partition policy proc procedure publication role rule schema
    sequence server statistics subscription synonym table tablespace text transform trigger type user view
""")
"""Words that say what a CREATE makes; the first of them in a statement's head decides."""

_COMPOUND = frozenset({"trigger", "function", "procedure", "proc", "event", "package"})
_TSQL_MODULES = frozenset({"trigger", "function", "procedure", "proc", "view"})
_TSQL_STARTS = word_set("""
    alter begin create declare deny drop end exec execute grant if insert print raiserror revoke set use while
""")
_SLASH_ENDED = _COMPOUND | {"type", "library"}
_LINE_COMMANDS = {
    "oracle": word_set("""
        @ @@ accept append archive break btitle change clear col column compute conn connect copy define del desc
        describe disc disconnect edit exec execute exit get help host input list password pause print prompt quit
        recover rem remark repfooter repheader run save show shutdown spool start startup store timing ttitle undefine
        var variable whenever
    """),
    "sqlite": frozenset("."),
    "tsql": frozenset(":"),
    "mysql": frozenset({"source", "\\"}),
    "mariadb": frozenset({"source", "\\"}),
}
"""What begins a command to the client program (SQL*Plus, the sqlite3 shell, sqlcmd, mysql): it ends with its line."""
_SQL_AFTER_SET = word_set("constraint constraints role transaction")
_LOOPS = frozenset({"if", "loop", "while", "repeat", "for"})
_HEAD = 24
_SET_TERMINATOR = re.compile(r"^--#SET TERMINATOR[ \t]+([^\s\w])", re.MULTILINE | re.IGNORECASE)
_AT_ENDED = re.compile(AT_ENDED, re.MULTILINE | re.IGNORECASE)


class Splitter:
    """Splits one script; `statements` may be iterated once."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.scanner = Scanner(text, dialect)
        self._dialect = dialect.name
        self._tsql = dialect.name == "tsql"
        self._line_commands = _LINE_COMMANDS.get(dialect.name, frozenset())
        self._line_sets = dialect.name == "oracle"
        self._mysql = dialect.hash_comments
        self._slash = dialect.name == "oracle" and re.search(r"^[ \t]*/[ \t\r]*$", text, re.MULTILINE) is not None
        self._delimiter = ";"
        self._terminators = _terminators(text) if dialect.name == "generic" else deque()
        self._reset()

    def statements(self) -> Iterator[list[Token]]:
        """Each statement's tokens, without what ends it."""
        current: list[Token] = []
        for token in self.scanner:
            if token.kind == META:
                yield [token]
                continue
            while self._terminators and self._terminators[0][0] < token.at:
                self._delimiter = self._terminators.popleft()[1]
            if not current and self._is_line_command(token):
                if name := line_include(self._dialect, token.word, self.scanner.rest_of_command()):
                    yield [Token(META, name, INCLUDE, token.at)]
                continue
            if self._ends(token, current):
                if current:
                    yield current
                current = []
                self._reset()
                continue
            if self._ends_unsaid(token, current):
                yield current
                current = []
                self._reset()
            self._note(token, current)
            current.append(token)
        if current:
            yield current

    def _reset(self) -> None:
        self._kind = ""
        self._blocks = 0
        self._brackets = 0

    def _ends(self, token: Token, current: Sequence[Token]) -> bool:
        if self._delimiter != ";":
            return self._custom_delimiter(token) or (not current and self._is_delimiter_command(token))
        word = token.word
        if word == ";":
            if current and current[0].word == "copy" and any(part.word == "stdin" for part in current):
                self.scanner.skip_copy_data()
            return not self._in_body()
        if self._mysql:
            return word == "delimiter" and not current and self._is_delimiter_command(token)
        if self._tsql:
            return word == "go" and self.scanner.is_alone_on_line(token)
        return self._slash and word == "/" and self.scanner.is_alone_on_line(token)

    def _is_line_command(self, token: Token) -> bool:
        word = token.word
        if self._line_sets and word == "set":
            return self.scanner.next_word() not in _SQL_AFTER_SET
        return word in self._line_commands and self.scanner.is_first_on_line(token)

    def _custom_delimiter(self, token: Token) -> bool:
        if not self.scanner.text.startswith(self._delimiter, token.at):
            return False
        self.scanner.position = token.at + len(self._delimiter)
        return True

    def _is_delimiter_command(self, token: Token) -> bool:
        if token.word != "delimiter":
            return False
        self._delimiter = self.scanner.rest_of_line().strip() or ";"
        return True

    def _in_body(self) -> bool:
        if self._tsql:
            return self._kind in _TSQL_MODULES
        return self._kind in _SLASH_ENDED if self._slash else self._kind in _COMPOUND and self._blocks > 0

    def _note(self, token: Token, current: Sequence[Token]) -> None:
        word = token.word
        if not self._kind:
            if word in OBJECT_KINDS and 0 < len(current) < _HEAD and self._makes(current[0].word):
                self._kind = word
        elif self._kind in _COMPOUND and current[-1].word != ".":
            self._note_block(word, current[-1].word)
        if word == "(":
            self._brackets += 1
        elif word == ")":
            self._brackets -= 1

    def _makes(self, verb: str) -> bool:
        """Whether the statement may hold a body: Oracle's ALTER TRIGGER only switches and compiles."""
        return verb == "create" or (verb == "alter" and not self._slash)

    def _note_block(self, word: str, before: str) -> None:
        if word == "begin" or (word == "case" and before != "end") or (word in _LOOPS and before == "end"):
            # `END IF` closes an IF that was not counted: the END is taken back.
            self._blocks += 1
        elif word == "end":
            self._blocks -= 1

    def _ends_unsaid(self, token: Token, current: Sequence[Token]) -> bool:
        """Whether a statement is over though nothing says so: T-SQL's, and mysql's `USE shop`, with its line."""
        if self._tsql:
            return bool(current) and self._starts_tsql(token, current)
        return self._mysql and len(current) == 2 and current[0].word == "use" and self.scanner.is_first_on_line(token)

    def _starts_tsql(self, token: Token, current: Sequence[Token]) -> bool:
        """T-SQL needs no semicolons: a statement's first word at the start of a line begins the next one."""
        if token.word not in _TSQL_STARTS or self._brackets > 0 or self._kind in _TSQL_MODULES:
            return False
        before = current[-1].word
        if before in ("begin", "else", "end"):
            return True
        if before in ("delete", "update", "as", "or", "on") or _is_unfinished_alter(current):
            return False
        return self.scanner.is_first_on_line(token)


def _terminators(text: str) -> deque[tuple[int, str]]:
    """Where a script for DB2 says what ends its statements from there on; `@` for all of it where its lines end so."""
    said = deque((found.start(), found[1]) for found in _SET_TERMINATOR.finditer(text))
    return said if said or not _AT_ENDED.search(text) else deque([(-1, "@")])


def _is_unfinished_alter(tokens: Sequence[Token]) -> bool:
    """Whether the tokens are no more than `ALTER TABLE name [WITH CHECK]`."""
    if tokens[0].word != "alter" or len(tokens) > 9:
        return False
    return all(not token.word or token.word in (".", "with", "check", "nocheck") for token in tokens[3:])
