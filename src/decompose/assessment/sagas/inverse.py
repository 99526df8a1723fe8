"""How a write is undone by another statement, where its template tells."""

from __future__ import annotations

from collections.abc import Sequence

from decompose.assessment.portable_sql import PortableSql
from decompose.assessment.sagas.template_updates import update
from decompose.evidence.bundle import Statement, TableAccess
from decompose.evidence.statement import Mode

DELETE_BY_KEY = "delete by key"
OPPOSITE = "opposite count"
RESTORE = "restore saved values"
BOTH = "opposite count, other values restored"
REINSERT = "insert saved rows"
NOTHING = "nothing to undo"
NO_WAY_BACK = "no way back: done or repeated"
BY_HAND = "by hand"
_TURNED = {"+": "-", "-": "+"}


def inverse(sql: PortableSql, statement: Statement, access: TableAccess) -> tuple[str, str]:
    """The undoing statement (empty where none can be derived) and how it undoes; `:name` stands for a saved value."""
    if not access.mode.writes:
        return "", NOTHING
    table, key = sql.table(access.table), sql.key(access.table)
    where = " AND ".join(f"{sql.name(column)} = :{column}" for column in key)
    if access.mode is Mode.INSERT:
        undo = f"DELETE FROM {table} WHERE {where}"  # noqa: S608 (text for people to run, of names)
        return (undo, DELETE_BY_KEY) if key else ("", BY_HAND)
    if access.mode is Mode.UPDATE:
        return _update(sql, statement, access, where)
    if access.mode in (Mode.DELETE, Mode.TRUNCATE) and sql.columns(access.table):
        columns = sql.written(access.table)
        values = ", ".join(f":{column}" for column in columns)
        undo = f"INSERT INTO {table} ({sql.list(columns)}) VALUES ({values})"  # noqa: S608 (text, of names)
        return undo, REINSERT
    return "", BY_HAND


def _update(sql: PortableSql, statement: Statement, access: TableAccess, where: str) -> tuple[str, str]:
    found = update(statement.template)
    signs = {part.column: part.sign for part in found.assignments} if found else {}
    columns: Sequence[str] = list(signs) or [column for column in access.columns if column != "*"]
    if not columns:
        return "", BY_HAND
    condition = where or (found.condition if found else "")
    sets = ", ".join(_assignment(sql.name(column), column, signs.get(column, "")) for column in columns)
    counted = sum(map(bool, signs.values()))
    how = RESTORE if not counted else OPPOSITE if counted == len(columns) else BOTH
    tail = f" WHERE {condition}" if condition else ""
    undo = f"UPDATE {sql.table(access.table)} SET {sets}{tail}"  # noqa: S608 (text for people to run, of names)
    return undo, how


def _assignment(name: str, column: str, sign: str) -> str:
    return f"{name} = {name} {_TURNED[sign]} :{column}" if sign else f"{name} = :{column}"
