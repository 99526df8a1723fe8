"""`decompose doctor` on logs: exit codes, one screen at 80 columns, the documented JSON, nothing that is secret."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from decompose import pipeline
from decompose.errors import InputError
from decompose.evidence.capture.model import Diagnosis, Rebuildable
from decompose.reports.doctor import render_diagnosis
from decompose.reports.screen import cells
from decompose.reports.terminal import LINES
from decompose.store import doctor_json
from decompose.store.schemas import schema_text
from repository import ROOT

LOGS = ROOT / "fixtures" / "logs"
NAMES = sorted(path.name for path in LOGS.iterdir() if path.suffix != ".py")
PREFIX = "2026-03-02 08:00:00.101 UTC [{pid}] {session} {number} user=u,db=shop,app=web LOG:  statement: {sql}"


def looked(path: Path, **request: Any) -> Diagnosis:
    (found,) = pipeline.diagnose(str(path), pipeline.DoctorRequest(**request))
    return found


def log(folder: Path, *statements: str, sessions: int = 1, keep: Callable[[int], bool] = lambda _: True) -> Path:
    """A PostgreSQL log of sessions that run the same statements, without the lines that are not kept."""
    lines = []
    for session in range(1, sessions + 1):
        for number, sql in enumerate(statements, 1):
            fields = {"pid": 900 + session, "session": f"6b033b6b.{session:x}", "number": number, "sql": sql}
            lines.append(PREFIX.format(**fields))
    path = folder / "postgresql.log"
    path.write_text("".join(f"{line}\n" for number, line in enumerate(lines) if keep(number)))
    return path


@pytest.mark.parametrize("name", NAMES)
def test_every_capture_is_diagnosed_on_one_screen(name: str) -> None:
    found = looked(LOGS / name)
    assert found.rebuildable is not Rebuildable.NOTHING
    lines = render_diagnosis(found).splitlines()
    assert len(lines) <= LINES
    assert max(map(cells, lines)) <= 80
    assert found.title.endswith(f"({found.format})")
    validate = jsonschema.Draft202012Validator(json.loads(schema_text("doctor"))).validate
    validate(json.loads(doctor_json.dump([found])))


def test_completeness_counts_what_is_whole_and_what_is_not(tmp_path: Path) -> None:
    path = log(tmp_path, "BEGIN", "INSERT INTO a VALUES (4711)", "COMMIT", "BEGIN", "SELECT 1 FROM a", sessions=3)
    found = looked(path)
    assert found.counts is not None
    assert (found.counts.explicit, found.counts.tails_lost, found.counts.sessions) == (3, 3, 3)
    assert ("3 transactions without their end", "give the files from after it as well") in [
        (lack.what, lack.change) for lack in found.lacks
    ]
    text = render_diagnosis(found)
    assert "50.0 % of 6 transactions complete" in text
    assert "4711" not in text + doctor_json.dump([found])


def test_a_sampled_log_shows_by_its_torn_transactions(tmp_path: Path) -> None:
    statements = ["SELECT 1 FROM a", "BEGIN", "INSERT INTO a VALUES (1)", "COMMIT"] * 20
    whole = looked(log(tmp_path, *statements))
    assert (whole.rebuildable, whole.counts and whole.counts.torn) == (Rebuildable.TRANSACTIONS, 0)
    torn = looked(log(tmp_path, *statements, keep=lambda number: number % 3 != 1))
    assert torn.rebuildable is Rebuildable.STATEMENTS
    assert torn.counts is not None
    assert torn.counts.ends_without_begin > 3
    assert torn.counts.begins_without_end > 3
    assert torn.counts.records_missing > 20
    assert any("log_min_duration_statement = 0 without sampling" in lack.change for lack in torn.lacks)


def test_a_log_of_changes_only_is_no_log_of_transactions(tmp_path: Path) -> None:
    found = looked(log(tmp_path, *["INSERT INTO a VALUES (1)", "DELETE FROM a"] * 5))
    assert (found.rebuildable, "mod" in found.because) == (Rebuildable.STATEMENTS, True)
    with_reads = looked(log(tmp_path, *["INSERT INTO a VALUES (1)", "/* web */ select 1 FROM a"] * 5))
    assert with_reads.rebuildable is Rebuildable.TRANSACTIONS
    assert [lack.what for lack in with_reads.lacks] == ["transactions of several statements, if there were any"]


def test_the_setting_that_would_fill_a_missing_field_is_named() -> None:
    lacks = looked(LOGS / "postgresql-default-prefix.log").lacks
    assert {lack.change.partition(" = ")[0] for lack in lacks} == {"log_line_prefix"}
    assert len(lacks) == 3
    assert not looked(LOGS / "postgresql.csv").lacks


def test_only_the_first_part_is_read_unless_all_is_asked_for(tmp_path: Path) -> None:
    path = log(tmp_path, *["BEGIN", "INSERT INTO a VALUES (1)", "COMMIT"] * 200)
    size = path.stat().st_size
    part, whole, exact = looked(path, limit=size // 2), looked(path, limit=0), looked(path, limit=size)
    assert part.counts is not None
    assert whole.counts is not None
    assert exact.counts is not None
    assert size // 2 - 200 < part.counts.bytes_read <= size // 2
    assert (part.counts.whole, whole.counts.whole, exact.counts.whole) == (False, True, True)
    assert (whole.counts.explicit, exact.counts.explicit) == (200, 200)
    assert 90 < part.counts.explicit <= 100
    assert not [reason for reason, _ in part.counts.unread]


def test_an_empty_log_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "empty.log").write_text("\n")
    with pytest.raises(InputError, match="empty"):
        looked(tmp_path / "empty.log")


def test_names_with_control_characters_are_written_out(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m\u202eb.log"
    path.write_bytes((LOGS / "postgresql.csv").read_bytes())
    assert not set("\x1b\u202e") & set(render_diagnosis(looked(path)))


def doctor(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "decompose"
    return subprocess.run(
        [str(program), "doctor", *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


def test_the_command_prints_a_screen_per_source_or_one_object(tmp_path: Path) -> None:
    sources = [str(LOGS / "postgresql.csv"), str(LOGS / "mariadb-general.log")]
    text, document = doctor(*sources), doctor("--format", "json", *sources, "-o", str(tmp_path / "doctor.json"))
    assert (text.returncode, text.stderr, document.returncode, document.stdout) == (0, "", 0, "")
    assert all(source in text.stdout for source in sources)
    captures = json.loads((tmp_path / "doctor.json").read_text())["captures"]
    assert [capture["log_format"] for capture in captures] == ["postgresql-csv", "mysql-general"]


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (lambda folder: str(folder / "missing.log"), 3, "missing.log"),
        (lambda folder: str(noise(folder)), 3, "format"),
        (lambda folder: f"sqlite:///{folder / 'missing.db'}", 4, "missing.db"),
        (lambda _: "postgresql://ann:plain-secret@127.0.0.1:1/shop", 4, "ann:***@"),
        (lambda _: "mssql://ann:plain-secret@h/shop", 2, "mssql"),
    ],
)
def test_what_goes_wrong_ends_with_its_code(tmp_path: Path, make: Callable[[Path], str], code: int, said: str) -> None:
    done = doctor(make(tmp_path))
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "plain-secret" not in done.stderr
    assert "Traceback" not in done.stderr


def noise(folder: Path) -> Path:
    path = folder / "noise.log"
    path.write_text("garbage\n" * 100)
    return path


def test_nothing_to_rebuild_is_told_and_ends_with_3(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"")
    done = doctor(f"sqlite:///{tmp_path / 'x.db'}")
    assert done.returncode == 3
    assert "tracing is the application's job" in " ".join(done.stdout.split())


def test_no_source_is_a_usage_error() -> None:
    assert doctor().returncode == 2
