"""Logs in pieces, in several processes, in any order, with a process killed: the same evidence, byte for byte."""

from __future__ import annotations

import gzip
import os
import signal
from functools import partial
from pathlib import Path

import pytest

from decompose.errors import UsageError
from decompose.evidence.fold.assemble import assemble
from decompose.evidence.fold.parts import Part
from decompose.evidence.schema import Schema
from decompose.sources.ingestion.engines import Processes
from decompose.sources.ingestion.ingest import ingest
from decompose.sources.ingestion.reading import Wanted
from decompose.sources.ingestion.units import Unit, known_logs
from decompose.sources.ingestion.window import moment
from decompose.sources.ingestion.worker import work
from decompose.sources.logs import log_sources
from decompose.store import evidence_json
from log_wrappings import docker_json

WANTED = Wanted("postgresql", cached=False)


def lines(count: int, begin: int = 0) -> bytes:
    """A log of three sessions, each in a transaction half of the time."""
    found = []
    for number in range(begin, begin + count):
        session = number % 3
        step = number // 3 % 5
        sql = (
            "BEGIN",
            f"UPDATE t{number % 7} SET a = {number}",
            "SELECT * FROM u WHERE id = 'x'",
            "COMMIT",
            "SELECT 1",
        )
        found.append(
            f"2026-11-22 18:{number // 600 % 60:02d}:{number // 10 % 60:02d}.000 UTC [{session}] app@shop/web "
            f"sess=6b03374e.{session} LOG:  statement: {sql[step]}\n"
        )
    return "".join(found).encode()


def evidence(paths: list[Path], jobs: int = 1, engine: Processes | None = None, wanted: Wanted = WANTED) -> str:
    logs = known_logs(log_sources(map(str, paths)), None, None)
    told = ingest(logs, wanted, jobs, engine, lambda _: None, least=20_000)
    return evidence_json.dump(assemble(Schema("postgresql"), told.catalogue, told.tally))


def killed_once(marker: Path, unit: Unit, wanted: Wanted) -> Part:
    """A worker that dies in its second unit, the first time it is given one."""
    if unit.start and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return work(unit, wanted)


def killed_always(unit: Unit, wanted: Wanted) -> Part:
    os.kill(os.getpid(), signal.SIGKILL)
    return work(unit, wanted)


def test_two_processes_find_what_one_finds(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(lines(3000))
    assert evidence([tmp_path / "a.log"], jobs=2) == evidence([tmp_path / "a.log"])


def test_a_killed_worker_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(lines(3000))
    engine = Processes(2, partial(killed_once, tmp_path / "marker"))
    assert evidence([tmp_path / "a.log"], 2, engine) == evidence([tmp_path / "a.log"])
    assert (tmp_path / "marker").exists()


def test_workers_that_always_die_leave_the_work_to_this_process(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(lines(900))
    assert evidence([tmp_path / "a.log"], 2, Processes(1, killed_always)) == evidence([tmp_path / "a.log"])


def test_files_of_one_server_are_put_right_by_time(tmp_path: Path) -> None:
    (tmp_path / "whole.log").write_bytes(lines(3000))
    (tmp_path / "z-first.log").write_bytes(lines(1000))
    (tmp_path / "m-second.log.gz").write_bytes(gzip.compress(lines(1001, 1000)))
    (tmp_path / "a-third.log").write_bytes(lines(999, 2001))
    parts = [tmp_path / "a-third.log", tmp_path / "m-second.log.gz", tmp_path / "z-first.log"]
    whole = evidence([tmp_path / "whole.log"])
    assert evidence(parts) == whole
    assert evidence(parts, jobs=2) == whole


def test_a_time_window(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(lines(3000))
    (tmp_path / "b.log").write_bytes(lines(600, 600))
    window = Wanted(
        "postgresql", since=moment("2026-11-22T18:01:00"), until=moment("2026-11-22T19:02:00+01:00"), cached=False
    )
    inside = evidence([tmp_path / "a.log"], jobs=2, wanted=window)
    assert '"record outside the time window"' in inside
    assert '"entries":600,' in inside
    assert '"entries":600,' in evidence([tmp_path / "b.log"])


def assert_read_side_by_side(folder: Path, wanted: Wanted) -> None:
    """The folder's logs are folded by other processes, one each, with the same result as here."""
    logs = known_logs(log_sources([str(folder)]), None, None)
    said: list[str] = []
    told = ingest(logs, wanted, 2, None, said.append, least=20_000)
    assert [word.partition(" ")[0] for word in said] == ["joined"] * len(logs)
    assert evidence_json.dump(assemble(Schema("postgresql"), told.catalogue, told.tally)) == evidence(
        [folder], wanted=wanted
    )


def test_the_files_of_a_time_window_are_read_side_by_side(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.log").write_bytes(lines(500, 500 * number))
    since, until = "2026-11-22T18:00:47", "2026-11-22T18:04:11"
    assert_read_side_by_side(tmp_path, Wanted("postgresql", since=since, until=until, cached=False))


def test_wrapped_files_are_read_side_by_side(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"{number}.log").write_bytes(docker_json(lines(500, 500 * number).decode()))
    assert_read_side_by_side(tmp_path, WANTED)


def test_a_time_that_is_none() -> None:
    with pytest.raises(UsageError):
        moment("yesterday")
