"""What a transaction is about: the row whose key names the saga, and the rows that stand open until it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from decompose.assessment.portable_sql import PortableSql
from decompose.assessment.sagas.model import Operation
from decompose.assessment.usual_order import LAST
from decompose.evidence.bundle import Evidence
from decompose.evidence.statement import Mode


@dataclass(frozen=True, slots=True)
class Part:
    """What one service does in the transaction, before it is put in order."""

    service: str
    operations: tuple[Operation, ...]
    follows: tuple[str, ...]
    refuses: str
    """Why it can refuse; empty where it cannot."""
    begun: int = LAST
    """The rank of its first operation, where the order of statements is known."""

    def only(self, wanted: Callable[[Operation], bool]) -> Part:
        """The same with some of its operations."""
        return replace(self, operations=tuple(filter(wanted, self.operations)))

    @property
    def tables(self) -> frozenset[str]:
        """What it writes and locks itself."""
        return frozenset(operation.table for operation in self.operations)


class Subject:
    """Reads the references between the tables of a transaction; one instance per evidence."""

    def __init__(self, evidence: Evidence, sql: PortableSql) -> None:
        self._sql = sql
        self._executions = {statement.fingerprint: statement.executions for statement in evidence.statements}
        self._parents: dict[str, set[str]] = {}
        for link in evidence.links:
            if link.child != link.parent:
                self._parents.setdefault(link.child, set()).add(link.parent)

    def depth(self, table: str, above: frozenset[str] = frozenset()) -> int:
        """How many references lead upwards from a table, at most four: parents are inserted first."""
        parents = self._parents.get(table, set()) - above - {table}
        if not parents or len(above) > 3:
            return 0
        return 1 + max(self.depth(parent, above | {table}) for parent in sorted(parents))

    def key(self, parts: Mapping[str, Part], coordinator: str) -> str:
        """The table that the transaction is about, with the columns of its key."""
        table = self._about(parts, coordinator)
        key = self._sql.key(table) if table else ()
        return f"{table}({', '.join(key)})" if key else table or coordinator

    def _about(self, parts: Mapping[str, Part], coordinator: str) -> str:
        """Of the rows it inserts those that most of its tables refer to, the coordinator's own among equals."""
        touched = {table for part in parts.values() for table in part.tables}
        own = parts[coordinator].tables
        inserted = [o for part in parts.values() for o in part.operations if o.mode == Mode.INSERT]

        def rank(operation: Operation) -> tuple[int, bool, int, str]:
            referring = sum(operation.table in self._parents.get(table, ()) for table in touched)
            return -referring, operation.table not in own, -self._executions[operation.fingerprint], operation.table

        ranked = sorted(inserted, key=rank)
        return ([operation.table for operation in ranked] or sorted(own) or [""])[0]

    def opened(self, parts: Mapping[str, Part], coordinator: str) -> frozenset[str]:
        """The coordinator's tables whose new rows stand open until all is done: the subject's, and what others need.

        A mail or a log line among its rows waits for its commit. Where no reference at all is known, all are opened.
        """
        own = parts[coordinator].tables
        if not self._parents:
            return own
        about = self._about(parts, coordinator)
        others = {table for name, part in parts.items() if name != coordinator for table in part.tables}
        needed = {parent for table in others for parent in self._parents.get(table, ())}
        return frozenset(t for t in own if t == about or t in needed or about in self._ancestors(t))

    def _ancestors(self, table: str) -> set[str]:
        found: set[str] = set()
        queue = [table]
        while queue:
            fresh = self._parents.get(queue.pop(), set()) - found
            found |= fresh
            queue += sorted(fresh)
        return found
