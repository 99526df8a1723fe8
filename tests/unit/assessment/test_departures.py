"""What a step of a plan says of transactions that it takes apart."""

from __future__ import annotations

from builders import cut, evidence, schema, tx
from decompose.assessment.plan.order import Order
from decompose.assessment.plan.plan import plan
from decompose.assessment.sagas.departures import departures
from decompose.assessment.sagas.draft import sagas
from decompose.reports.plan_markdown import render_plan_markdown

CUT = cut("billing: payments; ordering: orders order_lines; stats: views")
SEEN = evidence(
    schema("order_lines -> orders; payments; views"),
    tx("W orders order_lines payments views", times=40, label="checkout"),
    tx("W orders payments views", times=2, label="checkout"),
    tx("W orders", times=30, label="edit"),
)


def test_who_only_follows_leaves_by_an_event() -> None:
    told = departures(sagas(SEEN, CUT), ("stats",), ())
    assert told == [
        "an event after the common commit of checkout (42×, 2 variants): stats then writes views and cannot refuse, "
        "what the others do stays as it is"
    ]


def test_who_decides_leaves_by_what_the_saga_says() -> None:
    first, *_ = departures(sagas(SEEN, CUT), ("billing",), ())
    assert (
        first.endswith("; until they leave, ordering, stats stay one commit in the monolith") or "keep local" in first
    )


def test_the_events_to_consume_are_named_in_the_step() -> None:
    steps = {step.services: step for step in plan(SEEN, CUT, "stats-first").steps}
    actions = [action for phase in steps["stats",].phases for action in phase.actions]
    assert any(action.startswith("consume, ") and "completed.v1" in action for action in actions)
    assert not any("neither done nor undone" in action for action in actions)


def test_variants_of_a_transaction_say_how_they_differ() -> None:
    text = render_plan_markdown(plan(SEEN, CUT))
    assert "A variant of 1, without `order_lines`." in text


def test_a_small_service_leaves_before_the_core_though_it_splits_a_larger_share_of_its_few_writes() -> None:
    """6 of 18 is a larger share than 240 of 1,040, and far less to do and to risk."""
    shop = cut("sales: orders; billing: invoices; api: hooks; identity: accounts")
    seen = evidence(
        schema("hooks -> accounts; orders -> accounts; invoices -> orders"),
        tx("W orders", times=800),
        tx("W orders invoices", times=240),
        tx("W invoices", times=300),
        tx("W accounts", times=20),
        tx("W hooks", times=12),
        tx("W hooks accounts", times=6),
    )
    first, *others = Order(seen, shop).candidates(())
    assert (first.service, first.distributed, first.writes) == ("api", 6, 18)
    assert [found.service for found in others] == ["identity", "sales", "billing"]


def test_what_was_never_seen_at_work_does_not_leave_first() -> None:
    seen = evidence(schema("orders; payments; refunds"), tx("W orders", times=20), tx("W payments", times=2))
    order = [found.service for found in Order(seen, cut("a: refunds; b: payments; c: orders")).candidates(())]
    assert order == ["c", "b", "a"]


def test_what_an_event_settles_is_easier_than_what_takes_a_saga() -> None:
    """All three cut 40 commits of their own 40; only who takes the payment can refuse."""
    seen = evidence(schema("orders; payments; views"), tx("W orders payments views", times=40, label="checkout"))
    three = cut("billing: payments; ordering: orders; stats: views")
    *followers, last = Order(seen, three, sagas(seen, three)).candidates(())
    assert last.service == "billing"
    assert all("(40 of them need but an event)" in found.reason for found in followers)
    assert "event" not in last.reason
    alike = {found.difficulty for found in Order(seen, three).candidates(())}
    assert len(alike) == 1
