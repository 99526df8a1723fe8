"""The cache of parsed templates: the same answers, nothing of a literal on disk, and no harm from a damaged file."""

from __future__ import annotations

import stat
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


def warmed(folder: Path) -> TemplateCache:
    cache = TemplateCache("postgresql", folder)
    reader = CachedReader("postgresql", cache)
    for template in TEMPLATES:
        reader.parse(template)
    cache.save()
    return cache


def test_a_second_run_is_told_what_parsing_tells(tmp_path: Path) -> None:
    warmed(tmp_path / "cache")
    cache = TemplateCache("postgresql", tmp_path / "cache")
    for template in TEMPLATES:
        assert cache.get(template) == DialectReader("postgresql").parse(template)
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700


def test_dialects_do_not_share(tmp_path: Path) -> None:
    warmed(tmp_path)
    assert TemplateCache("mysql", tmp_path).get(TEMPLATES[0]) is None


@pytest.mark.parametrize("damage", [b"", b"garbage", b"0" * 64 + b"\n{}"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    warmed(tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage)
    assert TemplateCache("postgresql", tmp_path).get(TEMPLATES[0]) is None
    warmed(tmp_path)
    assert TemplateCache("postgresql", tmp_path).get(TEMPLATES[0]) is not None


def test_two_runs_at_once_lose_nothing_but_time(tmp_path: Path) -> None:
    first, second = TemplateCache("postgresql", tmp_path), TemplateCache("postgresql", tmp_path)
    CachedReader("postgresql", first).parse(TEMPLATES[0])
    CachedReader("postgresql", second).parse(TEMPLATES[1])
    first.save()
    second.save()
    both = TemplateCache("postgresql", tmp_path)
    assert all(both.get(template) is not None for template in TEMPLATES[:2])


def test_a_cache_that_must_not_remember_writes_nothing(tmp_path: Path) -> None:
    cache = TemplateCache("postgresql", tmp_path, remembers=False)
    CachedReader("postgresql", cache).parse(TEMPLATES[0])
    cache.save()
    assert list(tmp_path.iterdir()) == []
