"""Measures ingestion against its peers: the same files, in turn, median of several rounds.

    python benchmarks/ingestion/run.py --rounds 5 --megabytes 300

Writes `results.md` and `results.json` beside itself. Peers that are not installed are left out. `decompose` is measured
from its start to transaction profiles (`collect`, without a schema), its template cache empty and then warm.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
RECORD = r"sess=\S+ LOG:  (?:duration: \S+ ms  )?(?:statement|execute [^:]*): "


class Measured(NamedTuple):
    """One run: seconds of wall and of processor time, the largest process in MB."""

    wall: float
    cpu: float
    peak: float


def decompose(path: Path, jobs: int, folder: Path) -> list[str]:
    """The command under test."""
    start = [sys.executable, "-c", "from decompose.cli.app import main; main()", "collect"]
    return [*start, "--log", str(path), "--jobs", str(jobs), "-q", "-o", str(folder / "out")]


def commands(kind: str, path: Path, folder: Path) -> dict[str, list[str]]:
    """What reads this kind of log, by name."""
    found = {
        "decompose --jobs 1, cold": decompose(path, 1, folder),
        "decompose --jobs 1": decompose(path, 1, folder),
        "decompose --jobs 2": decompose(path, 2, folder),
    }
    if kind in ("general", "slow"):
        shape = "genlog" if kind == "general" else "slowlog"
        found["pt-query-digest"] = ["pt-query-digest", "--type", shape, "--limit", "10", str(path)]
    else:
        form = {"low-csv": "csv", "low-json": "jsonlog"}.get(kind, "stderr")
        for jobs in ("1", "2"):
            options = ["-q", "-j", jobs, "-f", form, "-x", "html", "-o", str(folder / "report.html")]
            if form == "stderr":
                options += ["-p", "%m [%p] %q%u@%d/%a vxid=%v txid=%x sess=%c "]
            found[f"pgbadger -j{jobs}"] = ["pgbadger", *options, str(path)]
        if form == "stderr":
            found["rg -c"] = ["rg", "-c", RECORD, str(path)]
    return {name: command for name, command in found.items() if shutil.which(command[0])}


def measure(command: list[str], environment: dict[str, str]) -> Measured:
    """Run once. The peak is that of the largest single process."""
    start = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return Measured(wall, cpu, used.ru_maxrss / 1000)


def rounds(kind: str, path: Path, folder: Path, count: int) -> dict[str, Measured]:
    """Medians by name, each command in turn in every round."""
    runs: dict[str, list[Measured]] = {}
    warm = os.environ | {"XDG_CACHE_HOME": str(folder / "warm")}
    for _ in range(count):
        for name, command in commands(kind, path, folder).items():
            environment = warm
            if name.endswith("cold"):
                shutil.rmtree(folder / "cold", ignore_errors=True)
                environment = os.environ | {"XDG_CACHE_HOME": str(folder / "cold")}
            runs.setdefault(name, []).append(measure(command, environment))
            print(kind, name, runs[name][-1], file=sys.stderr, flush=True)
    return {name: Measured(*map(statistics.median, zip(*found, strict=True))) for name, found in runs.items()}


def machine() -> str:
    """What the figures were taken on, without its name."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        model = next(
            (line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line), ""
        )
    processors = f"{os.cpu_count()} processors ({model})"
    return f"{platform.system()} {platform.machine()}, {processors}, Python {platform.python_version()}"


def table(results: dict[str, dict[str, Measured]], sizes: dict[str, float], count: int) -> str:
    """The results in Markdown."""
    lines = [
        "# Ingestion, measured",
        "",
        f"`python benchmarks/ingestion/run.py`, median of {count}, each command in turn. {machine()}.",
        "Load average after the run: " + ", ".join(f"{each:.1f}" for each in os.getloadavg()) + ".",
        "",
        "| log | command | wall s | CPU s | MB/s wall | peak MB of the largest process | times faster than the peer |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind, found in results.items():
        for name, each in found.items():
            peer = found.get("pt-query-digest") or found.get("pgbadger -j2" if name.endswith("2") else "pgbadger -j1")
            ratio = (
                f"{peer.wall / each.wall:.1f} (CPU {peer.cpu / each.cpu:.1f})" if peer and "decompose" in name else ""
            )
            lines.append(
                f"| {kind}, {sizes[kind]:.0f} MB | {name} | {each.wall:.2f} | {each.cpu:.2f} "
                f"| {sizes[kind] / each.wall:.0f} | {each.peak:.0f} | {ratio} |"
            )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Generate, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", default=["low", "low-csv", "low-json", "diverse", "general", "slow"])
    parser.add_argument("--megabytes", type=float, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path, default=HERE)
    arguments = parser.parse_args()
    results, sizes = {}, {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in arguments.kinds:
            path = folder / f"{kind}.log"
            subprocess.run(
                [sys.executable, str(HERE / "generate.py"), kind, str(arguments.megabytes), str(path)], check=True
            )
            sizes[kind] = path.stat().st_size / 1e6
            results[kind] = rounds(kind, path, folder, arguments.rounds)
            path.unlink()
    (arguments.output / "results.md").write_text(table(results, sizes, arguments.rounds))
    document = {kind: {name: each._asdict() for name, each in found.items()} for kind, found in results.items()}
    (arguments.output / "results.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
