"""The garbage collector is left as it was found."""

from __future__ import annotations

import gc

import pytest

from decompose.evidence.collector import calm_collector


def test_it_looks_less_often_within_and_as_before_behind() -> None:
    before = gc.get_threshold()
    with calm_collector():
        assert gc.get_threshold()[0] > before[0]
        assert gc.isenabled()
    assert gc.get_threshold() == before


def test_an_error_changes_nothing() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError), calm_collector():
        raise KeyError
    assert gc.get_threshold() == before
