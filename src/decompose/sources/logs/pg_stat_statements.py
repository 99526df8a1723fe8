"""An export of PostgreSQL's pg_stat_statements view (1.0 of 9.2 to 1.12 of 18) as CSV.

    userid,dbid,toplevel,queryid,query,plans,total_plan_time,...,calls,total_exec_time,...
    10,16384,t,1677091238174155783,"SELECT ""id"" FROM ""orders"" WHERE ""id"" = $1",0,0,...,12,0.81,...

The view adds executions up: it knows which tables a statement touches together, but no transaction. Of its columns only
`query`, `calls` and, if a join added it, `datname` are needed; their names never changed. Nested statements
(`toplevel` false) belong to a function that is counted itself; they are kept, because only they show its tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from decompose.evidence.log_entry import Gap, StatementCount
from decompose.sources.logs.csv_rows import Names, columns, rows
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions

HIDDEN = "statement hidden from the user who exported (pg_read_all_stats shows it)"
BAD_COUNT = Gap("damaged row of an export")


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `StatementCount` per row, in file order."""
    for item in rows(stream, options, _is_header):
        yield item if isinstance(item, Gap) else _item(item[1], item[0])


def _item(row: Mapping[str, str], line: int) -> Item:
    calls, sql = row["calls"], row["query"]
    if not (calls.isascii() and calls.isdigit()) or len(calls) > 18:
        return BAD_COUNT
    if sql.startswith("<insufficient privilege>") or not sql.strip():
        return Gap(HIDDEN, int(calls))
    return StatementCount(sql, int(calls), row.get("datname", ""), line)


def _is_header(names: Names) -> bool:
    timed = "total_time" in names or "total_exec_time" in names or "queryid" in names or "shared_blks_hit" in names
    alone = set(names) <= {"query", "calls", "rows", "datname"}
    return "query" in names and "calls" in names and (timed or alone)


def recognises(head: bytes) -> float:
    """Whether the view's columns are there."""
    return 0.95 if columns(head, _is_header) else 0.0


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """How often each statement ran; the database if the export joined pg_database."""
    return HeadFacts(("database", "executions") if "datname" in columns(head, _is_header) else ("executions",))


PG_STAT_STATEMENTS = LogFormat(
    name="pg-stat-statements",
    title="PostgreSQL pg_stat_statements export (CSV)",
    dialect="postgresql",
    sample='datname,queryid,query,calls,total_exec_time,rows\nshop,42,"SELECT $1",12,0.81,12',
    how_to_capture=(
        'psql --csv -c "SELECT d.datname, s.* FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid"; needs '
        "shared_preload_libraries = 'pg_stat_statements' and CREATE EXTENSION pg_stat_statements"
    ),
    cannot_tell=(
        "Transactions, sessions, order and failures: statements and their joins only. Statements evicted beyond "
        "pg_stat_statements.max. Don't give it together with a log of the same days: executions would count twice."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
