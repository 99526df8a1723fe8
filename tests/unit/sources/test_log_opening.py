"""Opening logs: compression by content, folders and globs, damage and decompression bombs."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
import tarfile
from pathlib import Path

import pytest

from decompose.errors import InputError
from decompose.evidence.log_entry import Gap, LogEntry
from decompose.sources.logs import EMPTY, LogSource, log_sources, read_log
from log_reading import fixture, read

DATA = fixture("postgresql.csv")
PACKERS = {
    "plain": lambda data: data,
    "gz": gzip.compress,
    "gz in two members": lambda data: gzip.compress(data[:1000]) + gzip.compress(data[1000:]),
    "bz2": bz2.compress,
    "xz": lzma.compress,
}


@pytest.mark.parametrize("packer", PACKERS)
def test_compression_is_told_by_content(packer: str, tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(PACKERS[packer](DATA))
    assert list(read_log(str(path))) == read(DATA)


def test_zstandard_reads_or_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"\x28\xb5\x2f\xfd" + b"\0" * 20)
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(InputError) as refused:
        list(read_log(str(path)))
    assert "decompose[zstd]" in refused.value.hint


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, bz2.compress])
def test_cut_archive_gives_what_is_there_and_a_gap(pack: type, tmp_path: Path) -> None:
    path = tmp_path / "log"
    whole = pack(DATA * 60)
    path.write_bytes(whole[: len(whole) - 9])
    assert list(read_log(str(path)))[-1] == Gap("compressed log is damaged or cut off")


def test_flipped_archive_never_raises(tmp_path: Path) -> None:
    whole = gzip.compress(DATA)
    for at in range(2, len(whole), 11):
        path = tmp_path / "log"
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            items = list(read_log(str(path)))
        except InputError:
            continue
        assert items


def test_decompression_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    line = b"2026-03-02 08:00:00.000 UTC [1] LOG:  statement: SELECT 1\n"
    path.write_bytes(gzip.compress(line + b"\t" + b"0" * (70 << 20), 9))
    with pytest.raises(InputError, match="1000 times"):
        list(read_log(str(path)))


def test_folder_glob_and_file_are_one_sorted_list(tmp_path: Path) -> None:
    for name in ("b.log", "a.log", "deep/c.log", ".hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(DATA)
    found = log_sources([str(tmp_path), str(tmp_path / "*.log"), str(tmp_path / "a.log")])
    assert [Path(source.name).name for source in found] == ["a.log", "b.log", "c.log"]


def test_nothing_there_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        log_sources([str(tmp_path / "none-*.log")])
    with pytest.raises(InputError):
        list(read_log(str(tmp_path / "none")))


def test_address_shows_no_secret_when_its_reader_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(InputError) as refused:
        LogSource("s3://key:canary@bucket/log?token=canary", is_url=True).open()
    assert "canary" not in refused.value.message + refused.value.hint
    assert "bucket/log" in refused.value.message


def test_empty_log_is_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"")
    assert list(read_log(str(path))) == [EMPTY]


def test_entries_of_another_database_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(DATA)
    kept = list(read_log(str(path), database="other"))
    assert {item.database for item in kept if isinstance(item, LogEntry)} == {""}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("block_bytes", [7, 1 << 16])
def test_utf16_is_read_as_the_text_it_is(encoding: str, block_bytes: int, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    text = DATA.decode() + DATA.decode().replace("shop", "größe-😀")
    path.write_bytes(f"\ufeff{text}".encode(encoding) + b"\n")
    plain = tmp_path / "plain.csv"
    plain.write_bytes(text.encode() + "\ufffd".encode())
    assert list(read_log(str(path), block_bytes=block_bytes)) == list(read_log(str(plain), block_bytes=block_bytes))
    assert LogSource(str(path)).plain_size() == 0


def test_a_pipe_is_refused_for_it_would_lose_its_beginning(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is a pipe") as caught:
        log_sources([str(tmp_path / "pipe")])
    assert "write it to a file" in caught.value.hint
    with pytest.raises(InputError) as caught:
        log_sources(["-"])
    assert "write it to a file" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "hint"),
    [("shop.lgo", "did you mean {}/shop.log?"), ("empty", "The folder holds no file."), ("x", "Give a")],
)
def test_a_path_without_a_log_is_put_right(name: str, hint: str, tmp_path: Path) -> None:
    (tmp_path / "shop.log").write_bytes(DATA)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError) as caught:
        log_sources([str(tmp_path / name)])
    assert caught.value.hint.startswith(hint.format(tmp_path))


def test_a_tar_archive_is_no_log(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "logs.tgz", "w:gz") as archive:
        info = tarfile.TarInfo("postgresql.csv")
        info.size = len(DATA)
        archive.addfile(info, io.BytesIO(DATA))
    with pytest.raises(InputError, match="tar archive"):
        list(read_log(str(tmp_path / "logs.tgz")))


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"CREATE TABLE a (id int);\nCREATE INDEX i ON a (id);\n", "looks like a schema"),
        (b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE a (id int);\nCOMMIT;\n", "looks like a schema"),
        (b"-- MySQL dump 10.13\nCREATE TABLE `a` (\n  `id` int\n) ENGINE=InnoDB;\n", "looks like a schema"),
        (b"SQLite format 3\0" + bytes(100), "sqlite:///"),
        (b"PK\x03\x04" + bytes(100), "zip"),
        (b"\xfebin" + bytes(100), "mysqlbinlog"),
        (bytes(range(256)), "not text"),
    ],
)
def test_what_is_no_log_is_told_apart(content: bytes, hint: str, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(content)
    with pytest.raises(InputError) as caught:
        list(read_log(str(tmp_path / "log")))
    assert hint in caught.value.hint


def test_a_trace_that_begins_with_its_tables_is_a_log(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(
        b"CREATE TABLE a (id int);\n" * 300 + b"BEGIN;\nINSERT INTO a VALUES (1);\nCOMMIT;\n"
    )
    assert len(list(read_log(str(tmp_path / "log")))) == 303
