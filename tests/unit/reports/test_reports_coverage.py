"""What the first block of every screen says of the input."""

from __future__ import annotations

import pytest

from decompose.evidence.bundle import Coverage
from decompose.evidence.fold.assemble import UNDECLARED_TABLE
from decompose.evidence.log_entry import Gap
from decompose.reports.screen import PLAIN
from decompose.reports.terminal import coverage_block


@pytest.mark.parametrize(("unknown", "asks"), [(400, True), (100, True), (99, False), (0, False)])
def test_a_log_of_many_unknown_tables_is_asked_whose_it_is(unknown: int, asks: bool) -> None:
    seen = Coverage(statements=1000, statements_understood=1000, gaps=(Gap(UNDECLARED_TABLE, unknown),))
    told = " ".join(coverage_block(seen, PLAIN))
    assert ("--database" in told) is asks
