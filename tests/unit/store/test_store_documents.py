from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
import yaml

from analyses import shop
from builders import cut, evidence, schema, tx
from decompose.assessment.assess import assess
from decompose.assessment.model import Analysis
from decompose.boundaries.model import Capability, SubCapability
from decompose.errors import UsageError
from decompose.store import analysis_json, assessment_json, capabilities_yaml, evidence_json, services_yaml
from decompose.store.schemas import SCHEMAS, schema_text

CUT = replace(
    cut("identity: users; ordering: orders; shared: countries"),
    capabilities=(
        Capability("Order Management", (SubCapability("Checkout", ("p1",), ("orders",)), SubCapability("no", (), ()))),
        Capability("Other: things", ()),
    ),
    unsure=(("users", "ordering", 1.123456789),),
)
SEEN = evidence(schema("orders -> users; countries"), tx("R countries; W orders users", times=3, label="buy"))
ANALYSIS = Analysis(SEEN, CUT, assess(SEEN, CUT))
KEYS = {
    "": ["format", "coverage", "transaction_profiles", "transaction_boundaries", "services", "shared",
         "infrastructure", "capabilities", "assessment"],
    "coverage": ["entries", "statements", "statements_understood", "transactions", "transactions_complete",
                 "transactions_explicit", "transactions_autocommit", "rolled_back", "sessions", "tables",
                 "tables_touched", "gaps"],
    "transaction_profiles": ["id", "name", "kind", "count", "rolled_back", "reads", "writes", "locks", "cascades",
                             "statements"],
    "transaction_boundaries": ["name", "count", "writes", "profiles"],
    "services": ["name", "capability", "tables", "stability"],
    "capabilities": ["name", "children"],
    "assessment": ["services", "largest_share", "write_transactions", "distributed_write_transactions",
                   "distributed_write_share", "saga_cost", "cross_joins", "foreign_keys_to_retire", "findings"],
}  # fmt: skip


def valid(name: str, document: Any) -> None:
    jsonschema.Draft202012Validator(json.loads(schema_text(name))).validate(document)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text(name)))


@pytest.mark.parametrize("analysis", [ANALYSIS, shop(), replace(ANALYSIS, evidence=evidence(schema("")))])
def test_the_documents_fit_their_schemas(analysis: Analysis) -> None:
    valid("analysis", json.loads(analysis_json.dump(analysis)))
    valid("assessment", json.loads(assessment_json.dump(analysis.assessment)))
    valid("assessment", json.loads(assessment_json.dump(analysis.assessment, analysis.evidence.coverage)))
    valid("evidence", json.loads(evidence_json.dump(analysis.evidence)))
    valid("services", yaml.safe_load(services_yaml.dump(analysis.decomposition)))


@pytest.mark.parametrize("name", ["analysis", "assessment", "evidence", "services"])
def test_the_schemas_refuse_unknown_keys(name: str) -> None:
    texts = {
        "analysis": analysis_json.dump(ANALYSIS),
        "assessment": assessment_json.dump(ANALYSIS.assessment),
        "evidence": evidence_json.dump(SEEN),
        "services": json.dumps(yaml.safe_load(services_yaml.dump(CUT))),
    }
    with pytest.raises(jsonschema.ValidationError):
        valid(name, {**json.loads(texts[name]), "later": 1})


@pytest.mark.parametrize("part", KEYS)
def test_the_analysis_has_the_keys_of_the_contract(part: str) -> None:
    document = json.loads(analysis_json.dump(ANALYSIS))
    found = document[part] if part else document
    assert set(KEYS[part]) <= set(found[0] if isinstance(found, list) else found)


def test_the_analysis_says_what_was_seen() -> None:
    document = json.loads(analysis_json.dump(ANALYSIS))
    assert document["format"] == "decompose/analysis@1"
    assert document["transaction_boundaries"][0]["writes"] == ["orders", "users"]
    assert document["services"][0] == {
        "name": "identity", "capability": "", "tables": ["users"], "stability": None, "owner": "",
    }  # fmt: skip
    assert document["assessment"]["distributed_write_transactions"] == 3
    assert document["assessment"]["findings"][0]["code"] == "distributed-write"
    assert document["unsure"] == [{"table": "users", "second_choice": "ordering", "cost": 1.123457}]


def test_the_names_of_the_sources_do_not_change_the_analysis() -> None:
    renamed = replace(ANALYSIS, evidence=replace(SEEN, sources=("other.json",)))
    assert analysis_json.dump(renamed) == analysis_json.dump(ANALYSIS)


def test_capabilities_round_trip() -> None:
    assert capabilities_yaml.load(capabilities_yaml.dump(CUT), "capabilities.yml") == CUT.capabilities
    assert capabilities_yaml.load(capabilities_yaml.dump(cut("")), "capabilities.yml") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("capability: {}", "c.yml:1:1: unknown key 'capability'"),
        ("capabilities: {a: {b: {table: []}}}", "c.yml:1:24: unknown key 'table'"),
        ("capabilities: {a: {b: [x]}}", "c.yml:1:23: expected a mapping"),
        ("capabilities: {a: {}, a: {}}", "c.yml:1:23: 'a' occurs twice"),
    ],
)
def test_a_fault_in_the_capabilities_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        capabilities_yaml.load(text, "c.yml")
    assert error.value.message.startswith(message)
