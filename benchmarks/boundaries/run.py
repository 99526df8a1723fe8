"""Proposed boundaries against systems whose real split is known.

python benchmarks/boundaries/run.py [--cases FOLDER] [--only NAME ...] [--seeds N] [--cross-validate]

--seeds N adds how far the ARI moves over N seeds. --cross-validate leaves one system out at a time: of the default
weights and their neighbours the best on the other systems is taken, and scored on the one left out.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path

from baselines import components, louvain
from cases import DEFAULT_FOLDER, Case, read_cases
from scores import adjusted_rand, distributed_writes, largest_share, mojo_fm

from decompose.boundaries.model import Decomposition
from decompose.boundaries.propose import ProposalSettings, propose
from decompose.graph.weights import Weights

NEIGHBOURS: dict[str, tuple[float, ...]] = {
    "distributed_writes": (0.25, 0.75, 1.0),
    "accesses": (1.5, 2.5, 3.0),
    "foreign_keys": (1.0, 2.0),
    "parts": (0.0, 0.5),
    "table_words": (0.75, 1.25),
    "column_words": (0.0, 0.3),
    "later_word": (0.2, 0.4),
    "generic_word": (0.2, 0.5),
    "hub_damping": (0.0, 0.15, 0.4),
    "size": (1.75, 2.25),
    "even": (0.2, 0.4),
    "crumb": (0.0, 0.001),
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


def print_table(cases: list[Case], seeds: int) -> None:
    """One line per case and the means."""
    print(
        f"{'case':20} {'tables':>6} {'true':>4} {'found':>5} {'largest':>7} {'ARI':>6} {'MoJoFM':>6} {'stable':>6} "
        f"{'comp.':>6} {'Louvain':>7} {'best':>5} {'distributed writes':>18} {'seconds':>7}"
        + "  over seeds"
        * (seeds > 1)
    )
    print(f"{'':76} {'(ARI of baselines)':>20} {'truth  proposal':>19}")
    rows = []
    for case in cases:
        start = time.perf_counter()
        decomposition = propose(case.graph)
        took = time.perf_counter() - start
        found = groups_of(case, decomposition)
        row = (
            adjusted_rand(found, case.truth),
            mojo_fm(found, case.truth),
            adjusted_rand(of_groups(case, components(case.graph)), case.truth),
            adjusted_rand(of_groups(case, louvain(case.graph)), case.truth),
        )
        rows.append((row, case.baseline))
        stable = [service.stability or 0.0 for service in decomposition.services]
        true: dict[str, Hashable] = dict(case.truth)
        print(
            f"{case.name:20} {len(case.truth):6} {len(set(case.truth.values())):4} {len(decomposition.services):5} "
            f"{largest_share(found):7.2f} {row[0]:6.3f} {row[1]:6.2f} {sum(stable) / len(stable):6.2f} "
            f"{row[2]:6.2f} {row[3]:7.2f} {case.baseline:5.2f} {share(case, true):>9} {share(case, found):>8} "
            f"{took:7.1f}" + over_seeds(case, seeds)
        )
    count = len(rows)
    means = [sum(row[column] for row, _ in rows) / count for column in range(4)]
    beaten = sum(row[0] > best for row, best in rows)
    print(
        f"mean of {count}: ARI {means[0]:.3f}, MoJoFM {means[1]:.3f}; components {means[2]:.3f}, "
        f"Louvain {means[3]:.3f}, "
        f"best baseline per case {sum(best for _, best in rows) / count:.3f}, beaten on {beaten}"
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
    cases = read_cases(arguments.cases, arguments.only)
    if not cases:
        raise SystemExit(f"there are no cases in {arguments.cases}")
    if arguments.cross_validate:
        cross_validate(cases)
    else:
        print_table(cases, arguments.seeds)


if __name__ == "__main__":
    main()
