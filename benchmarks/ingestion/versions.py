"""Tells the shop's story to PostgreSQL servers of other versions and says whether every log of theirs is read alike.

python benchmarks/ingestion/versions.py BIN...  folders with the programs `initdb` and `postgres` of one version each

A log counts as read when its boundaries and counts are those that the application itself counted (expected.json) and
its transaction profiles are those of the captures kept. The live schema must equal the reading of its script.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHOP = ROOT / "fixtures" / "shop"
sys.path[:0] = [str(SHOP), str(ROOT / "tests")]

import capture  # noqa: E402

from databases import load_postgresql  # noqa: E402
from decompose import pipeline  # noqa: E402
from decompose.evidence.bundle import Evidence  # noqa: E402
from decompose.sources.schemas import read_schema  # noqa: E402
from decompose.sql.ddl import read_ddl  # noqa: E402
from servers import postgresql  # noqa: E402

SCHEMA = SHOP / "schema.postgresql.sql"
EXPECTED = json.loads((SHOP / "expected.json").read_text(encoding="utf-8"))
PATH = os.environ["PATH"]
TIMED: dict[str, str | int] = {"log_statement": "none", "log_min_duration_statement": 0, "log_disconnections": "on"}
WITH_QUERY_IDS: dict[str, str | int] = {
    "log_line_prefix": "%m [%p] %q%P %Q %b %c %l %u@%d/%a ",
    "compute_query_id": "on",
}


def evidence(log: Path) -> Evidence:
    return pipeline.collect(pipeline.CollectRequest((str(SCHEMA),), (str(log),)))


def profiles(found: Evidence) -> Counter[tuple[object, ...]]:
    return Counter((p.kind, p.reads, p.writes, p.locks, p.cascades, p.count) for p in found.profiles if p.count)


def as_expected(found: Evidence, kept: Counter[tuple[object, ...]]) -> bool:
    coverage = found.coverage
    counted = (coverage.transactions_explicit, coverage.transactions_autocommit, coverage.rolled_back)
    names = ("explicit_committed", "autocommit", "explicit_rolled_back")
    boundaries = sorted((list(boundary.writes), boundary.count) for boundary in found.boundaries)
    return (
        counted == tuple(EXPECTED[name] for name in names)
        and boundaries == sorted((each["writes"], each["count"]) for each in EXPECTED["boundaries"])
        and profiles(found) == kept
    )


def captured(version: int, folder: Path) -> list[Path]:
    """The logs of every run: statements in all destinations, the default prefix, durations, bound parameters."""
    endings = ["log", "csv", *(["json"] if version >= 15 else [])]
    everywhere = "stderr,csvlog" + (",jsonlog" if version >= 15 else "")
    prefix = WITH_QUERY_IDS if version >= 14 else {}
    if version >= 18:
        prefix = prefix | {"log_connections": "receipt,authentication,authorization,setup_durations"}
    runs: dict[str, tuple[dict[str, str | int], bool]] = {
        "statements": ({}, False),
        "default": ({"log_line_prefix": "%m [%p] "}, False),
        "durations": (TIMED, False),
        "extended": (prefix, True),
    }
    for name, (settings, server_side) in runs.items():
        names = {f"shop.{ending}": f"{name}.{ending}.gz" for ending in endings}
        capture.capture_postgresql(
            names, {"log_destination": everywhere, **settings}, server_side=server_side, folder=folder
        )
    return sorted(folder.glob("*.gz"))


def same_schema() -> bool:
    with postgresql() as server:
        server.execute("CREATE DATABASE live")
        load_postgresql(server.url("live"), SCHEMA.read_text(encoding="utf-8"))
        return read_schema(server.url("live")) == read_ddl(SCHEMA.read_text(encoding="utf-8"), "postgresql")


def main(folders: list[str]) -> int:
    kept = profiles(evidence(SHOP / "captures" / "postgresql.csv.gz"))
    print("| server | logs read as expected | live schema |\n|---|---|---|")
    bad = 0
    for programs in folders:
        os.environ["PATH"] = f"{programs}{os.pathsep}{PATH}"
        command = [f"{programs}/postgres", "--version"]
        told = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()[2]
        with tempfile.TemporaryDirectory() as folder:
            logs = captured(int(told.split(".")[0]), Path(folder))
            failed = [log.name for log in logs if not as_expected(evidence(log), kept)]
        schema = same_schema()
        bad += len(failed) + (not schema)
        said = f"all {len(logs)}" if not failed else f"not {', '.join(failed)}"
        print(f"| {told} | {said} | {'equal' if schema else 'differs'} |", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
