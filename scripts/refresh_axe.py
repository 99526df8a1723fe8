"""Fetch the accessibility checker that the browser tests run: `refresh_axe.py VERSION`, by npm's own client.

Only the minified library and its licences are kept, in tests/vendor/axe-core; the tests check the version and digest
written below, so change both with the files.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "4.14.1"
DIGEST = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
"""SHA-256 of axe.min.js in that version."""
VENDORED = Path(__file__).resolve().parent.parent / "tests" / "vendor" / "axe-core"
KEPT = ("axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt")


def main(version: str) -> int:
    """Download the package and keep what the tests need; prints the digest to write above."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", f"axe-core@{version}"], cwd=folder, check=True)
        with tarfile.open(next(Path(folder).glob("axe-core-*.tgz"))) as archive:
            for name in KEPT:
                content = archive.extractfile(f"package/{name}")
                if content is None:
                    sys.exit(f"axe-core {version} has no file {name}")
                (VENDORED / name).write_bytes(content.read())
    print(f"axe-core {version}, sha256 of axe.min.js: {digest()}")
    return 0


def digest() -> str:
    """SHA-256 of the vendored library."""
    return hashlib.sha256((VENDORED / "axe.min.js").read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else VERSION))
