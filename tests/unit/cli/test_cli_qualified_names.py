"""Tables named with their schema before them, as statements and database tools have it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from decompose.cli.app import app

SCHEMA = """
CREATE TABLE booking.rooms (id int PRIMARY KEY);
CREATE TABLE booking.tags (id int PRIMARY KEY);
CREATE TABLE news.items (id int PRIMARY KEY);
CREATE TABLE news.tags (id int PRIMARY KEY);
"""
SERVICES = 'services:\n  booking:\n    tables: ["booking.*"]\n  news:\n    tables: [news.items, news.tags]\n'


def run(arguments: str) -> Any:
    return CliRunner().invoke(app, shlex.split(arguments))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The evidence of four tables in two schemas, and boundaries that name them in full."""
    monkeypatch.chdir(tmp_path)
    Path("schema.sql").write_text(SCHEMA)
    written = [["booking.rooms", "W"], ["news.items", "W"]]
    Path("log.jsonl").write_text(json.dumps({"transaction": "book", "count": 9, "accesses": written}) + "\n")
    Path("services.yml").write_text(SERVICES)
    done = run("collect schema.sql --log log.jsonl --dialect postgresql -o out")
    assert done.exit_code == 0, done.output
    return tmp_path


def test_boundaries_by_schema_take_every_table(folder: Path) -> None:
    done = run("assess services.yml --in out --format json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["services"], told["largest_share"], told["distributed_write_transactions"]) == (2, 0.5, 9)
    assert not [finding for finding in told["findings"] if finding["code"] in ("unknown-table", "unassigned-table")]


@pytest.mark.parametrize(
    "arguments",
    [
        "assess services.yml --in out --move booking.rooms=news",
        "assess services.yml --in out --split news=News.Items",
        "explain booking.rooms --services services.yml --in out",
        "explain booking.rooms,news.items --services services.yml --in out",
        "plan --services services.yml --in out --strategy booking.rooms-first",
        "drift accept --all --source out/evidence.json --reason r --owner o",
    ],
)
def test_every_command_takes_the_full_name(arguments: str, folder: Path) -> None:
    done = run(arguments)
    assert done.exit_code == 0, done.output
    assert "neither in the schema nor in the log" not in done.output


def test_demands_take_the_full_name(folder: Path) -> None:
    done = run("propose --in out -o out --into 2 --pin booking.rooms=stays --apart booking.rooms,news.items")
    assert done.exit_code == 0, done.output
    services = yaml.safe_load(Path("out/services.yml").read_text())["services"]
    assert "rooms" in services["stays"]["tables"]
    assert "items" not in services["stays"]["tables"]
