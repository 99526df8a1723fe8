"""When the evidence cannot carry a verdict."""

from __future__ import annotations

from decompose.graph.model import CouplingGraph

_FEW_TABLES = 4
_LEAST_TOUCHED = 0.1


def refusal(graph: CouplingGraph) -> str:
    """Why no verdict can be given on this evidence, in one sentence; empty where one can."""
    if not graph.tables:
        return "there are no tables: nothing to decompose"
    if not graph.transactions:
        if len(graph.tables) < _FEW_TABLES:
            return f"a schema of {len(graph.tables)} tables and no transactions cannot carry a verdict: give a log"
        return ""
    declared = [index for index, node in enumerate(graph.tables) if node.declared]
    touched = {table for edge in graph.transactions for table in edge.writes + edge.reads}
    seen = len(touched.intersection(declared))
    if declared and seen < _LEAST_TOUCHED * len(declared):
        return f"the log touches {seen} of {len(declared)} tables: too few to carry a verdict, capture more of the work"
    return ""
