"""How cheaper partitions are found: one row per search."""

from __future__ import annotations

from decompose.boundaries.search.multistart import Multistart
from decompose.boundaries.search.search import Search

SEARCHES: tuple[Search, ...] = (
    Multistart("multistart", starts=12, patience=20),
    Multistart("descent", starts=1, patience=0),
)
