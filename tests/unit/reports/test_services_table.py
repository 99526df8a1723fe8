"""The table of services: which tables stand for a service where they do not all fit."""

from __future__ import annotations

from builders import Work, cut, evidence, schema, tx
from decompose.pipeline import judge
from decompose.reports.screen import Look
from decompose.reports.services_table import services_block


def column(split: str, known: str, *work: Work) -> list[list[str]]:
    """The words of SERVICE and TABLES, a list per service."""
    told = services_block(judge(evidence(schema(known), *work), cut(split)), Look(80))
    return [line[2:39].split() for line in told[2:]]


def test_the_tables_that_are_written_most_stand_for_a_service_then_those_that_are_referred_to() -> None:
    work = (tx("W orders", times=9), tx("W badges", times=2), tx("R addenda", times=99))
    split = "sales: addenda badges orders; places: quotes yards zones"
    assert column(split, "addenda -> orders; badges; quotes -> zones; yards -> zones", *work) == [
        ["places", "3", "zones,", "quotes,", "yards"],
        ["sales", "3", "orders,", "badges,", "addenda"],
    ]


def test_a_first_word_that_most_tables_share_is_left_out_where_room_is_scarce() -> None:
    known = "shopbase_orderpositions -> shopbase_orders; shopbase_users; shopbase_settings; mails"
    split = "sales: shopbase_orderpositions shopbase_orders; rest: mails shopbase_users shopbase_settings"
    assert column(split, known, tx("W shopbase_orderpositions", times=9)) == [
        ["rest", "3", "mails", "+2"],
        ["sales", "2", "…orderpositions,", "…orders"],
    ]


def test_a_name_too_long_for_the_column_stands_alone_after_the_count() -> None:
    split = "sales: order_of_a_very_long_name_indeed b c"
    work = tx("W order_of_a_very_long_name_indeed")
    assert column(split, "order_of_a_very_long_name_indeed; b; c", work) == [["sales", "3", "order_of_a_v…name_indeed"]]
