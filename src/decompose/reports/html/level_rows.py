"""Other cuts for the explorer: the Pareto front of proposals, and the hierarchy that can be cut anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from decompose.boundaries.model import LEVELS, Alternative, Branch, Decomposition

Row = list[Any]


def alternative_rows(decomposition: Decomposition, index: Mapping[str, int]) -> list[Row]:
    """Rows of services, distributed write share, balance, cohesion, largest share, cost, chosen, dominated, and the
    cut's own rows of name and tables."""
    return [_alternative(each, index) for each in decomposition.alternatives]


def _alternative(each: Alternative, index: Mapping[str, int]) -> Row:
    cut = [[service.name, [index[table] for table in service.tables if table in index]] for service in each.cut]
    shares = (each.distributed_write_share, each.balance, each.cohesion, each.largest_share, each.cost)
    return [each.services, *(round(share, 4) for share in shares), int(each.chosen), int(each.dominated), cut]


def hierarchy_rows(decomposition: Decomposition, index: Mapping[str, int]) -> list[Row]:
    """Rows of level (0 capability, 1 service, 2 aggregate, 3 between two), name, parent, groups, cost and tables; a row
    stands after its parent."""
    return [_branch(branch, index) for branch in decomposition.hierarchy.branches]


def _branch(branch: Branch, index: Mapping[str, int]) -> Row:
    level = LEVELS.index(branch.level) if branch.level in LEVELS else len(LEVELS)
    tables = [index[table] for table in branch.tables if table in index]
    return [level, branch.name, branch.parent, branch.groups, round(branch.cost, 4), tables]
