"""The documents say what is: commands are documented, blocks run, links lead somewhere, schemas are schemas."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer.main

import documents
from decompose.cli.app import app
from repository import ROOT, published_files

MARKDOWN = tuple(
    path for path in published_files() if path.suffix == ".md" and path.parts[0] not in {"tests", "fixtures"}
)
SCHEMAS = tuple(path for path in published_files() if path.suffix == ".json" and "schemas" in path.parts)
README = (ROOT / "README.md").read_text()
FRAGMENT_KINDS = ("added", "changed", "fixed", "removed", "security")


def command_names(command: Any, prefix: str = "decompose") -> Iterator[str]:
    """Every command as typed: `decompose assess`, `decompose drift check`."""
    for name, child in sorted(command.commands.items()):
        if hasattr(child, "commands"):
            yield from command_names(child, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}"


COMMANDS = tuple(command_names(typer.main.get_command(app)))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_names_every_command(command: str) -> None:
    assert re.search(rf"\b{command}\b", README)


@pytest.mark.parametrize("path", MARKDOWN, ids=str)
def test_documents_name_no_command_that_does_not_exist(path: Path) -> None:
    groups = {command.split()[1] for command in COMMANDS}
    named = re.findall(r"(?:`|^\$? *)decompose ([a-z]+)\b", (ROOT / path).read_text(), re.MULTILINE)
    assert set(named) <= groups


@pytest.mark.parametrize("path", MARKDOWN, ids=str)
def test_runnable_blocks_run_and_print_what_they_promise(path: Path, tmp_path: Path) -> None:
    """The blocks of one document run in order in one folder, so that a later one can use what an earlier one wrote."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "NO_COLOR": "1",
        "COLUMNS": "100",
    }
    for block in documents.runnable_blocks((ROOT / path).read_text()):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block.script],
            cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{path}:{block.line} ended with {done.returncode}\n{done.stderr}"
        missing = documents.broken_promise(block.promised, done.stdout)
        assert missing is None, f"{path}:{block.line} promises {missing!r}, but it printed\n{done.stdout}"


def test_the_readme_has_blocks_to_run() -> None:
    assert len(documents.runnable_blocks(README)) >= 3


@pytest.mark.parametrize("path", MARKDOWN, ids=str)
def test_relative_links_lead_to_published_files(path: Path) -> None:
    published = {ROOT / name for name in published_files()}
    folders = {parent for name in published for parent in name.parents}
    for target in documents.relative_links((ROOT / path).read_text()):
        resolved = Path(os.path.normpath(ROOT / path.parent / target))
        assert resolved in published | folders, f"{path} links to {target}"


def test_published_schemas_are_valid_schema_documents() -> None:
    for path in SCHEMAS:
        schema = json.loads((ROOT / path).read_text())
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema", path
        jsonschema.Draft202012Validator.check_schema(schema)


def test_changelog_fragments_are_named_for_their_kind() -> None:
    fragments = [path for path in published_files() if path.parts[0] == "changelog.d" and path.name != "README.md"]
    pattern = re.compile(rf"[a-z0-9][a-z0-9-]*\.({'|'.join(FRAGMENT_KINDS)})\.md")
    assert not [path.name for path in fragments if not pattern.fullmatch(path.name)]
    assert not [path.name for path in fragments if not (ROOT / path).read_text().strip()]


def test_decisions_are_numbered_without_gaps() -> None:
    names = [path.name for path in published_files() if path.parts[:2] == ("docs", "decisions")]
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


GLOSSARY_ROW = re.compile(r"^\| (?!word |---)(?P<word>[^|]+?) \|", re.MULTILINE)


def test_every_word_of_the_glossary_is_used_in_the_code_or_the_documents() -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text()
    words = GLOSSARY_ROW.findall(glossary)
    used = " ".join(
        (ROOT / path).read_text().lower().replace("_", " ")
        for path in published_files()
        if path.name != "GLOSSARY.md" and path.suffix in {".py", ".md"} and path.parts[0] != "tests"
    )
    assert len(words) == len(set(words)) >= 20
    assert words == sorted(words, key=str.casefold)
    text = " ".join(used.split())
    # Up to what a plural changes: "boundary" is used in "boundaries".
    first_words = [word.split(",")[0].lower().removesuffix("y") for word in words]
    assert not [word for word in first_words if not re.search(rf"\b{re.escape(word)}", text)]
