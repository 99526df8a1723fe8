"""`plan`, and the changes that `assess` prices, from an output folder."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from analyses import shop
from decompose.cli.app import app
from decompose.cli.documents import write_folder
from decompose.cli.output import Notes
from decompose.store import evidence_json, services_yaml
from decompose.store.schemas import schema_text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    analysis = shop()
    (tmp_path / "evidence.json").write_text(evidence_json.dump(analysis.evidence))
    (tmp_path / "services.yml").write_text(services_yaml.dump(analysis.decomposition))
    return tmp_path


def run(arguments: str) -> Any:
    return CliRunner().invoke(app, shlex.split(arguments))


def test_a_plan_leaves_its_documents(folder: Path) -> None:
    done = run(f"plan --in {folder} -o {folder / 'plan'}")
    assert done.exit_code == 0, done.output
    files = sorted(str(path.relative_to(folder / "plan")) for path in (folder / "plan").rglob("*") if path.is_file())
    assert [name for name in files if not name.startswith("sql")] == [
        "events.asyncapi.yaml", "plan.json", "plan.md", "sagas/01.mmd",
    ]  # fmt: skip
    assert "sql/01-catalog/1-back-fill.sql" in files
    assert json.loads((folder / "plan" / "plan.json").read_text())["format"] == "decompose/plan@1"


@pytest.mark.parametrize(("format_", "starts"), [("text", "Coverage"), ("markdown", "# The way there"), ("json", "{")])
def test_a_plan_is_printed_in_every_format(folder: Path, format_: str, starts: str) -> None:
    done = run(f"plan --in {folder} --format {format_} --strategy big-bang")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(starts)


def test_an_unknown_order_is_a_usage_error(folder: Path) -> None:
    done = run(f"plan --in {folder} --strategy nobody-first")
    assert done.exit_code == 2
    assert "there is no service or table 'nobody'" in done.output


@pytest.mark.parametrize(
    ("change", "after"),
    [
        ("--merge billing,ordering", "services                           4             3            -1"),
        ("--split ordering", "services                           4             5            +1"),
        ("--split ordering=orders --move products=billing", "services                           4             4"),
    ],
)
def test_changes_of_services_are_priced(folder: Path, change: str, after: str) -> None:
    done = run(f"assess --in {folder} {change}")
    assert done.exit_code == 0, done.output
    assert (
        after.split()
        == next(line for line in done.stdout.splitlines() if "services  " in line).split()[: len(after.split())]
    )
    assert not (folder / "assessment.json").exists()


def test_json_tells_a_change_before_and_after(folder: Path) -> None:
    alone = json.loads(run(f"assess --in {folder} --format json").stdout)
    assert "before" not in alone
    found = json.loads(run(f"assess --in {folder} --move payments=ordering --format json").stdout)
    jsonschema.validate(found, json.loads(schema_text("assessment")))
    assert found["change"] == "moving payments to ordering"
    assert found["before"] == {key: alone[key] for key in found["before"]}
    assert found["before"]["distributed_write_transactions"] > found["distributed_write_transactions"]


def test_an_assessment_carries_its_coverage_and_what_breaks(folder: Path) -> None:
    assert run(f"assess --in {folder}").exit_code == 0
    found = json.loads((folder / "assessment.json").read_text())
    assert found["coverage"]["statements"] == 12_345
    assert [item["kind"] for item in found["breakage"]["crossings"]] == ["warehouse"]
    assert {item["name"] for item in found["breakage"]["metrics"]} >= {"complexity", "ICP", "NED"}
    assert len(found["breakage"]["retirements"]) == 3
    told = run(f"assess --in {folder} --format markdown").stdout
    assert "## References to retire" in told
    assert "MoJoFM" not in told
    compared = run(f"assess --in {folder} --format markdown --reference {folder / 'services.yml'}").stdout
    assert "| MoJoFM | 100.000 |" in compared


@pytest.mark.parametrize("change", ["--merge billing", "--split =x", "--split ordering=", "--move a"])
def test_a_half_written_change_is_a_usage_error(folder: Path, change: str) -> None:
    assert run(f"assess --in {folder} {change}").exit_code == 2


def test_what_to_do_next_is_about_the_same_folder_and_decomposition(folder: Path) -> None:
    mine = folder / "mine.yml"
    mine.write_text((folder / "services.yml").read_text())
    said = run(f"plan --in {folder} --services {mine}").stdout.splitlines()[-1]
    assert said.startswith(f"Next: decompose plan --in {folder} --services {mine} -o plan")
    said = run(f"plan --in {folder} -o {folder / 'plan'}").stdout.splitlines()[-1]
    assert said == f"Next: read {folder / 'plan' / 'plan.md'}, then sagas and SQL beside it"
    asked = run(f"assess {mine} --in {folder}").stdout.splitlines()[-1].removeprefix("Next: decompose ")
    assert asked.endswith(f" --in {folder} --services {mine}")
    assert run(asked).exit_code == 0


def test_markdown_tells_a_change_before_and_after(folder: Path) -> None:
    done = run(f"assess --in {folder} --move payments=ordering --format markdown").stdout
    assert "## Price of moving payments to ordering" in done
    assert "| figure | before | after |" in done
    assert "| figure | before | after |" not in run(f"assess --in {folder} --format markdown").stdout


def test_explain_knows_what_the_proposal_knew(tmp_path: Path) -> None:
    analysis = shop()
    write_folder(tmp_path, analysis, Notes(True, False))
    told = run(f"explain payments --in {tmp_path}").stdout
    assert "on the fence" in " ".join(told.split())
    (first, *_) = analysis.decomposition.capabilities
    part = first.children[0]
    done = run(f"explain '{first.name} > {part.name}' --in {tmp_path}")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"# capability {first.name} › {part.name}")
