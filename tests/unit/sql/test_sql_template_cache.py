"""The cache of parsed templates: the same answers, nothing of a literal on disk, and no harm from a damaged file."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from decompose.sql.reader import DialectReader
from decompose.sql.template_cache import CachedReader, TemplateCache

TEMPLATES = [
    "SELECT a FROM t JOIN u ON u.id = t.u_id WHERE b = ?",
    "UPDATE s.t SET a = ? WHERE id = ?",
    "BEGIN",
    "not SQL at all (",
]


def parsed_anew(folder: Path, templates: list[str] = TEMPLATES, *, save: bool = False) -> int:
    """How many texts a run had to parse, all told as they are read."""
    cache = TemplateCache("postgresql", folder)
    reader = CachedReader("postgresql", cache)
    for template in templates:
        assert reader.parse(template) == DialectReader("postgresql").read(template)
    found = len(cache.added)
    if save:
        cache.save()
    return found


def warmed(folder: Path) -> None:
    assert parsed_anew(folder, save=True) == len(TEMPLATES)


def test_a_second_run_is_told_what_parsing_tells(tmp_path: Path) -> None:
    warmed(tmp_path / "cache")
    assert parsed_anew(tmp_path / "cache") == 0
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700


def test_a_run_that_knows_all_templates_does_not_load_the_parser(tmp_path: Path) -> None:
    warmed(tmp_path)
    asks = (
        "import sys; from pathlib import Path\n"
        "from decompose.sql.template_cache import CachedReader, TemplateCache\n"
        f"reader = CachedReader('postgresql', TemplateCache('postgresql', Path({str(tmp_path)!r})))\n"
        f"verbs = [reader.parse(template).verb for template in {TEMPLATES!r}]\n"
        "print(*verbs[:3], 'sqlglot' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["SELECT", "UPDATE", "BEGIN", "False"]


def test_dialects_do_not_share(tmp_path: Path) -> None:
    warmed(tmp_path)
    cache = TemplateCache("mysql", tmp_path)
    CachedReader("mysql", cache).parse(TEMPLATES[0])
    assert len(cache.added) == 1


def test_templates_that_differ_in_names_are_parsed_once(tmp_path: Path) -> None:
    many = [f"UPDATE s{i}.t{i} SET c{i} = ? WHERE d{i + 1} = ?" for i in range(50)]
    assert parsed_anew(tmp_path, many) == 1


@pytest.mark.parametrize("damage", [b"", b"garbage", b"0" * 64 + b"\n{}"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    warmed(tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage)
    warmed(tmp_path)
    assert parsed_anew(tmp_path) == 0


def test_two_runs_at_once_lose_nothing_but_time(tmp_path: Path) -> None:
    first, second = TemplateCache("postgresql", tmp_path), TemplateCache("postgresql", tmp_path)
    CachedReader("postgresql", first).parse(TEMPLATES[0])
    CachedReader("postgresql", second).parse(TEMPLATES[1])
    first.save()
    second.save()
    assert parsed_anew(tmp_path, TEMPLATES[:2]) == 0


def test_a_cache_that_must_not_remember_writes_nothing(tmp_path: Path) -> None:
    cache = TemplateCache("postgresql", tmp_path, remembers=False)
    CachedReader("postgresql", cache).parse(TEMPLATES[0])
    cache.save()
    assert list(tmp_path.iterdir()) == []
