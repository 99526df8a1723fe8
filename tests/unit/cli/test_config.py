"""decompose.yml and [tool.decompose]: strict, data only, in step with the published schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest
import yaml

from decompose.cli.config import SETTINGS, load_config
from decompose.cli.demands import constraints_of
from decompose.cli.init import commented
from decompose.errors import UsageError
from decompose.store.schemas import schema_text


def written(folder: Path, text: str, name: str = "decompose.yml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_without_a_file_nothing_is_set(tmp_path: Path) -> None:
    assert load_config(tmp_path) == {}


def test_values_arrive_under_their_parameters_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_URL", "sqlite:///shop.db")
    written(tmp_path, "sources: ['${SHOP_URL}']\nlogs: [a.log]\ninto: 5\nmin_understood: 0.25\ndialect: sqlite\n")
    assert load_config(tmp_path) == {
        "sources": ["sqlite:///shop.db"],
        "log": ["a.log"],
        "into": 5,
        "min_understood": 0.25,
        "dialect": "sqlite",
    }


def test_pyproject_is_the_other_place(tmp_path: Path) -> None:
    written(tmp_path, '[tool.decompose]\nlogs = ["a.log"]\nseed = 7\n', "pyproject.toml")
    assert load_config(tmp_path) == {"log": ["a.log"], "seed": 7}


def test_demands_arrive_as_the_options_take_them(tmp_path: Path) -> None:
    text = (
        'together: [[a, "b,c", \'d"e\']]\napart: [[a, b], [c, d]]\n'
        'pinned: {s: [x, "y_*"], t: [z]}\nowners: {team: [x]}\n'
    )
    found = load_config(written(tmp_path, text))
    assert found == {
        "together": ['a,"b,c","d""e"'],
        "apart": ["a,b", "c,d"],
        "pin": ["x=s", "y_*=s", "z=t"],
        "owner": ["x=team"],
    }
    demands = constraints_of(*(cast("list[str]", found[name]) for name in ("together", "apart", "pin", "owner")))
    assert demands.together == (("a", "b,c", 'd"e'),)
    assert demands.pinned == (("x", "s"), ("y_*", "s"), ("z", "t"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.decompose]\ntogether = ['orders']\n", "together takes a list of lists of tables"),
        ("[tool.decompose.pinned]\nbilling = 'invoices'\n", "pinned takes a list of tables for each name"),
        ("[tool.decompose]\nowners = ['a']\n", "owners takes a list of tables for each name"),
    ],
)
def test_demands_in_toml_are_as_strict(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load_config(written(tmp_path, text, "pyproject.toml"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("logz: [a]", "decompose.yml:1:1: unknown key 'logz'"),
        ("into: many", "into takes a whole number"),
        ("into: 2.5", "into takes a whole number"),
        ("min_understood: 2", "min_understood takes a number from 0 to 1"),
        ("logs: a.log", "expected a list"),
        ("seed: 1\nseed: 2", "occurs twice"),
        ("together: [orders]", "expected a list"),
        ("apart: orders", "expected a list"),
        ("pinned: [orders]", "expected a mapping"),
        ("owners: {team: orders}", "expected a list"),
        ("sources: ['${NOT_SET_ANYWHERE}']", "NOT_SET_ANYWHERE"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        load_config(written(tmp_path, text))
    assert message in raised.value.message


def test_the_file_that_init_writes_says_everything_and_sets_nothing(tmp_path: Path) -> None:
    text = commented()
    assert load_config(written(tmp_path, text)) == {}
    switched_on = "\n".join(
        line.removeprefix("# ") for line in text.splitlines() if line.removeprefix("# ").split(":")[0] in NAMES
    )
    assert sorted(yaml.safe_load(switched_on)) == sorted(NAMES)


def test_the_published_schema_names_every_setting() -> None:
    assert sorted(json.loads(schema_text("config"))["properties"]) == sorted(NAMES)


NAMES = [setting.name for setting in SETTINGS]
