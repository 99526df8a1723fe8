"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from decompose.errors import UsageError

_MODE = 0o644


def write_atomically(path: Path, content: str | bytes) -> None:
    """Writes bytes, or text as UTF-8: a reader, or a crash, sees the old file or the new one. OSError if it cannot.

    UsageError for a symbolic link: following it could overwrite a file outside the output folder. A device or a pipe
    is written to, not replaced.
    """
    data = content.encode() if isinstance(content, str) else content
    if path.is_symlink():
        raise UsageError(f"{path} is a symbolic link and is not written through", "remove it or name another output")
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), _MODE)
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Makes the rename itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
