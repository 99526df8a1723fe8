from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import cut
from decompose.boundaries.model import Decomposition, Role, Service
from decompose.errors import UsageError
from decompose.store.services_yaml import dump, load
from hostile_names import HOSTILE

TABLES = ("countries", "order_lines", "orders", "schema_migrations", "users")


def read(text: str, tables: tuple[str, ...] = TABLES) -> Decomposition:
    return load(text, tables, "services.yml")


def test_the_contract_is_read() -> None:
    found = read(
        """
services:
  ordering:
    capability: Order Management
    tables: [orders, order_lines]      # globs allowed: order_*
    owner: team-orders                 # optional
shared: [countries]
infrastructure: [schema_migrations]
"""
    )
    assert found == Decomposition(
        services=(Service("ordering", ("order_lines", "orders"), "Order Management", "team-orders"),),
        shared=("countries",),
        infrastructure=("schema_migrations",),
        unassigned=("users",),
    )


def test_explicit_names_win_over_patterns_and_case_does_not_matter() -> None:
    found = read("services: {a: {tables: ['ORDER*', 'u?ers']}, b: {tables: [Order_Lines]}}\nshared: [missing, x_*]\n")
    assert [service.tables for service in found.services] == [("orders", "users"), ("order_lines",)]
    assert found.shared == ("missing", "x_*")
    assert found.unassigned == ("countries", "schema_migrations")


def test_tables_that_differ_by_case_need_their_exact_name() -> None:
    assert read("services: {a: {tables: [Users]}}", ("Users", "users")).services[0].tables == ("Users",)
    with pytest.raises(UsageError, match=r"services.yml:1:25: 'USERS' can mean 'Users' or 'users'"):
        read("services: {a: {tables: [USERS]}}", ("Users", "users"))


def test_words_that_yaml_would_change_stay_words() -> None:
    names = ("no", "on", "0777", "12:30", "1e3", "null", "~", "2024-01-01", "0x1F", "1_000")
    found = read(f"services:\n  off:\n    tables: [{', '.join(names)}]\n    owner: yes\n", names)
    assert found == Decomposition((Service("off", tuple(sorted(names)), "", "yes"),))


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "services.yml: there is no `services:`", "shortest"),
        ("service: {}", "services.yml:1:1: unknown key 'service'", "did you mean 'services'?"),
        ("services:\n  a: {table: [users]}", "services.yml:2:7: unknown key 'table'", "did you mean 'tables'?"),
        ("services:\n  a: {}\n  a: {}", "services.yml:3:3: 'a' occurs twice", "merge"),
        ("services: {}\nservices: {}", "services.yml:2:1: 'services' occurs twice", "merge"),
        ("services: {a: &x {}, b: *x}", "services.yml:1:15: anchors and aliases are not allowed", "write"),
        ("services: {a: *x}", "services.yml:1:15: anchors and aliases are not allowed", "write"),
        ("services: !!python/object:x {}", "services.yml:1:11: tags are not allowed", "`!`"),
        ("services: [a]", "services.yml:1:11: expected a mapping", ""),
        ("services: {a: {tables: users}}", "services.yml:1:24: expected a list", ""),
        ("services: {a: {tables: [{}]}}", "services.yml:1:25: expected a text", ""),
        ("services: {a: {tables: ['']}}", "services.yml:1:25: a table name is empty", ""),
        ("services: {a: {owner: }}", "services.yml:1:22: expected a name", ""),
        ("services: {shared: {}}", "services.yml:1:12: a service cannot be called 'shared'", "that name"),
        ("services: {[a]: {}}", "services.yml:1:12: expected a text", ""),
        ("services: {}\n---\nservices: {}", "services.yml:2:1: not valid YAML", ""),
        ("services: {\n", "services.yml:2:1: not valid YAML", ""),
        ("services: \x00", "services.yml: not valid YAML", "UTF-8"),
        ("services: " + "[" * 1000, "services.yml:1:22: nested too deeply", ""),
        (
            "services:\n  a: {tables: [users]}\n  b: {tables: [Users]}",
            "services.yml:3:16: table 'users' is claimed by 'a' (line 2) and by 'b'",
            "one service",
        ),
        (
            "services: {a: {tables: ['order*']}, b: {tables: ['*s']}}",
            "services.yml:1:50: table 'order_lines' is claimed by 'a' (line 1) and by 'b'",
            "one service",
        ),
        (
            "services: {a: {tables: [users, users]}}",
            "table 'users' is claimed by 'a' (line 1) and by 'a'",
            "one service",
        ),
    ],
)
def test_a_fault_is_told_with_its_place(text: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        read(text)
    assert message in error.value.message
    assert hint in error.value.hint


def test_the_written_file_explains_itself() -> None:
    proposal = replace(
        cut("identity: users; shared: countries"),
        services=(Service("ordering", ("order_lines", "orders"), "Order Management", "team-orders", 0.874),),
        roles=(Role("countries", "shared", "read by 4 services, written by none"),),
        unsure=(("orders", "identity", 0.0012),),
        unassigned=("users",),
    )
    assert dump(proposal).splitlines()[3:] == [
        "services:",
        "  ordering:  # stability 87 %",
        "    capability: Order Management",
        "    tables: [order_lines, orders]",
        "    owner: team-orders",
        "    # on the fence: orders (next best: identity, which adds 0.12 % to the cost)",
        "shared:",
        "  - countries  # read by 4 services, written by none",
        "infrastructure: []",
        "# In no service yet: users",
    ]


def _stripped(decomposition: Decomposition) -> Decomposition:
    """What the document can hold."""
    services = tuple(replace(service, stability=None) for service in decomposition.services)
    return Decomposition(services, decomposition.shared, decomposition.infrastructure, decomposition.unassigned)


def test_what_is_written_is_read_back_whatever_the_names() -> None:
    names = tuple(sorted({name for name in HOSTILE if name.strip()}))
    given_names = Decomposition(
        services=tuple(Service(f"s {name}", (name,), f"c {name}", f"o {name}", 0.5) for name in names),
        shared=("plain",),
        roles=(Role("plain", "shared", "because\nservices: {}"),),
        unsure=tuple((name, names[0], 1.0) for name in names),
        unassigned=("left\nover",),
        note="a note\nwith: lines",
    )
    assert load(dump(given_names), (*names, "plain", "left\nover"), "f") == _stripped(given_names)


TEXT = st.text(st.characters(), min_size=1, max_size=12).filter(str.strip)


@given(st.lists(TEXT, min_size=1, max_size=30, unique_by=str.casefold), st.integers(1, 4), st.text(max_size=30))
def test_any_names_round_trip(names: list[str], services: int, note: str) -> None:
    groups = [tuple(sorted(names[start::services])) for start in range(services)]
    proposal = Decomposition(
        tuple(Service(f"s{number}", tables, names[0]) for number, tables in enumerate(groups)), note=note
    )
    assert load(dump(proposal), names, "f") == Decomposition(proposal.services)


@given(st.text(st.sampled_from("services:{}[]ab*&!|>-#\"' \n\t%@\x00\ud800é"), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found: object = read(text)
    except UsageError as error:
        found = error.message.partition(":")[0]
    assert isinstance(found, Decomposition) or found == "services.yml"


def test_hostile_patterns_end_at_once() -> None:
    tables = tuple(f"t{n:04}_{'x' * 40}" for n in range(1000))
    patterns = "".join(f"  s{n}:\n    tables: ['t{n:02}*{'x*' * 25}y', 't{n:02}*']\n" for n in range(99))
    found = load(f"services:\n{patterns}", tables, "f")  # a pattern without a table is kept as it is
    assert found.services[7].tables[1:3] == (f"t0700_{'x' * 40}", f"t0701_{'x' * 40}")
    assert found.unassigned == ()


def test_brackets_mean_themselves() -> None:
    assert read("services: {a: {tables: ['[ab]*']}}", ("[ab]c", "a")).services[0].tables == ("[ab]c",)
