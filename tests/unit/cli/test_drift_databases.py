"""A server's log holds the statements of several databases: every drift command takes the same one."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from decompose.cli.app import app

SCHEMA = "CREATE TABLE orders (id int PRIMARY KEY);\nCREATE TABLE payments (id int PRIMARY KEY);\n"
SERVICES = "services:\n  sales:\n    tables: [orders]\n  billing:\n    tables: [payments]\n"


def drift(arguments: str) -> Any:
    return CliRunner().invoke(app, ["drift", *shlex.split(arguments)])


@pytest.fixture
def server_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ten transactions of the shop's database write both services, ten of another's write a table of its own."""
    monkeypatch.chdir(tmp_path)
    Path("schema.sql").write_text(SCHEMA)
    Path("services.yml").write_text(SERVICES)
    both = ("BEGIN", "UPDATE orders SET id = 1", "UPDATE payments SET id = 1", "COMMIT")
    other = ("BEGIN", "UPDATE posts SET id = 1", "UPDATE authors SET id = 1", "COMMIT")
    lines = [
        {"ts": f"2026-01-01T00:00:{at:02}Z", "session": database, "database": database, "sql": sql}
        for at in range(10)
        for database, told in (("shop", both), ("blog", other))
        for sql in told
    ]
    Path("log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return tmp_path


def test_accept_and_prune_take_the_database_that_check_takes(server_log: Path) -> None:
    what = "--source schema.sql --log log.jsonl --database shop"
    done = drift(f"accept --all {what} --reason first --owner team --min-understood 0.9")
    assert done.exit_code == 0, done.output
    assert "1 accepted" in done.stdout
    assert drift("check schema.sql --log log.jsonl --database shop").exit_code == 0
    done = drift(f"prune {what} --min-understood 0.9")
    assert done.exit_code == 0, done.output
    assert "0 removed" in done.stdout


def test_the_next_command_names_the_database(server_log: Path) -> None:
    assert drift("accept --all --source schema.sql --reason first --owner team").exit_code == 0
    done = drift("check schema.sql --log log.jsonl --database shop")
    assert done.exit_code == 1, done.output
    told = " ".join(done.stdout.replace("\\\n", " ").split())
    assert "decompose drift accept" in told
    assert "--source schema.sql --log log.jsonl --database shop " in told


@pytest.mark.parametrize(("selected", "writes"), [("", 20), ("--database shop", 10)])
def test_a_stored_run_counts_the_databases_asked_for(server_log: Path, selected: str, writes: int) -> None:
    assert drift("accept --all --source schema.sql --reason first --owner team").exit_code == 0
    done = drift(f"history schema.sql --log log.jsonl --add --revision one {selected} --format json")
    assert done.exit_code == 0, done.output
    (run,) = json.loads(done.stdout)["runs"]
    assert run["write_transactions"] == writes, run
