"""`collect` over days and shards: the union of evidence files, evidence with a new log, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

DDL = "CREATE TABLE orders (id integer PRIMARY KEY);\nCREATE TABLE stock (id integer PRIMARY KEY);\n"
DAYS = ("monday", "tuesday", "wednesday")


def decompose(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "decompose"
    return subprocess.run(
        [str(program), *arguments], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


def collected(folder: Path, *arguments: str) -> bytes:
    done = decompose(folder, "collect", *arguments, "-o", "out", "-q")
    assert done.returncode == 0, done.stderr
    return (folder / "out" / "evidence.json").read_bytes()


def log_lines(day: int) -> str:
    """A day's JSON Lines: sessions of its own, a transaction that writes both tables as often as the day's number."""
    statements = ["BEGIN", "UPDATE orders SET id = 1", "UPDATE stock SET id = 1", "COMMIT"]
    entries = [
        {"ts": f"2026-11-0{day}T00:00:0{number}", "session": f"{day}-{number}", "sql": sql}
        for number in range(day)
        for sql in statements
    ]
    return "".join(json.dumps(entry) + "\n" for entry in entries)


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A schema, three logs, and the evidence of each in a folder of its own."""
    folder = tmp_path_factory.mktemp("days")
    (folder / "schema.sql").write_text(DDL)
    for number, day in enumerate(DAYS, 1):
        (folder / f"{day}.jsonl").write_text(log_lines(number))
        done = decompose(folder, "collect", "schema.sql", "--log", f"{day}.jsonl", "-o", f"days/{day}", "-q")
        assert done.returncode == 0, done.stderr
    for dialect in ("mysql", "postgresql"):
        done = decompose(folder, "collect", "schema.sql", "--dialect", dialect, "-o", f"{dialect}-shard", "-q")
        assert done.returncode == 0, done.stderr
    (folder / "noise.json").write_text("{}")
    return folder


def test_the_union_of_days_is_the_evidence_of_all_their_logs(days: Path) -> None:
    logs = [argument for day in DAYS for argument in ("--log", f"{day}.jsonl")]
    whole = collected(days, "schema.sql", *logs)
    assert collected(days, "--merge", "days") == whole
    assert collected(days, "--merge", "days/w*", "days/monday/evidence.json", "days/tuesday") == whole
    assert collected(days, "--merge", "days/**/*.json", "days/monday") == whole


def test_a_new_day_costs_only_its_own_log(days: Path) -> None:
    first = collected(days, "--merge", "days/monday", "days/tuesday")
    (days / "so-far.json").write_bytes(first)
    assert collected(days, "so-far.json", "--log", "wednesday.jsonl") == collected(days, "--merge", "days")


def test_analysis_of_evidence_with_a_new_log(days: Path) -> None:
    evidence = "days/tuesday/evidence.json"
    done = decompose(days, "analyze", evidence, "--log", "wednesday.jsonl", "-o", "analysis", "--format", "json")
    told = json.loads(done.stdout)
    assert [(profile["count"], profile["writes"]) for profile in told["transaction_profiles"]] == [
        (5, ["orders", "stock"])
    ]
    assert told["coverage"]["gaps"] == []


def test_the_same_file_twice_counts_once_and_a_copy_is_told(days: Path) -> None:
    once = collected(days, "--merge", "days/monday", "days/monday/evidence.json")
    assert once == (days / "days" / "monday" / "evidence.json").read_bytes()
    (days / "copy.json").write_bytes(once)
    done = decompose(days, "collect", "--merge", "days/monday", "copy.json", "-o", "out")
    assert done.returncode == 0
    assert "counts twice" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--merge"], 2, "--merge takes evidence files"),
        (["--merge", "days", "--log", "monday.jsonl"], 2, "evidence.json --log"),
        (["--merge", "nowhere"], 3, "no evidence file at nowhere"),
        (["--merge", "days", "noise.json"], 3, "noise.json: "),
        (["--merge", "*-shard"], 2, "different dialects: mysql and postgresql"),
        (["--log", "monday.jsonl", "--engine", "dask"], 2, "--scheduler"),
        (["--log", "monday.jsonl", "--scheduler", "tcp://10.0.0.5:8786"], 2, "add --engine dask"),
        (["--log", "monday.jsonl", "--engine", "slurm"], 2, "slurm"),
    ],
)
def test_what_is_refused(days: Path, arguments: list[str], code: int, said: str) -> None:
    done = decompose(days, "collect", *arguments, "-o", "refused")
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (days / "refused").exists()


@pytest.mark.parametrize(("called", "dialect"), [("postgres", "postgresql"), ("MSSQL", "tsql"), (" MySQL", "mysql")])
def test_a_dialect_goes_by_its_usual_names(called: str, dialect: str, tmp_path: Path) -> None:
    (tmp_path / "shop.sql").write_text("CREATE TABLE Orders (id int);")
    found = json.loads(collected(tmp_path, "shop.sql", "--dialect", called))
    assert found["dialect"] == dialect


def test_what_could_not_be_read_of_a_schema_is_in_the_coverage_once(tmp_path: Path) -> None:
    (tmp_path / "shop.sql").write_text(f"{DDL}\\i missing.sql\nFROBNICATE orders;\n")
    found = json.loads(collected(tmp_path, "shop.sql", "--dialect", "postgresql"))
    gaps = {gap["reason"]: gap.get("count", 1) for gap in found["coverage"]["gaps"]}
    assert gaps["in the schema: statement of an unknown kind"] == 1
    assert sum(count for reason, count in gaps.items() if "included script" in reason) == 1
    (tmp_path / "first.json").write_bytes((tmp_path / "out" / "evidence.json").read_bytes())
    united = json.loads(collected(tmp_path, "--merge", "first.json", "out/evidence.json"))
    assert united["coverage"]["gaps"] == found["coverage"]["gaps"]
