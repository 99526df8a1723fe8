"""`evidence.json`: everything a collection learnt, `decompose/evidence@1`, exact in both directions.

The object's keys are those of `Evidence`; `schema` is spread over `schema_tables`, `schema_views`, `schema_triggers`,
`schema_routines` and `schema_unread` so that every long list has one item per line.
"""

from __future__ import annotations

import json
from typing import Any

from decompose.errors import InputError
from decompose.evidence.bundle import Evidence
from decompose.evidence.schema import Schema
from decompose.store.json_text import one_item_per_line
from decompose.store.records import MalformedError, decoder, encode

FORMAT = "decompose/evidence@1"
_HINT = "run `decompose collect` again to write it anew"
_SCHEMA_LISTS = ("tables", "views", "triggers", "routines", "unread")


def dump(evidence: Evidence) -> str:
    """The canonical text; equal evidence gives equal bytes."""
    body: dict[str, Any] = encode(evidence)
    schema = body.pop("schema")
    body["schema_dialect"] = schema["dialect"]
    body.update({f"schema_{name}": schema.get(name, []) for name in _SCHEMA_LISTS})
    return one_item_per_line({"format": FORMAT}, body)


def load(text: str) -> Evidence:
    """Reads what `dump` wrote; InputError for anything else, with the place of the fault."""
    body = _document(text)
    try:
        body["schema"] = {
            "dialect": body.pop("schema_dialect", None),
            **{name: body.pop(f"schema_{name}", []) for name in _SCHEMA_LISTS},
        }
        evidence = decoder(Evidence)(body)
    except MalformedError as error:
        raise InputError(f"the evidence file is damaged at evidence{error}", _HINT) from error
    assert isinstance(evidence, Evidence)
    assert isinstance(evidence.schema, Schema)
    return evidence


def _document(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(f"the evidence file is not JSON{where}", _HINT) from error
    if not isinstance(found, dict) or not str(found.get("format", "")).startswith("decompose/"):
        raise InputError("this JSON file is no evidence of decompose", "`decompose collect` writes evidence.json")
    written = found.pop("format")
    if written != FORMAT:
        raise InputError(
            f"the file has format {written!r}, this version reads {FORMAT!r}",
            "use the version that wrote it, or run `decompose collect` again",
        )
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found
