"""Sessions are bounded: those that can be spared are forgotten first, and counted."""

from __future__ import annotations

from decompose.evidence.catalogue import Catalogue
from decompose.evidence.columns import Columns, Spelling
from decompose.evidence.fold.run_table import FORGOTTEN
from decompose.evidence.fold.runs import RunFold
from decompose.evidence.fold.session import TAIL_LOST
from decompose.sql.reader import DialectReader, transaction_rules
from decompose.sql.skeleton import Skeletons


def fold_of_few(most: int) -> RunFold:
    fold = RunFold(Catalogue(DialectReader("postgresql")), transaction_rules("postgresql"), Skeletons("postgresql"))
    fold.table.most = most
    return fold


def rows(*said: tuple[bytes, bytes]) -> Columns:
    """Rows of session and text."""
    sessions, texts = zip(*said, strict=True)
    return Columns(sessions, texts, [b""] * len(said), lambda _: (), numbers=[b"1"] * len(said))


def test_sessions_between_transactions_make_room_for_others() -> None:
    fold = fold_of_few(4)
    fold.feed_columns(rows((b"open", b"BEGIN"), *((b"s%d" % n, b"SELECT 1") for n in range(9))), Spelling(bytes))
    assert b"open" in fold.state.runs
    assert len(fold.state.runs) <= 4
    fold.feed_columns(rows((b"open", b"UPDATE t SET a = 1"), (b"open", b"COMMIT")), Spelling(bytes))
    tally = fold.finish()
    assert tally.gaps[FORGOTTEN] == 10 - 4
    assert (tally.explicit, tally.autocommit, tally.sessions) == (1, 9, 10)


def test_open_transactions_are_forgotten_only_where_all_are_open() -> None:
    fold = fold_of_few(4)
    fold.feed_columns(rows(*((b"s%d" % n, b"BEGIN") for n in range(6))), Spelling(bytes))
    tally = fold.finish()
    assert tally.gaps[FORGOTTEN] == 2
    assert tally.gaps[TAIL_LOST] == 6
