"""How names are put into sentences."""

from __future__ import annotations

import pytest

from decompose.assessment.ownership import UNASSIGNED
from decompose.assessment.phrases import added_cost, by_service


def test_tables_are_told_by_service() -> None:
    assert (
        by_service({"ordering": ("lines", "orders"), UNASSIGNED: ("logs",)})
        == "lines, orders (ordering), logs (unassigned)"
    )


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0004, "0.04 %"), (0.015, "1.50 %"), (0.2, "20.00 %"), (-0.0012, "-0.12 %"), (-0.0, "0.00 %")],
)
def test_the_price_of_a_move_keeps_two_digits(share: float, told: str) -> None:
    assert added_cost(share) == told
