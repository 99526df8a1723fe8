"""Synthetic logs of any size, the same bytes for the same arguments: what the ingestion benchmark reads.

    python benchmarks/ingestion/generate.py low 300 low.log

Kinds: `low` (a bank and a shop, some 25 statements), `diverse` (20,000 templates over 500 tables), both as PostgreSQL's
text log; `low-csv` and `low-json`, the same events in the server's other two formats; `general` and `slow`, MySQL 8's
logs with 2,000 templates. Sizes in MB (10^6 bytes). Shapes of lines follow logs of real servers.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import BinaryIO, NamedTuple

CLIENTS = 8
CHUNK = 4_000_000


class Event(NamedTuple):
    """One statement: its client, the client's application, and the text."""

    client: int
    application: str
    virtual: int
    sql: str


def bank(r: Random) -> list[str]:
    """One transaction of pgbench's standard script."""
    account, teller, branch, delta = r.randint(1, 1000000), r.randint(1, 100), r.randint(1, 10), r.randint(-5000, 5000)
    return [
        "BEGIN;",
        f"UPDATE pgbench_accounts SET abalance = abalance + {delta} WHERE aid = {account};",
        f"SELECT abalance FROM pgbench_accounts WHERE aid = {account};",
        f"UPDATE pgbench_tellers SET tbalance = tbalance + {delta} WHERE tid = {teller};",
        f"UPDATE pgbench_branches SET bbalance = bbalance + {delta} WHERE bid = {branch};",
        "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) "
        f"VALUES ({teller}, {branch}, {account}, {delta}, CURRENT_TIMESTAMP);",
        "END;",
    ]


def shop(r: Random) -> list[str]:
    """One journey of a shop: browse, or check out, or pay."""
    user, product, order = r.randint(1, 99999), r.randint(1, 5000), r.randint(1, 999999)
    kind = r.randrange(3)
    if kind == 0:
        return [
            "SELECT p.id, p.name, p.price FROM products p JOIN categories c ON c.id = p.category_id "
            f"WHERE p.id = {product}",
            f"SELECT count(*) FROM reviews WHERE product_id = {product} AND state = 'visible'",
        ]
    if kind == 1:
        lines = [
            "INSERT INTO order_items (order_id, product_id, qty) "
            f"VALUES ({order}, {r.randint(1, 5000)}, {r.randint(1, 9)})"
            for _ in range(r.randint(1, 3))
        ]
        return [
            "BEGIN",
            f"SELECT * FROM carts WHERE user_id = {user} FOR UPDATE",
            "INSERT INTO orders (id, user_id, state, note) "
            f"VALUES ({order}, {user}, 'new', 'it''s for {user}; thanks')",
            *lines,
            f"UPDATE inventory SET on_hand = on_hand - 1 WHERE product_id = {product} AND sku = 'SKU-{product}'",
            "COMMIT",
        ]
    return [
        "BEGIN",
        f"INSERT INTO payments (order_id, amount, method) VALUES ({order}, {r.randint(100, 99999)}, 'card')",
        f"UPDATE orders SET state = 'paid' WHERE id = {order}",
        "COMMIT" if r.random() < 0.97 else "ROLLBACK",
    ]


class Templates:
    """Statements over many tables, each of a fixed form with fresh literals; transactions stay within neighbours."""

    def __init__(self, tables: int, templates: int) -> None:
        r = Random(7)
        self._tables = tables
        self._of_table: list[list[str]] = [[] for _ in range(tables)]
        for number in range(templates):
            self._of_table[number % tables].append(self._form(number % tables, number, r))

    def _form(self, table: int, number: int, r: Random) -> str:
        name, other = _name(table), _name((table + r.randint(1, 4)) % self._tables)
        columns = sorted(
            {f"c_{'abcdefghijklmnop'[r.randrange(16)]}{'xyzuvw'[r.randrange(6)]}" for _ in range(r.randint(2, 6))}
        )
        kind = number % 5
        if kind == 0:
            return f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join('@' for _ in columns)})"
        if kind == 1:
            return f"UPDATE {name} SET {', '.join(f'{c} = @' for c in columns)} WHERE id = #"
        if kind == 2:
            return (
                f"SELECT t.id, {', '.join('t.' + c for c in columns)} FROM {name} t "
                f"JOIN {other} o ON o.id = t.{columns[0]} WHERE o.id = # AND t.{columns[-1]} = @"
            )
        if kind == 3:
            return (
                f"SELECT {', '.join(columns)}\n\t\tFROM {name}\n\t\tWHERE {columns[0]} IN (*) "
                f"ORDER BY {columns[-1]} LIMIT #"
            )
        return f"DELETE FROM {name} WHERE {' AND '.join(f'{c} = @' for c in columns)}"

    def transaction(self, r: Random) -> list[str]:
        """One to six statements around one table."""
        table = min(int(r.paretovariate(0.6)) - 1, self._tables - 1)
        table = (table * 37) % self._tables
        count = r.choice((1, 1, 2, 3, 4, 6))
        texts = []
        for _ in range(count):
            forms = self._of_table[(table + r.randrange(3)) % self._tables]
            texts.append(_filled(r.choice(forms), r))
        return texts if count == 1 else ["BEGIN", *texts, "COMMIT"]


def _name(table: int) -> str:
    area = ("sales", "stock", "crm", "bill", "auth")[table % 5]
    kind = ("item", "line", "note", "link", "rule")[table // 5 % 5]
    return f"{area}_{kind}_{'abcdefghijklmnopqrst'[table // 25 % 20]}"


def _filled(form: str, r: Random) -> str:
    parts = []
    for char in form:
        if char == "#":
            parts.append(str(r.randint(1, 1 << r.randint(4, 24))))
        elif char == "@":
            pick = r.random()
            parts.append(
                "NULL" if pick < 0.1 else f"'it''s {r.randint(1, 9999)}'" if pick < 0.6 else str(r.randint(1, 99999))
            )
        elif char == "*":
            parts.append(", ".join(str(r.randint(1, 99999)) for _ in range(r.randint(1, 12))))
        else:
            parts.append(char)
    return "".join(parts)


def events(transaction: Callable[[Random], list[str]], seed: int) -> Iterator[Event]:
    """Statements of several clients, interleaved."""
    r = Random(seed)
    queues: list[list[str]] = [[] for _ in range(CLIENTS)]
    virtual = [0] * CLIENTS
    while True:
        client = r.randrange(CLIENTS)
        if not queues[client]:
            queues[client] = transaction(r)[::-1]
            virtual[client] += 1
        yield Event(client, ("web", "worker", "admin")[client % 3], virtual[client], queues[client].pop())


def low(r: Random) -> list[str]:
    """A transaction of the bank or the shop."""
    return bank(r) if r.random() < 0.6 else shop(r)


def _clock(number: int) -> str:
    seconds = number // 4000
    day, hour = 1 + seconds // 86400 % 28, seconds // 3600 % 24
    return f"2026-11-{day:02d} {hour:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def stderr_lines(stream: Iterator[Event]) -> Iterator[str]:
    """PostgreSQL's text log with `%m [%p] %q%u@%d/%a vxid=%v txid=%x sess=%c `."""
    for number, event in enumerate(stream):
        sql = event.sql.replace("\n", "\n\t") if "\n" in event.sql else event.sql
        yield (
            f"{_clock(number)}.{number // 4 % 1000:03d} UTC [{13470 + event.client}] app@shop/{event.application} "
            f"vxid={event.client + 3}/{event.virtual} txid=0 sess=6b03374e.{13470 + event.client:x} "
            f"LOG:  statement: {sql}\n"
        )


def csv_lines(stream: Iterator[Event]) -> Iterator[str]:
    """PostgreSQL's CSV log of 26 columns."""
    lines = [0] * CLIENTS
    inside = [False] * CLIENTS
    for number, event in enumerate(stream):
        client = event.client
        lines[client] += 1
        sql = event.sql.replace('"', '""')
        yield (
            f'{_clock(number)}.{number // 4 % 1000:03d} UTC,"app","shop",{13470 + client},"10.0.0.9:4{client}112",'
            f'6b03374e.{13470 + client:x},{lines[client]},"{_state(event.sql, inside, client)}",'
            f'2026-11-01 00:00:00 UTC,{client + 3}/{event.virtual},0,LOG,00000,"statement: {sql}",,,,,,,,,'
            f'"{event.application}","client backend",,0\n'
        )


def json_lines(stream: Iterator[Event]) -> Iterator[str]:
    """PostgreSQL's JSON log."""
    lines = [0] * CLIENTS
    inside = [False] * CLIENTS
    for number, event in enumerate(stream):
        client = event.client
        lines[client] += 1
        yield (
            f'{{"timestamp":"{_clock(number)}.{number // 4 % 1000:03d} UTC","user":"app","dbname":"shop",'
            f'"pid":{13470 + client},'
            f'"remote_host":"10.0.0.9","remote_port":4{client}112,"session_id":"6b03374e.{13470 + client:x}",'
            f'"line_num":{lines[client]},"ps":"{_state(event.sql, inside, client)}",'
            f'"session_start":"2026-11-01 00:00:00 UTC","vxid":"{client + 3}/{event.virtual}","txid":0,'
            f'"error_severity":"LOG","message":{json.dumps("statement: " + event.sql)},'
            f'"application_name":"{event.application}","backend_type":"client backend","query_id":0}}\n'
        )


def _state(sql: str, inside: list[bool], client: int) -> str:
    state = "idle in transaction" if inside[client] else "idle"
    if sql.startswith("BEGIN"):
        inside[client] = True
    elif sql.startswith(("COMMIT", "END", "ROLLBACK")):
        inside[client] = False
    return state


def general_lines(stream: Iterator[Event]) -> Iterator[str]:
    """MySQL 8's general log."""
    yield "/usr/sbin/mysqld, Version: 8.0.44 (MySQL Community Server - GPL). started with:\n"
    yield "Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock\nTime                 Id Command    Argument\n"
    for client in range(CLIENTS):
        yield f"2026-11-01T00:00:00.00000{client}Z\t{client + 40:5d} Connect\tapp@localhost on shop using Socket\n"
    for number, event in enumerate(stream):
        clock = _clock(number).replace(" ", "T")
        yield f"{clock}.{number % 1000000:06d}Z\t{event.client + 40:5d} Query\t{event.sql.replace(chr(9), '')}\n"


def slow_lines(stream: Iterator[Event]) -> Iterator[str]:
    """MySQL 8's slow log with `long_query_time = 0`."""
    yield "/usr/sbin/mysqld, Version: 8.0.44 (MySQL Community Server - GPL). started with:\n"
    yield "Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock\nTime                 Id Command    Argument\n"
    for number, event in enumerate(stream):
        clock = _clock(number)
        yield (
            f"# Time: {clock.replace(' ', 'T')}.{number % 1000000:06d}Z\n"
            f"# User@Host: app[app] @ localhost []  Id: {event.client + 40:5d}\n"
            f"# Query_time: 0.000{number % 900 + 100}  Lock_time: 0.000002 Rows_sent: 1  Rows_examined: 1\n"
            f"{'use shop;' + chr(10) if number < CLIENTS else ''}SET timestamp={1793491200 + number // 4000};\n"
            f"{event.sql.rstrip(';')};\n"
        )


def lines(kind: str, seed: int = 1) -> Iterator[str]:
    """The endless lines of a kind of log."""
    if kind in ("low", "low-csv", "low-json"):
        shape = {"low": stderr_lines, "low-csv": csv_lines, "low-json": json_lines}[kind]
        return shape(events(low, seed))
    if kind == "diverse":
        return stderr_lines(events(Templates(500, 20_000).transaction, seed))
    shape = {"general": general_lines, "slow": slow_lines}[kind]
    return shape(events(Templates(200, 2_000).transaction, seed))


def write(kind: str, megabytes: float, out: BinaryIO, seed: int = 1) -> None:
    """Lines of a kind until the size is reached."""
    wanted, written, pending, size = int(megabytes * 1_000_000), 0, [], 0
    for line in lines(kind, seed):
        pending.append(line)
        size += len(line)
        if size >= CHUNK or written + size >= wanted:
            written += out.write("".join(pending).encode())
            pending, size = [], 0
            if written >= wanted:
                return


def write_repeated(megabytes: float, out: BinaryIO) -> None:
    """A `low` log of any size at the speed of the disk: one part of 64 MB again and again, each time other sessions."""
    import io

    part = io.BytesIO()
    write("low", 64, part)
    data, written, number = part.getvalue(), 0, 0
    while written < megabytes * 1_000_000:
        written += out.write(data.replace(b"sess=6b03374e.", f"sess={0x6B000000 + number:x}.".encode()))
        number += 1


def cut(log: Path, files: int) -> None:
    """Make of a log a folder of so many files of about its size each; transactions go on over their ends."""
    whole = log.rename(log.with_suffix(".whole"))
    log.mkdir()
    wanted = whole.stat().st_size // files + 1
    with open(whole, "rb") as source:
        for number in range(files):
            (log / f"{number:03d}.log").write_bytes(source.read(wanted) + source.readline())
    whole.unlink()


def main() -> None:
    """`generate.py KIND MEGABYTES PATH [FILES]`; KIND `huge` repeats itself, several files are a folder."""
    kind, megabytes, path = sys.argv[1:4]
    with sys.stdout.buffer if path == "-" else open(path, "wb") as out:
        write_repeated(float(megabytes), out) if kind == "huge" else write(kind, float(megabytes), out)
    if len(sys.argv) > 4 and int(sys.argv[4]) > 1:
        cut(Path(path), int(sys.argv[4]))


if __name__ == "__main__":
    main()
