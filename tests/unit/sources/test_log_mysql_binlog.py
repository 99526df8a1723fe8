"""The binary log: what is in a transaction, what only looks like one, and statements logged as such."""

from __future__ import annotations

from decompose.evidence.log_entry import Event, Gap, LogEntry, RecordedTransaction
from log_reading import fixture, read

HEAD = "#261122 21:30:20 server id 7  end_log_pos 381 CRC32 0x174146ee \t"
QUERY = HEAD + "Query\tthread_id=7\texec_time=0\terror_code=0\nSET TIMESTAMP=1795383020/*!*/;\n"


def query(sql: str) -> str:
    return f"{QUERY}{sql}\n/*!*/;\n"


def rows(*changes: str) -> str:
    return "".join(f"### {change}\n### SET\n###   @1='COMMIT/*!*/;'\n" for change in changes)


def items(log: str) -> list[object]:
    return [
        (item.event.name, item.sql) if isinstance(item, LogEntry) else getattr(item, "accesses", item)
        for item in read(log.encode(), "mysql-binlog")
    ]


def test_captured_transactions_and_ddl() -> None:
    found = read(fixture("mariadb-binlog.txt"))
    assert [item.accesses for item in found if isinstance(item, RecordedTransaction)] == [
        (("shop.orders", "I"), ("shop.order_lines", "I"), ("shop.stock", "U")),
        (("shop.orders", "U"),),
        (("shop.order_lines", "D"),),
        (("shop.notes", "I"),),
    ]
    entries = [(item.event, item.sql, item.database) for item in found if isinstance(item, LogEntry)]
    assert entries == [(Event.CONNECT, "", ""), (Event.STATEMENT, "ALTER TABLE stock ADD place INT", "shop")]
    assert not [item for item in found if isinstance(item, Gap)]


def test_the_rollback_that_mysqlbinlog_adds_is_no_transaction() -> None:
    log = query("BEGIN") + rows("UPDATE `a`.`b`") + f"{HEAD}Xid = 1\nCOMMIT/*!*/;\n"
    assert items(log + "DELIMITER ;\n# End of log file\nROLLBACK /* added by mysqlbinlog */;\n") == [(("a.b", "U"),)]


def test_statements_logged_as_such_are_entries_with_the_rows_around_them() -> None:
    log = (
        query("BEGIN") + rows("INSERT INTO `a`.`b`") + query("UPDATE t SET n = 'BEGIN/*!*/;\n### DELETE FROM `x`.`y`'")
    )
    log += query("SAVEPOINT a") + rows("DELETE FROM `a`.`c`") + f"{HEAD}Xid = 1\nCOMMIT/*!*/;\n"
    assert items(log) == [
        ("CONNECT", ""),
        ("STATEMENT", "BEGIN"),
        ("STATEMENT", "INSERT INTO `a`.`b` VALUES (?)"),
        ("STATEMENT", "UPDATE t SET n = 'BEGIN/*!*/;\n### DELETE FROM `x`.`y`'"),
        ("STATEMENT", "SAVEPOINT a"),
        ("STATEMENT", "DELETE FROM `a`.`c`"),
        ("STATEMENT", "COMMIT"),
    ]


def test_two_phase_commit() -> None:
    log = query("XA START X'61',X'',1") + rows("INSERT INTO `a`.`b`") + query("XA END X'61',X'',1")
    log += query("XA PREPARE X'61',X'',1")
    other = query("XA START X'62',X'',1") + rows("INSERT INTO `a`.`c`") + query("XA PREPARE X'62',X'',1")
    done = query("XA ROLLBACK X'62',X'',1") + query("XA COMMIT X'61',X'',1") + query("XA COMMIT X'63',X'',1")
    assert items(log + other + done) == [(("a.b", "I"),), Gap("XA transaction prepared before the binary log")]


def test_log_that_ends_inside_a_transaction() -> None:
    assert items(query("BEGIN") + rows("INSERT INTO `a`.`b`")) == [
        Gap("transaction cut off by the end of the binary log")
    ]


def test_rolled_back_rows_of_tables_without_transactions() -> None:
    log = query("BEGIN") + rows("INSERT INTO `a`.`b`") + query("ROLLBACK")
    assert [item[1] for item in items(log) if isinstance(item, tuple)] == [
        "",
        "BEGIN",
        "INSERT INTO `a`.`b` VALUES (?)",
        "ROLLBACK",
    ]
