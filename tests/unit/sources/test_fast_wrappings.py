"""Wrapped logs read column by column count what the reference fold counts."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folding import Log
from log_reading import fixture
from log_wrappings import WRAPPERS, docker_json, kubernetes_cri

DAMAGES = [b"", b"\n", b"{", b'"', b"\\", b"x"]
CAPTURES = Path(__file__).resolve().parents[3] / "fixtures" / "shop" / "captures"


@cache
def capture(lines: int) -> str:
    text = gzip.decompress((CAPTURES / "postgresql.extended.stderr.log.gz").read_bytes()).decode()
    return "".join(text.splitlines(keepends=True)[:lines])


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("block_bytes", [3_000, 1 << 20])
def test_a_capture_in_every_wrapping(wrapper: str, block_bytes: int) -> None:
    log = Log(WRAPPERS[wrapper][1](capture(1_500)), block_bytes)
    assert log.fast() == log.slowly()


@pytest.mark.parametrize("wrap", [docker_json, kubernetes_cri])
@pytest.mark.parametrize("name", ["mysql8-general.log", "mariadb-slow.log", "postgresql.json", "postgresql.csv"])
def test_other_logs_in_a_container(wrap: object, name: str) -> None:
    assert callable(wrap)
    data = wrap(fixture(name).decode())
    log = Log(data)
    assert log.fast() == log.slowly()


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(sorted(set(WRAPPERS) - {"cloudwatch_subscription"})),
    st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 9), st.sampled_from(DAMAGES)), max_size=9),
    st.sampled_from([700, 1 << 20]),
)
def test_damage_is_read_alike(wrapper: str, damages: list[tuple[int, int, bytes]], block_bytes: int) -> None:
    data = WRAPPERS[wrapper][1](capture(80))
    half = len(data) // 2
    for at, cut, added in damages:
        place = half + at % (len(data) - half)
        data = data[:place] + added + data[place + cut :]
    log = Log(data, block_bytes)
    assert log.fast() == log.slowly()
