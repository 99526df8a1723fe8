"""The numbers of the answer: the price of the cut as a reader wants it first."""

from __future__ import annotations

from dataclasses import dataclass

from decompose.assessment.model import Analysis
from decompose.reports.wording import percent, plural, thousands


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the answer: the key by which the page recomputes it, its text, what it counts."""

    key: str
    text: str
    label: str
    detail: str


def answer(analysis: Analysis) -> tuple[Figure, ...]:
    """The numbers of the price in the order in which a reader wants them."""
    price = analysis.assessment
    writes = price.write_transactions
    distributed = price.distributed_write_transactions
    # What nothing was seen of is not known to be nothing.
    seen = bool(analysis.evidence.statements)
    saga = thousands(price.saga_cost) if writes else "-"
    joins, reads = (thousands(count) if seen else "-" for count in (price.cross_joins, price.cross_reads))
    return (
        Figure("services", thousands(price.services), "services", plural(len(analysis.evidence.tables), "table")),
        Figure(
            "distributed_write_share",
            percent(distributed, writes),
            "distributed writes",
            f"{thousands(distributed)} of {thousands(writes)} writing transactions",
        ),
        Figure("saga_cost", saga, "saga cost", "extra participants, over all executions"),
        Figure("cross_joins", joins, "joins across", "executions of joins over two services"),
        Figure("cross_reads", reads, "reads across", "other statements over two services"),
        Figure(
            "foreign_keys_to_retire", thousands(price.foreign_keys_to_retire), "foreign keys to retire", "declared"
        ),
        Figure("largest_share", percent(price.largest_share, 1.0), "in the largest service", "share of its tables"),
    )  # fmt: skip
