"""The first baseline: what a capture shows once was there before the gate, however rarely it was seen."""

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
ACCEPT = "accept --all --source schema.sql --log log.jsonl --reason first --owner team"


def drift(arguments: str) -> Any:
    return CliRunner().invoke(app, ["drift", *shlex.split(arguments)])


def seen(times: int) -> None:
    """A capture with a transaction that writes in both services, so many times."""
    told = {"transaction": "pay", "count": times, "accesses": [["orders", "W"], ["payments", "W"]]}
    Path("log.jsonl").write_text(json.dumps(told) + "\n")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("schema.sql").write_text(SCHEMA)
    Path("services.yml").write_text(SERVICES)
    return tmp_path


def test_the_first_baseline_takes_what_was_seen_too_rarely_to_fail_a_build(project: Path) -> None:
    seen(1)
    assert "1 accepted, 1 in all" in drift(ACCEPT).stdout
    seen(50)
    assert drift("check schema.sql --log log.jsonl").exit_code == 0


def test_later_only_what_is_proven_is_accepted_with_all(project: Path) -> None:
    assert drift("accept --all --source schema.sql --reason first --owner team").exit_code == 0
    seen(1)
    assert "0 accepted, 0 in all" in drift(ACCEPT).stdout
