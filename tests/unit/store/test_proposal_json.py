from __future__ import annotations

import json
from dataclasses import replace

import pytest

from analyses import shop
from decompose.boundaries.model import Alternative, Branch, Decomposition, Hierarchy, Role, Service
from decompose.errors import InputError
from decompose.store import proposal_json, services_yaml

BASE = shop().decomposition
PROPOSAL = replace(
    BASE,
    services=tuple(replace(service, stability=0.75) for service in BASE.services),
    roles=(Role("countries", "shared", "read everywhere"),),
    unsure=(("payments", "ordering", 0.2), ("users", "ordering", 0.1)),
    note="",
    hierarchy=Hierarchy(
        (Branch("service", "all", -1, 1, 0.5), Branch("aggregate", "orders", 0, 1, tables=("orders",)))
    ),
    alternatives=(Alternative(2, 0.1, 0.5, 0.9, 0.5, 1.0, chosen=True, cut=(Service("a", ("orders",)),)),),
    remarks=("a remark",),
)
TABLES = [table.name for table in shop().evidence.tables]


def edited(text: str) -> Decomposition:
    return services_yaml.load(text, TABLES, "services.yml")


def test_it_comes_back_as_it_was() -> None:
    assert proposal_json.load(proposal_json.dump(PROPOSAL)) == PROPOSAL


def test_an_unedited_file_gets_everything_back() -> None:
    read = edited(services_yaml.dump(PROPOSAL))
    assert read.services[0].stability is None
    assert proposal_json.recalled(read, PROPOSAL) == PROPOSAL


def test_what_was_edited_is_no_longer_vouched_for() -> None:
    tables = {service.name: set(service.tables) - {"payments"} for service in PROPOSAL.services}
    tables["ordering"].add("payments")
    services = tuple(replace(each, tables=tuple(sorted(tables[each.name]))) for each in PROPOSAL.services)
    moved = replace(PROPOSAL, services=services)
    found = proposal_json.recalled(edited(services_yaml.dump(moved)), PROPOSAL)
    assert {service.name: service.stability for service in found.services} == {
        "billing": None, "catalog": 0.75, "identity": 0.75, "ordering": None,
    }  # fmt: skip
    assert found.unsure == (("users", "ordering", 0.1),)
    assert found.roles == PROPOSAL.roles
    assert found.capabilities == ()
    assert (found.hierarchy, found.alternatives, found.remarks) == (Hierarchy(), (), ())


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "decompose/proposal@2"}', "[" * 100_000])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        proposal_json.load(text)


def test_a_damaged_one_says_where() -> None:
    document = json.loads(proposal_json.dump(PROPOSAL))
    document["decomposition"]["services"][1]["tables"] = 7
    with pytest.raises(InputError, match=r"services\[1\]\.tables"):
        proposal_json.load(json.dumps(document))
