"""The shop fixture is what it says: told again it gives the kept files, and its cuts name every table once."""

from __future__ import annotations

import json
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

SHOP = Path(__file__).resolve().parents[3] / "fixtures" / "shop"


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SHOP / "expected.json").read_text(encoding="utf-8"))
    return loaded


def all_tables(expected: dict[str, Any]) -> list[str]:
    owned = [table for parts in expected["capabilities"].values() for tables in parts.values() for table in tables]
    return sorted(owned + expected["shared"] + expected["infrastructure"])


def test_story_told_again_gives_the_kept_files() -> None:
    done = subprocess.run(
        [sys.executable, str(SHOP / "capture.py"), "verify"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_promises_of_the_tale(expected: dict[str, Any]) -> None:
    relationships = expected["users_relationships"]
    assert len(expected["boundaries"]) == 23
    assert (len(relationships["declared"]), len(relationships["undeclared"])) == (35, 12)
    assert [len(parts) for parts in expected["capabilities"].values()] == [3] * 5
    assert expected["tables"] == len(all_tables(expected))


@pytest.mark.parametrize("name", ["naive.yml", "truth.yml"])
def test_cut_names_every_table_once(name: str, expected: dict[str, Any]) -> None:
    cut = yaml.safe_load((SHOP / name).read_text(encoding="utf-8"))
    tables = all_tables(expected)
    patterns = [pattern for service in cut["services"].values() for pattern in service["tables"]]
    named = [table for pattern in patterns for table in tables if fnmatchcase(table, pattern)]
    assert sorted(named + cut["shared"] + cut["infrastructure"]) == tables
