"""What the ingestion benchmark measures: rows of a log and the commands that read it, `decompose` and its peers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

PREFIX = "%m [%p] %q%u@%d/%a vxid=%v txid=%x sess=%c "
RECORD = r"sess=\S+ LOG:  (?:duration: \S+ ms  )?(?:statement|execute [^:]*): "
COLD = "cold"


class Command(NamedTuple):
    """One way to read a log. `peer` names the command of the row that it is compared with, empty for none."""

    name: str
    line: list[str]
    peer: str = ""
    ours: bool = True


class Row(NamedTuple):
    """A log of a kind and a size in MB (10^6 bytes), in one file or more, and what reads it; `goals` are ratios."""

    name: str
    kind: str
    megabytes: float
    commands: Callable[[Path, Path], list[Command]]
    goals: dict[str, float]
    files: int = 1
    rounds: int | None = None


def decompose(log: Path, out: Path, *options: str) -> list[str]:
    """From a log to transaction profiles; without a schema."""
    start = [sys.executable, "-c", "from decompose.cli.app import main; main()", "collect"]
    return [*start, "--log", str(log), "-q", "-o", str(out / "out"), *options]


def ours(log: Path, out: Path, one: str, two: str) -> list[Command]:
    """The command under test: no template known, all known, two processes. Peers of one and of two processes."""
    return [
        Command(f"decompose --jobs 1, {COLD}", decompose(log, out), one),
        Command("decompose --jobs 1", decompose(log, out), one),
        Command(f"decompose --jobs 2, {COLD}", decompose(log, out, "--jobs", "2"), two),
        Command("decompose --jobs 2", decompose(log, out, "--jobs", "2"), two),
    ]


def pgbadger(form: str, jobs: str, log: Path, out: Path) -> Command:
    """Its usual report in HTML."""
    options = ["-q", "-j", jobs, "-f", form, "-x", "html", "-o", str(out / "report.html")]
    prefix = ["-p", PREFIX] if form == "stderr" else []
    return Command(f"pgbadger -j{jobs}", ["pgbadger", *options, *prefix, str(log)], ours=False)


def text_log(log: Path, out: Path) -> list[Command]:
    """PostgreSQL's text log, against one and two processes of pgBadger and against the limit."""
    peers = [pgbadger("stderr", jobs, log, out) for jobs in ("1", "2")]
    limit = Command("rg -c", ["rg", "-c", RECORD, str(log)], ours=False)
    return [*ours(log, out, "pgbadger -j1", "pgbadger -j2"), *peers, limit]


def diverse_log(log: Path, out: Path) -> list[Command]:
    """The same with many templates; pgBadger with one process only, which takes a minute as it is."""
    limit = Command("rg -c", ["rg", "-c", RECORD, str(log)], ours=False)
    return [*ours(log, out, "pgbadger -j1", ""), pgbadger("stderr", "1", log, out), limit]


def csv_log(log: Path, out: Path) -> list[Command]:
    """PostgreSQL's CSV log."""
    return [*ours(log, out, "pgbadger -j1", ""), pgbadger("csv", "1", log, out)]


def json_log(log: Path, out: Path) -> list[Command]:
    """PostgreSQL's JSON log."""
    return [*ours(log, out, "pgbadger -j1", ""), pgbadger("jsonlog", "1", log, out)]


def general_log(log: Path, out: Path) -> list[Command]:
    """MySQL's general log."""
    return [*ours(log, out, "pt-query-digest", ""), digest("genlog", log)]


def slow_log(log: Path, out: Path) -> list[Command]:
    """MySQL's slow log."""
    return [*ours(log, out, "pt-query-digest", ""), digest("slowlog", log)]


def digest(shape: str, log: Path) -> Command:
    """pt-query-digest's usual report."""
    return Command("pt-query-digest", ["pt-query-digest", "--type", shape, "--limit", "10", str(log)], ours=False)


def huge_log(log: Path, out: Path) -> list[Command]:
    """Memory, whatever the size."""
    return [
        Command("decompose --jobs 1", decompose(log, out)),
        Command("decompose --jobs 2", decompose(log, out, "--jobs", "2")),
    ]


def many_files(log: Path, out: Path) -> list[Command]:
    """The files of a folder: here, in two processes, and on a local cluster of two workers with its start."""
    cluster = [sys.executable, str(Path(__file__).with_name("on_cluster.py")), *decompose(log, out)]
    return [
        Command("decompose --jobs 1", decompose(log, out)),
        Command("decompose --jobs 2", decompose(log, out, "--jobs", "2"), "decompose --jobs 1"),
        Command("decompose --engine dask, 2 workers", cluster, "decompose --jobs 1"),
    ]


ROWS = (
    Row("low", "low", 300, text_log, {"decompose --jobs 1": 20, "decompose --jobs 2": 20}),
    Row("diverse", "diverse", 300, diverse_log, {"decompose --jobs 1": 8}),
    Row("csv", "low-csv", 150, csv_log, {"decompose --jobs 1": 12}),
    Row("json", "low-json", 150, json_log, {"decompose --jobs 1": 12}),
    Row("general", "general", 300, general_log, {"decompose --jobs 1": 8}),
    Row("slow", "slow", 300, slow_log, {"decompose --jobs 1": 10}),
    Row("files", "low", 300, many_files, {}, files=20, rounds=3),
    Row("huge", "huge", 10_000, huge_log, {}, rounds=1),
)
