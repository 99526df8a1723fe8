"""Records that a cut may not tear apart."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from decompose.sources.ingestion.units import known_logs, units
from decompose.sources.logs.opening import LogSource
from folding import Log

MESSAGES = [
    ("LOG", "statement: BEGIN"),
    ("LOG", "statement: UPDATE orders SET a = 1"),
    ("LOG", "statement: ROLLBACK"),
    ("ERROR", "boom"),
    ("ERROR", "boom"),
    ("STATEMENT", "DELETE FROM carts WHERE x = 1"),
    ("STATEMENT", "UPDATE orders SET a = 1"),
]


def line(session: int, severity: str, message: str) -> str:
    return (
        f"2026-11-22 18:41:18.490 UTC [{100 + session}] a@shop/web sess=6b03374e.{session:x} {severity}:  {message}\n"
    )


lines = st.lists(st.builds(lambda session, told: line(session, *told), st.integers(1, 3), st.sampled_from(MESSAGES)))
HEAD = line(9, "LOG", "statement: BEGIN") * 3


@settings(max_examples=80, deadline=None)
@given(lines, st.lists(st.integers(0, 20_000), max_size=4))
def test_statement_lines_that_come_after_other_sessions_records(texts: list[str], places: list[int]) -> None:
    log = Log((HEAD + "".join(texts)).encode())
    expected = log.slowly()
    assert log.fast() == expected
    assert log.in_parts(places) == expected


def test_a_log_is_not_cut_between_a_failure_and_its_statement(tmp_path: Path) -> None:
    before = HEAD + line(2, "LOG", "statement: SELECT 1") * 30
    torn = line(1, "ERROR", "boom") + line(2, "LOG", "statement: SELECT 2") * 5
    data = (before + torn + line(1, "STATEMENT", "SELECT 3") + line(2, "LOG", "statement: SELECT 4") * 30).encode()
    path = tmp_path / "postgresql.log"
    path.write_bytes(data)
    (log,) = known_logs([LogSource(str(path))], None, None)
    pieces = list(units(log, 2, 1))
    whole = data.index(b"STATEMENT")
    assert len(pieces) > 1
    assert not any(data.index(b"ERROR") < piece.start < whole for piece in pieces)


def slow(thread: int, sql: str, use: str = "") -> str:
    header = f"# User@Host: a[a] @ localhost []  Id: {thread:5d}\n# Query_time: 0.0001  Lock_time: 0.0\n"
    return f"{header}{use}SET timestamp=1795375376;\n{sql};\n"


def test_a_piece_of_a_slow_log_knows_the_database_in_use(tmp_path: Path) -> None:
    path = tmp_path / "slow.log"
    told = "SELECT '\nuse `liar`;\nSET '"
    text = slow(1, "SELECT 1", "use shop;\n") + slow(2, told) * 9 + slow(2, "SELECT 2", "use `odd ``name`;\n")
    path.write_text(text + slow(3, told) * 9)
    (log,) = known_logs([LogSource(str(path))], None, None)
    pieces = list(units(log, 3, 1))
    assert [piece.log.options.database for piece in pieces[:2]] == [None, "shop"]
    assert pieces[-1].log.options.database == "odd `name"
