"""Files of a git revision, read without a checkout; nothing in the repository is written."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from decompose.errors import InputError, UsageError

SECONDS = 60


def read_at(revision: str, path: Path) -> str | None:
    """A file's text at a revision, None where the revision does not have it; UsageError for an unknown revision."""
    if path.is_absolute() or revision.startswith("-"):
        raise UsageError(
            f"{path} cannot be read at revision {revision}",
            "give a path inside the repository, relative to this folder",
        )
    _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", problem=_unknown(revision))
    name = f"{revision}:./{path.as_posix()}"
    if _run("cat-file", "-e", name).returncode:
        return None
    return _git("cat-file", "blob", name, problem=f"{path} cannot be read at revision {revision}")


def revisions(paths: list[Path], most: int, revision: str = "HEAD") -> list[tuple[str, str]]:
    """(commit, date) of the last commits on the first-parent line that touch any of the paths, oldest first."""
    arguments = ["log", "--first-parent", f"--max-count={most}", "--format=%H %cs", "--end-of-options", revision, "--"]
    text = _git(*arguments, *map(str, paths), problem=_unknown(revision))
    found = [line.split(" ", 1) for line in text.splitlines()]
    return [(commit, day) for commit, day in reversed(found)]


def head() -> str:
    """The present commit, empty outside a repository or before its first commit."""
    if shutil.which("git") is None:
        return ""
    done = _run("rev-parse", "--verify", "--quiet", "HEAD")
    return done.stdout.decode().strip() if not done.returncode else ""


def _unknown(revision: str) -> str:
    return f"git knows no revision {revision!r} here"


def _git(*arguments: str, problem: str) -> str:
    done = _run(*arguments)
    if done.returncode:
        raise UsageError(problem, "fetch it first; CI often clones without history (fetch-depth: 0)")
    return done.stdout.decode("utf-8", "replace")


def _run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("git")
    if program is None:
        raise UsageError("git is not installed", "leave --base out, or install git")
    try:
        # A fixed program without a shell; revisions come after --end-of-options or inside an object's name.
        return subprocess.run([program, *arguments], capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise InputError(f"git took longer than {SECONDS} s", "try again, or leave --base out") from error
