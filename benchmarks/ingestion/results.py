"""The results of the ingestion benchmark: kept in JSON row by row, shown in Markdown."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rows import ROWS, Row

PEAK_GOAL = 150
SCALING_GOAL = 1.8


class Measured(NamedTuple):
    """One run: seconds of wall and of processor time, MB of the largest process."""

    wall: float
    cpu: float
    peak: float


def row_document(
    row: Row, size: int, machine: str, load: Sequence[float], runs: Mapping[str, Sequence[Measured]]
) -> dict[str, Any]:
    """What one row found, ready for JSON: every wall time, the medians of all."""
    commands = {
        name: {
            "runs": len(found),
            "wall": statistics.median(each.wall for each in found),
            "cpu": statistics.median(each.cpu for each in found),
            "peak": max(each.peak for each in found),
            "walls": [round(each.wall, 3) for each in found],
        }
        for name, found in runs.items()
    }
    shown = [round(each, 1) for each in load]
    return {"megabytes": size / 1e6, "files": row.files, "machine": machine, "load": shown, "commands": commands}


def add(folder: Path, name: str, document: Mapping[str, Any]) -> None:
    """Put a row's results beside those that are there and write both files."""
    path = folder / "results.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known = {row.name: known[row.name] for row in ROWS if "machine" in known.get(row.name, {})} | {name: document}
    path.write_text(json.dumps(known, indent=1) + "\n")
    (folder / "results.md").write_text(markdown(known))


def markdown(found: Mapping[str, Mapping[str, Any]]) -> str:
    """All rows as tables; one machine per section, as rows may be taken at different times."""
    machines = sorted({document["machine"] for document in found.values()})
    lines = [
        "# Ingestion, measured",
        "",
        "`python benchmarks/ingestion/run.py`: the same file, the commands in turn, the median of the runs; peers may",
        "have fewer runs. From the start of the process to its result, for decompose to transaction profiles with",
        "access sets; peers make their usual reports: it is the same log to an answer, not the same work. Files come",
        "from the page cache. `cold`: no template is known from an earlier run. Peak: the largest single process.",
        "Load: averages over 1, 5 and 15 minutes at the end of the row; above 2, processor time is the figure to",
        "trust. MB are 10^6 bytes.",
    ]
    for machine in machines:
        lines += ["", f"## {machine}", "", *_table({n: d for n, d in found.items() if d["machine"] == machine})]
    return "\n".join(lines) + "\n"


def _table(found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    lines = [
        "| log | command | runs | wall s (least to most) | CPU s | MB/s | peak MB | times the peer (by CPU) | goal |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in ROWS:
        if row.name not in found:
            continue
        document = found[row.name]
        commands, size = document["commands"], document["megabytes"]
        title = f"{row.name}, {size:,.0f} MB" + (f" in {row.files} files" if row.files > 1 else "")
        load = " ".join(map(str, document["load"]))
        for name, each in commands.items():
            lines.append(
                f"| {title} (load {load}) | {name} | {each['runs']} | {each['wall']:.2f} ({min(each['walls']):.2f} to "
                f"{max(each['walls']):.2f}) | {each['cpu']:.2f} | {size / each['wall']:.0f} | {each['peak']:.0f} "
                f"| {_ratios(name, row, commands)} |"
            )
    return lines


def _ratios(name: str, row: Row, commands: Mapping[str, Mapping[str, Any]]) -> str:
    """Two columns: the ratio to the peer, and to one process where there are two; the goals of both."""
    peer = _peers(row).get(name, "")
    ratios, goals = [], []
    if peer in commands:
        ratios.append(
            f"{commands[peer]['wall'] / commands[name]['wall']:.1f} "
            f"({commands[peer]['cpu'] / commands[name]['cpu']:.1f})"
        )
    if name in row.goals:
        goals.append(f"{row.goals[name]:g}")
    if name == "decompose --jobs 2" and "decompose --jobs 1" in commands and peer != "decompose --jobs 1":
        ratios.append(f"{commands['decompose --jobs 1']['wall'] / commands[name]['wall']:.2f} of one process")
        goals.append(f"{SCALING_GOAL} of one process")
    if name.startswith("decompose") and row.name == "huge":
        goals.append(f"peak below {PEAK_GOAL} MB")
    return f"{', '.join(ratios)} | {', '.join(goals)}"


def _peers(row: Row) -> dict[str, str]:
    return {command.name: command.peer for command in row.commands(Path("log"), Path("out"))}
