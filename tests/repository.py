"""The repository as git would publish it: tracked files and new ones that are not ignored."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def published_files() -> tuple[Path, ...]:
    """Every file of the work tree that is or could be committed, sorted; paths are relative to ROOT."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = sorted(set(listed.stdout.decode().split("\0")) - {""})
    return tuple(Path(name) for name in names if (ROOT / name).is_file())


def published_texts() -> dict[Path, str]:
    """The published files that are text, with their content."""
    texts = {}
    for path in published_files():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content[:8192]:
            texts[path] = content.decode("utf-8", errors="replace")
    return texts
