"""Tables by the names people write: with their schema or database before them."""

from __future__ import annotations

from decompose.evidence.schema import Schema, Table
from decompose.evidence.spellings import shown_name, spellings

SEVERAL = Schema(
    "postgresql",
    (
        Table("users", schema="public"),
        Table("rooms", schema="booking"),
        Table("tags", schema="booking"),
        Table("tags", schema="news"),
    ),
)


def test_a_table_is_known_with_its_schema_too() -> None:
    assert spellings(SEVERAL) == {"rooms": ("booking.rooms",), "users": ("public.users",)}


def test_databases_qualify_too_and_a_name_of_two_tables_is_none() -> None:
    two = Schema(
        "mysql", (Table("a", database="shop"), Table("a", database="blog"), Table("b", schema="s", database="blog"))
    )
    assert spellings(two) == {"b": ("blog.b", "blog.s.b", "s.b")}


def test_a_written_name_becomes_the_one_that_is_shown() -> None:
    told = [shown_name(name, SEVERAL) for name in ("Booking.ROOMS", "booking.tags", "rooms", "nowhere.rooms")]
    assert told == ["rooms", "booking.tags", "rooms", "nowhere.rooms"]
