"""`proposal.json`: what a proposal knows beyond services.yml: how sure it is, its reasons, its capability map."""

from __future__ import annotations

import json
from dataclasses import replace

from decompose.boundaries.model import Decomposition, Service
from decompose.errors import InputError
from decompose.store.json_text import pretty
from decompose.store.records import MalformedError, decoder, encode

FORMAT = "decompose/proposal@1"
_HINT = "run `decompose propose` again to write it anew, or remove it: the report then does without"


def dump(decomposition: Decomposition) -> str:
    """The decomposition as JSON, exact in both directions."""
    return pretty({"format": FORMAT, "decomposition": encode(decomposition)})


def load(text: str) -> Decomposition:
    """Reads what `dump` wrote; InputError for anything else."""
    try:
        document = json.loads(text)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise InputError(f"this is no proposal in the format {FORMAT!r}", _HINT)
        found = decoder(Decomposition)(document.get("decomposition"))
    except MalformedError as error:
        raise InputError(f"the proposal file is damaged at decomposition{error}", _HINT) from error
    except (ValueError, RecursionError) as error:
        raise InputError("the proposal file is not JSON", _HINT) from error
    assert isinstance(found, Decomposition)
    return found


def recalled(decomposition: Decomposition, proposal: Decomposition) -> Decomposition:
    """A decomposition read from services.yml with what the proposal knew of everything that has stayed as it was.

    A service keeps its stability while its tables are the same, a table its reason or second choice while it is in the
    same place; the capability map and the note belong to the whole and hold only while no table has moved.
    """
    before = {service.name: service for service in proposal.services}
    places = _places(decomposition)
    kept = {table for table, place in _places(proposal).items() if places.get(table) == place}

    def known(service: Service) -> Service:
        earlier = before.get(service.name)
        return (
            replace(service, stability=earlier.stability) if earlier and earlier.tables == service.tables else service
        )

    found = replace(
        decomposition,
        services=tuple(map(known, decomposition.services)),
        roles=tuple(role for role in proposal.roles if role.table in kept),
        unsure=tuple(entry for entry in proposal.unsure if entry[0] in kept),
    )
    if places != _places(proposal):
        return found
    return replace(
        found,
        capabilities=proposal.capabilities,
        note=proposal.note,
        alternatives=proposal.alternatives,
        hierarchy=proposal.hierarchy,
        remarks=proposal.remarks,
    )


def _places(decomposition: Decomposition) -> dict[str, str]:
    found = {table: f"service {service.name}" for service in decomposition.services for table in service.tables}
    found |= dict.fromkeys(decomposition.shared, "shared")
    return found | dict.fromkeys(decomposition.infrastructure, "infrastructure")
