"""What `decompose analyze --format json` prints: `decompose/analysis@1`, one object with stable keys."""

from __future__ import annotations

from decompose.assessment.model import Analysis
from decompose.boundaries.model import Alternative, Branch, Capability, Decomposition, Service
from decompose.evidence.bundle import TransactionProfile
from decompose.store.assessment_json import assessment_object, coverage_object
from decompose.store.json_text import pretty
from decompose.store.records import Json

FORMAT = "decompose/analysis@1"
_DIGITS = 6


def dump(analysis: Analysis) -> str:
    """The object's text; equal analyses give equal bytes, whatever the names of the sources."""
    evidence, decomposition = analysis.evidence, analysis.decomposition
    return pretty(
        {
            "format": FORMAT,
            "coverage": coverage_object(evidence.coverage),
            "transaction_profiles": [_profile(profile) for profile in evidence.profiles],
            "transaction_boundaries": [
                {
                    "name": boundary.name,
                    "count": boundary.count,
                    "writes": list(boundary.writes),
                    "profiles": list(boundary.profiles),
                }
                for boundary in evidence.boundaries
            ],
            "services": [_service(service) for service in decomposition.services],
            **_apart(decomposition),
            "capabilities": [_capability(capability) for capability in decomposition.capabilities],
            "hierarchy": [_branch(branch) for branch in decomposition.hierarchy.branches],
            "alternatives": [_alternative(alternative) for alternative in decomposition.alternatives],
            "remarks": list(decomposition.remarks),
            "assessment": assessment_object(analysis.assessment),
        }
    )


def _profile(profile: TransactionProfile) -> dict[str, Json]:
    external = [{"name": name, "count": count} for name, count in profile.external]
    return {
        "id": profile.id,
        "name": profile.name,
        "kind": profile.kind,
        "count": profile.count,
        "rolled_back": profile.rolled_back,
        "reads": list(profile.reads),
        "writes": list(profile.writes),
        "locks": list(profile.locks),
        "cascades": list(profile.cascades),
        "statements": list(profile.in_order or profile.statements),
        "labels": [{"label": label, "count": count} for label, count in profile.labels],
        **({"external": external} if external else {}),
    }


def _service(service: Service) -> dict[str, Json]:
    return {
        "name": service.name,
        "capability": service.capability,
        "tables": list(service.tables),
        "stability": None if service.stability is None else round(service.stability, _DIGITS),
        "owner": service.owner,
    }


def _apart(decomposition: Decomposition) -> dict[str, Json]:
    return {
        "shared": list(decomposition.shared),
        "infrastructure": list(decomposition.infrastructure),
        "unassigned": list(decomposition.unassigned),
        "roles": [{"table": role.table, "kind": role.kind, "reason": role.reason} for role in decomposition.roles],
        "unsure": [
            {"table": table, "second_choice": service, "cost": round(cost, _DIGITS)}
            for table, service, cost in decomposition.unsure
        ],
        "note": decomposition.note,
    }


def _capability(capability: Capability) -> dict[str, Json]:
    return {
        "name": capability.name,
        "derived_from": capability.derived_from,
        "children": [
            {
                "name": child.name,
                "derived_from": child.derived_from,
                "proposed": list(child.proposed),
                "transactions": list(child.transactions),
                "tables": list(child.tables),
            }
            for child in capability.children
        ],
    }


def _branch(branch: Branch) -> dict[str, Json]:
    return {
        "level": branch.level,
        "name": branch.name,
        "parent": branch.parent,
        "groups": branch.groups,
        "cost": round(branch.cost, _DIGITS),
        "tables": list(branch.tables),
        "derived_from": branch.derived_from,
    }


def _alternative(found: Alternative) -> dict[str, Json]:
    return {
        "services": found.services,
        "distributed_write_share": round(found.distributed_write_share, _DIGITS),
        "balance": round(found.balance, _DIGITS),
        "cohesion": round(found.cohesion, _DIGITS),
        "largest_share": round(found.largest_share, _DIGITS),
        "cost": round(found.cost, _DIGITS),
        "chosen": found.chosen,
        "dominated": found.dominated,
        "cut": [{"name": service.name, "tables": list(service.tables)} for service in found.cut],
    }
