"""Levels by either name, in the singular as `propose` has them and in the plural as `export` has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from analyses import shop
from decompose.cli.app import app
from decompose.store import evidence_json, services_yaml


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "evidence.json").write_text(evidence_json.dump(shop().evidence))
    (tmp_path / "services.yml").write_text(services_yaml.dump(shop().decomposition))
    return str(tmp_path)


@pytest.mark.parametrize(
    ("one", "many"), [("capability", "capabilities"), ("service", "services"), ("table", "tables")]
)
def test_export_takes_both(one: str, many: str, folder: str) -> None:
    told = [run("export", "--format", "json", "--level", level, "--in", folder) for level in (one, many)]
    assert [done.exit_code for done in told] == [0, 0], told[0].output
    assert told[0].stdout == told[1].stdout


@pytest.mark.parametrize(("one", "many"), [("capability", "capabilities"), ("aggregate", "aggregates")])
def test_propose_takes_both(one: str, many: str, folder: str) -> None:
    told = [run("propose", "--in", folder, "--level", level, "-o", folder, "-q") for level in (one, many)]
    assert [done.exit_code for done in told] == [0, 0], told[1].output
    assert told[0].stdout == told[1].stdout
