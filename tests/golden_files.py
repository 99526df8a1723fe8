"""Golden files: one per renderer, all rewritten by `DECOMPOSE_UPDATE_GOLDEN=1 pytest`; read the diff."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def assert_golden(name: str, actual: str) -> None:
    """The text equals the golden file of that name, byte for byte."""
    path = GOLDEN / name
    if os.environ.get("DECOMPOSE_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(actual.encode())
    assert path.exists(), f"no golden file {name}: run the test with DECOMPOSE_UPDATE_GOLDEN=1"
    assert actual == path.read_bytes().decode()
