"""Documents of a shop with stored routines, outside calls and an order of statements fit their published schemas."""

from __future__ import annotations

import json

import jsonschema
import pytest

from builders import cut
from decompose import pipeline
from decompose.assessment.breakage import breakage
from decompose.assessment.plan.plan import plan
from decompose.store import analysis_json, assessment_json, evidence_json, plan_json
from decompose.store.schemas import schema_text

SCHEMA = """
CREATE TABLE orders (id serial PRIMARY KEY);
CREATE TABLE stock (id serial PRIMARY KEY);
CREATE FUNCTION place() RETURNS void AS $$ INSERT INTO orders DEFAULT VALUES; DELETE FROM stock; $$ LANGUAGE sql;
CREATE FUNCTION any_of(t text) RETURNS void AS $$ BEGIN EXECUTE t; PERFORM place(); END $$ LANGUAGE plpgsql;
"""
LOG: tuple[object, ...] = (
    {"session": "1", "sql": "BEGIN"},
    {"session": "1", "sql": "SELECT place()", "tags": {"controller": "checkout"}},
    {"session": "1", "sql": "SELECT id FROM orders"},
    {"session": "1", "sql": "COMMIT"},
    {"session": "2", "sql": "SELECT any_of('x')"},
    {"transaction": "pay", "accesses": [["orders", "U"], ["stock", "U"]], "calls": ["stripe"]},
)


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "shop.sql").write_text(SCHEMA)
    (folder / "log.jsonl").write_text("".join(json.dumps(record) + "\n" for record in LOG))
    found = pipeline.collect(pipeline.CollectRequest((str(folder / "shop.sql"),), (str(folder / "log.jsonl"),)))
    services = cut("ordering: orders; warehouse: stock")
    analysis = pipeline.judge(found, services)
    return {
        "evidence": evidence_json.dump(found),
        "analysis": analysis_json.dump(analysis),
        "assessment": assessment_json.dump(analysis.assessment, found.coverage, breakage(found, services)),
        "plan": plan_json.dump(plan(found, services), found.coverage),
    }


@pytest.mark.parametrize("name", ["evidence", "analysis", "assessment", "plan"])
def test_documents_fit_their_schemas(documents: dict[str, str], name: str) -> None:
    jsonschema.Draft202012Validator(json.loads(schema_text(name))).validate(json.loads(documents[name]))


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("evidence", ['"schema_routines"', '"positions"', '"external"', '"dynamic SQL"']),
        ("analysis", ['"external"', "cross-routine:", "unread-routine:", "external-call:"]),
        ("assessment", ['"routines"', '"external"', '"split"']),
        ("plan", ['"routines"', '"external"']),
    ],
)
def test_documents_hold_what_is_new(documents: dict[str, str], name: str, held: list[str]) -> None:
    assert [text for text in held if text not in documents[name]] == []
