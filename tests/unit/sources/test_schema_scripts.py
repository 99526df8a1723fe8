"""Scripts that include others, and folders of scripts: one schema, with nothing from outside the folder named."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from decompose.errors import InputError
from decompose.evidence.schema import Schema
from decompose.sources.schemas import read_schema, source_name

PARENT = "CREATE TABLE a (id int PRIMARY KEY);\n"
CHILD = "CREATE TABLE b (a_id int REFERENCES a);\n"


def files(folder: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def tables(schema: Schema) -> list[str]:
    return [table.name.lower() for table in schema.tables]


@pytest.mark.parametrize(
    ("main", "dialect"),
    [
        ("\\i sub/a.sql\n\\ir sub/b.sql\n", "postgresql"),
        ("\\include 'sub/a.sql'\n\\include_relative sub/b.sql\n", "postgresql"),
        ("@sub/a\n@@sub/b.sql first second\n", "oracle"),
        ('PROMPT tables\nSTART sub/a\n@"sub/b.sql"\n', "oracle"),
        ("source sub/a.sql;\n\\. sub/b.sql\n", "mysql"),
        (".read sub/a.sql\n.read 'sub/b.sql'\n", "sqlite"),
        (':r sub\\a.sql\nGO\n:r "sub/b.sql"\n', "tsql"),
    ],
)
def test_an_included_script_is_part_of_the_schema(tmp_path: Path, main: str, dialect: str) -> None:
    files(tmp_path, {"all.sql": main, "sub/a.sql": PARENT, "sub/b.sql": CHILD})
    schema = read_schema(str(tmp_path / "all.sql"))
    assert (schema.dialect, tables(schema), schema.unread) == (dialect, ["a", "b"], ())
    assert schema.tables[1].foreign_keys[0].parent == schema.tables[0].ref


def test_a_folder_with_a_driver_is_read_in_the_driver_s_order(tmp_path: Path) -> None:
    """Its parts stand there as files of their own, too, and in an order in which the key comes before its table."""
    keys = "ALTER TABLE b ADD FOREIGN KEY (a_id) REFERENCES a;\n"
    made = PARENT + "CREATE TABLE b (a_id int);\n"
    files(tmp_path, {"all.sql": "\\i tables.sql\n\\i keys.sql\n", "keys.sql": keys, "tables.sql": made})
    schema = read_schema(str(tmp_path), "postgresql")
    assert (tables(schema), schema.unread) == (["a", "b"], ())
    assert [key.parent.name for key in schema.tables[1].foreign_keys] == ["a"]


def test_an_included_script_is_looked_for_beside_its_own_and_beside_the_first(tmp_path: Path) -> None:
    files(tmp_path, {"all.sql": "\\i sub/b.sql\n", "sub/b.sql": "\\i own.sql\n\\i top.sql\n", "sub/own.sql": PARENT,
                     "top.sql": CHILD})  # fmt: skip
    assert tables(read_schema(str(tmp_path / "all.sql"), "postgresql")) == ["a", "b"]


@pytest.mark.parametrize(
    ("include", "reason"),
    [
        ("../outside.sql", "outside the folder"),
        ("sub/../../outside.sql", "outside the folder"),
        ("{outside}", "outside the folder"),
        ("link.sql", "outside the folder"),
        ("missing.sql", "not found"),
        ("sub", "not found"),
        ("a\0b.sql", "not found"),
        (":dir/a.sql", "not found"),
        ("all.sql", "includes itself"),
        ("round.sql", "includes itself"),
        ("binary.sql", "no text"),
    ],
)
def test_what_is_not_followed_is_counted(tmp_path: Path, include: str, reason: str) -> None:
    outside = tmp_path / "outside.sql"
    outside.write_text("CREATE TABLE secret (id int);")
    folder = files(tmp_path / "schema", {"sub/a.sql": PARENT, "round.sql": "\\i all.sql\n"})
    (folder / "binary.sql").write_bytes(b"PGDMP\x01")
    (folder / "link.sql").symlink_to(outside)
    (folder / "all.sql").write_text(PARENT + f"\\i {include.format(outside=outside)}\n")
    schema = read_schema(str(folder / "all.sql"), "postgresql")
    assert tables(schema) == ["a"]
    [(told, count)] = schema.unread
    assert (reason in told, count) == (True, 1)


def test_scripts_that_include_one_another_without_end_are_bounded(tmp_path: Path) -> None:
    for depth in range(40):
        (tmp_path / f"{depth}.sql").write_text(f"\\i {depth + 1}.sql\n" * 9 + PARENT)
    schema = read_schema(str(tmp_path / "0.sql"), "postgresql")
    assert tables(schema) == ["a"]
    assert any("too many" in reason for reason, _ in schema.unread)


def test_a_script_of_nothing_but_lost_includes_says_so(tmp_path: Path) -> None:
    files(tmp_path, {"all.sql": "\\i tables/a.sql\n"})
    with pytest.raises(InputError) as caught:
        read_schema(str(tmp_path / "all.sql"))
    assert "included script" in caught.value.hint


def test_a_folder_is_one_schema_in_the_natural_order_of_its_files(tmp_path: Path) -> None:
    folder = files(
        tmp_path / "shop",
        {
            "V10__drop.sql": "ALTER TABLE b DROP COLUMN note;\n",
            "V2__child.sql": "CREATE TABLE b (a_id int REFERENCES a, note text);\n",
            "V1__parent.sql": PARENT,
            "U1__parent.sql": "DROP TABLE a;\n",
            "0003_x.down.sql": "DROP TABLE b;\n",
            ".hidden/c.sql": "CREATE TABLE c (id int);\n",
            "notes.txt": "CREATE TABLE d (id int);\n",
        },
    )
    schema = read_schema(str(folder), "postgresql")
    assert [(table.name, [column.name for column in table.columns]) for table in schema.tables] == [
        ("a", ["id"]),
        ("b", ["a_id"]),
    ]
    assert source_name(str(folder)) == "shop"


def test_a_folder_without_scripts_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_schema(str(tmp_path))
    assert "no .sql file in" in caught.value.message


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_script_is_read_as_it_is(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "shop.sql.gz"
    path.write_bytes(pack((PARENT + CHILD).encode()))
    assert tables(read_schema(str(path))) == ["a", "b"]
    assert source_name(str(path)) == "shop"


def test_a_cut_archive_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "shop.sql.gz"
    path.write_bytes(gzip.compress((PARENT * 2_000).encode())[:-20])
    with pytest.raises(InputError) as caught:
        read_schema(str(path))
    assert "cut off" in caught.value.message


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("shp.sql", "did you mean {folder}/shop.sql?"),
        ("shop", "did you mean {folder}/shop.sql?"),
        ("none/shop.sql", "there is no folder {folder}/none"),
    ],
)
def test_a_misspelt_path_is_put_right(tmp_path: Path, name: str, hint: str) -> None:
    files(tmp_path, {"shop.sql": PARENT})
    with pytest.raises(InputError) as caught:
        read_schema(str(tmp_path / name))
    assert caught.value.hint == hint.format(folder=tmp_path)


def test_a_bare_word_may_be_meant_as_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        read_schema("stations")
    assert "decompose explain stations" in caught.value.hint


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("-- +goose Up", "-- +goose Down"),
        ("-- +migrate Up", "-- +migrate Down"),
        ("-- migrate:up", "-- migrate:down"),
        ("-- // first version", "-- //@UNDO"),
    ],
)
def test_what_only_takes_a_migration_back_is_left_out(tmp_path: Path, up: str, down: str) -> None:
    files(tmp_path, {"1.sql": f"{up}\n{PARENT}{down}\nDROP TABLE a;\n"})
    files(tmp_path, {"2.sql": f"{down}\nDROP TABLE a;\n{up}\n{CHILD}"} if "//" not in up else {"2.sql": CHILD})
    assert tables(read_schema(str(tmp_path))) == ["a", "b"]


def test_lines_stay_those_of_the_file_when_the_way_back_is_left_out(tmp_path: Path) -> None:
    files(tmp_path, {"1.sql": f"-- +goose Down\nDROP TABLE a;\n-- +goose Up\n{PARENT}"})
    assert read_schema(str(tmp_path / "1.sql")).tables[0].line == 4
