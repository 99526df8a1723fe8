"""The pins name one exact version of everything the project asks for, and that version is one it allows."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from repository import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]
RUNTIME = [*PROJECT["project"]["dependencies"], *EXTRAS["postgresql"], *EXTRAS["mysql"], *EXTRAS["zstd"]]
BUILD = PROJECT["build-system"]["requires"]
DEV = PROJECT["dependency-groups"]["dev"]


def pins(*names: str) -> dict[str, str]:
    lines = [line for name in names for line in (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()]
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+", line) for line in lines)
    return dict(line.split("==") for line in lines)


@pytest.mark.parametrize(
    ("asked", "files"),
    [(RUNTIME, ["runtime"]), (BUILD, ["build"]), (DEV, ["build", "runtime", "dev"])],
    ids=["runtime", "build", "dev"],
)
def test_every_requirement_is_pinned_to_a_version_it_allows(asked: list[str], files: list[str]) -> None:
    pinned = pins(*files)
    for requirement in map(Requirement, asked):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} has no pin: run `make pins`"
        assert requirement.specifier.contains(version, prereleases=True), requirement


def test_one_package_has_one_pin() -> None:
    runtime, build, dev = pins("runtime"), pins("build"), pins("dev")
    assert not dev.keys() & (runtime.keys() | build.keys())
    assert all(runtime[name] == build[name] for name in runtime.keys() & build.keys())
