"""How names are put into sentences."""

from __future__ import annotations

from decompose.assessment.ownership import UNASSIGNED
from decompose.assessment.phrases import by_service


def test_tables_are_told_by_service() -> None:
    assert (
        by_service({"ordering": ("lines", "orders"), UNASSIGNED: ("logs",)})
        == "lines, orders (ordering), logs (unassigned)"
    )
