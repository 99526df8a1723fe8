"""docs/logs.md lists every log format as LOG_FORMATS has it."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

from decompose.sources.logs import LOG_FORMATS
from repository import ROOT

DOCUMENT = ROOT / "docs" / "logs.md"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("log_formats_script", ROOT / "scripts" / "log_formats.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_of_formats_is_in_step_with_the_code() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert script().rendered(text) == text, "run: python scripts/log_formats.py"


def test_every_format_has_its_section() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert re.findall(r"^### ([a-z][a-z0-9-]*)$", text, re.MULTILINE) == [each.name for each in LOG_FORMATS]
