"""Exports with a header row, as database clients write them: rows by column name, one at a time.

Comma or semicolon with quotes doubled inside quotes (RFC 4180: psql, SSMS, SQL*Plus, spreadsheets), or tabs with
backslash escapes and no quotes (`mysql --batch`). The header says which; it may come again where files were joined.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from decompose.evidence.log_entry import Gap
from decompose.sources.logs.format import ByteStream, ReadOptions
from decompose.sources.logs.growing_text import records

Names = frozenset[str]
Values = Mapping[str, str]

FOREIGN = Gap("line before the export's header")
DAMAGED = Gap("damaged row of an export")

_FIELD = r'(?:"[^"]*+(?:""[^"]*+)*+"[^{0}\n"]*+|[^{0}\n"][^{0}\n]*+|)'
_FIELDS = {each: re.compile(rf"{each}({_FIELD.format(each)})") for each in ",;"}
_ROWS = {each: re.compile(rf"{_FIELD.format(each)}(?:{each}{_FIELD.format(each)})*+\n") for each in ",;"}
_OPEN = {each: re.compile(rf'(?:{_FIELD.format(each)}{each})*+"[^"]*+(?:""[^"]*+)*+\Z') for each in ",;"}
_ROWS["\t"] = re.compile(r"[^\n]*+\n")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": ""}
_NULLS = ("NULL", r"\N", "null")


def rows(
    stream: ByteStream,
    options: ReadOptions,
    is_header: Callable[[Names], bool],
    unnamed: tuple[str, tuple[str, ...]] | None = None,
) -> Iterator[tuple[int, Values] | Gap]:
    """Each row with the number of its first line, under lower-case column names; NULL is empty.

    `is_header` knows the header by its names; `unnamed` are the delimiter and the names where there is none. A row of
    another width is a gap, so is what comes before the header.
    """
    yield from records(stream, options, _Reader(is_header, *(unnamed or ("", ()))).rows)


def columns(head: bytes, is_header: Callable[[Names], bool]) -> Names:
    """The column names of the first header in a head; empty if there is none."""
    for text in head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").splitlines()[:20]:
        found = _header(text, is_header)
        if found:
            return frozenset(found[1])
    return frozenset()


def first_row(head: bytes) -> tuple[str, list[str]]:
    """The delimiter and the values of the first row, which the most values tell; it may be cut off with the head."""
    text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\r\n", "\n").lstrip("\n")
    found = [(each, match[0][:-1]) for each in ",;\t" if (match := _ROWS[each].match(text))]
    return max(((each, _values(row, each)) for each, row in found), key=lambda row: len(row[1]), default=("", []))


def _header(text: str, is_header: Callable[[Names], bool]) -> tuple[str, tuple[str, ...]] | None:
    """Delimiter and names of a header line."""
    if len(text) > 65_536:
        return None
    found = [(each, tuple(value.strip().lower() for value in _values(text, each))) for each in ",;\t"]
    delimiter, names = max(found, key=lambda each: len(each[1]))
    return (delimiter, names) if is_header(frozenset(names)) else None


def _values(text: str, delimiter: str) -> list[str]:
    if delimiter == "\t":
        return [_unescaped(value) for value in text.split("\t")]
    return [_unquoted(value) for value in _FIELDS[delimiter].findall(delimiter + text)]


def _unescaped(value: str) -> str:
    if value in _NULLS:
        return ""
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), value) if "\\" in value else value


def _unquoted(value: str) -> str:
    if value[:1] == '"':
        return value[1 : value.rfind('"')].replace('""', '"') if '""' in value else value[1 : value.rfind('"')]
    return "" if value in _NULLS else value


class _Reader:
    """Knows the header in force."""

    def __init__(self, is_header: Callable[[Names], bool], delimiter: str, names: tuple[str, ...]) -> None:
        self._is_header = is_header
        self._delimiter = delimiter
        self._names = names

    def rows(self, text: str, line: int, ended: bool) -> Iterator[tuple[int, tuple[int, Values] | Gap | None]]:
        """Whole rows from the beginning of the text, each with where it ends; stops at a row that goes on."""
        position = 0
        while position < len(text):
            match = _ROWS[self._delimiter].match(text, position) if self._names else None
            end = match.end() if match else text.index("\n", position) + 1
            if not self._names:
                yield end, self._before(text[position : end - 1])
            elif match:
                yield end, self._row(text[position : end - 1], line)
            elif not _OPEN[self._delimiter].match(text, position):
                yield end, DAMAGED
            else:
                if ended:
                    yield len(text), DAMAGED
                return
            line += text.count("\n", position, end)
            position = end

    def _before(self, row: str) -> Gap | None:
        found = _header(row, self._is_header)
        if found:
            self._delimiter, self._names = found
            return None
        return FOREIGN if row.strip() else None

    def _row(self, row: str, line: int) -> tuple[int, Values] | Gap | None:
        if not row.strip():
            return None
        values = _values(row, self._delimiter)
        if len(values) != len(self._names):
            found = _header(row, self._is_header)
            if found is None:
                return DAMAGED
            self._delimiter, self._names = found
            return None
        if values[0].strip().lower() == self._names[0] and _header(row, self._is_header):
            return None
        return line, dict(zip(self._names, values, strict=True))
