"""Proposed boundaries against systems whose real split is known.

python benchmarks/boundaries/run.py [--cases FOLDER] [--only NAME ...] [--seeds N] [--cross-validate]

The shop comes first and counts in no mean: it is told in this repository. "at true" is the ARI when the true number of
services is asked for; components, Louvain and Leiden work on the same evidence, "best" is the best of several methods
chosen per case. A human split is one of several good cuts: beside the agreement stands what each cut costs.
--seeds N adds how far the ARI moves over N seeds. --cross-validate leaves one system out at a time: of the default
weights and their neighbours the best on the other systems is taken, and scored on the one left out.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from baselines import components, has_leiden, leiden, louvain
from cases import DEFAULT_FOLDER, Case, read_cases, read_shop
from scores import adjusted_rand, distributed_writes, largest_share, mojo_fm

from decompose.boundaries.model import Decomposition
from decompose.boundaries.propose import ProposalSettings, propose
from decompose.graph.weights import Weights

NEIGHBOURS: dict[str, tuple[float, ...]] = {
    "distributed_writes": (0.5, 0.75, 1.5),
    "accesses": (1.5, 2.5, 3.0),
    "foreign_keys": (1.0, 2.0),
    "parts": (0.0, 0.5),
    "table_words": (0.75, 1.25),
    "column_words": (0.0, 0.3),
    "areas": (0.0, 0.2, 0.35),
    "namespaces": (0.5, 2.0),
    "later_word": (0.2, 0.4),
    "generic_word": (0.2, 0.5),
    "lookup_links": (0.1, 0.5, 1.0),
    "hub_damping": (0.0, 0.15, 0.4),
    "size": (1.75, 2.25),
    "even": (0.2, 0.4),
    "crumb": (0.0, 0.001, 0.004),
}


def groups_of(case: Case, found: Decomposition) -> dict[str, Hashable]:
    """The group of each labelled table; tables set apart are one group per kind, unknown ones are alone."""
    named: dict[str, Hashable] = {table: service.name for service in found.services for table in service.tables}
    named |= dict.fromkeys(found.shared, ("shared",)) | dict.fromkeys(found.infrastructure, ("infrastructure",))
    index = case.index()
    return {
        table: named[case.graph.tables[index[table]].name] if table in index else ("alone", table)
        for table in case.truth
    }


def of_groups(case: Case, groups: dict[int, int]) -> dict[str, Hashable]:
    """The same for a baseline's groups of table indices."""
    index = case.index()
    return {table: groups[index[table]] if table in index else ("alone", table) for table in case.truth}


def share(case: Case, found: dict[str, Hashable]) -> str:
    """The distributed-write share of a grouping of the labelled tables, as a percentage."""
    index = case.index()
    apart = (("shared",), ("infrastructure",))
    value = distributed_writes(case.graph, {index[t]: g for t, g in found.items() if t in index and g not in apart})
    return "-" if value is None else f"{value:.0%}"


COLUMNS = (
    ("tables", 6), ("true", 4), ("found", 5), ("largest", 7), ("ARI", 6), ("at true", 7), ("MoJoFM", 6), ("stable", 6),
    ("comp.", 6), ("Louvain", 7), ("Leiden", 6), ("best", 5), ("writes: truth", 13), ("proposal", 8), ("seconds", 7),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """What one case came to; the three baselines' ARI, Leiden's only where it is installed."""

    ari: float
    at_true: float
    mojo: float
    components: float
    louvain: float
    leiden: float | None
    cells: tuple[str, ...]


def measure(case: Case) -> Row:
    """Proposes and scores."""
    start = time.perf_counter()
    decomposition = propose(case.graph)
    took = time.perf_counter() - start
    found, groups = groups_of(case, decomposition), len(set(case.truth.values()))
    at_true = groups_of(case, propose(case.graph, ProposalSettings(services=groups, bootstrap=0)))
    row = Row(
        adjusted_rand(found, case.truth),
        adjusted_rand(at_true, case.truth),
        mojo_fm(found, case.truth),
        adjusted_rand(of_groups(case, components(case.graph)), case.truth),
        adjusted_rand(of_groups(case, louvain(case.graph)), case.truth),
        adjusted_rand(of_groups(case, leiden(case.graph)), case.truth) if has_leiden() else None,
        (),
    )
    stable = [service.stability or 0.0 for service in decomposition.services]
    cells = (
        *(str(value) for value in (len(case.truth), groups, len(decomposition.services))),
        *(f"{value:.2f}" for value in (largest_share(found),)),
        *(f"{value:.3f}" for value in (row.ari, row.at_true)),
        *(f"{value:.2f}" for value in (row.mojo, sum(stable) / len(stable), row.components, row.louvain)),
        *("-" if value is None else f"{value:.2f}" for value in (row.leiden, case.baseline)),
        *(share(case, groups) for groups in (dict(case.truth), found)),
        f"{took:.1f}",
    )
    return replace(row, cells=cells)


def print_table(cases: list[Case], seeds: int) -> None:
    """One line per case and the means."""
    if not has_leiden():
        print("graspologic-native is not installed: no figures for Leiden")
    heads = " ".join(f"{name:>{width}}" for name, width in COLUMNS)
    print(f"{'case':20} {heads}" + "  over seeds" * (seeds > 1))
    rows = []
    for case in cases:
        row = measure(case)
        cells = " ".join(f"{cell:>{width}}" for cell, (_, width) in zip(row.cells, COLUMNS, strict=True))
        print(f"{case.name:20} {cells}" + over_seeds(case, seeds), flush=True)
        if case.baseline is not None:
            rows.append((row, case.baseline))
    if rows:
        print_means(rows)


def print_means(rows: list[tuple[Row, float]]) -> None:
    """The mean of every method."""
    count = len(rows)

    def mean(values: Iterable[float | None]) -> str:
        known = [value for value in values if value is not None]
        return f"{sum(known) / count:.3f}" if len(known) == count else "-"

    print(
        f"mean of {count}: ARI {mean(r.ari for r, _ in rows)}, at the true number {mean(r.at_true for r, _ in rows)}, "
        f"MoJoFM {mean(r.mojo for r, _ in rows)}; components {mean(r.components for r, _ in rows)}, "
        f"Louvain {mean(r.louvain for r, _ in rows)}, Leiden {mean(r.leiden for r, _ in rows)}, "
        f"best baseline per case {mean(best for _, best in rows)}, beaten on {sum(r.ari > best for r, best in rows)}"
    )


def over_seeds(case: Case, seeds: int) -> str:
    """The lowest and highest ARI over the seeds."""
    if seeds < 2:
        return ""
    found = [
        adjusted_rand(groups_of(case, propose(case.graph, ProposalSettings(seed=seed, bootstrap=0))), case.truth)
        for seed in range(seeds)
    ]
    return f"  {min(found):.3f} to {max(found):.3f}"


def cross_validate(cases: list[Case]) -> None:
    """Prints the ARI of each case under the weights that are best on the others."""
    variants = {"default": Weights()} | {
        f"{name} {value}": replace(Weights(), **{name: value})
        for name, values in NEIGHBOURS.items()
        for value in values
    }
    scores: dict[str, list[float]] = {}
    for label, weights in variants.items():
        settings = ProposalSettings(weights=weights, bootstrap=0)
        scores[label] = [adjusted_rand(groups_of(case, propose(case.graph, settings)), case.truth) for case in cases]
        print(f"{label:26} mean {sum(scores[label]) / len(cases):.3f}", flush=True)
    held_out = []
    for position, case in enumerate(cases):
        best = max(variants, key=lambda label: (sum(scores[label]) - scores[label][position], label == "default"))
        held_out.append(scores[best][position])
        print(f"{case.name:20} left out: {best:26} {scores[best][position]:.3f}")
    print(f"mean of the systems left out: {sum(held_out) / len(held_out):.3f}")


def main() -> None:
    """Reads the arguments, prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--cross-validate", action="store_true")
    arguments = parser.parse_args()
    cases = read_cases(arguments.cases, arguments.only) if arguments.cases.is_dir() else []
    if arguments.cross_validate:
        cross_validate(cases)
        return
    shop = [read_shop()] if not arguments.only or "shop" in arguments.only else []
    print_table([*shop, *cases], arguments.seeds)


if __name__ == "__main__":
    main()
