"""Exit codes as README promises them; never a count, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from builders import evidence, schema
from decompose.cli.output import PLAIN
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
        (["analyze", "sqlite:///schema.sql"], 4, "named by its path alone"),
        (["analyze", "jdbc:postgresql://h/x"], 2, "leave `jdbc:` out"),
        (["doctor", "jdbc:mysql://u:e@h/x"], 2, "leave `jdbc:` out and name the user: mysql://u:***@h/x"),
        (["analyze", "schema.sql", "--log", "one.jsonl", "--since", "2026-01-02", "--until", "2026-01-01"], 2, "empty"),
        (["doctor", "oracle://h/x"], 2, "kind: oracle"),
        (["doctor", "schema.sql"], 3, "looks like a schema"),
        (["analyze", "schema.sql", "--log", "schema.sql"], 3, "looks like a schema"),
        (["analyze", "shema.sql"], 3, "did you mean schema.sql?"),
        (["analyze", "users"], 3, "`decompose explain users`"),
        (["analyze", "earlier"], 2, "`decompose propose --in earlier`"),
        (["analyze", "schema.sql", "--log", "-"], 3, "write it to a file"),
        (["assess"], 3, "decompose analyze"),
        (["analyze", "evidence.json"], 3, "evidence.json is not there"),
        (["analyze", "schema.sql", "--log", "one.jsonl", "--since", "2030-01-01"], 3, "time window"),
        (["analyze", "schema.sql", "--log", "one.jsonl", "--log-format", "rails"], 3, "as rails"),
        (["analyze", "postgresql://u:e@127.0.0.1:1/x"], 4, "refused"),
        (["demo", "-o", "schema.sql"], 2, "cannot be written"),
        (["assess", "mine.yml", "--in", "kept.json"], 3, "check the path of the decomposition"),
        (["assess", ".", "--in", "kept.json"], 3, "is a folder"),
        (["assess", "schema.sql", "--in", "kept.json"], 2, "is it the file that was meant?"),
        (["assess", "--in", "schema.sql"], 3, "schema.sql: the evidence file is not JSON"),
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
    (tmp_path / "earlier").mkdir()
    (tmp_path / "earlier" / "evidence.json").write_text("{}")
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


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["analyze", "-h"], ["analyze", "schema.sql"]])
def test_a_full_disk_behind_stdout_is_no_internal_error(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "schema.sql").write_text(DDL)
    with open("/dev/full", "w") as full:
        program = [sys.executable, "-m", "decompose", *arguments]
        done = subprocess.run(program, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stderr.splitlines()[-2].startswith("decompose: the result cannot be written: No space left")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_is_one_that_nobody_reads(tmp_path: Path, closed: str) -> None:
    (tmp_path / "schema.sql").write_text(DDL)
    command = f'"{sys.executable}" -m decompose collect schema.sql {closed}'
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "decompose-out" / "evidence.json").stat().st_size > 100


def test_an_encoding_without_a_character_gets_its_look_alike_and_json_stays_json(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text('CREATE TABLE "größe€😀" (id integer PRIMARY KEY);\n' + DDL, encoding="utf-8")
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    program = [sys.executable, "-m", "decompose", "analyze", "schema.sql", "-q", "--format"]
    done = subprocess.run([*program, "json"], cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert "größe€😀" in json.dumps(json.loads(done.stdout), ensure_ascii=False)
    assert "a × b → c · d… ü".encode("ascii", errors=PLAIN) == rb"a x b -> c | d... \u00fc"


@pytest.mark.parametrize("module", ["decompose.cli.app", "decompose.cli.output"])
def test_an_interrupt_while_loading_is_no_traceback(tmp_path: Path, module: str) -> None:
    interrupting = f"""
import sys
from importlib.abc import MetaPathFinder
class Interrupting(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupting())
from decompose.__main__ import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", interrupting], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "decompose: interrupted\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["collect", "closed/schema.sql"],
        ["collect", "closed"],
        ["collect", "sqlite:///closed/shop.db"],
        ["collect", "--merge", "closed"],
        ["collect", "schema.sql", "--log", "closed"],
        ["collect", "closed/evidence.json"],
        ["drift", "check", "schema.sql", "--lock", "closed/decompose.lock.yml"],
        ["assess", "closed/mine.yml", "--in", "kept.json"],
    ],
)
def test_what_may_not_be_read_is_no_internal_error(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "schema.sql").write_text(DDL)
    (tmp_path / "kept.json").write_text(evidence_json.dump(evidence(schema("a; b"))))
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "schema.sql").write_text(DDL)
    closed.chmod(0)
    program = [sys.executable, "-m", "decompose", *arguments]
    if os.geteuid() == 0:
        # Root reads everything unless it gives this up.
        powers = "-dac_override,-dac_read_search"
        program = ["setpriv", f"--bounding-set={powers}", f"--inh-caps={powers}", *program]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    closed.chmod(0o700)
    assert done.returncode == 3, done.stderr
    assert "hint: " in done.stderr
