"""The set-up of other tools' readers takes only what is pinned, and nothing outside its folder."""

from __future__ import annotations

import importlib.util
import io
import re
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

from repository import ROOT


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("validators", ROOT / "scripts" / "validators.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "PINS", tmp_path / "validators.txt")
    monkeypatch.setattr(module, "FOLDER", tmp_path / "validators")
    return module


def archive(path: Path, *names: str) -> Path:
    with tarfile.open(path, "w:gz") as packed:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(name)
            packed.addfile(member, io.BytesIO(name.encode()))
    return path


def offer(script: ModuleType, monkeypatch: pytest.MonkeyPatch, package: str, found: Path) -> None:
    monkeypatch.setattr(script, "fetch", lambda packages, folder: {package: found})
    monkeypatch.setattr(script.shutil, "which", lambda name: f"/usr/bin/{name}")


def installed(script: ModuleType) -> set[str]:
    folder = script.FOLDER / "node_modules"
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_every_reader_is_pinned_with_its_digest() -> None:
    lines = (ROOT / "requirements" / "validators.txt").read_text().splitlines()
    assert all(re.fullmatch(r"(@[\w-]+/)?[\w-]+@\d+\.\d+\.\d+ sha512-[\w+/]{86}==", line) for line in lines)
    assert lines == sorted(lines)


def test_what_is_pinned_is_installed_without_what_no_test_loads(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = (
        "package/package.json",
        "package/dist/mermaid.js",
        "package/dist/mermaid.min.js",
        "package/../../up",
        "/abs",
    )
    packed = archive(tmp_path / "m.tgz", *names)
    script.PINS.write_text(f"mermaid@1.0.0 {script.digest(packed)}\n")
    offer(script, monkeypatch, "mermaid@1.0.0", packed)
    assert script.main([]) == 0
    assert installed(script) == {"mermaid/package.json", "mermaid/dist/mermaid.min.js"}
    monkeypatch.setattr(script, "fetch", None)
    assert script.main([]) == 0, "the stamp spares a second download"


def test_other_content_than_the_pinned_is_refused(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script.PINS.write_text(f"ajv@1.0.0 {script.digest(archive(tmp_path / 'a.tgz', 'package/a.js'))}\n")
    offer(script, monkeypatch, "ajv@1.0.0", archive(tmp_path / "b.tgz", "package/b.js"))
    with pytest.raises(SystemExit, match=r"not the pinned content: ajv@1\.0\.0"):
        script.main([])
    assert not script.FOLDER.exists()


def test_without_npm_it_says_what_to_do(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script.PINS.write_text("ajv@1.0.0 x\n")
    monkeypatch.setenv("PATH", "")
    assert script.main([]) == 1
    assert "scripts/system_packages.py" in capsys.readouterr().err
