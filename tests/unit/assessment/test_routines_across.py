"""Stored routines over a boundary: what they touch through others, what becomes of them, and their place in a plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import cut, evidence, schema, statement, trigger, tx
from decompose.assessment.assess import assess
from decompose.assessment.breakage import breakage
from decompose.assessment.crossings import ROUTINE
from decompose.assessment.findings.routines_across import MOVE, REPLACE, SPLIT, routine_uses, routines_across
from decompose.assessment.ownership import Ownership
from decompose.assessment.plan.plan import plan
from decompose.assessment.sagas.draft import sagas
from decompose.evidence.bundle import Evidence
from decompose.evidence.schema import Routine, RoutineAccess, TableRef
from decompose.evidence.statement import Mode
from decompose.reports.breakage_markdown import render_breakage

CUT = cut("ordering: orders order_items; stock: stock; identity: users")


def routine(name: str, text: str, calls: str = "", kind: str = "function", unread: str = "") -> Routine:
    """A routine by what it touches: `"insert orders; read users"`."""
    accesses = (part.split() for part in text.split(";") if part.strip())
    touched = tuple(sorted(RoutineAccess(TableRef(table), mode) for mode, table in accesses))
    called = tuple(TableRef(other) for other in calls.split())
    return Routine(name, kind=kind, language="sql", accesses=touched, calls=called, unread=unread, line=7)


def known(*routines: Routine, times: int = 4) -> Evidence:
    """A shop whose statements call `SELECT place ( ? )` so often."""
    base = replace(
        schema("order_items -> orders -> users; stock", on_delete={"orders -> users": "cascade"}),
        routines=tuple(sorted(routines, key=lambda item: item.name)),
        triggers=(trigger("counted", "order_items", "stock"),),
    )
    call = statement("SELECT place (?)", times, {"orders": Mode.INSERT, "stock": Mode.UPDATE})
    return evidence(base, tx("W orders stock", times=times, label="checkout"), call)


def test_what_writes_in_several_services_is_split() -> None:
    found = known(routine("place", "insert orders; read users", calls="reserve"), routine("reserve", "update stock"))
    (item,) = routines_across(routine_uses(found), Ownership(found, CUT))
    assert (item.name, item.advice, item.executions) == ("place", SPLIT, 4)
    assert (item.reads, item.writes, item.services) == (
        ("users",),
        ("orders", "stock"),
        ("identity", "ordering", "stock"),
    )


@pytest.mark.parametrize(
    ("touches", "advice", "told"),
    [
        ("insert orders; read users", MOVE, "it writes for ordering alone and goes there; what it reads of identity"),
        ("delete users", MOVE, "it writes for identity alone and goes there; ordering follows by an event"),
        ("insert order_items", MOVE, "stock follows by an event"),
        ("lock users; read stock", MOVE, "it writes for identity alone"),
        ("read orders; read users", REPLACE, "its caller asks identity, ordering, or reads a copy"),
    ],
)
def test_the_advice_follows_what_is_written(touches: str, advice: str, told: str) -> None:
    found = known(routine("f", touches))
    (item,) = routines_across(routine_uses(found), Ownership(found, CUT))
    assert item.advice == advice
    assert told in item.reason


def test_what_stays_in_one_service_is_no_finding() -> None:
    found = known(routine("f", "insert orders; update order_items"), routine("g", "read users"))
    wide = cut("ordering: orders order_items stock; identity: users")
    assert not [f for f in assess(found, wide).findings if f.code.endswith("routine")]


def test_findings_have_stable_keys_and_say_who_calls() -> None:
    event = routine("clean", "delete orders; update stock", kind="event")
    found = known(routine("place", "insert orders; update stock"), event, routine("dark", "", unread="dynamic SQL"))
    findings = {f.key: f for f in assess(found, CUT).findings if f.code.endswith("routine")}
    assert sorted(findings) == [
        "cross-routine:ordering+stock:event:clean",
        "cross-routine:ordering+stock:function:place",
        "unread-routine:function:dark",
    ]
    place = findings["cross-routine:ordering+stock:function:place"]
    assert "function place (called 4×) writes orders (ordering), stock (stock)" in place.message
    assert place.severity == "warning"
    assert place.evidence[-1] == "DDL line 7"
    assert "dynamic SQL" in findings["unread-routine:function:dark"].message


def test_the_calling_statement_goes_the_way_of_its_routine() -> None:
    found = known(routine("place", "insert orders; update stock"))
    broken = breakage(found, CUT)
    (crossing,) = [c for c in broken.crossings if c.template.startswith("SELECT place")]
    assert crossing.kind == ROUTINE
    text = render_breakage(broken)
    assert "## Stored routines that reach across" in text
    assert "split: ordering, stock each take the part that writes or locks their tables" in text


def test_the_plan_takes_routines_apart_or_along() -> None:
    found = known(
        routine("place", "insert orders; update stock"),
        routine("names", "read users"),
        routine("count", "update stock"),
    )
    way = plan(found, CUT)
    actions = [action for step in way.steps for phase in step.phases for action in phase.actions]
    assert sum(action.startswith("function place (called 4×): split") for action in actions) == 1
    along = [action for action in actions if "go along" in action]
    assert sorted(action.rpartition(": ")[2] for action in along) == ["count", "names"]
    apart = [step for step in way.steps if step.separation.routines]
    assert len(apart) == 1
    assert not apart[0].separation.separate


def test_a_routine_that_commits_in_between_is_no_one_transaction() -> None:
    found = known(replace(routine("place", "insert orders; update stock"), commits=True))
    (item,) = routines_across(routine_uses(found), Ownership(found, CUT))
    assert item.commits
    (finding,) = (f for f in assess(found, CUT).findings if f.code == "cross-routine")
    assert finding.message.endswith("; it commits in between, so a call is several transactions already")
    call = next(s.fingerprint for s in found.statements if s.template.startswith("SELECT place"))
    (profile,) = found.profiles
    calling = replace(found, profiles=(replace(profile, statements=(*profile.statements, call)),))
    (saga,) = sagas(calling, CUT)
    assert "place commits in between, so not all of it is one commit today" in saga.reason
    assert "commits in between" not in sagas(found, CUT)[0].reason
