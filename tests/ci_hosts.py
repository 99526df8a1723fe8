"""Small stand-ins for CI hosts: they read the shipped files and run their actual steps, with nothing but a shell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from repository import ROOT

EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")
PYTHON = """#!/bin/sh
# Stands for python on the runner: makes the environment of `-m venv` from this one, and notes what pip would install.
case "$1 $2" in
  "-m venv") mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; ln -s {bin}/decompose "$3/bin/decompose" ;;
  "-m pip") echo "$@" >> {notes} ;;
  *) exec {real} "$@" ;;
esac
"""


class Shell:
    """A folder with programs that come first on PATH, and a place for what they note."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "programs"
        self.programs.mkdir(parents=True)
        self.notes = folder / "notes.txt"
        self.notes.touch()
        real = Path(sys.executable)
        self.program("python", PYTHON.format(bin=real.parent, notes=self.notes, real=real))
        (self.programs / "decompose").symlink_to(real.parent / "decompose")

    def program(self, name: str, text: str) -> None:
        path = self.programs / name
        path.write_text(text)
        path.chmod(0o755)

    def run(self, script: str, where: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """As GitHub runs `shell: bash`: stop at the first failure, also inside a pipe."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "DECOMPOSE"))}
        path = f"{self.programs}{os.pathsep}{kept['PATH']}"
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], cwd=where,
            env={**kept, **environment, "PATH": path}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False,
        )  # fmt: skip


def document(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text())


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its `${{ inputs.x }}` filled in; a KeyError for an expression that nobody has a value for."""
    return EXPRESSION.sub(lambda found: values[found[1]], text)


class Action:
    """Runs the steps of action.yml that are scripts, one after the other, as a composite action does."""

    def __init__(self, shell: Shell, folder: Path, workspace: Path, **inputs: str) -> None:
        self.action = document("action.yml")
        self.shell, self.workspace = shell, workspace
        self.outputs = folder / "outputs"
        self.summary = folder / "summary.md"
        (folder / "runner").mkdir()
        defaults = {name: str(told.get("default", "")) for name, told in self.action["inputs"].items()}
        assert set(inputs) <= set(defaults)
        given = defaults | {"token": "secret"} | inputs
        self.values = {f"inputs.{name}": value for name, value in given.items()}
        self.values |= {"github.event.pull_request.number": "7", "github.token": "secret"}
        self.environment = {
            "RUNNER_TEMP": str(folder / "runner"), "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_OUTPUT": str(self.outputs),
            "GITHUB_STEP_SUMMARY": str(self.summary), "GITHUB_REPOSITORY": "shop/monolith",
        }  # fmt: skip

    def play(self) -> dict[str, subprocess.CompletedProcess[str]]:
        """Step name to how it ended; steps that use other actions are left to the host."""
        done = {}
        for step in self.action["runs"]["steps"]:
            if "run" in step:
                own = {name: filled(str(value), self.values) for name, value in step.get("env", {}).items()}
                assert "${{" not in step["run"], "an expression inside a script can be code"
                done[step["name"]] = self.shell.run(step["run"], self.workspace, self.environment | own)
                self._collect(step.get("id", ""))
        return done

    def _collect(self, step: str) -> None:
        for line in self.outputs.read_text().splitlines() if self.outputs.exists() else ():
            name, _, value = line.partition("=")
            self.values[f"steps.{step}.outputs.{name}"] = value
