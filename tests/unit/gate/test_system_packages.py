"""The set-up installs only what is missing, and says what to do where it may not install."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from repository import ROOT


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("system_packages", ROOT / "scripts" / "system_packages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nothing_is_missing_once_the_tests_run(script: ModuleType) -> None:
    assert script.missing_packages() == []


def test_a_missing_program_names_its_package(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "is_there", lambda program: program != "dot")
    assert script.missing_packages() == ["graphviz"]


def test_without_root_it_names_the_packages_and_fails(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "is_there", lambda program: program not in {"initdb", "mariadbd"})
    monkeypatch.setattr(script.os, "geteuid", lambda: 1000)
    assert script.main() == 1
    assert "apt-get install postgresql mariadb-server-core" in capsys.readouterr().err
