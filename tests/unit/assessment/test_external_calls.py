"""Outside systems called within transactions: in findings, journeys and sagas."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builders import cut
from decompose import pipeline
from decompose.assessment.assess import assess
from decompose.assessment.breakage import breakage
from decompose.assessment.sagas.draft import sagas
from decompose.evidence.bundle import Evidence
from decompose.reports.breakage_markdown import render_breakage
from decompose.store import analysis_json, evidence_json

CUT = cut("ordering: orders; stock: inventory")


def collected(folder: Path, *records: object) -> Evidence:
    log = folder / "log.jsonl"
    log.write_text("".join(json.dumps(record) + "\n" for record in records))
    return pipeline.collect(pipeline.CollectRequest((), (str(log),)))


def checkout(count: int, **more: object) -> dict[str, object]:
    return {"transaction": "checkout", "count": count, "accesses": [["orders", "I"], ["inventory", "U"]], **more}


def test_calls_stand_beside_the_tables_and_change_no_profile(tmp_path: Path) -> None:
    found = collected(tmp_path, checkout(5, calls=["stripe", "tax"]), checkout(2), checkout(1, calls=["tax"]))
    (profile,) = found.profiles
    assert (profile.count, profile.external, profile.boundary) == (
        8,
        (("stripe", 5), ("tax", 6)),
        ("inventory", "orders"),
    )
    assert [table.name for table in found.tables] == ["inventory", "orders"]
    assert evidence_json.load(evidence_json.dump(found)) == found
    shown = json.loads(analysis_json.dump(pipeline.judge(found, CUT)))["transaction_profiles"][0]["external"]
    assert shown == [{"name": "stripe", "count": 5}, {"name": "tax", "count": 6}]


def test_a_call_within_a_writing_transaction_is_a_finding(tmp_path: Path) -> None:
    reading = {"transaction": "quote", "accesses": [["orders", "R"]], "calls": ["rates"]}
    found = collected(tmp_path, checkout(5, calls=["stripe"]), reading)
    (finding,) = [f for f in assess(found, CUT).findings if f.code == "external-call"]
    assert (finding.key, finding.severity, finding.executions) == ("external-call:stripe", "warning", 5)
    assert "stripe is called within transactions that write inventory, orders: checkout (5×)" in finding.message


def test_journeys_and_sagas_tell_of_the_call(tmp_path: Path) -> None:
    found = collected(tmp_path, checkout(5, calls=["stripe"]))
    broken = breakage(found, CUT)
    assert broken.journeys[0].passages[0].external == ("stripe",)
    assert "`stripe` is called outside" in render_breakage(broken)
    (saga,) = sagas(found, CUT)
    assert saga.external == (("stripe", 5),)
    assert "stripe is called: that cannot be taken back" in saga.pivot.reason


@pytest.mark.parametrize("calls", ["stripe", [1], {"a": 1}, None])
def test_calls_of_another_shape_make_the_line_a_gap(tmp_path: Path, calls: object) -> None:
    found = collected(tmp_path, checkout(1), checkout(1, calls=calls))
    assert sum(profile.count for profile in found.profiles) == 1
    assert {gap.count for gap in found.coverage.gaps} == {1}
