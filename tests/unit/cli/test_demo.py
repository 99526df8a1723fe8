"""The demo writes its own files and nothing over what somebody else has put or changed there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from decompose.cli.app import app


def demo(folder: Path) -> Any:
    return CliRunner().invoke(app, ["demo", "-o", str(folder)])


def test_a_second_run_changes_nothing_and_keeps_what_was_edited(tmp_path: Path) -> None:
    folder = tmp_path / "with a blank"
    first = demo(folder)
    assert first.exit_code == 0, first.output
    assert f"--in '{folder}'" in first.stderr
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert demo(folder).exit_code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    (folder / "naive.yml").write_text("services: {mine: {tables: [users]}}\n")
    again = demo(folder)
    assert again.exit_code == 0
    assert "naive.yml has been edited and is kept" in again.stderr
    assert (folder / "naive.yml").read_text() == "services: {mine: {tables: [users]}}\n"


def test_the_demo_s_own_database_that_somebody_has_changed_is_kept(tmp_path: Path) -> None:
    assert demo(tmp_path).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as shop:
        shop.execute("CREATE TABLE notes_of_mine (id integer)")
    before = (tmp_path / "shop.sqlite").read_bytes()
    done = demo(tmp_path)
    assert done.exit_code == 2
    assert "shop.sqlite is not the demo's own" in done.stderr
    assert (tmp_path / "shop.sqlite").read_bytes() == before


@pytest.mark.parametrize("name", ["shop.sqlite", "shop.sql", "shop.jsonl.gz"])
def test_a_file_of_the_same_name_that_is_not_the_demo_s_is_kept(tmp_path: Path, name: str) -> None:
    if name == "shop.sqlite":
        with closing(sqlite3.connect(tmp_path / name)) as other:
            other.execute("CREATE TABLE real (id integer)")
    else:
        (tmp_path / name).write_text("SELECT 1;")
    before = (tmp_path / name).read_bytes()
    done = demo(tmp_path)
    assert done.exit_code == 2
    assert f"{name} is not the demo's own" in done.stderr
    assert (tmp_path / name).read_bytes() == before
