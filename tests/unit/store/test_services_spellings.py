"""services.yml by the qualified names that people write."""

from __future__ import annotations

import pytest

from decompose.errors import UsageError
from decompose.store.services_yaml import load

TABLES = ("booking.tags", "news.tags", "orders", "rooms", "seats")
SPELT = {"rooms": ("booking.rooms",), "seats": ("booking.seats",), "orders": ("public.orders",)}


def read(text: str) -> dict[str, tuple[str, ...]]:
    found = load(text, TABLES, "services.yml", SPELT)
    return {service.name: service.tables for service in found.services} | {"": found.unassigned}


def test_a_schema_before_the_name_is_welcome_whatever_its_case() -> None:
    told = read("services:\n  a:\n    tables: [Booking.rooms, public.ORDERS]\n")
    assert told == {"a": ("orders", "rooms"), "": ("booking.tags", "news.tags", "seats")}


def test_a_pattern_takes_a_whole_schema() -> None:
    told = read('services:\n  a:\n    tables: ["booking.*"]\n  b:\n    tables: [seats]\n')
    assert told == {"a": ("booking.tags", "rooms"), "b": ("seats",), "": ("news.tags", "orders")}


def test_a_pattern_without_a_dot_means_the_shown_names_only() -> None:
    assert read('services:\n  a:\n    tables: ["booking*", "public*"]\n')["a"] == ("booking.tags", "public*")


def test_two_spellings_of_one_table_are_claimed_once() -> None:
    with pytest.raises(UsageError, match="table 'rooms' is claimed by 'a'"):
        read("services:\n  a:\n    tables: [rooms]\n  b:\n    tables: [booking.rooms]\n")
