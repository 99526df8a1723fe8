"""The gate: everything that must hold before a change lands, cheapest first, stopping at the first failure.

Run by `make test` inside `.venv` after the set-up; CI runs the same command. The last step is pytest, so the last line
of a good run is its count.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
CACHE = ROOT / ".cache"
# Every cache of a tool stays inside the repository's own ignored folder.
ENVIRONMENT = os.environ | {
    "RUFF_CACHE_DIR": str(CACHE / "ruff"),
    "MYPY_CACHE_DIR": str(CACHE / "mypy"),
    "HYPOTHESIS_STORAGE_DIRECTORY": str(CACHE / "hypothesis"),
    "PYTHONDONTWRITEBYTECODE": "1",
    "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
}


def main() -> int:
    """Run every step; the exit status is that of the first that fails."""
    CACHE.mkdir(exist_ok=True)
    steps: list[tuple[str, Callable[[], None]]] = [
        ("formatting", lambda: run("ruff", "format", "--check", ".")),
        ("lint", lambda: run("ruff", "check", ".")),
        ("types", lambda: run("mypy")),
        ("import law", lambda: run("lint-imports", "--cache-dir", str(CACHE / "import-linter"))),
        ("wheel in an empty environment", wheel),
        ("tests and documents", lambda: run("pytest", "-o", f"cache_dir={CACHE / 'pytest'}")),
    ]
    for title, step in steps:
        began = time.monotonic()
        print(f"== {title}", flush=True)
        try:
            step()
        except subprocess.CalledProcessError as failed:
            print(f"== FAILED: {title} ({Path(failed.cmd[0]).name} ended with {failed.returncode})", file=sys.stderr)
            return 1
        if step is not steps[-1][1]:
            print(f"   {time.monotonic() - began:.1f} s", flush=True)
    return 0


def run(program: str, *arguments: str, cwd: Path = ROOT) -> None:
    """Run one of the environment's programs; raises CalledProcessError when it fails."""
    path = Path(program) if Path(program).is_absolute() else BIN / program
    subprocess.run([str(path), *arguments], cwd=cwd, env=ENVIRONMENT, stdin=subprocess.DEVNULL, check=True)


def wheel() -> None:
    """Build the wheel, install it alone where nothing else is, and use it from another folder."""
    with tempfile.TemporaryDirectory(prefix="decompose-wheel-") as temporary:
        folder, elsewhere = Path(temporary), Path(temporary) / "elsewhere"
        elsewhere.mkdir()
        run("python", "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder))
        built = next(folder.glob("decompose-*.whl"))
        run("python", "-m", "venv", str(folder / "venv"))
        python = str(folder / "venv" / "bin" / "python")
        constraints = str(ROOT / "requirements" / "runtime.txt")
        run(python, "-m", "pip", "install", "--quiet", "-c", constraints, str(built), cwd=elsewhere)
        use(folder / "venv" / "bin" / "decompose", elsewhere)


def use(program: Path, elsewhere: Path) -> None:
    """What a user does first; the CPU time of `--help` is printed for the reader, bounds live in benchmarks."""
    run(str(program), "--version", cwd=elsewhere)
    seconds = min(cpu_seconds(program, elsewhere) for _ in range(5))
    print(f"   decompose --help: {seconds:.2f} s of CPU", flush=True)
    run(str(program), "demo", cwd=elsewhere)


def cpu_seconds(program: Path, elsewhere: Path) -> float:
    """User and system time of one `decompose --help`, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([str(program), "--help"], cwd=elsewhere, env=ENVIRONMENT, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if b"Usage" not in done.stdout:
        raise subprocess.CalledProcessError(1, [str(program)])
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
