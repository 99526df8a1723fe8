"""Damaged, hostile and oddly cut logs: always items, never an exception, whatever the size of the blocks."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decompose.evidence.log_entry import Gap, LogEntry, RecordedTransaction, StatementCount
from decompose.sources.logs import Item
from log_reading import FIXTURES, FORMAT_NAMES, fixture, read, statements

NAMES = tuple(FIXTURES)
TOLD_AT_THE_END = ("p6spy.log",)
"""Formats that tell a transaction's statements only when it ends."""
PREFIX_OF = {
    "postgresql-default-prefix.log": "%m [%p] ",
    "postgresql.log": "%m [%p] %q%c %l %v %x %e user=%u,db=%d,app=%a,client=%h ",
}
KINDS = (LogEntry, RecordedTransaction, StatementCount, Gap)


def read_damaged(name: str, data: bytes) -> list[Item]:
    """Items of a damaged fixture, read as the format it was, and proven to be items."""
    items = read(data, FIXTURES[name], PREFIX_OF.get(name))
    assert all(isinstance(item, KINDS) for item in items)
    return items


@pytest.mark.parametrize("name", NAMES)
def test_cut_at_every_byte(name: str) -> None:
    data = fixture(name)[:4096]
    whole = statements(read_damaged(name, data))
    for cut in range(len(data)):
        found = statements(read_damaged(name, data[:cut]))
        assert name in TOLD_AT_THE_END or found[:-1] == whole[: max(len(found) - 1, 0)]
        read_damaged(name, data[cut:])


@pytest.mark.parametrize("name", NAMES)
def test_flipped_bytes(name: str) -> None:
    source, data = random.Random(name), fixture(name)
    for _ in range(200):
        damaged = bytearray(data)
        for _ in range(source.randint(1, 20)):
            damaged[source.randrange(len(damaged))] = source.choice(
                (0, 10, 13, 34, 92, 123, 255, source.randrange(256))
            )
        read_damaged(name, bytes(damaged))


@given(data=st.binary(max_size=400), name=st.sampled_from(FORMAT_NAMES), size=st.integers(1, 64))
@settings(max_examples=200, deadline=None)
def test_any_bytes(data: bytes, name: str, size: int) -> None:
    assert read(data, name, "%m [%p] ", size) == read(data, name, "%m [%p] ")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1, 64, 257, 4096])
def test_block_size_changes_nothing(name: str, size: int) -> None:
    data = b"lost head\n" + fixture(name) * 2
    assert read(data, FIXTURES[name], None, size) == read(data, FIXTURES[name])


@pytest.mark.parametrize("name", NAMES)
def test_byte_order_mark_and_windows_line_ends_change_nothing(name: str) -> None:
    data = fixture(name)
    assert read(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")) == read(data)


@pytest.mark.parametrize("name", NAMES)
def test_bytes_that_are_not_utf8_and_nuls_stay_inside_their_statement(name: str) -> None:
    data = fixture(name)
    damaged = data.replace(b"SELECT", b"SELECT \xff\xc3")
    assert len(read_damaged(name, damaged)) == len(read(data))
    assert all("�" in sql for sql in statements(read(damaged, FIXTURES[name])) if sql.startswith("SELECT"))
    if not name.endswith(("json", "jsonl")):
        assert len(read_damaged(name, data.replace(b"SELECT", b"SELECT \0"))) == len(read(data))


@pytest.mark.parametrize("name", [name for name in NAMES if b"SELECT" in fixture(name)])
def test_record_beyond_the_limit_is_left_out_as_one_gap(name: str) -> None:
    data = fixture(name)
    long = data.replace(b"SELECT", b"SELECT " + b"x" * 5000)
    items = read(long, FIXTURES[name], None, 64, 2000)
    count = sum(1 for item in items if item == Gap("record longer than the limit"))
    assert 0 < count <= data.count(b"SELECT")
    assert len(items) <= len(read(data)) + 1


@pytest.mark.parametrize("name", NAMES)
def test_what_follows_an_oversized_record_is_read(name: str) -> None:
    data = fixture(name)
    small = read(data, FIXTURES[name], None, 64, 300)
    lines = {item.line for item in read(data) if isinstance(item, LogEntry)}
    assert {item.line for item in small if isinstance(item, LogEntry)} <= lines


@pytest.mark.parametrize("name", FORMAT_NAMES)
@pytest.mark.parametrize(
    "piece", [b"\t", b'"', b'"\n', b"{", b"2026-03-02 08:00:00.000 UTC [", b"\n\t", b"a ", b"\t\t"]
)
def test_long_junk_takes_no_time(name: str, piece: bytes) -> None:
    began = time.process_time()
    read(piece * (300_000 // len(piece)), name, "%m [%p] %q%u@%d/%a %i %b ")
    assert time.process_time() - began < 15


def test_many_lines_that_almost_match_a_prefix_take_no_time() -> None:
    line = b"2026-03-02 08:00:00.000 UTC [1] u@d/" + b"a b " * 200 + b"\n"
    began = time.process_time()
    items = read(line * 300, "postgresql-stderr", "%m [%p] %q%u@%d/%a %i %b ")
    assert time.process_time() - began < 15
    assert items == [Gap("line is not a log record")] * 300
