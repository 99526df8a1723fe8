"""A place in a list of tokens, and the few moves every DDL reading is made of."""

from __future__ import annotations

from collections.abc import Sequence

from decompose.sql.ddl.tokens import NUMBER, QUOTED, STRING, SYMBOL, WORD, Token
from decompose.sql.dialects import Dialect

_END = Token(SYMBOL, "", "", -1)


class Cursor:
    """Walks over tokens, never past their end: there `word` is empty and `token` is an empty symbol."""

    __slots__ = ("_tokens", "dialect", "index")

    def __init__(self, tokens: Sequence[Token], dialect: Dialect) -> None:
        self._tokens = tokens
        self.dialect = dialect
        self.index = 0

    @property
    def done(self) -> bool:
        """Whether every token was read."""
        return self.index >= len(self._tokens)

    @property
    def token(self) -> Token:
        """The present token."""
        return self._tokens[self.index] if self.index < len(self._tokens) else _END

    @property
    def word(self) -> str:
        """The present keyword or symbol, empty at the end and at names and literals in quotes."""
        return self._tokens[self.index].word if self.index < len(self._tokens) else ""

    def peek(self, ahead: int = 1) -> Token:
        """The token `ahead` of the present one."""
        place = self.index + ahead
        return self._tokens[place] if place < len(self._tokens) else _END

    def advance(self) -> Token:
        """Read one token."""
        token = self.token
        self.index += 1
        return token

    def at(self, *words: str) -> bool:
        """Whether these words come next, in this order."""
        return all(self.peek(ahead).word == word for ahead, word in enumerate(words))

    def accept(self, *words: str) -> bool:
        """Read these words if they come next, in this order."""
        if self.word != words[0] or not self.at(*words):
            return False
        self.index += len(words)
        return True

    def accept_any(self, *words: str) -> str:
        """Read the next word if it is one of these, and tell which."""
        word = self.word
        if word and word in words:
            self.index += 1
            return word
        return ""

    def find(self, *words: str) -> bool:
        """Move to the first of these words outside of brackets; stay where it is when there is none."""
        start = self.index
        while not self.done:
            if self.word in words:
                return True
            self.skip()
        self.index = start
        return False

    def skip(self) -> None:
        """Read one token, or a whole bracket with all that is in it."""
        if self.word == "(":
            self.group()
        else:
            self.index += 1

    def group(self) -> list[Token]:
        """Read `( ... )` and give what is inside; the rest of the text when the closing bracket is missing."""
        depth = 0
        start = self.index + 1
        tokens = self._tokens
        for place in range(self.index, len(tokens)):
            word = tokens[place].word
            if word == "(":
                depth += 1
            elif word == ")":
                depth -= 1
                if depth == 0:
                    self.index = place + 1
                    return list(tokens[start:place])
        self.index = len(tokens)
        return list(tokens[start:])

    def rest(self) -> list[Token]:
        """Read everything that is left."""
        rest = list(self._tokens[self.index :])
        self.index = len(self._tokens)
        return rest

    def is_name(self) -> bool:
        """Whether the present token can be a name."""
        token = self.token
        if token.kind in (WORD, QUOTED):
            return True
        if token.kind == STRING:
            return self.dialect.name == "sqlite"
        return token.kind == NUMBER and not token.text.isdecimal()

    def name(self) -> str:
        """Read a name, as the server stores it; empty when there is none."""
        return stored_name(self.advance(), self.dialect) if self.is_name() else ""

    def dotted(self) -> tuple[str, ...]:
        """Read a name with its qualifiers; empty when there is none."""
        parts: list[str] = []
        while self.is_name():
            parts.append(self.name())
            if self.word != ".":
                break
            self.index += 1
            if self.word == ".":
                # T-SQL's `database..table` means the default schema.
                self.index += 1
        return tuple(parts)

    def literal(self) -> str:
        """Read a string literal and give its value; empty when there is none."""
        token = self.token
        if token.kind == STRING or (token.kind == QUOTED and self.dialect.double_quoted_strings):
            self.index += 1
            return string_value(token, self.dialect)
        return ""


def items(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """The parts of a list, split at the commas outside of brackets; empty parts are left out."""
    parts: list[Sequence[Token]] = []
    depth = start = 0
    for place, token in enumerate(tokens):
        word = token.word
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
        elif word == "," and depth == 0:
            parts.append(tokens[start:place])
            start = place + 1
    parts.append(tokens[start:])
    return [part for part in parts if part]


def stored_name(token: Token, dialect: Dialect) -> str:
    """A name token as the server stores it: unquoted, or folded."""
    text = token.text
    if token.kind in (QUOTED, STRING):
        quote = text[0]
        closing = "]" if quote == "[" else quote
        return text[1:-1].replace(closing * 2, closing) if text.endswith(closing) and len(text) > 1 else text[1:]
    return dialect.fold(text)


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}


def string_value(token: Token, dialect: Dialect) -> str:
    """The value of a string token, its escapes resolved."""
    quote = '"' if token.text.startswith('"') else "'"
    start = token.text.find(quote)
    prefix, inner = token.text[:start], token.text[start + 1 :].removesuffix(quote)
    inner = inner.replace(quote * 2, quote)
    if "\\" not in inner or not (dialect.backslash_escapes or prefix in ("e", "E")):
        return inner
    parts = inner.split("\\")
    value = [parts[0]]
    escaped_backslash = False
    for part in parts[1:]:
        if escaped_backslash:
            value.append(part)
            escaped_backslash = False
        elif part:
            value.append(_ESCAPES.get(part[0], part[0]) + part[1:])
        else:
            value.append("\\")
            escaped_backslash = True
    return "".join(value)
