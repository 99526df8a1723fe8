from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import evidence, identity, join, schema, statement, trigger, tx, undeclared
from decompose.errors import InputError
from decompose.evidence.bundle import Evidence
from decompose.evidence.log_entry import Gap
from decompose.evidence.schema import Index, Table, TableRef, View
from decompose.evidence.statement import Mode
from decompose.store.evidence_json import dump, load
from hostile_names import HOSTILE

KNOWN = replace(
    schema("orders -> users"),
    views=(View("v", reads=(TableRef("orders"),), line=3),),
    triggers=(trigger("t", "orders", "users", line=9),),
    unread=(("CREATE FOO", 2),),
)
SEEN = evidence(
    KNOWN,
    tx("R users; W orders", times=3, label="buy"),
    join("orders.users_id = users.id", times=4),
    undeclared("orders.x -> users.id", joined=7),
    lines={"orders -> users": 5},
)
WITH_PART = replace(
    SEEN,
    schema=replace(
        KNOWN,
        tables=(
            *KNOWN.tables,
            Table("p", "s", "d", indexes=(Index("i", ("a",), True),), partition_of=TableRef("orders"), row_estimate=0),
        ),
    ),
    coverage=replace(SEEN.coverage, gaps=(Gap("unreadable", 2), Gap("other"))),
    sources=("log.csv",),
)


def exactly(found: Evidence) -> str:
    """Unlike equality, the representation shows the fields that take no part in comparison (DDL lines, estimates)."""
    return repr(found)


def test_nothing_is_lost_and_nothing_is_added() -> None:
    assert exactly(load(dump(WITH_PART))) == exactly(WITH_PART)


def test_the_text_is_canonical_and_one_item_per_line() -> None:
    text = dump(WITH_PART)
    assert text.startswith('{\n"format":"decompose/evidence@1",\n"boundaries":[\n{')
    assert dump(load(text)) == text
    assert sum(line.startswith('{"accesses"') for line in text.splitlines()) == len(SEEN.statements)
    for line in text.splitlines():
        if line.startswith("{") and len(line) > 1:
            item = json.loads(line.rstrip(","))
            assert list(item) == sorted(item)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_survive_as_utf8(name: str) -> None:
    seen = evidence(schema("a"), statement(f"SELECT {identity(name)}", 1, {name: Mode.READ}))
    text = dump(seen).encode().decode()
    assert exactly(load(text)) == exactly(seen)


def test_undecodable_bytes_survive_too() -> None:
    seen = replace(SEEN, sources=("caf\udce9",))
    assert load(dump(seen).encode().decode()).sources == ("caf\udce9",)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=25)
@given(st.from_type(Evidence))
def test_any_evidence_round_trips(seen: Evidence) -> None:
    text = dump(seen)
    assert exactly(load(text.encode().decode())) == exactly(seen)
    assert dump(load(text)) == text


def _changed(**change: Any) -> str:
    document = json.loads(dump(SEEN))
    document.update(change)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the evidence file is not JSON (line 1)"),
        ("[" * 100_000, "the evidence file is not JSON"),
        ("[]", "this JSON file is no evidence of decompose"),
        ('{"format": 7}', "this JSON file is no evidence of decompose"),
        ('{"format": "decompose/evidence@2"}', "the file has format 'decompose/evidence@2', this version reads"),
        ('{"a": 1, "a": 2}', "the evidence file is not JSON"),
        (_changed(tables=3), "damaged at evidence.tables: expected a list"),
        (_changed(tables=[{}]), "damaged at evidence.tables[0]: key 'name' is missing"),
        (_changed(tables=[{"name": 1}]), "damaged at evidence.tables[0].name: expected str"),
        (_changed(later=1), "damaged at evidence: unknown key 'later'"),
        (_changed(schema_unread=[["a"]]), "damaged at evidence.schema.unread[0]: expected a list of 2"),
        (_changed(dialect=None), "damaged at evidence.dialect: expected str"),
        (_changed(schema_dialect=None), "damaged at evidence.schema.dialect: expected str"),
    ],
)
def test_what_is_no_evidence_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        load(text)
    assert message in error.value.message
    assert error.value.hint


@given(st.data())
def test_a_damaged_file_never_ends_in_another_error(data: st.DataObject) -> None:
    text = dump(SEEN)
    at = data.draw(st.integers(0, len(text) - 1))
    broken = text[:at] + data.draw(st.sampled_from(["", "x", "[", '"', "null", "-1"])) + text[at + 1 :]
    with suppress(InputError):
        load(broken)


def test_ten_thousand_statements_take_a_moment() -> None:
    base = SEEN.statements[0]
    many = tuple(replace(base, fingerprint=f"{n:016x}", template=f"SELECT {n}") for n in range(10_000))
    started = time.process_time()
    assert len(load(dump(replace(SEEN, statements=many))).statements) == 10_000
    assert time.process_time() - started < 20
