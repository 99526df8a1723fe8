"""What `explain` suggests for a name that is nothing's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import cut, evidence, schema, tx
from decompose.assessment.explain.explain import explain
from decompose.assessment.explain.of_capability import capability_names, find_capability
from decompose.assessment.ownership import Ownership
from decompose.boundaries.model import Capability, SubCapability
from decompose.errors import UsageError
from decompose.pipeline import judge

SEEN = judge(
    evidence(
        schema("orders; users"),
        tx("W orders", times=3, label="{shop}/checkout/{step}/"),
        tx("W orders users", times=9, label="{shop}/checkout/start"),
        tx("W users", times=1, label="profile"),
    ),
    cut("a: orders; b: users"),
)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("ordrs", "did you mean 'orders'?"),
        ("checkout", "did you mean '{shop}/checkout/start' or '{shop}/checkout/{step}/'?"),
        ("Profil", "did you mean 'profile'?"),
        ("zzz", "tables, services and transactions are in the report"),
    ],
)
def test_the_nearest_names_are_offered(asked: str, hint: str) -> None:
    with pytest.raises(UsageError) as told:
        explain(SEEN, asked)
    assert told.value.hint == hint


def test_a_service_called_like_a_table_is_reached_by_its_kind() -> None:
    alike = judge(SEEN.evidence, cut("orders: orders; users: users"))
    assert [explain(alike, name).kind for name in ("orders", "service orders", "table orders", "Service ORDERS")] == [
        "table", "service", "table", "service",
    ]  # fmt: skip
    assert "a service is called so, too: service orders" in explain(alike, "orders").because
    assert explain(SEEN, "service a").name == "a"


def test_a_pair_takes_kinds_too() -> None:
    alike = judge(SEEN.evidence, cut("orders: orders; users: users"))
    assert explain(alike, "service orders,service users").kind == "pair"


def test_every_capability_name_that_is_listed_is_found() -> None:
    def parts(*names: str) -> tuple[SubCapability, ...]:
        return tuple(SubCapability(name, (), ("orders",), "") for name in names)

    plain = cut("a: orders; b: users")
    mapped = replace(
        plain,
        capabilities=(
            Capability("Sales", parts("Orders/Returns", "Capability Review"), ""),
            Capability("Capability Planning", parts("Sizing"), ""),
        ),
        services=tuple(replace(service, capability=f"Capability {service.name}/x") for service in plain.services),
    )
    names = capability_names(mapped)
    assert {"Sales › Orders/Returns", "Capability Planning", "Capability a/x"} <= {*names}

    def found(name: str) -> str:
        named = find_capability(name, mapped, Ownership(SEEN.evidence, mapped))
        return named.name if named else ""

    assert {name: found(name).endswith(name) for name in names} == dict.fromkeys(names, True)
    assert found("Orders/Returns") == "Sales › Orders/Returns"
    assert found("capability capability planning") == "Capability Planning"
    assert found("sales > orders/returns") == "Sales › Orders/Returns"
    assert found("Capability Planning > Sizing") == "Capability Planning › Sizing"
    assert explain(replace(SEEN, decomposition=mapped), "Capability Planning").kind == "capability"
