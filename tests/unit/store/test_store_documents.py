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
from decompose.boundaries.model import Alternative, Branch, Capability, Hierarchy, Service, SubCapability
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
    hierarchy=Hierarchy(
        (
            Branch("union", "ordering", -1, 1, 0.1234567),
            Branch("service", "ordering", 0, 2, derived_from="a word"),
            Branch("aggregate", "orders", 1, 2, tables=("orders",)),
        )
    ),
    alternatives=(
        Alternative(2, 0.25, 0.5, 0.75, 0.5, 1.0, chosen=True, cut=(Service("ordering", ("orders",)),)),
        Alternative(3, 0.0, 0.5, 0.75, 0.5, 1.25, dominated=True),
    ),
    remarks=("an edit fits nothing",),
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


def test_the_analysis_holds_levels_and_alternatives() -> None:
    document = json.loads(analysis_json.dump(ANALYSIS))
    assert document["hierarchy"][0] == {
        "level": "union", "name": "ordering", "parent": -1, "groups": 1, "cost": 0.123457, "tables": [],
        "derived_from": "",
    }  # fmt: skip
    assert document["alternatives"][0] == {
        "services": 2, "distributed_write_share": 0.25, "balance": 0.5, "cohesion": 0.75, "largest_share": 0.5,
        "cost": 1.0, "chosen": True, "dominated": False, "cut": [{"name": "ordering", "tables": ["orders"]}],
    }  # fmt: skip
    assert document["remarks"] == ["an edit fits nothing"]


def test_the_names_of_the_sources_do_not_change_the_analysis() -> None:
    renamed = replace(ANALYSIS, evidence=replace(SEEN, sources=("other.json",)))
    assert analysis_json.dump(renamed) == analysis_json.dump(ANALYSIS)


def test_capabilities_round_trip() -> None:
    assert capabilities_yaml.load(capabilities_yaml.dump(CUT), "capabilities.yml") == CUT.capabilities
    assert capabilities_yaml.load(capabilities_yaml.dump(cut("")), "capabilities.yml") == ()


def test_a_part_remembers_where_it_was_proposed() -> None:
    part = SubCapability("Ordering", ("p1",), ("orders",), "the label buy", ("Order Management", "Checkout"))
    stayed = SubCapability("Paying", (), ("payments",), "a: #1")
    edited = replace(CUT, capabilities=(Capability("Selling", (part, stayed)),))
    text = capabilities_yaml.dump(edited)
    assert "proposed: [Order Management, Checkout]" in text
    assert "proposed: [Selling, Paying]" in text
    assert capabilities_yaml.load(text, "c.yml") == edited.capabilities


def test_the_levels_are_yaml_for_readers() -> None:
    branches = (Branch("capability", "Selling", -1, 1), Branch("service", "ordering", 0, 1),
                Branch("aggregate", "orders: all", 1, 1, tables=("lines", "orders: all")))  # fmt: skip
    found = yaml.safe_load(capabilities_yaml.dump_levels(replace(CUT, hierarchy=Hierarchy(branches))))
    assert found == {"capabilities": {"Selling": {"ordering": {"orders: all": ["lines", "orders: all"]}}}}
    assert yaml.safe_load(capabilities_yaml.dump_levels(cut(""))) == {"capabilities": {}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("capabilities: {a: {b: {proposed: [x]}}}", "c.yml:1:34: `proposed` takes two names"),
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
