"""The published JSON Schemas (draft 2020-12) of the documents."""

from __future__ import annotations

from importlib.resources import files

SCHEMAS = ("analysis", "assessment", "doctor", "drift", "evidence", "explanation", "plan", "services")


def schema_text(name: str) -> str:
    """The JSON Schema of one of `SCHEMAS`, as text."""
    return files(__name__).joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
