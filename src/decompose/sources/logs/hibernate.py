"""Hibernate's statements: `show_sql` on stdout, or the logger org.hibernate.SQL of Spring Boot, Logback and Log4j.

    Hibernate: select o1_0.id from orders o1_0 where o1_0.id=?
    2026-03-02T08:00:00.201Z DEBUG 4913 --- [nio-8080-exec-1] org.hibernate.SQL                        : select ...
    2026-03-02T08:00:00.200Z DEBUG 4913 --- [nio-8080-exec-1] o.h.e.t.internal.TransactionImpl         : begin

The thread in brackets is the session; `show_sql` has none, so all of it is one. TransactionImpl at level DEBUG tells
begin, commit and rollback, Spring's transaction manager the name of what runs. Bound values are lines of their own and
never read; other lines are the application's and passed over. `format_sql` is understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from decompose.evidence.log_entry import Event, Gap, LogEntry
from decompose.sources.logs.blocks import blocks
from decompose.sources.logs.format import ByteStream, HeadFacts, Item, LogFormat, ReadOptions
from decompose.sources.logs.timestamps import iso_time

OVERSIZED = Gap("record longer than the limit")

_START = re.compile(rb"(?=\S)(?!\))")
_SHOWN = "Hibernate:"
_LOGGED = re.compile(
    r"([^\n\[]{0,120})(?:\[[^\]\n]{0,60}\] )??\[([^\]\n]{1,100})\][^\n\[]{0,40}?(?:\[[^\]\n]{0,80}\] )?"
    r"((?:[\w$]{1,40}\.){1,8}(?:SQL|TransactionImpl|JpaTransactionManager|HibernateTransactionManager))"
    r" *(?:\[[^\]\n]{0,80}\] *)?(?:-|:)\s"
)
_TIME = re.compile(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)(Z|[+-]\d\d:\d\d)?")
_CREATED = re.compile(r"Creating new transaction with name \[([\w.$]{1,300})\]")
_VERBS = {"begin": "START TRANSACTION", "committing": "COMMIT", "rolling back": "ROLLBACK"}
_LABELS = 10_000
_SESSION = "hibernate"


def entries(stream: ByteStream, options: ReadOptions) -> Iterator[Item]:
    """One `LogEntry` per statement and transaction verb, in file order."""
    labels: dict[str, str] = {}
    for block in blocks(stream, _START, options):
        if block.dropped:
            yield OVERSIZED
        yield from _read_block(block.text, block.line, labels)


def _read_block(text: str, line: int, labels: dict[str, str]) -> list[Item]:
    items: list[Item] = []
    record: list[str] = []
    begun = line
    for number, row in enumerate(text.split("\n"), line):
        if row and not row[0].isspace() and row[0] != ")":
            items += _record("\n".join(record), begun, labels)
            record, begun = [row], number
        else:
            record.append(row)
    items += _record("\n".join(record), begun, labels)
    return items


def _record(text: str, line: int, labels: dict[str, str]) -> list[Item]:
    if text.startswith(_SHOWN):
        sql = text[len(_SHOWN) :].strip()
        return [LogEntry(_SESSION, sql, line=line)] if sql else []
    logged = _LOGGED.match(text)
    if logged is None:
        return []
    session, logger, message = logged[2].strip(), logged[3], text[logged.end() :].strip()
    time = _TIME.search(logged[1])
    at = iso_time(time[1] + (time[2] or "")) if time else ""
    if logger.endswith(".SQL"):
        return [LogEntry(session, message, Event.STATEMENT, "", labels.get(session, ""), at, line)] if message else []
    if logger.endswith("TransactionImpl"):
        verb = _VERBS.get(message)
        return [LogEntry(session, verb, Event.STATEMENT, "", labels.get(session, ""), at, line)] if verb else []
    created = _CREATED.match(message)
    if created and (session in labels or len(labels) < _LABELS):
        labels[session] = ".".join(created[1].split(".")[-2:])
    return []


def recognises(head: bytes) -> float:
    """Whether a shown or logged statement is there."""
    text = head.decode("utf-8", "replace")
    if re.search(r"(?m)^Hibernate:\s+\S", text):
        return 0.9
    found = any(match[3].endswith("hibernate.SQL") for match in map(_LOGGED.match, text.split("\n")) if match)
    return 0.9 if found else 0.0


def facts(head: bytes, _: ReadOptions) -> HeadFacts:
    """What the logger's pattern tells."""
    text = head.decode("utf-8", "replace")
    logged = [match for match in map(_LOGGED.match, text.split("\n")) if match]
    timed = any(_TIME.search(match[1]) for match in logged)
    return HeadFacts(
        tuple(
            sorted(
                [
                    *(["session"] if logged else []),
                    *(["at"] if timed else []),
                    *(["label"] if _CREATED.search(text) else []),
                ]
            )
        )
    )


HIBERNATE = LogFormat(
    name="hibernate",
    title="Hibernate statements (show_sql or org.hibernate.SQL)",
    dialect="",
    sample="Hibernate: select o1_0.id from orders o1_0 where o1_0.id=?",
    how_to_capture=(
        "logging.level.org.hibernate.SQL=DEBUG, "
        "logging.level.org.hibernate.engine.transaction.internal.TransactionImpl=DEBUG and "
        "logging.level.org.springframework.orm.jpa.JpaTransactionManager=DEBUG; back: the values before"
    ),
    cannot_tell=(
        "Sessions and transactions from show_sql alone; statements that bypass Hibernate (JdbcTemplate); whether a "
        "statement failed; what other programs send to the same database."
    ),
    recognises=recognises,
    entries=entries,
    facts=facts,
)
