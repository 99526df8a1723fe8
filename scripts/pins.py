"""Write requirements/{build,runtime,dev}.txt from what this environment holds: exact versions, nothing else.

Run it after a deliberate upgrade (`make pins`) and read the diff. `runtime` is what decompose and its extras need,
`build` what builds its wheel, `dev` the rest of the development group; each with everything that it pulls in.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
# Editable installs of the build backend ask for this one only when they happen.
BUILD_EXTRA = ("editables",)


def main() -> int:
    """Write the three files; fails on a requirement that is not installed or not satisfied."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    # `speed` compiles the parser to C: an environment may have it, the reference environment has not.
    optional = [line for name in ("postgresql", "mysql", "zstd") for line in extras[name]]
    groups = {
        "build": closure([*project["build-system"]["requires"], *BUILD_EXTRA]),
        "runtime": closure([*project["project"]["dependencies"], *optional]),
        "dev": closure(project["dependency-groups"]["dev"]),
    }
    groups["dev"] = {
        name: pin for name, pin in groups["dev"].items() if name not in groups["build"] | groups["runtime"]
    }
    for name, pins in groups.items():
        text = "".join(f"{package}=={version}\n" for package, version in sorted(pins.items()))
        (ROOT / "requirements" / f"{name}.txt").write_text(text)
    return 0


def closure(lines: Iterable[str]) -> dict[str, str]:
    """The installed versions of these requirements and of all that they require, by canonical name."""
    found: dict[str, str] = {}
    pending = [(Requirement(line), "") for line in lines]
    seen: set[tuple[str, frozenset[str]]] = set()
    while pending:
        requirement, extra = pending.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in seen or (requirement.marker and not requirement.marker.evaluate({"extra": extra})):
            continue
        seen.add(key)
        installed = distribution(requirement.name)
        if not requirement.specifier.contains(installed.version, prereleases=True):
            sys.exit(f"{requirement} is asked for, {installed.version} is installed")
        found[key[0]] = installed.version
        for needed in installed.requires or ():
            pending += [(Requirement(needed), asked) for asked in ("", *requirement.extras)]
    return found


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PackageNotFoundError as missing:
        sys.exit(f"not installed: {missing.name}")
