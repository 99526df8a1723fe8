"""Every output of a check against its published schema, its host's limits, and names that try to break out."""

from __future__ import annotations

import gzip
import json
import re
import shlex
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema

from decompose.assessment.drift.model import Drift, Status
from decompose.reports.drift.document import render_drift_json
from decompose.reports.drift.github import render_github
from decompose.reports.drift.gitlab import render_gitlab
from decompose.reports.drift.junit import render_junit
from decompose.reports.drift.markdown import render_drift_markdown
from decompose.reports.drift.sarif import render_sarif
from decompose.reports.drift.screen import render_drift_screen
from decompose.reports.drift.text import Place, headline, place
from decompose.reports.screen import Look, cells
from decompose.store.schemas import schema_text
from drifts import SCENE, every_status, many
from hostile_names import HOSTILE
from repository import ROOT

VENDOR = ROOT / "tests" / "vendor" / "ci-formats"
MIB = 1 << 20
DRIFTS = {
    "small": every_status(),
    "none": Drift((), every_status().metrics, every_status().coverage, 0, 0, "2026-03-20"),
}
DRIFTS |= {f"hostile {number}": every_status(lambda name, h=h: h + name) for number, h in enumerate(HOSTILE)}


def sarif(drift: Drift) -> str:
    return render_sarif(drift, SCENE, "1.2.3")


@cache
def validator(schema: str) -> Any:
    found = json.loads((VENDOR / schema).read_text())
    return jsonschema.validators.validator_for(found)(found)


@cache
def junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(VENDOR / "junit-10.xsd"))


def check_json(text: str, schema: str) -> Any:
    found = json.loads(text)
    validator(schema).validate(found)
    return found


@pytest.mark.parametrize("name", DRIFTS)
def test_sarif_is_valid(name: str) -> None:
    run = check_json(sarif(DRIFTS[name]), "sarif-2.1.0-rtm.5.json")["runs"][0]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert re.fullmatch("[0-9a-f]{12}", result["partialFingerprints"]["decomposeCoupling/v1"])


@pytest.mark.parametrize("name", DRIFTS)
def test_json_is_valid(name: str) -> None:
    jsonschema.validate(json.loads(render_drift_json(DRIFTS[name], SCENE)), json.loads(schema_text("drift")))


@pytest.mark.parametrize("name", DRIFTS)
def test_junit_is_valid(name: str) -> None:
    text = render_junit(DRIFTS[name], SCENE)
    junit_schema().validate(text)
    suite = ElementTree.fromstring(text)[0]
    assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
    assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))


@pytest.mark.parametrize("name", DRIFTS)
def test_gitlab_is_valid(name: str) -> None:
    found = check_json(render_gitlab(DRIFTS[name], SCENE), "gitlab-code-quality.json")
    fingerprints = [item["fingerprint"] for item in found]
    assert len(fingerprints) == len(set(fingerprints))


@pytest.mark.parametrize("name", DRIFTS)
def test_github_commands_are_one_line_each_and_cannot_be_forged(name: str) -> None:
    for line in render_github(DRIFTS[name], SCENE).splitlines()[1:]:
        assert re.match(r"::(error|warning) file=[^,:]+,line=\d+,title=[^,:]+::|\+\d+ more ", line)


@pytest.mark.parametrize("name", DRIFTS)
def test_text_and_markdown_hold_no_control_character_and_no_markup(name: str) -> None:
    drift = DRIFTS[name]
    for text in (render_drift_markdown(drift, SCENE), render_drift_screen(drift, SCENE, Look())):
        assert not [c for c in text if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0)]
    assert "<script" not in render_drift_markdown(drift, SCENE)
    assert render_drift_markdown(drift, SCENE).count("```") % 2 == 0


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_screen_fits_the_terminal_and_its_commands_can_be_copied(width: int) -> None:
    scene = replace(SCENE, command=" 'a --b.sql' --log a.log --services services.yml --lock team/lock.yml")
    screen = render_drift_screen(every_status(), scene, Look(width=width))
    assert max(map(cells, screen.splitlines())) <= width
    (expired,) = every_status().of(Status.EXPIRED)
    accept = f"decompose drift accept {expired.identity.id}{scene.command} --reason WHY --owner TEAM"
    assert accept in re.sub(r" \\\n +", " ", screen)


@pytest.mark.parametrize("source", ["a --b.sql", "it's --x.sql"])
def test_a_command_is_never_broken_inside_quotes(source: str) -> None:
    scene = replace(SCENE, command=f" {shlex.quote(source)} --log a.log")
    screen = render_drift_screen(every_status(), scene, Look(width=50))
    (expired,) = every_status().of(Status.EXPIRED)
    accept = f"drift accept {expired.identity.id}{scene.command} --reason WHY --owner TEAM"
    (printed,) = re.findall(rf"drift accept {expired.identity.id}.*?TEAM", screen, re.DOTALL)
    assert [word for word in shlex.split(printed) if word != "\n"] == shlex.split(accept)


def test_thirty_thousand_findings_stay_within_every_limit() -> None:
    drift = many(30_000)
    uploaded = sarif(drift)
    log = json.loads(uploaded)
    results = log["runs"][0]["results"]
    assert len(results) == 5_000
    assert {result["level"] for result in results} == {"error"}
    assert len(gzip.compress(uploaded.encode(), mtime=0)) < 10 * MIB
    commands = render_github(drift, SCENE).splitlines()
    assert sum(line.startswith("::error ") for line in commands) == 10
    assert sum(line.startswith("::warning ") for line in commands) == 10
    assert "+14990 more errors: see the step summary or the other reports" in commands
    assert "+14990 more warnings: see the step summary or the other reports" in commands
    markdown = render_drift_markdown(drift, SCENE)
    assert len(markdown.encode()) < 65_536 < MIB
    assert "14,960 more" in markdown
    junit_schema().validate(render_junit(drift, SCENE))
    issues = json.loads(render_gitlab(drift, SCENE))
    assert len(issues) == 5_001
    # The items are alike, and validating thousands of them takes long: the first and the last ones stand for all.
    check_json(json.dumps([*issues[:100], *issues[-100:]]), "gitlab-code-quality.json")
    log["runs"][0]["results"] = [*results[:100], *results[-100:]]
    check_json(json.dumps(log), "sarif-2.1.0-rtm.5.json")
    screen = render_drift_screen(drift, SCENE, Look())
    assert len(screen.splitlines()) < 250
    assert "and 14,980 more that are new" in screen
    assert len(json.loads(render_drift_json(drift, SCENE))["results"]) == 30_000


def test_the_headline_tells_the_delta() -> None:
    said = headline(every_status())
    assert said.startswith("+1 new, 1 forbidden, 1 expired, 1 over-budget, 1 unproven, 1 analyzer-upgrade, 1 inherited")
    assert said.endswith("20 accepted (oldest 211 days), coverage 99.5 %")


def test_a_finding_says_what_who_evidence_and_the_next_step() -> None:
    found = json.loads(render_drift_json(every_status(), SCENE))["results"][0]
    assert found["status"] == Status.NEW
    assert "14 of 1,022 transactions, 13.7 per 1,000; by POST /orders, checkout" in found["message"]
    assert found["evidence"] == "db/structure.sql:12; transaction 3fa912345678"
    assert (found["path"], found["line"]) == ("db/structure.sql", 12)


def test_a_label_that_names_code_is_where_to_look() -> None:
    drift = every_status(lambda name: name.replace("POST /orders", "app/models/order.rb:12:in `create'"))
    (new,) = drift.of(Status.NEW)
    assert new.sighting is not None
    without_ddl = replace(new, sighting=replace(new.sighting, line=None))
    assert place(without_ddl, SCENE) == Place("app/models/order.rb", 12)


def test_the_picture_shows_before_and_after() -> None:
    text = render_drift_markdown(every_status(), SCENE)
    before, after = re.findall(r"```mermaid\n(.*?)```", text, re.DOTALL)
    assert 's0["billing"]' in before
    assert re.search(r's0 ---\|"\d+"\| s1', before)
    assert re.search(r's0 ===\|"\d+ \(\+\d, -\d\)"\| s1', after)


def test_vendored_schemas_are_listed_with_their_licence() -> None:
    listed = (VENDOR / "README.md").read_text()
    assert not [path.name for path in Path(VENDOR).iterdir() if path.name != "README.md" and path.name not in listed]
