"""What SQL Server's drivers wrap around a statement, taken off again.

    (@P0 int,@P1 nvarchar(4000))SELECT ...                          a parameterised statement with its declarations
    exec sp_executesql N'SELECT ... @p0',N'@p0 int',@p0=7           ADO.NET, Entity Framework, Hibernate
    declare @p1 int set @p1=5 exec sp_prepexec @p1 output,N'@P0 int',N'SELECT ...',7     ODBC, JDBC: prepare and run
    exec sp_execute 5,7                                             the prepared statement again, by its handle

Procedures: "System stored procedures" in SQL Server's documentation and, for the cursor calls, MS-TDS.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_DECLARED = re.compile(r"\s*\((?=@)(?:[^()']++|\((?:[^()']++)?\))*+\)\s*")
_CALL = re.compile(
    r"\bexec(?:ute)?\s+(?:\[?sys\]?\.)?"
    r"\[?(sp_executesql|sp_prepexec|sp_prepexecrpc|sp_prepare|sp_execute|sp_unprepare|sp_cursoropen|sp_cursorprepexec"
    r"|sp_cursorprepare|sp_cursorexecute|sp_cursorfetch|sp_cursorclose|sp_cursoroption|sp_cursorunprepare|sp_cursor"
    r"|sp_reset_connection)\]?\b",
    re.IGNORECASE,
)
_BEFORE_CALL = re.compile(r"\s*(?:declare\s+@|set\s+@|exec)", re.IGNORECASE)
_STRING = re.compile(r"N?'((?:[^']++|'')*+)'")
_HANDLE = re.compile(r"\bset\s+@\w+\s*=\s*(\d{1,10})\b|\bsp_\w+\s+(\d{1,10})\b", re.IGNORECASE)
_WHICH = {"sp_executesql": 0, "sp_prepexec": 1, "sp_cursoropen": 0, "sp_cursorprepexec": 1}
_SILENT = frozenset(
    (
        "sp_cursor",
        "sp_cursorclose",
        "sp_cursorfetch",
        "sp_cursoroption",
        "sp_cursorprepare",
        "sp_cursorunprepare",
        "sp_prepare",
        "sp_reset_connection",
        "sp_unprepare",
    )
)


class Sent(NamedTuple):
    """A statement without its wrapping. `handle` names a prepared statement that is made, or run where `sql` is empty.

    Neither SQL nor handle: a call that runs nothing.
    """

    sql: str
    handle: str = ""


def unwrapped(text: str) -> str:
    """The statement alone; a call that runs nothing or only a handle is returned as it is."""
    return read_sent(text).sql or text


def read_sent(text: str) -> Sent:
    """The statement and, for prepared ones, its handle."""
    if declared := _DECLARED.match(text):
        return Sent(text[declared.end() :])
    call = _CALL.search(text[:8192]) if _BEFORE_CALL.match(text) else None
    if call is None:
        return Sent(text)
    name = call[1].lower()
    handle = _HANDLE.search(text[:8192])
    number = next((group for group in handle.groups() if group), "") if handle else ""
    if name in _WHICH:
        strings = _STRING.findall(text, call.end())
        if len(strings) <= _WHICH[name]:
            return Sent(text)
        sql = strings[_WHICH[name]].replace("''", "'")
        return Sent(sql, number if name.endswith("prepexec") else "")
    if name in ("sp_execute", "sp_cursorexecute"):
        return Sent("", number)
    return Sent("") if name in _SILENT else Sent(text)
