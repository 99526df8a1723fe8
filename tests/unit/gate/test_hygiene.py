"""What must never be in the repository."""

from __future__ import annotations

import re

import pytest

from repository import published_files, published_texts

# Written in pieces, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.<>-])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me/\w+)/\w")
PACKAGE_INDEX = re.compile(
    r"(?:inde" + r"x-url|registr" + r"y\.npmjs|pypi\.o" + r"rg/simple|pythonh" + r'osted|"reso' + r'lved": "http)'
)
LOCK_FILES = {"uv.lock", "package-lock.json", "poetry.lock", "yarn.lock", "Pipfile.lock"}


@pytest.mark.parametrize(
    "line", ["open('/ro" + "ot/x')", "cd /wo" + "rk/main", "/ho" + "me/ann/project", "--inde" + "x-url=http://x"]
)
def test_the_patterns_find_what_they_are_for(line: str) -> None:
    assert MACHINE_PATH.search(line) or PACKAGE_INDEX.search(line)


def test_no_machine_paths_and_no_package_indexes() -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in published_texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line) or PACKAGE_INDEX.search(line)
    ]
    assert not found


def test_no_lock_file_that_records_addresses() -> None:
    assert not [path for path in published_files() if path.name in LOCK_FILES]


def test_no_conflict_markers() -> None:
    found = [str(path) for path, text in published_texts().items() if re.search(r"^(<{7}|>{7}) ", text, re.MULTILINE)]
    assert not found
