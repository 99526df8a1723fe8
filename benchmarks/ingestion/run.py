"""Measures ingestion against its peers: the same files, in turn, median of several rounds.

    python benchmarks/ingestion/run.py                              # all rows, about 25 minutes on two cores
    python benchmarks/ingestion/run.py --only low csv --rounds 5 --peer-rounds 5
    python benchmarks/ingestion/run.py --only low --megabytes 10 --rounds 1 --output /tmp   # whether it works

Writes `results.md` and `results.json` beside itself; rows that are not measured this time stay as they were. Peers that
are not installed are left out. The logs are made by `generate.py` in a temporary folder, one row at a time; the largest
takes 10 GB there.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import results
from results import Measured
from rows import COLD, ROWS, Row

HERE = Path(__file__).parent


def measure(command: list[str], environment: dict[str, str]) -> Measured:
    """Run once. The peak is that of the largest process, workers included; they all end before the command does."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    complaint = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}: {complaint.decode(errors='replace')[-500:]}")
    return Measured(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6)


def _environment(cache: Path) -> dict[str, str]:
    """This one with a cache folder of its own; whoever has installed a command has its bytecode, too."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"XDG_CACHE_HOME": str(cache)}


def rounds(row: Row, log: Path, folder: Path, count: int, peers: int) -> dict[str, list[Measured]]:
    """All runs by command, each command in turn in every round; peers only in their rounds."""
    found: dict[str, list[Measured]] = {}
    for number in range(count):
        for command in row.commands(log, folder):
            if not shutil.which(command.line[0]) or (not command.ours and number >= peers):
                continue
            cache = folder / ("cold" if command.name.endswith(COLD) else "warm")
            if command.name.endswith(COLD):
                shutil.rmtree(cache, ignore_errors=True)
            run = measure(command.line, _environment(cache))
            found.setdefault(command.name, []).append(run)
            print(
                f"{row.name:8} {command.name:36} {run.wall:8.2f} s {run.cpu:8.2f} s CPU {run.peak:6.0f} MB",
                file=sys.stderr,
                flush=True,
            )
    return found


def write_log(row: Row, megabytes: float, folder: Path) -> tuple[Path, int]:
    """The row's log, or its folder of logs, and its bytes.

    Another process writes it: a command's peak would not be less than the largest that this one has ever been.
    """
    path = folder / f"{row.name}.log"
    order = [sys.executable, str(HERE / "generate.py"), row.kind, str(megabytes), str(path), str(row.files)]
    subprocess.run(order, check=True)
    files = [path] if path.is_file() else list(path.iterdir())
    return path, sum(file.stat().st_size for file in files)


def machine() -> str:
    """What the figures were taken on, without its name."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        model = next(
            (line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line), ""
        )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    processors = f"{os.cpu_count()} processors ({model}), {memory:.0f} GB"
    return f"{platform.system()} {platform.machine()}, {processors}, Python {platform.python_version()}"


def main() -> None:
    """Generate, measure, write; row by row, so that what was measured stays when the rest is interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [row.name for row in ROWS]
    parser.add_argument("--only", "--kinds", nargs="+", default=names, choices=names, metavar="ROW", help=str(names))
    parser.add_argument("--megabytes", type=float, help="another size than the row's own, for all rows")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer-rounds", type=int, default=2, help="rounds in which slow peers run, too")
    parser.add_argument("--output", type=Path, default=HERE)
    arguments = parser.parse_args()
    for row in ROWS:
        if row.name not in arguments.only:
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            log, size = write_log(row, arguments.megabytes or row.megabytes, folder)
            count = min(arguments.rounds, row.rounds or arguments.rounds)
            runs = rounds(row, log, folder, count, arguments.peer_rounds)
        document = results.row_document(row, size, machine(), os.getloadavg(), runs)
        results.add(arguments.output, row.name, document)


if __name__ == "__main__":
    main()
