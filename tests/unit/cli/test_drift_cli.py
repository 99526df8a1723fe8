"""The drift commands: several outputs in one run, the same bytes everywhere, the base from git, stored history."""

from __future__ import annotations

import gzip
import json
import os
import random
import shlex
import shutil
import sqlite3
import subprocess
import sys
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from decompose.cli.app import app
from repository import ROOT

SHOP = ROOT / "fixtures" / "shop"
FILES = ("json", "sarif", "junit", "gitlab", "github", "markdown")


def drift(arguments: str) -> Any:
    return CliRunner().invoke(app, ["drift", *shlex.split(arguments)])


def git(*arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments], check=True)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shop's schema and boundaries in the present folder, the schema's couplings accepted."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    Path("schema.sql").write_text((SHOP / "schema.postgresql.sql").read_text())
    Path("services.yml").write_text((SHOP / "truth.yml").read_text())
    done = drift("accept --all --source schema.sql --reason baseline --owner team --today 2026-01-05")
    assert done.exit_code == 0, done.output
    return tmp_path


def sessions() -> dict[str, list[str]]:
    """The shop's captured lines by session."""
    found: dict[str, list[str]] = {}
    for line in gzip.decompress((SHOP / "captures/sqlite.jsonl.gz").read_bytes()).decode().splitlines():
        found.setdefault(json.loads(line)["session"], []).append(line)
    return found


def test_every_output_is_the_same_bytes_for_shuffled_logs_in_another_locale_and_zone(shop: Path) -> None:
    lines = sessions()
    folder = Path("logs")
    outputs = []
    for seed, zone, locale in (("0", "Pacific/Kiritimati", "C"), ("7", "America/Adak", "tr_TR.UTF-8")):
        folder.mkdir()
        order = sorted(lines)
        random.Random(seed).shuffle(order)
        for part, names in groupby(enumerate(order), key=lambda item: item[0] * 3 // len(order)):
            text = "\n".join(line for _, name in names for line in lines[name])
            (folder / f"{random.Random(f'{seed}{part}').random()}.jsonl").write_text(text + "\n")
        asked = [word for name in FILES for word in ("--format", f"{name}=out{seed}/{name}")]
        done = subprocess.run(
            [str(Path(sys.executable).parent / "decompose"), "drift", "check", "schema.sql", "--log", "logs",
             "--today", "2026-03-01", *asked],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "LANG": locale},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        outputs.append({name: Path(f"out{seed}", name).read_bytes() for name in FILES} | {"text": done.stdout.encode()})
        shutil.rmtree(folder)
    for name, text in outputs[0].items():
        assert text == outputs[1][name], name
        assert len(text) > 1000, name


def test_no_password_of_a_source_reaches_an_output(shop: Path) -> None:
    with sqlite3.connect("loose.db") as connection:
        connection.execute("CREATE TABLE loose (id integer PRIMARY KEY)")
    connection.close()
    Path("open.yml").write_text("services: {}\n")
    asked = " ".join(f"--format {name}=out/{name}" for name in FILES)
    source = "sqlite:///loose.db?password=hunter2"
    done = drift(f"check '{source}' --services open.yml {asked} --format text")
    assert done.exit_code == 1, done.output
    assert "hunter2" not in done.output + "".join(path.read_text() for path in Path("out").iterdir())


def test_all_outputs_come_from_one_run_and_the_summary_is_appended(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("schema.sql").open("a") as file:
        file.write("ALTER TABLE kb_articles ADD COLUMN o integer REFERENCES orders (id);\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(shop / "summary.md"))
    Path("summary.md").write_text("before\n")
    asked = " ".join(f"--format {name}=out/{name}" for name in FILES)
    done = drift(f"check schema.sql {asked} --format text")
    assert done.exit_code == 1
    assert "kb_articles(o) -> orders(id)" in " ".join(done.stdout.split())
    assert all((shop / "out" / name).stat().st_size for name in FILES)
    line = len(Path("schema.sql").read_text().splitlines())
    (result,) = json.loads(Path("out/sarif").read_text())["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == line
    assert Path("summary.md").read_text() == "before\n" + Path("out/markdown").read_text()


def test_what_only_a_log_shows_is_told_where_the_service_is_declared(shop: Path) -> None:
    Path("log.jsonl").write_text('{"transaction": "t", "count": 9, "accesses": [["orders", "W"], ["tickets", "W"]]}\n')
    found = json.loads(drift("check schema.sql --log log.jsonl --format json").stdout)["results"][0]
    lines = Path("services.yml").read_text().splitlines()
    assert (found["path"], lines[found["line"] - 1]) == ("services.yml", "  ordering:")


def test_github_alone_prints_commands_and_nothing_else(shop: Path) -> None:
    done = drift("check schema.sql --format github")
    assert done.stdout.startswith("decompose drift: +0 new, ")
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("check", "nothing to read"),
        ("check schema.sql --services gone.yml", "no declared boundaries at gone.yml"),
        ("check schema.sql --lock gone.yml", "no lock at gone.yml"),
        ("check schema.sql --format pdf", "--format does not know 'pdf'"),
        ("check schema.sql --format json --format sarif", "only one format can go to stdout"),
        ("check schema.sql --format json=", "names no file"),
        ("check schema.sql --today tomorrow", "'tomorrow' is no date"),
        ("check schema.sql --base HEAD", "git knows no revision 'HEAD' here"),
        ("check sqlite:///x.db --base HEAD", ""),
        ("accept --source schema.sql --reason r --owner o", "name the couplings to accept, or --all"),
        ("accept --all --source schema.sql --reason r", "needs --reason and --owner"),
        ("accept abcd --source schema.sql --reason r --owner o", "no coupling has an id that begins with 'abcd'"),
        ("accept --all --source schema.sql --reason r --owner o --until 2020-01-01", "is in the past"),
        ("prune --source schema.sql --lock gone.yml", "no lock at gone.yml"),
        ("history --git --add schema.sql", "--git and --add do not go together"),
        ("history --store nonsense", "runs cannot be stored at nonsense"),
    ],
)
def test_what_is_wrong_is_said(arguments: str, says: str, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(shop.parent))
    done = drift(arguments)
    assert done.exit_code in ((4,) if "x.db" in arguments else (2,)), done.output
    assert says in done.stderr


def test_check_writes_nothing(shop: Path) -> None:
    before = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    assert drift("check schema.sql").exit_code == 0
    assert {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()} == before


def test_accepting_keeps_what_people_wrote_into_the_head(shop: Path) -> None:
    lock = Path("decompose.lock.yml")
    lock.write_text(lock.read_text().replace("policy:", "# agreed on in May\npolicy:"))
    with Path("schema.sql").open("a") as file:
        file.write("ALTER TABLE kb_articles ADD COLUMN o integer REFERENCES orders (id);\n")
    found = json.loads(drift("check schema.sql --format json").stdout)["results"]
    (new,) = [result for result in found if result["fails"]]
    done = drift(f"accept {new['id'][:6]} --source schema.sql --reason 'a \"quoted\" reason: yes' --owner o")
    assert done.exit_code == 0, done.output
    assert "# agreed on in May\npolicy:" in lock.read_text()
    assert 'reason: "a \\"quoted\\" reason: yes"' in lock.read_text()
    assert drift("check schema.sql").exit_code == 0


def test_the_configuration_names_the_inputs_once(shop: Path) -> None:
    with Path("schema.sql").open("a") as file:
        file.write("ALTER TABLE kb_articles ADD COLUMN o integer REFERENCES orders (id);\n")
    Path("decompose.yml").write_text("sources: [schema.sql]\n")
    assert drift("check").exit_code == 1
    assert drift("accept --all --reason r --owner o").exit_code == 0
    assert drift("check").exit_code == 0
    assert drift("prune").exit_code == 0


def test_the_base_is_read_from_git_and_the_work_tree_left_alone(shop: Path) -> None:
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "a")
    with Path("schema.sql").open("a") as file:
        file.write("ALTER TABLE kb_articles ADD COLUMN o integer REFERENCES orders (id);\n")
    git("commit", "-q", "-a", "-m", "b")
    assert drift("check schema.sql").exit_code == 1
    assert drift("check schema.sql --base main").exit_code == 0
    assert drift("check schema.sql --base main~1").exit_code == 1
    assert not subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, check=True).stdout


def test_the_history_of_stored_runs(shop: Path) -> None:
    Path("log.jsonl").write_text('{"transaction": "t", "count": 9, "accesses": [["orders", "W"], ["tickets", "W"]]}\n')
    store = "--store sqlite:///runs.db"
    assert drift(f"history schema.sql --add {store} --revision one --today 2026-01-06").exit_code == 0
    done = drift(f"history schema.sql --log log.jsonl --add {store} --revision two --today 2026-01-07 --format json")
    runs = json.loads(done.stdout)["runs"]
    told = [(run["revision"], run["verdict"], run["distributed_write_share"], run["couplings"]) for run in runs]
    assert told == [("one", "no drift", 0.0, 33), ("two", "drift", 1.0, 34)]
    assert [drift(f"history {store}").stdout.splitlines()[2][:15], "100 %"] == ["2026-01-07  two", "100 %"]
    assert ElementTree.fromstring(drift(f"history {store} --format svg").stdout).tag.endswith("svg")
    assert drift(f"history {store} --last 1 --format json").stdout.count("revision") == 1


def test_the_judged_database_is_never_the_store(shop: Path) -> None:
    with sqlite3.connect("judged.db") as connection:
        connection.execute("CREATE TABLE users (id integer PRIMARY KEY)")
    connection.close()
    before = Path("judged.db").read_bytes()
    done = drift("history sqlite:///judged.db --add --store sqlite:///judged.db")
    assert done.exit_code == 2
    assert Path("judged.db").read_bytes() == before


def test_the_history_of_the_repository(shop: Path) -> None:
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "a")
    Path("README").write_text("nothing that matters\n")
    git("add", ".")
    git("commit", "-q", "-m", "b")
    with Path("schema.sql").open("a") as file:
        file.write("ALTER TABLE kb_articles ADD COLUMN o integer REFERENCES orders (id);\n")
    git("commit", "-q", "-a", "-m", "c")
    done = drift("history schema.sql --git --format json")
    assert [run["couplings"] for run in json.loads(done.stdout)["runs"]] == [33, 34]
