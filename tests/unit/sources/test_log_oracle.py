"""Oracle's three captures: what begins and ends a transaction, what the server does for itself, what was undone."""

from __future__ import annotations

from decompose.evidence.log_entry import Event, Gap, LogEntry, RecordedTransaction
from log_reading import fixture, read, statements


def test_trace_tells_transactions_by_their_ends_and_leaves_the_servers_own_work_out() -> None:
    items = read(fixture("oracle-trace.trc"))
    verbs = [sql.split()[0] for sql in statements(items)]
    assert verbs == [
        "START",
        "INSERT",
        "INSERT",
        "UPDATE",
        "UPDATE",
        "COMMIT",
        "START",
        "SELECT",
        "DELETE",
        "ROLLBACK",
        "START",
        "UPDATE",
        "COMMIT",
    ]
    assert [item for item in items if isinstance(item, Gap)] == [Gap("cursor parsed before the trace began")]
    failure = next(index for index, item in enumerate(items) if getattr(item, "event", None) is Event.FAILURE)
    before = items[failure - 1]
    assert isinstance(before, LogEntry)
    assert before.sql == "UPDATE missing SET total = :1"
    assert {item.session for item in items if isinstance(item, LogEntry)} == {"108.51515"}


def test_trace_read_alone_begins_nothing() -> None:
    log = "PARSING IN CURSOR #1 len=8 dep=0 uid=1 oct=3 lid=1 tim=1\nSELECT 1\nEND OF STMT\nEXEC #1:c=0\n"
    assert statements(read(f"{log}XCTEND rlbk=0, rd_only=1, tim=2\n".encode())) == ["SELECT 1"]


def test_trace_cut_off_inside_a_statement() -> None:
    assert read(b"PARSING IN CURSOR #1 len=8 dep=0 uid=1 oct=3 lid=1 tim=1\nSELECT 1\n") == [
        Gap("statement text cut off by the end of the trace")
    ]


def test_logminer_keeps_what_was_committed_and_not_undone() -> None:
    items = read(fixture("oracle-logminer.csv"))
    assert [item.accesses for item in items if isinstance(item, RecordedTransaction)] == [
        (("SHOP.ORDERS", "I"), ("SHOP.ORDER_LINES", "I"), ("SHOP.STOCK", "U")),
        (("SHOP.ORDERS", "U"),),
    ]
    assert [item for item in items if isinstance(item, Gap)] == [
        Gap("transaction that was rolled back"),
        Gap("transaction began before the log"),
    ]
    assert "ann@" not in repr(items)


def test_logminer_undo_takes_back_one_change_only() -> None:
    head = "XID,OPERATION,ROLLBACK,SEG_OWNER,TABLE_NAME,CSF\n"
    log = (
        head
        + "A,UPDATE,0,S,T,0\nA,UPDATE,0,S,T,0\nA,UPDATE,1,S,T,0\nA,DELETE,0,S,T,0\nA,INSERT,1,S,T,0\nA,COMMIT,0,,,0\n"
    )
    assert read(log.encode()) == [RecordedTransaction("", 1, (("S.T", "U"),), 7)]


def test_logminer_open_transactions_are_counted_at_the_end() -> None:
    log = b"XID,OPERATION,ROLLBACK,SEG_OWNER,TABLE_NAME,CSF\nA,UPDATE,0,S,T,0\nB,UPDATE,0,S,T,0\nA,MISSING_SCN,0,,,0\n"
    assert read(log) == [
        Gap("redo that LogMiner could not find or read"),
        Gap("transaction still open when its session or the log ended", 2),
    ]


def test_audit_rows_of_one_statement_are_one_and_a_new_id_ends_the_transaction() -> None:
    items = [item for item in read(fixture("oracle-audit.csv")) if isinstance(item, LogEntry)]
    verbs = [item.sql.split()[0] for item in items if item.sql]
    assert verbs == (
        [
            "START",
            "INSERT",
            "INSERT",
            "UPDATE",
            "UPDATE",
            "COMMIT",
            "START",
            "DELETE",
            "ROLLBACK",
            "SELECT",
            "START",
            "UPDATE",
            "COMMIT",
        ]
    )
    assert [item.sql for item in items if item.event is Event.FAILURE] == ["UPDATE missing SET total = 11"]
    assert [items[0].event, items[-1].event] == [Event.CONNECT, Event.END]
