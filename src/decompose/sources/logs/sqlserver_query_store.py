"""An export of SQL Server's Query Store as CSV: query texts with how often they ran.

    query_sql_text,count_executions
    "(@P0 int)SELECT id FROM dbo.orders WHERE id = @P0",12

It adds executions up by plan and interval: it knows which tables a statement touches together, but no transaction. A
parameterised text begins with the list of its parameters. Built from the documentation of sys.query_store_query_text
and sys.query_store_runtime_stats, not from a server's own output.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from decompose.evidence.log_entry import Gap, StatementCount
from decompose.sources.logs.csv_rows import Names, columns, rows
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.sqlserver_text import unwrapped

BAD_COUNT = Gap("damaged row of an export")
REGULAR = ("", "0", "Regular")


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `StatementCount` per row, in file order; executions that were aborted or failed are left out."""
    for item in rows(stream, options, _is_header):
        if isinstance(item, Gap):
            yield item
        elif item[1].get("execution_type", "") in REGULAR and item[1].get("execution_type_desc", "") in REGULAR:
            yield _item(item[1], item[0])


def _item(row: Mapping[str, str], line: int) -> Item:
    executions = row.get("count_executions", row.get("executions", "")).partition(".")[0]
    if not (executions.isascii() and executions.isdigit()) or len(executions) > 18:
        return BAD_COUNT
    return StatementCount(unwrapped(row["query_sql_text"]), int(executions), row.get("database_name", ""), line)


def _is_header(names: Names) -> bool:
    return "query_sql_text" in names and ("count_executions" in names or "executions" in names)


def recognises(head: bytes) -> float:
    """Whether text and count are among the columns."""
    return 0.95 if columns(head, _is_header) else 0.0


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """How often each statement ran; the database if the export names it."""
    names = columns(head, _is_header)
    return HeadFacts(("database", "executions") if "database_name" in names else ("executions",))


SQLSERVER_QUERY_STORE = LogFormat(
    name="sqlserver-query-store",
    title="SQL Server Query Store export (CSV)",
    dialect="tsql",
    sample='query_sql_text,count_executions\n"(@P0 int)SELECT @P0",12',
    how_to_capture=(
        "ALTER DATABASE CURRENT SET QUERY_STORE = ON; SELECT t.query_sql_text, SUM(r.count_executions) AS "
        "count_executions FROM sys.query_store_query_text t JOIN sys.query_store_query q ON q.query_text_id = "
        "t.query_text_id JOIN sys.query_store_plan p ON p.query_id = q.query_id JOIN sys.query_store_runtime_stats r "
        "ON r.plan_id = p.plan_id GROUP BY t.query_sql_text; back: ALTER DATABASE CURRENT SET QUERY_STORE = OFF"
    ),
    cannot_tell=(
        "Transactions, sessions, order and failures: statements and their joins only. Statements that the capture mode "
        "left out. Don't give it together with a trace of the same days: executions would count twice."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
