"""Every registry is a literal tuple whose rows have distinct names that a user can type, and do what their row says."""

from __future__ import annotations

import pkgutil
import re
import tomllib
from importlib import import_module
from typing import Any

import pytest

from analyses import shop
from decompose.assessment.assess import FINDERS
from decompose.boundaries.objectives import OBJECTIVES
from decompose.boundaries.search import SEARCHES
from decompose.exports import EXPORTS
from decompose.exports.model import ExportOptions
from decompose.reports import REPORTS
from decompose.sources import logs
from decompose.sources.logs import LOG_FORMATS, LogFormat, ReadOptions, detect
from decompose.sql.dialects import DIALECTS
from repository import ROOT

REGISTRIES = {
    "LOG_FORMATS": LOG_FORMATS,
    "DIALECTS": DIALECTS,
    "OBJECTIVES": OBJECTIVES,
    "SEARCHES": SEARCHES,
    "EXPORTS": EXPORTS,
    "REPORTS": REPORTS,
}


@pytest.mark.parametrize("registry", sorted(REGISTRIES))
def test_rows_have_distinct_names_that_one_can_type(registry: str) -> None:
    rows: tuple[Any, ...] = REGISTRIES[registry]
    names = [row.name for row in rows]
    assert isinstance(rows, tuple)
    assert names
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", name) for name in names)


def test_finders_are_distinct_functions() -> None:
    assert len({finder.__name__ for finder in FINDERS}) == len(FINDERS)


def by_name(row: Any) -> str:
    return str(row.name)


@pytest.mark.parametrize("log_format", LOG_FORMATS, ids=by_name)
class TestLogFormat:
    def test_its_sample_is_detected_as_itself(self, log_format: LogFormat) -> None:
        assert detect(f"{log_format.sample}\n".encode()).name == log_format.name

    def test_its_sample_is_read_without_a_gap(self, log_format: LogFormat) -> None:
        head = f"{log_format.sample}\n".encode()
        items = [type(item).__name__ for item in log_format.entries(Bytes(head), ReadOptions(head=head))]
        assert items
        assert "Gap" not in items

    def test_it_says_how_to_capture_it_and_what_it_cannot_tell(self, log_format: LogFormat) -> None:
        assert log_format.title
        assert log_format.how_to_capture
        assert log_format.cannot_tell

    @pytest.mark.parametrize("head", [b"", b"\n", b"\0" * 4096, b"\xff\xfe" * 100, b"{" * 70_000, b'"' * 70_000])
    def test_hostile_heads_are_scored_low_and_read_as_values(self, log_format: LogFormat, head: bytes) -> None:
        assert 0.0 <= log_format.recognises(head) <= 0.5
        assert all(type(item).__name__ == "Gap" for item in log_format.entries(Bytes(head), ReadOptions(head=head)))

    def test_its_dialect_is_known(self, log_format: LogFormat) -> None:
        assert log_format.dialect in {"", *map(by_name, DIALECTS)}

    def test_the_import_law_keeps_it_apart_from_the_others(self, log_format: LogFormat) -> None:
        contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
        kept_apart = {
            module for contract in contracts if contract["type"] == "independence" for module in contract["modules"]
        }
        assert kept_apart & holders(log_format)


def holders(log_format: LogFormat) -> set[str]:
    """The modules below the registry that know a row by a name of their own, among them the one that makes it."""
    names = [f"{logs.__name__}.{module.name}" for module in pkgutil.iter_modules(logs.__path__)]
    return {name for name in names if any(each is log_format for each in vars(import_module(name)).values())}


@pytest.mark.parametrize("report", REPORTS, ids=by_name)
def test_a_report_is_text_that_ends_its_last_line_and_repeats_itself(report: Any) -> None:
    text = report.render(shop())
    assert text.endswith("\n")
    assert text == report.render(shop())


@pytest.mark.parametrize("export", EXPORTS, ids=by_name)
def test_an_export_is_text_that_ends_its_last_line_and_repeats_itself(export: Any) -> None:
    text = export.render(shop(), ExportOptions())
    assert export.suffix.startswith(".")
    assert text.endswith("\n")
    assert text == export.render(shop(), ExportOptions())


class Bytes:
    """A byte stream that gives less than is asked for, as a pipe does."""

    def __init__(self, content: bytes) -> None:
        self._rest = content

    def read(self, size: int, /) -> bytes:
        given, self._rest = self._rest[: min(size, 4097)], self._rest[min(size, 4097) :]
        return given
