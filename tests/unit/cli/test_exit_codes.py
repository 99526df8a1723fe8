"""Exit codes as README promises them; never a count, never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from builders import evidence, schema
from decompose.store import evidence_json

DDL = "CREATE TABLE a (id integer PRIMARY KEY);\nCREATE TABLE b (id integer PRIMARY KEY);\n"


def decompose(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "decompose"
    return subprocess.run(
        [str(program), *arguments], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["analyze"], 2, "nothing to read"),
        (["analyze", "schema.sql", "--no-such-option"], 2, "No such option"),
        (["analyze", "schema.sql", "--dialect", "klingon"], 2, "klingon"),
        (["analyze", "missing.sql"], 3, "missing.sql"),
        (["analyze", "schema.sql", "--log", "missing.log"], 3, "missing.log"),
        (["analyze", "schema.sql", "--log", "noise.log"], 3, "format"),
        (["analyze", "schema.sql", "--log", "empty.log"], 3, "no record"),
        (["analyze", "sqlite:///missing.db"], 4, "missing.db"),
        (["assess"], 3, "decompose analyze"),
        (["analyze", "evidence.json"], 3, "evidence.json is not there"),
        (["analyze", "schema.sql", "--log", "one.jsonl", "--since", "2030-01-01"], 3, "time window"),
        (["analyze", "schema.sql", "--log", "one.jsonl", "--log-format", "rails"], 3, "as rails"),
        (["analyze", "postgresql://u:e@127.0.0.1:1/x"], 4, "refused"),
        (["demo", "-o", "schema.sql"], 2, "cannot be written"),
        (["assess", "mine.yml", "--in", "kept.json"], 3, "check the path of the decomposition"),
        (["assess", ".", "--in", "kept.json"], 3, "Is a directory"),
        (["assess", "latin.yml", "--in", "kept.json"], 3, "it is not UTF-8 text"),
        (["assess", "mine.yml", "--services", "latin.yml", "--in", "kept.json"], 2, "name one of them"),
    ],
)
def test_what_goes_wrong_is_one_sentence_a_hint_and_a_code(
    tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    (tmp_path / "schema.sql").write_text(DDL)
    (tmp_path / "noise.log").write_text("garbage\n" * 100)
    (tmp_path / "empty.log").write_text("")
    (tmp_path / "one.jsonl").write_text(json.dumps({"ts": "2026-01-01T00:00:00", "session": "1", "sql": "SELECT 1"}))
    (tmp_path / "kept.json").write_text(evidence_json.dump(evidence(schema("a; b"))))
    (tmp_path / "latin.yml").write_bytes(b"services: {caf\xe9: {tables: [a]}}")
    done = decompose(tmp_path, *arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_refused_verdict_is_told_and_ends_with_3(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text(DDL)
    done = decompose(tmp_path, "analyze", "schema.sql", "--format", "json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["note"]


def test_too_little_understood_is_no_ground_for_a_verdict(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text(DDL)
    lines = [json.dumps({"ts": "1", "session": "1", "sql": f"frobnicate the {n} gizmo ((("}) for n in range(20)]
    (tmp_path / "log.jsonl").write_text("\n".join(lines))
    done = decompose(tmp_path, "analyze", "schema.sql", "--log", "log.jsonl")
    assert done.returncode == 3
    assert "understood" in done.stderr
