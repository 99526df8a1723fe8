"""An explanation as JSON, `decompose/explanation@1`: the evidence, the terms of the cost, what changes would cost."""

from __future__ import annotations

from dataclasses import fields

from decompose.assessment.explain.explanation import Explanation
from decompose.store.json_text import pretty
from decompose.store.records import encode

FORMAT = "decompose/explanation@1"


def dump(explanation: Explanation) -> str:
    """The document's text: every key of an explanation is there; inside, keys at their default are left out."""
    return pretty({"format": FORMAT, **{f.name: encode(getattr(explanation, f.name)) for f in fields(explanation)}})
