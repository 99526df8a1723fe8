"""The shop's capabilities and services as a team that knows it would draw them: fixtures/shop/truth.yml."""

from __future__ import annotations

import yaml

from decompose import pipeline
from decompose.boundaries.propose import ProposalSettings
from repository import ROOT

SHOP = ROOT / "fixtures" / "shop"


def test_the_five_capabilities_by_their_own_names() -> None:
    truth = yaml.safe_load((SHOP / "truth.yml").read_text())["services"]
    log = str(SHOP / "captures" / "postgresql.stderr.log.gz")
    evidence = pipeline.collect(pipeline.CollectRequest((str(SHOP / "schema.postgresql.sql"),), (log,)))
    found = pipeline.propose(evidence, ProposalSettings(bootstrap=0))
    assert {service.capability for service in found.services} == {service["capability"] for service in truth.values()}
    home = {table: service.capability for service in found.services for table in service.tables}
    right = [home[t] == service["capability"] for service in truth.values() for t in service["tables"] if t in home]
    assert sum(right) >= 50
    kept = [{home.get(table) for table in service["tables"]} for service in truth.values()]
    assert sum(len(places) == 1 for places in kept) >= 3, "users, payments and support hold together"
    assert {"countries", "currencies"} <= set(found.shared)
