"""The shop over its scripted commits (tests/scenarios/drift/history.toml): verdict and exit code, commit by commit."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from decompose.assessment.drift.model import Identity, Kind
from decompose.cli.app import app
from repository import ROOT

SHOP = ROOT / "fixtures" / "shop"
COMMITS = tomllib.loads((ROOT / "tests/scenarios/drift/history.toml").read_text())["commit"]
INPUTS = "schema.sql --log shop.jsonl --log extra.jsonl"
COUPLING = re.compile(r"\{([^{}]+)\}")
KEYS = {"name", "edits", "appends", "writes", "run", "check", "exit", "new", "counts", "says"}
KEYS |= {"again", "reorder", "shorten", "unseen"}


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=Shop", "-c", "user.email=shop@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def decompose(arguments: str) -> Any:
    return CliRunner().invoke(app, ["drift", *shlex.split(arguments)])


def identity(text: str) -> Identity:
    """The coupling that a scenario writes as `cross-foreign-key: catalog > ordering: wishlists > coupons`."""
    kind, *rest = (part.strip() for part in text.split(":"))
    services, tables = (re.split(r" [>+] ", part) for part in rest)
    modes = {Kind.FOREIGN_KEY: "reference", Kind.WRITE: "write"}
    return Identity(Kind(kind), tuple(services), tuple(tables), modes[Kind(kind)])


def spelled(result: dict[str, Any]) -> str:
    mark = " + " if result["kind"] in ("cross-write-transaction", "cross-join", "service-cycle") else " > "
    parts = [result["kind"], mark.join(result["services"]), mark.join(result["tables"])]
    if result["kind"] == "budget":
        parts.append(result["mode"])
    return ": ".join(part for part in parts if part)


def test_the_history_is_long_enough_and_speaks_of_nothing_unknown() -> None:
    assert len(COMMITS) >= 30
    assert not {key for commit in COMMITS for key in commit} - KEYS


def test_the_gate_is_right_on_every_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("schema.sql").write_text((SHOP / "schema.postgresql.sql").read_text())
    Path("services.yml").write_text((SHOP / "truth.yml").read_text())
    Path("shop.jsonl").write_bytes(gzip.decompress((SHOP / "captures/sqlite.jsonl.gz").read_bytes()))
    Path("extra.jsonl").write_text('{"transaction": "nothing", "count": 1, "accesses": [["orders", "R"]]}\n')
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "the shop")
    wrong = []
    for commit in COMMITS:
        wrong += [f"{commit['name']}: {fault}" for fault in play(commit)]
        git("add", "-A")
        git("commit", "-q", "--allow-empty", "-m", commit["name"])
    assert not wrong, "\n".join(wrong)


def play(commit: dict[str, Any]) -> list[str]:
    """Makes the change, runs the author's commands and the gate; what the gate gets wrong."""
    change(commit)
    for command in commit.get("run", ()):
        named = COUPLING.sub(lambda found: identity(found[1]).id[:8], command)
        done = decompose(f"{named} --today 2026-03-10 --source {INPUTS}")
        if done.exit_code:
            return [f"`{command}` ended with {done.exit_code}: {done.output}"]
    lock = Path("decompose.lock.yml")
    before = lock.read_bytes() if lock.exists() else b""
    whole = Path("shop.jsonl").read_text()
    if "shorten" in commit:
        Path("shop.jsonl").write_text("\n".join(whole.splitlines()[: commit["shorten"]]) + "\n")
    check = commit.get("check", f"check {INPUTS}")
    done = decompose(f"{check}{'' if '--today' in check else ' --today 2026-03-20'} --format json")
    Path("shop.jsonl").write_text(whole)
    assert (lock.read_bytes() if lock.exists() else b"") == before, "check has written the lock"
    return faults(commit, done)


def change(commit: dict[str, Any]) -> None:
    for edit in commit.get("edits", ()):
        path = Path(edit["file"])
        text = path.read_text()
        assert edit["old"] in text, f"{commit['name']}: {edit['old']!r} is not in {path}"
        path.write_text(text.replace(edit["old"], edit["new"]))
    for append in commit.get("appends", ()):
        with Path(append["file"]).open("a") as file:
            file.write(append["text"] + "\n")
    for written in commit.get("writes", ()):
        Path(written["file"]).write_text(written["text"].lstrip("\n"))
    if commit.get("again"):
        Path("again").mkdir()
        Path("again/shop.jsonl").write_text(Path("shop.jsonl").read_text())
    if commit.get("reorder"):
        Path("schema.sql").write_text(reordered(Path("schema.sql").read_text()))


def reordered(ddl: str) -> str:
    """The same dump with its CREATE TABLE statements in reverse order."""
    tables = re.findall(r"^CREATE TABLE .*?^\);\n", ddl, re.MULTILINE | re.DOTALL)
    assert len(tables) > 50
    rest = iter(reversed(tables))
    return re.sub(r"^CREATE TABLE .*?^\);\n", lambda _: next(rest), ddl, flags=re.MULTILINE | re.DOTALL)


def faults(commit: dict[str, Any], done: Any) -> list[str]:
    found = []
    if done.exit_code != commit["exit"]:
        told = re.findall('"headline".*', done.stdout) or [done.output]
        found.append(f"exit code {done.exit_code}, not {commit['exit']}: {told[0]}")
    if commit.get("says", "") not in done.stderr:
        found.append(f"stderr does not say {commit['says']!r}: {done.stderr}")
    if done.exit_code > 1:
        return found
    drift = json.loads(done.stdout)
    failing = sorted(spelled(result) for result in drift["results"] if result["fails"])
    if failing != sorted(commit.get("new", ())):
        found.append(f"fails for {failing}")
    for status, count in commit.get("counts", {}).items():
        if drift["counts"][status] != count:
            found.append(f"{drift['counts'][status]} {status}, not {count}")
    if commit.get("unseen") and not drift["counts"]["unseen"]:
        found.append("nothing is unseen")
    return found
