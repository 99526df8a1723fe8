"""Couplings, their identities, and what a check says of them, on hand-made evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import cut, evidence, join, routine, schema, trigger, tx
from decompose.assessment.drift.check import Circumstances, Lock, check, observe
from decompose.assessment.drift.model import Drift, Entry, Identity, Kind, Status
from decompose.assessment.drift.policy import Budget, Policy, Ratchet, Rule
from decompose.assessment.drift.settle import Acceptance, accept, choose, prune
from decompose.boundaries.model import Decomposition
from decompose.errors import UsageError
from decompose.evidence.bundle import Coverage, Evidence
from decompose.evidence.schema import Routine

SHOP = schema("orders -> users; invoices -> orders; countries; jobs", on_delete={"orders -> users": "cascade"})
CUT = cut("ordering: orders; identity: users; billing: invoices; shared: countries; infrastructure: jobs")
NOW = Circumstances("2026-03-20", "1/x")
FOREIGN_KEY = Identity(Kind.FOREIGN_KEY, ("ordering", "identity"), ("orders", "users"), "reference")
GIVEN = Acceptance("why", "team", "2026-01-01")


def couplings(seen: Evidence, decomposition: Decomposition = CUT, policy: Policy | None = None) -> dict[Identity, int]:
    return {s.identity: s.executions for s in observe(seen, decomposition, policy or Policy()).sightings}


def locked(drift: Drift, lock: Lock | None = None) -> Lock:
    return accept(lock or Lock(), drift, choose(drift, (), True), GIVEN, "1/x")


def statuses(drift: Drift) -> dict[Kind, Status]:
    return {result.identity.kind: result.status for result in drift.results}


def test_every_kind_of_the_schema_is_found() -> None:
    known = replace(SHOP, triggers=(trigger("touch", "invoices", "orders", line=9),))
    found = couplings(evidence(known), cut("ordering: orders; identity: users; billing: invoices; shared: countries"))
    assert sorted(found) == sorted(
        [
            FOREIGN_KEY,
            Identity(Kind.FOREIGN_KEY, ("billing", "ordering"), ("invoices", "orders"), "reference"),
            Identity(Kind.CASCADE, ("identity", "ordering"), ("users", "orders"), "delete"),
            Identity(Kind.TRIGGER, ("billing", "ordering"), ("invoices", "orders"), "write"),
            Identity(Kind.UNASSIGNED, (), ("jobs",), ""),
        ]
    )


def test_a_stored_routine_across_is_a_coupling_of_its_set_of_tables() -> None:
    known = replace(
        SHOP,
        routines=(
            routine("close_books", "update invoices; insert orders; read users; read countries; insert jobs", line=12),
            routine("lookup", "read invoices; read users"),
            routine("own", "insert orders"),
        ),
    )
    seen = observe(evidence(known), CUT, Policy())
    found = {s.identity: s for s in seen.sightings if s.identity.kind is Kind.ROUTINE}
    everyone = ("billing", "identity", "ordering")
    assert sorted(found) == [
        Identity(Kind.ROUTINE, ("billing", "identity"), ("invoices", "users"), "read"),
        Identity(Kind.ROUTINE, everyone, ("invoices", "orders", "users"), "read"),
        Identity(Kind.ROUTINE, ("billing", "ordering"), ("invoices", "orders"), "write"),
    ]
    written = found[Identity(Kind.ROUTINE, ("billing", "ordering"), ("invoices", "orders"), "write")]
    assert (written.what, written.line, written.executions) == (
        "procedure close_books writes invoices (billing), orders (ordering)",
        12,
        0,
    )


def test_a_new_routine_fails_the_build_and_a_renamed_or_smaller_one_does_not() -> None:
    def drift(lock: Lock, *routines: Routine) -> Drift:
        return check(evidence(replace(SHOP, routines=routines)), CUT, lock, NOW)

    lock = locked(drift(Lock()))
    wide = routine("place", "update invoices; insert orders; update users")
    assert statuses(drift(lock, wide))[Kind.ROUTINE] is Status.NEW
    assert drift(lock, wide).failed
    lock = locked(drift(lock, wide), lock)
    for same in (replace(wide, name="put"), routine("less", "update invoices; insert orders"),
                 routine("look", "read invoices; read orders")):  # fmt: skip
        assert statuses(drift(lock, same))[Kind.ROUTINE] is Status.KNOWN, same.name
        assert not drift(lock, same).failed
    assert [r.identity.kind for r in drift(lock).of(Status.RESOLVED)] == [Kind.ROUTINE]


def test_an_accepted_transaction_covers_no_routine() -> None:
    seen = evidence(SHOP, tx("W orders users", times=9, label="checkout"))
    lock = locked(check(seen, CUT, Lock(), NOW))
    more = replace(seen, schema=replace(SHOP, routines=(routine("place", "update orders; update users"),)))
    assert statuses(check(more, CUT, lock, NOW))[Kind.ROUTINE] is Status.NEW


def test_every_kind_of_the_workload_is_found() -> None:
    seen = evidence(
        SHOP,
        tx("W orders users", times=4, label="checkout"),
        tx("W orders; L invoices", times=5),
        tx("W countries invoices jobs", times=6),
        tx("W users", times=7, label="billing"),
        join("orders.user_id = users.id", times=8),
    )
    found = {k: n for k, n in couplings(seen).items() if k.kind not in (Kind.FOREIGN_KEY, Kind.CASCADE)}
    assert found == {
        Identity(Kind.WRITE, ("identity", "ordering"), ("orders", "users"), "write"): 4,
        Identity(Kind.WRITE, ("billing", "ordering"), ("invoices", "orders"), "lock"): 5,
        Identity(Kind.SHARED_WRITER, ("billing",), ("countries",), "write"): 6,
        Identity(Kind.FOREIGN_WRITE, ("billing", "identity"), ("users",), "write"): 7,
        Identity(Kind.JOIN, ("identity", "ordering"), ("orders", "users"), "read"): 8,
    }


def test_services_in_a_circle_are_one_coupling() -> None:
    known = schema("a -> b -> c -> a; d -> a")
    found = couplings(evidence(known), cut("one: a; two: b; three: c; four: d"))
    assert Identity(Kind.CYCLE, ("one", "three", "two"), (), "dependency") in found
    assert sum(identity.kind is Kind.CYCLE for identity in found) == 1


def test_an_identity_knows_no_counts_lines_and_labels() -> None:
    few = evidence(SHOP, tx("W orders users", times=3, label="a"), lines={"orders -> users": 3})
    many = evidence(SHOP, tx("W orders users", times=900, label="b"), lines={"orders -> users": 80})
    assert couplings(few).keys() == couplings(many).keys()


@pytest.mark.parametrize(("times", "status"), [(2, Status.UNPROVEN), (3, Status.NEW)])
def test_a_coupling_must_be_seen_often_enough_to_fail_a_build(times: int, status: Status) -> None:
    drift = check(evidence(SHOP, tx("W orders users", times=times)), CUT, Lock(), NOW)
    assert statuses(drift)[Kind.WRITE] is status


def test_labels_count_only_where_the_coupling_has_some() -> None:
    lock = Lock(policy=Policy(min_labels=2))
    labelled = evidence(SHOP, tx("W orders users", times=9, label="checkout"))
    bare = evidence(SHOP, tx("W orders users", times=9), tx("R orders", label="list"))
    assert statuses(check(labelled, CUT, lock, NOW))[Kind.WRITE] is Status.UNPROVEN
    assert statuses(check(bare, CUT, lock, NOW))[Kind.WRITE] is Status.NEW


def test_what_is_accepted_is_known_whatever_its_volume() -> None:
    lock = locked(check(evidence(SHOP, tx("W orders users", times=5)), CUT, Lock(), NOW))
    drift = check(evidence(SHOP, tx("W orders users", times=5000)), CUT, lock, NOW)
    assert not drift.failed
    assert {result.status for result in drift.results} == {Status.KNOWN}


def test_an_acceptance_ends() -> None:
    lock = Lock((Entry(FOREIGN_KEY, "why", "team", "2026-01-01", "2026-03-20"),), analyzer="1/x")
    last_day, day_after = (
        check(
            evidence(schema("orders -> users")), cut("ordering: orders; identity: users"), lock, replace(NOW, today=day)
        )
        for day in ("2026-03-20", "2026-03-21")
    )
    assert not last_day.failed
    assert statuses(day_after) == {Kind.FOREIGN_KEY: Status.EXPIRED}


@pytest.mark.parametrize(
    ("ratchet", "fails", "status"),
    [
        (Ratchet.ALLOW, False, Status.ALLOWED),
        (Ratchet.FREEZE, False, Status.KNOWN),
        (Ratchet.FORBID, True, Status.FORBIDDEN),
    ],
)
def test_a_rule_decides_for_its_pair_and_kind(ratchet: Ratchet, fails: bool, status: Status) -> None:
    policy = Policy(rules=(Rule(ratchet, "cross-foreign-key", "ordering", "identity"),))
    lock = Lock((Entry(FOREIGN_KEY, "why", "team", "2026-01-01"),), policy, "1/x")
    drift = check(evidence(schema("orders -> users")), cut("ordering: orders; identity: users"), lock, NOW)
    assert (statuses(drift)[Kind.FOREIGN_KEY], drift.failed) == (status, fails)


def test_a_rule_has_a_direction_only_where_the_coupling_has_one() -> None:
    rule = Rule(Ratchet.FORBID, "*", "identity", "ordering")
    assert not rule.covers(FOREIGN_KEY)
    assert rule.covers(Identity(Kind.WRITE, ("identity", "ordering"), ("orders", "users"), "write"))
    assert not rule.covers(Identity(Kind.UNASSIGNED, (), ("orders",), ""))


def test_a_subset_of_an_accepted_transaction_is_known_a_new_pair_is_not() -> None:
    lock = locked(
        check(evidence(SHOP, tx("W orders users", times=5), tx("W orders invoices", times=5)), CUT, Lock(), NOW)
    )
    union = check(evidence(SHOP, tx("W orders users invoices", times=5)), CUT, lock, NOW)
    assert statuses(union)[Kind.WRITE] is Status.NEW
    wide = locked(check(evidence(SHOP, tx("W orders users invoices", times=5)), CUT, Lock(), NOW))
    part = check(evidence(SHOP, tx("W orders users", times=5)), CUT, wide, NOW)
    assert not part.failed
    assert not part.of(Status.RESOLVED, Status.UNSEEN)


def test_a_transaction_that_grew_is_new_and_the_smaller_one_not_gone() -> None:
    lock = locked(check(evidence(SHOP, tx("W orders users", times=500)), CUT, Lock(), NOW))
    drift = check(evidence(SHOP, tx("W orders users invoices", times=500)), CUT, lock, NOW)
    assert [result.identity.tables for result in drift.of(Status.NEW)] == [("invoices", "orders", "users")]
    assert not drift.of(Status.RESOLVED, Status.UNSEEN)


@pytest.mark.parametrize(
    ("work", "status"),
    [
        ((tx("W orders", times=500), tx("W users", times=500)), Status.RESOLVED),
        ((tx("W orders", times=500), tx("W users", times=2)), Status.UNSEEN),
        ((), Status.UNSEEN),
    ],
)
def test_not_seen_is_gone_only_where_its_tables_were_busy(work: tuple[object, ...], status: Status) -> None:
    lock = locked(check(evidence(SHOP, tx("W orders users", times=5)), CUT, Lock(), NOW))
    drift = check(evidence(SHOP, *work), CUT, lock, NOW)  # type: ignore[arg-type]
    assert statuses(drift)[Kind.WRITE] is status
    assert not drift.failed


def test_a_capture_without_statements_tells_nothing_of_joins() -> None:
    lock = locked(check(evidence(SHOP, join("orders.user_id = users.id", times=8)), CUT, Lock(), NOW))
    ready_made = evidence(SHOP, tx("R orders users", times=500, sql=False))
    with_statements = evidence(SHOP, tx("R orders users", times=500))
    assert statuses(check(ready_made, CUT, lock, NOW))[Kind.JOIN] is Status.UNSEEN
    assert statuses(check(with_statements, CUT, lock, NOW))[Kind.JOIN] is Status.RESOLVED


def test_nothing_is_gone_in_a_capture_that_was_badly_understood() -> None:
    lock = locked(check(evidence(SHOP, tx("W orders users", times=5)), CUT, Lock(), NOW))
    seen = evidence(SHOP, tx("W orders", times=500), tx("W users", times=500))
    seen = replace(seen, coverage=Coverage(statements=100, statements_understood=80, transactions=1000))
    assert statuses(check(seen, CUT, lock, NOW))[Kind.WRITE] is Status.UNSEEN


def test_stale_entries_fail_only_where_that_is_asked_for() -> None:
    known, boundaries = schema("orders; users"), cut("ordering: orders; identity: users")
    entry = Entry(FOREIGN_KEY, "why", "team", "2026-01-01")
    relaxed = check(evidence(known), boundaries, Lock((entry,), Policy(), "1/x"), NOW)
    strict = check(evidence(known), boundaries, Lock((entry,), Policy(stale_fails=True), "1/x"), NOW)
    assert (relaxed.failed, strict.failed) == (False, True)
    gone_before = check(evidence(known), boundaries, Lock((entry,), Policy(), "1/x"), replace(NOW, base=frozenset()))
    assert statuses(gone_before) == {Kind.FOREIGN_KEY: Status.STALE}


def test_a_rename_needs_every_key_a_swap_has_not() -> None:
    before = schema("orders -> users; invoices -> users")
    boundaries = cut("ordering: orders; identity: users; billing: invoices")
    lock = locked(check(evidence(before), boundaries, Lock(), NOW))
    renamed = check(
        evidence(schema("orders -> people; invoices -> people")),
        cut("ordering: orders; identity: people; billing: invoices"), lock, NOW,
    )  # fmt: skip
    assert {result.status for result in renamed.results} == {Status.CARRIED}
    assert {e.identity.tables for e in prune(lock, renamed).entries} == {("orders", "people"), ("invoices", "people")}
    swapped = check(evidence(schema("orders -> users; invoices -> orders; people")), boundaries, lock, NOW)
    assert [result.identity.tables for result in swapped.of(Status.NEW) if result.identity.services] == [
        ("invoices", "orders")
    ]
    assert not swapped.of(Status.CARRIED)


def test_a_moved_table_carries_its_couplings_unless_its_new_pair_is_forbidden() -> None:
    known = schema("orders -> users")
    lock = locked(check(evidence(known), cut("ordering: orders; identity: users"), Lock(), NOW))
    moved = cut("checkout: orders; identity: users")
    assert statuses(check(evidence(known), moved, lock, NOW)) == {Kind.FOREIGN_KEY: Status.CARRIED}
    strict = replace(lock, policy=Policy(rules=(Rule(Ratchet.FORBID, "*", "checkout", "*"),)))
    assert statuses(check(evidence(known), moved, strict, NOW)) == {Kind.FOREIGN_KEY: Status.FORBIDDEN}


def test_a_reversed_key_is_a_new_coupling() -> None:
    boundaries = cut("ordering: orders; identity: users")
    lock = locked(check(evidence(schema("orders -> users")), boundaries, Lock(), NOW))
    drift = check(evidence(schema("users -> orders")), boundaries, lock, NOW)
    assert len(drift.of(Status.NEW)) == 1


@pytest.mark.parametrize(
    ("wrote", "status"), [("1/w", Status.SANDBOXED), ("0/w", Status.SANDBOXED), ("1/x", Status.NEW)]
)
def test_an_upgrade_is_not_blamed_on_the_author(wrote: str, status: Status) -> None:
    drift = check(
        evidence(schema("orders -> users")), cut("ordering: orders; identity: users"), Lock(analyzer=wrote), NOW
    )
    assert statuses(drift)[Kind.FOREIGN_KEY] is status


def test_the_sandbox_lasts_one_release_and_never_hides_an_unassigned_table() -> None:
    seen, boundaries = evidence(schema("orders -> users; loose")), cut("ordering: orders; identity: users")
    now = replace(NOW, analyzer="3/x")
    old = statuses(check(seen, boundaries, Lock(analyzer="1/x"), now))
    recent = statuses(check(seen, boundaries, Lock(analyzer="2/x"), now))
    assert old == {Kind.FOREIGN_KEY: Status.NEW, Kind.UNASSIGNED: Status.NEW}
    assert recent == {Kind.FOREIGN_KEY: Status.SANDBOXED, Kind.UNASSIGNED: Status.NEW}


def test_the_lock_becomes_the_new_analyzers_when_the_sandbox_is_empty() -> None:
    lock = Lock(analyzer="1/w")
    seen = evidence(schema("orders -> users; invoices -> orders"))
    drift = check(seen, cut("ordering: orders; identity: users; billing: invoices"), lock, NOW)
    first = drift.results[0].identity.id
    assert accept(lock, drift, choose(drift, (first,), False), GIVEN, "1/x").analyzer == "1/w"
    assert locked(drift, lock).analyzer == "1/x"


def test_with_a_base_only_this_change_is_blamed() -> None:
    drift = check(
        evidence(schema("orders -> users; invoices -> orders")),
        cut("ordering: orders; identity: users; billing: invoices"),
        Lock(analyzer="1/x"),
        replace(NOW, base=frozenset({FOREIGN_KEY})),
    )
    assert [result.identity for result in drift.of(Status.INHERITED)] == [FOREIGN_KEY]
    assert len(drift.of(Status.NEW)) == 1


def test_noise_is_set_apart_and_counted() -> None:
    seen = evidence(SHOP, tx("W orders users", times=40, label="fixtures:load"), tx("W orders", times=5, label="buy"))
    drift = check(seen, CUT, Lock(policy=Policy(noise_labels=("fixtures*",))), NOW)
    assert Kind.WRITE not in statuses(drift)
    assert drift.set_apart == (("label set apart as noise", 40),)


def test_budgets_are_per_service_table_or_for_all() -> None:
    seen = evidence(schema("a -> z; b -> z; c -> z"))
    boundaries = cut("one: a; two: b; three: c; zed: z; shared:")
    budgets = (Budget("fan_in", 2), Budget("efferent", 0, "one"), Budget("couplings", 3), Budget("shared_tables", 0))
    drift = check(seen, boundaries, Lock(policy=Policy(default=Ratchet.ALLOW, budgets=budgets)), NOW)
    over = {(r.identity.mode, r.identity.services, r.identity.tables) for r in drift.of(Status.OVER_BUDGET)}
    assert over == {("fan_in", (), ("z",)), ("efferent", ("one",), ())}


@pytest.mark.parametrize(("key", "says"), [("ab", "too short"), ("ffffff", "no coupling"), ("over", "over-budget")])
def test_a_key_must_name_one_open_coupling(key: str, says: str) -> None:
    lock = Lock(policy=Policy(budgets=(Budget("couplings", 0),)), analyzer="1/x")
    drift = check(evidence(schema("orders -> users")), cut("ordering: orders; identity: users"), lock, NOW)
    named = drift.of(Status.OVER_BUDGET)[0].identity.id if key == "over" else key
    with pytest.raises(UsageError, match=says):
        choose(drift, (named,), False)
