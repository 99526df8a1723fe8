"""Many files on a cluster that loses a worker, and logs at URLs read in place: the evidence of one process, exactly."""

from __future__ import annotations

import bz2
import gzip
import os
import signal
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fsspec
import pytest
from distributed import LocalCluster

from decompose import pipeline
from decompose.errors import InputError, UsageError
from decompose.evidence.fold.assemble import assemble
from decompose.evidence.schema import Schema
from decompose.sources.ingestion.cluster import Dask, work_as
from decompose.sources.ingestion.engines import Engine, Processes
from decompose.sources.ingestion.ingest import ingest
from decompose.sources.ingestion.reading import Wanted
from decompose.sources.ingestion.units import known_logs, units
from decompose.sources.logs import log_sources
from decompose.store import evidence_json

WANTED = Wanted("postgresql", cached=False)
FILES = 20


def lines(count: int, begin: int = 0) -> bytes:
    """A log of five sessions whose transactions go on over the files' ends."""
    found = []
    for number in range(begin, begin + count):
        session = number % 5
        sql = (
            "BEGIN",
            f"UPDATE t{number % 11} SET a = {number}",
            "SELECT * FROM u WHERE id = 'x'",
            f"INSERT INTO t{number % 3} VALUES ({number})",
            "COMMIT",
            "SELECT 1 FROM v",
        )[number // 5 % 6]
        clock = f"{number // 36000 % 24:02d}:{number // 600 % 60:02d}:{number // 10 % 60:02d}.000"
        found.append(
            f"2026-11-22 {clock} UTC [{session}] app@shop/web sess=6b03374e.{session} LOG:  statement: {sql}\n"
        )
    return "".join(found).encode()


def evidence(paths: list[str], engine: Engine | None = None, told: list[str] | None = None) -> str:
    logs = known_logs(log_sources(paths), None, None)
    steps: list[str] = [] if told is None else told
    found = ingest(logs, WANTED, 1, engine, steps.append, least=20_000)
    return evidence_json.dump(assemble(Schema("postgresql"), found.catalogue, found.tally))


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=60
    ) as started:
        yield started


class KillsAWorker(list[str]):
    """Progress that kills a process of the cluster when half of the files are joined."""

    def __init__(self, cluster: LocalCluster) -> None:
        super().__init__()
        self._cluster = cluster
        self.killed = 0

    def append(self, step: str) -> None:
        super().append(step)
        if len(self) == FILES // 2:
            self.killed = next(iter(self._cluster.workers.values())).pid
            os.kill(self.killed, signal.SIGKILL)


def test_a_cluster_that_loses_a_worker_half_way_finds_what_one_process_finds(
    cluster: LocalCluster, tmp_path: Path
) -> None:
    for number in range(FILES):
        (tmp_path / f"{number:02d}.log").write_bytes(lines(1501, 1501 * number))
    told = KillsAWorker(cluster)
    with Dask(cluster.scheduler_address) as engine:
        found = evidence([str(tmp_path)], engine, told)
    assert told.killed
    assert len(told) >= FILES
    assert all(step.startswith("joined") for step in told)
    assert found == evidence([str(tmp_path)])


def test_a_range_of_a_log_is_work_for_a_cluster_too(cluster: LocalCluster, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(lines(4000))
    told: list[str] = []
    with Dask(cluster.scheduler_address) as engine:
        assert evidence([str(tmp_path / "a.log")], engine, told) == evidence([str(tmp_path / "a.log")])
    assert len(told) > 1


def test_a_log_that_workers_do_not_see_is_an_input_error(cluster: LocalCluster, tmp_path: Path) -> None:
    for name in ("a.log", "b.log"):
        (tmp_path / name).write_bytes(lines(300))
    logs = known_logs(log_sources([str(tmp_path)]), None, None)
    (tmp_path / "b.log").unlink()
    with Dask(cluster.scheduler_address) as engine, pytest.raises(InputError, match=r"on a Dask worker: .*b\.log"):
        list(engine.parts([unit for log in logs for unit in units(log, 1)], WANTED))


def test_a_scheduler_that_is_lost_is_an_input_error(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.log").write_bytes(lines(50, 50 * number))
    logs = known_logs(log_sources([str(tmp_path)]), None, None)
    with (
        LocalCluster(n_workers=1, processes=False, dashboard_address=":0", silence_logs=60) as short,
        Dask(short.scheduler_address, patience=1) as engine,
    ):
        parts = engine.parts([unit for log in logs for unit in units(log, 1)], WANTED)
        assert next(parts)[1] is not None
        short.close()
        with pytest.raises(InputError, match="stopped answering"):
            list(parts)


def test_a_worker_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(lines(10))
    (log,) = known_logs(log_sources([str(tmp_path)]), None, None)
    with pytest.raises(InputError, match=r"0\.0\.0"):
        work_as("0.0.0", next(iter(units(log, 1))), WANTED)


def test_without_dask_the_hint_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError) as refused:
        Dask("tcp://127.0.0.1:8786")
    assert "decompose[dask]" in refused.value.hint


def test_an_address_without_a_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError) as refused:
        Dask("nonsense://user:canary@127.0.0.1:1")
    assert "canary" not in refused.value.message


@pytest.fixture
def store() -> Iterator[fsspec.AbstractFileSystem]:
    found = fsspec.filesystem("memory")
    found.store.clear()
    yield found
    found.store.clear()


def test_folders_and_globs_of_a_store_are_read_like_those_of_a_disk(
    store: fsspec.AbstractFileSystem, tmp_path: Path
) -> None:
    for number in range(4):
        data = lines(700, 700 * number)
        (tmp_path / f"{number}.log").write_bytes(data)
        packed = {1: gzip.compress, 2: bz2.compress}.get(number, bytes)(data)
        store.pipe(f"/logs/day/{number}.log", packed)
    store.pipe("/logs/day/.hidden", b"no log")
    local = evidence([str(tmp_path)])
    assert evidence(["memory://logs/day"]) == local
    assert evidence(["memory://logs/*/?.log"], Processes(2)) == local
    assert [log.name for log in log_sources(["memory://logs/day"])] == [f"memory://logs/day/{n}.log" for n in range(4)]
    with pytest.raises(InputError):
        log_sources(["memory://logs/none"])


def test_a_file_url_keeps_its_form(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(lines(10))
    assert [log.name for log in log_sources([f"file://{tmp_path}/*.log"])] == [f"file://{tmp_path}/a.log"]


class Ranges(BaseHTTPRequestHandler):
    """A web server of one log that answers requests for ranges, as object stores do."""

    data = b""
    asked: list[str]
    gives_ranges = True

    def do_HEAD(self) -> None:
        self._answer(len(self.data))

    def do_GET(self) -> None:
        asked = self.headers["Range"] if self.gives_ranges else ""
        self.asked.append(asked)
        start, _, end = (asked or f"bytes=0-{len(self.data) - 1}").removeprefix("bytes=").partition("-")
        piece = self.data[int(start) : int(end) + 1]
        self._answer(len(piece), f"bytes {start}-{int(start) + len(piece) - 1}/{len(self.data)}" if asked else "")
        self.wfile.write(piece)

    def _answer(self, length: int, place: str = "") -> None:
        self.send_response(206 if place else 200)
        if self.gives_ranges:
            self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(length))
        if place:
            self.send_header("Content-Range", place)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def web() -> Iterator[tuple[str, type[Ranges]]]:
    handler = type("OneLog", (Ranges,), {"asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/a.log", handler
        server.shutdown()
        thread.join()


def test_a_log_on_a_web_server_is_read_in_ranges_and_never_as_a_file(
    web: tuple[str, type[Ranges]], tmp_path: Path
) -> None:
    url, handler = web
    handler.data = lines(90_000)
    (tmp_path / "a.log").write_bytes(handler.data)
    told: list[str] = []
    opened = set(os.listdir(tmp_path))
    assert evidence([url], Processes(2), told) == evidence([str(tmp_path / "a.log")])
    assert len(told) > 1
    assert len(handler.asked) > 4
    assert all(handler.asked)
    assert set(os.listdir(tmp_path)) == opened


def test_a_web_server_that_gives_no_ranges_is_read_as_a_stream(web: tuple[str, type[Ranges]], tmp_path: Path) -> None:
    url, handler = web
    handler.gives_ranges = False
    handler.data = lines(90_000)
    (tmp_path / "a.log").write_bytes(handler.data)
    assert len(handler.data) > 6 << 20  # more than fsspec asks for at once
    assert evidence([url], Processes(2)) == evidence([str(tmp_path / "a.log")])


def test_the_evidence_names_an_address_without_its_secrets(web: tuple[str, type[Ranges]]) -> None:
    url, handler = web
    handler.data = gzip.compress(lines(50))
    found = pipeline.collect(pipeline.CollectRequest(logs=(f"{url}?token=canary",), cache=False))
    assert found.sources == (f"{url}?token=***",)


def test_a_web_server_that_refuses_is_an_input_error_without_secrets() -> None:
    with pytest.raises(InputError) as refused:
        log_sources(["http://127.0.0.1:1/a.log?token=canary"])[0].open()
    assert "canary" not in refused.value.message + refused.value.hint
