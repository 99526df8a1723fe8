from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from decompose.errors import UsageError
from decompose.store.files import write_atomically


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    write_atomically(path, "old")
    write_atomically(path, "neu ü\n")
    assert path.read_bytes() == "neu ü\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert os.listdir(tmp_path) == ["out.json"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept")
    (tmp_path / "out").symlink_to(tmp_path / "precious")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for name in ("out", "dangling"):
        with pytest.raises(UsageError, match="symbolic link"):
            write_atomically(tmp_path / name, "new")
    assert (tmp_path / "precious").read_text() == "kept"
    assert not (tmp_path / "nowhere").exists()


def test_what_fails_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "out"
    write_atomically(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "\ud800")
    assert path.read_text() == "old"
    with pytest.raises(OSError):
        write_atomically(tmp_path, "a folder cannot be replaced")
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "missing" / "out", "new")
    assert os.listdir(tmp_path) == ["out"]


def test_a_device_is_written_to_and_not_replaced() -> None:
    before = Path(os.devnull).stat().st_mode
    write_atomically(Path(os.devnull), "text")
    assert Path(os.devnull).stat().st_mode == before
