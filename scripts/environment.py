"""Create `.venv` and install decompose there: `environment.py runtime` for users, `environment.py dev` for the gate.

Versions come from requirements/*.txt, so two machines get the same environment. A stamp in `.venv` remembers what was
installed: when nothing changed, this returns at once. Uses the standard library alone; pip's own configuration decides
where packages come from.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
INPUTS = ("pyproject.toml", "requirements/build.txt", "requirements/runtime.txt", "requirements/dev.txt")
EXTRAS = "postgresql,mysql,zstd"
OLDEST_PYTHON = (3, 11)


def main(kind: str) -> int:
    """Bring `.venv` to the state this kind ("runtime" or "dev") needs."""
    if sys.version_info < OLDEST_PYTHON:
        print(f"decompose needs Python 3.11 or newer, this is {sys.version.split()[0]}; name one: make PYTHON=...")
        return 1
    stamp = VENV / f"installed-{kind}"
    fingerprint = state()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return 0
    print(f"== environment ({kind}) in .venv", flush=True)
    if not PYTHON.exists():
        make_venv()
    install("-r", "requirements/build.txt")
    if kind == "dev":
        install("-r", "requirements/runtime.txt", "-r", "requirements/dev.txt")
    install("--no-build-isolation", "-c", "requirements/runtime.txt", "-e", f".[{EXTRAS}]")
    stamp.write_text(fingerprint)
    return 0


def state() -> str:
    """A digest of everything that decides what gets installed, this interpreter and place included."""
    digest = hashlib.sha256(f"{sys.version_info[:3]} {ROOT}".encode())
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def make_venv() -> None:
    """Create `.venv`; Debian keeps the module for it in a package of its own, which root gets installed."""
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            sys.exit(f"This Python cannot create virtual environments: install {package} (as root: apt-get install).")
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], env=quiet, check=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def install(*arguments: str) -> None:
    """Run this environment's pip from the repository's root."""
    subprocess.run([str(PYTHON), "-m", "pip", "install", "--quiet", *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    if sys.argv[1:] not in (["runtime"], ["dev"]):
        sys.exit("usage: environment.py runtime | dev")
    try:
        sys.exit(main(sys.argv[1]))
    except subprocess.CalledProcessError as failed:
        sys.exit(f"{' '.join(map(str, failed.cmd))} failed with status {failed.returncode}.")
