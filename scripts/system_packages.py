"""Install the programs the tests need from the system, when they are missing: servers, Graphviz, Chromium, Node, Java.

Only Debian's packages, only as root, and no service is started or enabled: the tests start private servers of their own
(tests/servers.py). Whoever is not root gets the list of what to install. Uses the standard library alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

# Debian package -> the programs we run from it. The `core` packages are MariaDB without its system service.
PROGRAMS = {
    "postgresql": ("initdb", "postgres"),
    "mariadb-server-core": ("mariadbd", "mariadb-install-db"),
    "mariadb-client-core": ("my_print_defaults",),
    "graphviz": ("dot",),
    "chromium": ("chromium",),
    "chromium-driver": ("chromedriver",),
    # They run the readers of export formats that scripts/validators.py installs.
    "nodejs": ("node",),
    "npm": ("npm",),
    "default-jre-headless": ("java",),
}
POLICY = Path("/usr/sbin/policy-rc.d")


def main() -> int:
    """Install what is missing; the exit status is 0 when every program is there afterwards."""
    wanted = missing_packages()
    if not wanted:
        return 0
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"The tests need: {describe(wanted)}.", file=sys.stderr)
        print("Put these programs on PATH, or run once as root: apt-get install " + " ".join(wanted), file=sys.stderr)
        return 1
    print(f"== system packages: {' '.join(wanted)}", flush=True)
    with services_stay_down():
        apt_get("update", "-qq")
        apt_get("install", "-y", "-qq", "--no-install-recommends", *wanted)
    still = missing_packages()
    if still:
        print(f"Installed, but still not found: {describe(still)}.", file=sys.stderr)
    return 1 if still else 0


def missing_packages() -> list[str]:
    """The Debian packages of which some program cannot be found."""
    return [package for package, names in PROGRAMS.items() if not all(is_there(name) for name in names)]


def is_there(program: str) -> bool:
    """Whether a program is on PATH or where Debian puts servers."""
    if shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin"):
        return True
    return any(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))


def describe(packages: Sequence[str]) -> str:
    """`package (its programs)` for each package."""
    return ", ".join(f"{package} ({' '.join(PROGRAMS[package])})" for package in packages)


def apt_get(*arguments: str) -> None:
    """Run apt-get without questions; it inherits our output, and its failure is ours."""
    subprocess.run(
        ["apt-get", *arguments],
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        check=True,
    )


@contextmanager
def services_stay_down() -> Iterator[None]:
    """Debian asks policy-rc.d before a package starts its service; 101 means no. An existing policy is left alone."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as failed:
        print(f"{' '.join(failed.cmd)} failed with status {failed.returncode}.", file=sys.stderr)
        sys.exit(1)
