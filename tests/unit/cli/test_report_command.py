"""`decompose report` and the report that `analyze` leaves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analyses import shop
from decompose import pipeline
from decompose.cli.app import app
from decompose.cli.documents import write_folder
from decompose.cli.output import Notes

RUN = CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    seen = shop()
    cut = pipeline.find_levels(seen.evidence, seen.decomposition)
    write_folder(tmp_path, pipeline.judge(seen.evidence, cut), Notes(quiet=True))
    return tmp_path


def test_the_report_is_beside_the_other_documents_and_rewritten_the_same(folder: Path) -> None:
    written = (folder / "report.html").read_bytes()
    (folder / "report.html").unlink()
    done = RUN.invoke(app, ["report", "--in", str(folder)])
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert (folder / "report.html").read_bytes() == written


def test_another_cut_compared_with_the_folders_own(folder: Path) -> None:
    other = folder / "mine.yml"
    other.write_text("services:\n  all: {tables: ['*']}\n")
    target = folder / "sub" / "mine.html"
    cuts = ["--services", str(other), "--compare", str(folder / "services.yml")]
    done = RUN.invoke(app, ["report", "--in", str(folder), *cuts, "-o", str(target)])
    assert done.exit_code == 0, done.output
    text = target.read_text(encoding="utf-8")
    assert "8 tables as 1 service" in text
    assert "Differences to services.yml" in text
    assert re.search(r'"other":\{"name":"services.yml"', text)


def test_an_edited_cut_is_reported_as_it_was_edited(folder: Path) -> None:
    path = folder / "services.yml"
    path.write_text(path.read_text().replace("catalog:", "wares:"))
    assert RUN.invoke(app, ["report", "--in", str(folder)]).exit_code == 0
    assert "wares" in (folder / "report.html").read_text(encoding="utf-8")


def test_what_is_not_there_is_an_error_with_a_hint(tmp_path: Path) -> None:
    assert RUN.invoke(app, ["report", "--in", str(tmp_path)]).exit_code == 3
