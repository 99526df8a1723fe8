"""A log judged: what can be rebuilt from it, what cannot, and the setting that would change that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from decompose.evidence.capture.log_remedies import MISSING, NO_TRANSACTIONS, remedy
from decompose.evidence.capture.model import Aspect, Diagnosis, Lack, LogCounts, Rebuildable, State
from decompose.evidence.capture.postgresql import LANGUAGES_READ

FIELDS = (
    ("session", "sessions"),
    ("at", "time"),
    ("number", "order"),
    ("database", "database"),
    ("label", "label"),
    ("in_transaction", "open before"),
)
"""The fields of a log entry that a capture needs, and what they are called for people."""


@dataclass(frozen=True, slots=True)
class LogFacts:
    """What a log's head tells: format, fields, and what the format says of itself."""

    name: str
    title: str
    dialect: str
    fields: tuple[str, ...]
    prefix: str
    how_to_capture: str
    cannot_tell: str


def diagnose_log(source: str, facts: LogFacts, seen: LogCounts) -> Diagnosis:
    """What can be rebuilt from a log whose head told `facts` and whose fold gave `seen`."""
    rebuildable, because = _verdict(facts, seen)
    lacks = tuple(_lacks(facts, seen))
    return Diagnosis(
        source=source,
        kind="log",
        title=f"{facts.title} ({facts.name})",
        rebuildable=rebuildable,
        because=because,
        aspects=tuple(_aspects(facts)),
        lacks=lacks,
        notes=tuple(_notes(facts, seen, bool(lacks) or rebuildable is not Rebuildable.TRANSACTIONS)),
        counts=seen,
        fields=facts.fields,
        format=facts.name,
    )


def _verdict(facts: LogFacts, seen: LogCounts) -> tuple[Rebuildable, str]:
    if seen.counted_statements and not seen.transactions:
        return Rebuildable.STATEMENTS, "executions are added up per statement; what was done together is not kept"
    if not seen.transactions:
        return Rebuildable.NOTHING, "no statement could be read from it"
    if "accesses" in facts.fields and "session" not in facts.fields:
        return Rebuildable.WRITES, "each transaction with the tables it wrote; no reads"
    if facts.dialect == "postgresql" and "session" not in facts.fields:
        return Rebuildable.STATEMENTS, "nothing tells the sessions apart, so nothing tells what was done together"
    if seen.torn > seen.paired:
        return (
            Rebuildable.STATEMENTS,
            f"{seen.paired:,} transactions are whole, {seen.torn:,} are torn: parts are missing",
        )
    if not seen.boundaries_seen and facts.dialect == "postgresql" and not seen.reads_seen:
        return Rebuildable.STATEMENTS, "only changes and no BEGIN, as log_statement = 'mod' writes it"
    if not seen.boundaries_seen:
        return Rebuildable.TRANSACTIONS, "every statement is a transaction of its own: there is no BEGIN in it"
    if "session" not in facts.fields and not seen.recorded:
        return Rebuildable.TRANSACTIONS, "read as one session: connections that share the log would mix"
    return Rebuildable.TRANSACTIONS, "transactions have their beginning and their end"


def _aspects(facts: LogFacts) -> Iterator[Aspect]:
    if "accesses" in facts.fields and "session" not in facts.fields:
        yield Aspect("transactions", State.YES, "arrive ready-made")
        return
    for field, name in FIELDS:
        yield Aspect(name, State.YES if field in facts.fields else State.NO, _SAYS[field])


_SAYS = {
    "session": "which connection sent a statement",
    "at": "when it was logged",
    "number": "the session's record number, so that lost records are noticed",
    "database": "which database it was sent to",
    "label": "what the application calls itself or the work",
    "in_transaction": "the server's own word on whether a transaction was open",
}


def _lacks(facts: LogFacts, seen: LogCounts) -> Iterator[Lack]:
    for field, _ in FIELDS:
        change = remedy(facts.name, field)
        if field not in facts.fields and change:
            yield Lack(MISSING[field], change)
    if seen.records_missing:
        yield Lack(
            f"{seen.records_missing:,} records whose numbers were jumped over",
            "give all files of a rotation; no syslog, filter or sampling by a log shipper in between",
        )
    if seen.ends_without_begin or seen.begins_without_end:
        without = seen.ends_without_begin + seen.begins_without_end
        yield Lack(
            f"what {without:,} unpaired BEGIN or COMMIT belonged to: a sign of statements left out",
            NO_TRANSACTIONS.get(facts.dialect, "log every statement"),
        )
    if seen.heads_lost:
        yield Lack(
            f"{seen.heads_lost:,} transactions that began before the log", "give the files from before it as well"
        )
    if seen.tails_lost:
        after = "give the files from after it as well" if seen.whole else "read on with --full"
        yield Lack(f"{seen.tails_lost:,} transactions without their end", after)
    if not seen.boundaries_seen and (seen.autocommit or seen.counted_statements):
        change = NO_TRANSACTIONS.get(facts.dialect, "log BEGIN and COMMIT too")
        yield Lack("transactions of several statements, if there were any", change)


def _notes(facts: LogFacts, seen: LogCounts, falls_short: bool) -> Iterator[str]:
    if facts.prefix:
        yield f"log_line_prefix, as its lines show it: '{facts.prefix}'"
    if facts.dialect == "postgresql" and not (seen.transactions or seen.counted_statements):
        read = ", ".join(language for language in LANGUAGES_READ if language != "en")
        yield f"Messages are read in English and in {read}: where lc_messages names another language, set it to 'C'."
    yield f"This format never tells: {facts.cannot_tell}"
    if falls_short:
        yield f"To capture it: {facts.how_to_capture}"
