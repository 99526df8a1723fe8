"""The phases of a step that move rows: replicate, dual-write, retire keys, cut over, remove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from decompose.assessment.events import MONOLITH
from decompose.assessment.ownership import UNASSIGNED
from decompose.assessment.phrases import listed, plural
from decompose.assessment.plan.ingredients import Ingredients
from decompose.assessment.plan.model import Phase, Replica
from decompose.assessment.plan.move_sql import Purpose, Query, sweep
from decompose.assessment.plan.stored_with import StoredWith
from decompose.assessment.plan.table_order import mutual
from decompose.assessment.portable_sql import PortableSql
from decompose.assessment.retirement import Retirement
from decompose.evidence.bundle import Evidence
from decompose.evidence.naming import TableNames
from decompose.evidence.schema import COMPUTED

NO_ROW = "no row"
_ACTING = frozenset({"cascade", "set null", "set default"})
_NAMED = 8
_BY_COLLATION = frozenset({"mysql", "mariadb", "tsql"})
LARGE = 1_000_000
"""From how many rows on a table is named as too large for one statement."""


class Moving:
    """Writes these phases; one instance per evidence."""

    def __init__(self, evidence: Evidence) -> None:
        self._dialect = evidence.dialect
        self._sql = PortableSql(evidence)
        self._stored = StoredWith(evidence)
        self._rows = {table.name: table.row_estimate or 0 for table in evidence.tables}
        self._references = [(link.child, link.columns, link.parent) for link in evidence.links if link.declared]
        names = TableNames(evidence.schema)
        self._constraints: dict[tuple[str, tuple[str, ...]], str] = {}
        for table in names.tables:
            for key in table.foreign_keys:
                self._constraints.setdefault((names.display(table), key.columns), key.name)

    def replicate(self, step: Ingredients) -> Phase:
        """Tables, copies and the first rows."""
        actions = []
        for move in step.moves:
            actions.append(
                f"create {plural(len(move.order), 'table')} in {move.schema} by the monolith's DDL (same types, "
                "character sets and collations) without foreign keys and triggers; feed from the monolith's change "
                "stream, row by row by key, from before the back-fill on"
            )
            actions += self._special(move.order)
            if move.keyless:
                told = "the stream cannot find their rows: copied and compared as a whole, while nobody writes them"
                actions.append(f"no key: {listed(move.keyless, _NAMED)}; {told}")
            if move.renamed:
                told = listed([f"{old} as {new}" for old, new in move.renamed], _NAMED)
                actions.append(f"other tables have the same names, so these get new ones: {told}")
            if move.unknown:
                actions.append(f"the schema does not know {listed(move.unknown, _NAMED)}: copy them by hand")
        along = (*self._stored.views_of(step.moves), *step.taken_along)
        if along:
            actions.append(f"these views and routines touch nothing else and go along: {listed(along, _NAMED)}")
        actions += [_copy_text(replica) for replica in step.replicas]
        actions.append(
            "the SQL takes both schemas to be on one server; where they are not, reach one from the other (foreign "
            "tables, a linked server) or copy with the database's own tools, in one time zone and character set"
        )
        return Phase(
            "replicate",
            "Replicate for reading, and back-fill",
            tuple(actions),
            tuple(query for move in step.moves for query in move.backfill()),
            "the reconciliation of the dual-write phase gives 0 and 0, twice in a row",
            f"stop the stream and drop {', '.join(move.schema for move in step.moves)}; nobody reads it yet",
        )

    def _special(self, tables: Iterable[str]) -> list[str]:
        """What needs another hand than a plain table."""
        computed = [f"{table}.{column}" for table in tables for column in self._sql.filled_by(table, COMPUTED)]
        partitioned = [table for table in tables if table in self._stored.partitioned]
        large = [table for table in tables if self._rows.get(table, 0) >= LARGE]
        told = []
        if computed:
            told.append(f"the database works these out, so they are not copied: {listed(computed, _NAMED)}")
        if partitioned:
            told.append(f"partitioned: {listed(partitioned, _NAMED)}; create the partitions that hold rows, too")
        if large:
            told.append(
                f"back-fill in ranges of the key, not in one statement: {listed(large, _NAMED)} "
                f"({LARGE:,} rows or more)"
            )
        return told

    def dual_write(self, step: Ingredients) -> Phase:
        """Both sides are written, and compared."""
        actions = [
            "the monolith writes first and stays the truth; the service's tables are written beside it, by key, and "
            "the change stream stops where that begins",
            "reconcile at a quiet moment or in one snapshot; where rows differ, run the repair that follows it, as one "
            "transaction",
        ]
        left = [name for move in step.moves for name in move.uncompared]
        if left:
            actions.append(f"not compared, as their types know no equality: {listed(left, _NAMED)}; compare texts")
        if self._dialect in _BY_COLLATION:
            actions.append("texts are compared by their collation: a difference in case or accents alone stays unseen")
        return Phase(
            "dual-write",
            "Dual-write window with reconciliation",
            tuple(actions),
            tuple(query for move in step.moves for query in (*move.reconcile(), *move.repair())),
            "0 and 0 for every table over a full business cycle",
            "stop writing to the service; its rows are thrown away and filled again",
        )

    def retire(self, step: Ingredients) -> Phase:
        """The keys that cross go, on the monolith's tables; what they did is done by sweeps from then on."""
        declared = [item for item in step.retired if item.declared]
        actions = [
            f"{item.child}({', '.join(item.columns)}) to {item.parent}, on delete {item.on_delete}: {item.replacement}"
            for item in declared
        ]
        sweeps = self._sweeps((item for item in declared if item.on_delete in _ACTING), step.earlier)
        if declared:
            actions.append("drop each with a short lock timeout, and again if it is refused: it locks both tables")
        if sweeps:
            actions.append("from here to the cut-over sweep regularly: nobody else does now what ON DELETE did")
        checks = (Query(item.child, Purpose.ORPHANS, item.orphan_check, NO_ROW) for item in step.retired)
        return Phase(
            "retire-keys",
            "Retire foreign keys, those that nothing follows first",
            tuple(actions) or ("no declared key crosses",),
            (*checks, *(Query(item.child, Purpose.RETIRE, self._drop(item)) for item in declared), *sweeps),
            "every orphan check gives no row, before and a day after",
            "add the constraint again (on PostgreSQL NOT VALID first); the orphan checks show what stands in its way",
        )

    def _sweeps(self, items: Iterable[Retirement], places: Mapping[str, str]) -> tuple[Query, ...]:
        texts = ((item, sweep(self._sql, item, places)) for item in items)
        return tuple(
            Query(item.child, Purpose.SWEEP, text, f"in place of on delete {item.on_delete}")
            for item, text in texts
            if text
        )

    def _drop(self, item: Retirement) -> str:
        found = self._dropped(item.child, item.columns)
        if found:
            return found
        why = "SQLite rebuilds the table" if self._dialect == "sqlite" else "the key has no name in the schema"
        told = f"{item.child}({', '.join(item.columns)}) REFERENCES {item.parent}: {why}"
        return f"-- {' '.join(told.split())}"

    def _dropped(self, child: str, columns: tuple[str, ...]) -> str:
        """Drops a foreign key by its name; empty where that cannot be."""
        name = self._constraints.get((child, columns), "")
        if self._dialect == "sqlite" or not name:
            return ""
        # MySQL knows DROP CONSTRAINT from 8.0.19 on only.
        what = "FOREIGN KEY" if self._dialect in ("mysql", "mariadb") else "CONSTRAINT"
        return f"ALTER TABLE {self._sql.table(child)} DROP {what} {self._sql.name(name)};"

    def cut_over(self, step: Ingredients) -> Phase:
        """The service becomes the truth."""
        sweeps = self._sweeps(step.followed, step.places)
        counters = tuple(query for move in step.moves for query in move.counters())
        triggers, own = self._stored.triggers_on(step.moves), self._stored.triggers_within(step.moves)
        actions = [
            "hold the writes to these tables for the moment it takes: reconcile to 0 and 0, add the foreign keys among "
            "the service's tables" + (f", create their triggers ({listed(own, _NAMED)})" if own else "")
        ]
        actions += ["set the counters, before the service gives out its first number"] if counters else []
        actions += [
            "take write rights on the tables from the monolith's account; route 100 % of the writes to the service",
            "feed the monolith's tables from the service until the removal, for who still reads them and for the way "
            "back" + (f"; their triggers ({listed(triggers, _NAMED)}) stay off there" if triggers else ""),
        ]
        actions += ["sweep regularly: what ON DELETE did at once is done a little later"] if sweeps else []
        back = "hold the writes, run the way back above as one transaction (constraints deferred or off"
        back += ", triggers off), " if triggers else "), "
        return Phase(
            "cut-over",
            "Cut over: the service becomes the truth",
            tuple(actions),
            (*counters, *sweeps, *(query for move in step.moves for query in move.way_back())),
            "the reconciliation gives 0 and 0 a day after, and no journey's error rate has moved",
            f"{back}reconcile to 0 and 0, give the rights back, set the routes to 0 %",
        )

    def remove(self, step: Ingredients) -> Phase:
        """What is left in the monolith goes."""
        tables = [table for move in step.moves for table in reversed(move.order)]
        actions = [
            "after a full business cycle without a reader: back up, then drop the tables, the switches and the feed"
        ]
        views = self._stored.views_on(step.moves)
        actions += [f"drop or rewrite the views on them first: {listed(views, _NAMED)}"] if views else []
        return Phase(
            "remove",
            "Remove what is left in the monolith",
            tuple(actions),
            (
                *self._unbound(step),
                *(Query(table, Purpose.REMOVE, f"DROP TABLE {self._sql.table(table)};") for table in tables),
            ),
            "a new capture shows no statement on them, and the drift check stays clean",
            "none but the backup: this is the only phase without a way back",
        )

    def _unbound(self, step: Ingredients) -> Iterable[Query]:
        """Keys among tables that refer to each other in a circle: none of these can go before the other."""
        links = [(child, parent) for child, _, parent in self._references]
        for move in step.moves:
            bound = mutual(move.order, links)
            for child, columns, parent in self._references:
                if (child, parent) in bound and (text := self._dropped(child, columns)):
                    yield Query(child, Purpose.REMOVE, text)


def _copy_text(replica: Replica) -> str:
    columns = "" if replica.columns == ("*",) else f"({', '.join(replica.columns)})"
    by = listed([label for label, _ in replica.readers], 3)
    lag = {"none": "no lag: it decides on it, so it asks the owner before it writes"}.get(
        replica.lag, f"may be {replica.lag} old"
    )
    return f"{_who(replica.reader)} keeps {replica.table}{columns} of {_who(replica.owner)}: {lag} ({by or 'no label'})"


def _who(place: str) -> str:
    return MONOLITH if place == UNASSIGNED else place
