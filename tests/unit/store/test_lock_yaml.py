"""The lock: exact in both directions, strict about everything else, quick to read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decompose.assessment.drift.check import Lock
from decompose.assessment.drift.model import Entry, Identity, Kind
from decompose.assessment.drift.policy import Budget, Policy, Ratchet, Rule
from decompose.errors import UsageError
from decompose.store.lock_yaml import LockDocument, dump, load
from hostile_names import HOSTILE

ENTRY = Entry(
    Identity(Kind.FOREIGN_KEY, ("ordering", "identity"), ("orders", "users"), "reference"),
    "from before the split",
    "team-orders",
    "2026-01-05",
    "2026-12-31",
)
TEXT = dump(LockDocument(Lock((ENTRY,), analyzer="1/x")))
NAMES = st.text(max_size=12)


def test_a_lock_reads_back_and_keeps_its_head() -> None:
    head = TEXT[: TEXT.index("couplings:")].replace("# budgets:", "# our budgets, see ADR 7\n# budgets:")
    document = load(head + TEXT[TEXT.index("couplings:") :], "lock")
    assert document.lock.entries == (ENTRY,)
    assert dump(document) == head + TEXT[TEXT.index("couplings:") :]


@given(
    st.lists(
        st.tuples(st.sampled_from(Kind), st.lists(NAMES, max_size=3), st.lists(NAMES, max_size=3), NAMES, NAMES, NAMES),
        max_size=4,
        unique_by=lambda item: (item[0], tuple(item[1]), tuple(item[2]), item[3]),
    )
)
def test_any_names_read_back(items: list[tuple[Kind, list[str], list[str], str, str, str]]) -> None:
    entries = tuple(
        Entry(Identity(kind, tuple(services), tuple(tables), mode), reason, owner, "2026-01-05")
        for kind, services, tables, mode, reason, owner in items
    )
    ordered = tuple(sorted(entries, key=lambda entry: entry.identity))
    text = dump(LockDocument(Lock(ordered)))
    text.encode("utf-8")
    assert load(text, "lock").lock.entries == ordered
    assert dump(load(text, "lock")) == text


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_hostile_names_read_back(name: str) -> None:
    entry = Entry(Identity(Kind.JOIN, (name, "b"), (name, "t"), name), name, name, "2026-01-05")
    assert load(dump(LockDocument(Lock((entry,)))), "lock").lock.entries == (entry,)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("couplings:\n", "couplings:\n<<<<<<< HEAD\n", r"lock:19: a merge conflict"),
        ("    owner:", "=======\n    owner:", r"lock:\d+: a merge conflict"),
        ("decompose/lock@1", "decompose/lock@2", r"lock:3:9: the lock has format 'decompose/lock@2'"),
        ("format: decompose/lock@1\n", "", r"this is no lock"),
        ("couplings:\n", "", r"lock:\d+:\d+: not valid YAML|there is no `couplings:`|expected a mapping"),
        ("    kind: cross-foreign-key", "    kind: cross-wires", r"lock:21: unknown kind"),
        ("    kind: cross-foreign-key\n", "", r"lock:20: the item has no `kind:`"),
        ("[orders, users]", "[orders, people]", r"lock:20: the id does not belong"),
        ("[orders, users]", "orders", r"lock:23: expected a list"),
        ("[orders, users]", "[orders users: x, {a]", r"lock:23: "),
        ("[orders, users]", '[orders, "users]', r"lock:23: "),
        ("since: 2026-01-05", "since: 5 January", r"lock:27: '5 January' is no date"),
        ("since: 2026-01-05", "since:", r"lock:27: `since:` is empty"),
        ("    owner: team-orders", "    owner: team-orders\n    owner: you", r"lock:27: 'owner' occurs twice"),
        ("    owner: team-orders", "    boss: team-orders", r"lock:26: unknown key 'boss'"),
        ("    owner: team-orders", "   owner: team-orders", r"lock:26: this is no line"),
        ("    owner: team-orders", '    owner: "team', r"lock:26: the quoted text does not end"),
        ("    owner: team-orders", '    owner: "\\q"', r"lock:26: unknown escape"),
        ("    owner: team-orders", "    owner: &a team", r"lock:26: this text needs double quotes"),
        ("default: freeze", "default: frozen", r"lock:6:\d+: unknown word 'frozen'"),
        ("min_transactions: 3", "min_transactions: many", r"'many' is no number"),
        ("min_transactions: 3", "min_transactions: 2.5", r"expected a whole number"),
        ("min_transactions: 3", "min_transaction: 3", r"unknown key 'min_transaction'"),
        ("# budgets:", "budgets: [{name: fun, most: 1}]\n# budgets:", r"unknown budget 'fun'"),
        ("# budgets:", "budgets: [{name: couplings, most: 1, of: x}]\n# budgets:", r"is one for all"),
        ("  # rules:", "  rules: [{ratchet: forbid, kind: cross-wires}]\n  # rules:", r"unknown kind 'cross-wires'"),
        ("  # rules:", "  rules: [{kind: cross-join}]\n  # rules:", r"a rule needs `ratchet:`"),
        ("# noise:", "# noise:\nwhatever: 1", r"unknown key 'whatever'"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, says: str) -> None:
    assert old in TEXT
    with pytest.raises(UsageError, match=says):
        load(TEXT.replace(old, new, 1), "lock")


def test_a_coupling_that_two_branches_accepted_is_told() -> None:
    item = TEXT[TEXT.index("  - id:") :]
    with pytest.raises(UsageError, match=r"lock:30: coupling [0-9a-f]{12} is accepted twice \(first in line 20\)"):
        load(TEXT + "\n" + item, "lock")


def test_a_policy_is_read_whole() -> None:
    head = """format: decompose/lock@1
policy:
  default: allow
  min_transactions: 5
  min_labels: 2
  stale: error
  stale_transactions: 9
  min_understood: 0.5
  rules:
    - {ratchet: forbid, kind: cross-join, from: ordering, to: "*"}
budgets: [{name: efferent, most: 4, of: ordering}]
noise: ["fixtures*"]
callers: {ordering: ["POST /orders*"]}
couplings: []
"""
    assert load(head, "lock").lock.policy == Policy(
        default=Ratchet.ALLOW,
        rules=(Rule(Ratchet.FORBID, "cross-join", "ordering", "*"),),
        min_transactions=5,
        min_labels=2,
        stale_transactions=9,
        min_understood=0.5,
        stale_fails=True,
        budgets=(Budget("efferent", 4.0, "ordering"),),
        noise_labels=("fixtures*",),
        callers=(("ordering", ("POST /orders*",)),),
    )


def test_the_head_of_a_new_lock_means_the_defaults() -> None:
    assert load(dump(LockDocument(Lock())), "lock").lock == Lock()


@given(st.data())
def test_a_damaged_lock_is_refused_or_read_never_a_crash(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(TEXT)))
    end = data.draw(st.integers(start, min(start + 40, len(TEXT))))
    damaged = TEXT[:start] + data.draw(st.text(max_size=12)) + TEXT[end:]
    said, document = "", LockDocument(Lock())
    try:
        document = load(damaged, "lock")
    except UsageError as error:
        said = error.message
    assert said.startswith("lock:") or load(dump(document), "lock").lock.entries == document.lock.entries
