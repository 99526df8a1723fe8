from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import Work, cut, evidence, identity, schema, tx
from decompose import pipeline
from decompose.assessment.assess import assess
from decompose.assessment.explain.explain import explain
from decompose.assessment.findings.column_groups import Update, grouped
from decompose.assessment.findings.god_table_model import GodTable
from decompose.assessment.findings.god_tables import god_tables
from decompose.assessment.model import Analysis
from decompose.boundaries.model import Decomposition
from decompose.evidence.bundle import Evidence, Statement, TableAccess
from decompose.evidence.statement import Mode
from decompose.reports.explanation import lines
from decompose.reports.markdown import render_markdown
from decompose.store import services_yaml

SHOP = Path(__file__).parents[3] / "fixtures" / "shop"
COLUMNS = ("id", "mail", "secret", "seen_at", "nick", "photo", "spent", "orders", "changed_at")
CUT = cut("identity: people logins profiles; ordering: orders; support: tickets; infrastructure: audit")


def work(accesses: str, *statements: tuple[Mode, str], times: int = 1, label: str = "", kind: str = "explicit") -> Work:
    """A transaction whose statements on `people` name columns."""
    found = tx(accesses, times=times, label=label, kind=kind, sql=False)
    told = tuple(
        Statement(
            identity(mode, columns),
            f"{mode.value} {columns}",
            mode.value.upper(),
            times,
            (TableAccess("people", mode, tuple(sorted(columns.split()))),),
        )
        for mode, columns in statements
    )
    return Work(replace(found.profile, statements=tuple(sorted(s.fingerprint for s in told))), told)


def people(*done: Work, columns: tuple[str, ...] = COLUMNS) -> Evidence:
    known = evidence(schema("people; logins; profiles; orders; tickets; audit"), *done)
    tables = tuple(replace(t, columns=columns) if t.name == "people" else t for t in known.tables)
    return replace(known, tables=tables)


def god(seen: Evidence, decomposition: Decomposition = CUT) -> GodTable:
    (found,) = god_tables(seen, decomposition)
    assert found.table == "people"
    return found


LOGIN = work("W people logins", (Mode.UPDATE, "secret seen_at"), times=30, label="sessions#create")
CHECKOUT = work(
    "W people orders", (Mode.READ, "id orders spent"), (Mode.UPDATE, "spent orders"), times=20, label="checkout#create"
)
PROFILE = work("W people profiles", (Mode.UPDATE, "nick photo changed_at"), times=5, label="profiles#update")
SIGN_UP = work("W people", (Mode.INSERT, "id mail secret nick"), times=3, label="profiles#new")
BROWSE = work("R people tickets", (Mode.READ, "id nick"), times=50, kind="autocommit")


def test_columns_that_change_together_go_together() -> None:
    found = god(people(LOGIN, CHECKOUT, PROFILE, SIGN_UP, BROWSE))
    assert [(g.name, g.columns, g.service, g.writing) for g in found.groups] == [
        ("sessions", ("secret", "seen_at"), "identity", 30),
        ("checkout", ("orders", "spent"), "ordering", 20),
        ("profiles", ("changed_at", "nick", "photo"), "identity", 5),
    ]
    assert (found.identity, found.contested, found.advice) == (("id", "mail"), (), "split")
    assert "55 of 55 updates of named columns change one group only" in found.reason


def test_what_each_service_reads_and_writes() -> None:
    found = {use.service: use for use in god(people(LOGIN, CHECKOUT, SIGN_UP, BROWSE)).services}
    assert list(found) == ["identity", "ordering", "support"]
    assert found["identity"].writes == ("id", "mail", "nick", "secret", "seen_at")
    assert (found["ordering"].reads, found["ordering"].writes) == (("id", "orders", "spent"), ("orders", "spent"))
    assert [(use.reading, use.writing) for use in found.values()] == [(0, 33), (20, 20), (50, 0)]


def test_a_transaction_on_the_table_alone_works_for_its_label() -> None:
    alone = work("W people", (Mode.UPDATE, "spent"), times=4, label="checkout#create")
    found = god(people(LOGIN, CHECKOUT, alone))
    assert {use.service: use.writing for use in found.services} == {"identity": 30, "ordering": 24}


def test_updates_alone_on_the_table_are_not_one_transaction() -> None:
    """All autocommitted updates of a table share one profile: only their columns tell them apart."""
    shared = work("W people audit", (Mode.UPDATE, "nick photo"), (Mode.UPDATE, "secret seen_at"), times=9)
    found = god(people(CHECKOUT, shared))
    assert [group.columns for group in found.groups] == [("orders", "spent"), ("nick", "photo"), ("secret", "seen_at")]


def test_a_column_read_only_with_one_group_joins_it() -> None:
    reading = work("R people logins", (Mode.READ, "id mail secret"), times=8, kind="autocommit")
    assert god(people(LOGIN, CHECKOUT, reading)).groups[0].columns == ("mail", "secret", "seen_at")
    both = work("R people logins", (Mode.READ, "mail spent"), times=8, kind="autocommit")
    assert "mail" in god(people(LOGIN, CHECKOUT, reading, both)).identity


def test_columns_seen_through_a_view_are_not_its_own() -> None:
    view = work("R people orders", (Mode.READ, "nick order_number"), times=8, kind="autocommit")
    found = god(people(LOGIN, CHECKOUT, view))
    assert "order_number" not in {column for use in found.services for column in use.reads}


def test_one_group_for_all_is_left() -> None:
    other = work("W people orders", (Mode.UPDATE, "secret seen_at"), times=7)
    found = god(people(LOGIN, other))
    assert found.advice == "leave"
    assert found.reason.endswith("its updates change one group of columns")


def test_whole_rows_say_nothing() -> None:
    rows = [work(f"W people {other}", (Mode.UPDATE, " ".join(COLUMNS)), times=2) for other in ("orders", "logins")]
    unknown = work("W people tickets", (Mode.UPDATE, "*"))
    found = god(people(*rows, unknown))
    assert (found.advice, found.groups) == ("leave", ())
    assert found.reason.endswith("no update tells its columns apart")


def test_one_writer_and_many_readers_is_replicated() -> None:
    """Ten references make it a god table though one service writes it."""
    children = " ; ".join(f"c{number} -> people" for number in range(12))
    seen = evidence(
        schema(f"people; logins; orders; tickets; {children}"),
        LOGIN,
        BROWSE,
        work("R people orders", (Mode.READ, "id"), times=6, kind="autocommit"),
    )
    found = god(seen, cut("identity: people logins; ordering: orders; support: tickets"))
    assert found.advice == "replicate"
    assert found.reason == "identity alone writes it, 2 other services read id (56×)"


def test_nothing_for_a_table_with_one_writer_or_set_apart() -> None:
    assert god_tables(people(LOGIN, BROWSE), CUT) == ()
    apart = cut("identity: logins profiles; ordering: orders; infrastructure: people")
    assert god_tables(people(LOGIN, CHECKOUT), apart) == ()
    undone = replace(CHECKOUT, profile=replace(CHECKOUT.profile, count=0, rolled_back=20))
    assert god_tables(people(LOGIN, undone), CUT) == ()


def test_the_finding_leads_to_the_statements() -> None:
    seen = people(LOGIN, CHECKOUT)
    (found,) = (f for f in assess(seen, CUT).findings if f.code == "god-table-columns")
    assert (found.severity, found.key, found.services) == (
        "info",
        "god-table-columns:people",
        ("identity", "ordering"),
    )
    assert set(found.evidence) == {identity(Mode.UPDATE, "secret seen_at"), identity(Mode.UPDATE, "spent orders")}


def test_a_column_that_most_updates_set_binds_nothing() -> None:
    updates = [Update(str(n), frozenset({name, "touched"}), 5) for n, name in enumerate("abc")]
    found = grouped(updates, (), ())
    assert [group.names for group in found.groups] == [("a",), ("b",), ("c",)]
    assert found.everywhere == ("touched",)


def test_a_contested_column_goes_to_the_group_that_sets_it_most() -> None:
    updates = [Update("1", frozenset("abcx"), 5), Update("2", frozenset("defx"), 9), Update("3", frozenset("abc"), 1)]
    found = grouped(updates, tuple("abcdefxyz"), ())
    assert [group.names for group in found.groups] == [("d", "e", "f", "x"), ("a", "b", "c")]
    assert (found.contested, found.inside, found.updating) == (("x",), 10, 15)


@given(
    st.lists(
        st.builds(
            Update,
            st.uuids().map(str),
            st.frozensets(st.sampled_from("abcdefgh"), min_size=1),
            st.integers(0, 99),
            st.lists(st.sampled_from(["orders", "logins"]), max_size=2).map(tuple),
        ),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_groups_are_disjoint_and_do_not_depend_on_the_order(updates: list[Update], shuffler: Random) -> None:
    found = grouped(updates, tuple("abcdefgh"), ("a",))
    names = [name for group in found.groups for name in group.names]
    assert len(names) == len(set(names))
    assert "a" not in names
    assert set(names).isdisjoint(found.everywhere)
    assert found.inside <= found.updating
    shuffled = list(updates)
    shuffler.shuffle(shuffled)
    assert grouped(shuffled, tuple("abcdefgh"), ("a",)) == found


@cache
def shop(capture: str, dialect: str) -> Evidence:
    schema_file = SHOP / f"schema.{dialect}.sql"
    return pipeline.collect(pipeline.CollectRequest((str(schema_file),), (str(SHOP / "captures" / capture),)))


CAPTURES = [
    ("postgresql.stderr.log.gz", "postgresql"),
    ("mariadb.general.log.gz", "mysql"),
    ("sqlite.jsonl.gz", "sqlite"),
]


def drawn(seen: Evidence, name: str) -> Decomposition:
    if name == "proposed":
        return pipeline.propose(seen)
    return services_yaml.load((SHOP / name).read_text(encoding="utf-8"), [table.name for table in seen.tables], name)


@pytest.mark.parametrize("name", ["proposed", "naive.yml", "truth.yml"])
@pytest.mark.parametrize(("capture", "dialect"), CAPTURES)
def test_the_shops_users_split_into_authentication_profile_and_preferences(
    capture: str, dialect: str, name: str
) -> None:
    seen = shop(capture, dialect)
    (users,) = (found for found in god_tables(seen, drawn(seen, name)) if found.table == "users")
    parts = {group.name: set(group.columns) for group in users.groups}
    assert users.advice == "split"
    assert parts["sessions"] >= {"password_hash", "last_login_at", "failed_logins", "locked_until"}
    assert parts["profiles"] >= {"display_name", "avatar_url", "birth_date", "phone"}
    assert parts["preferences"] >= {"locale", "time_zone", "newsletter_opt_in", "theme"}
    assert parts["checkout"] == {"order_count", "total_spent_cents", "loyalty_tier"}
    assert len(parts) == 4
    assert {"id", "email", "created_at"} <= set(users.identity)


def test_the_shops_advice_is_in_the_explanation_and_the_report() -> None:
    seen = shop(*CAPTURES[0])
    found = drawn(seen, "truth.yml")
    analysis = Analysis(seen, found, assess(seen, found))
    told = "\n".join(lines(explain(analysis, "users")))
    assert "- advice: split: 2 services write it (accounts, ordering)" in told
    assert (
        "- part preferences: locale, newsletter_opt_in, sms_opt_in, theme, time_zone (16×, 100 % by accounts)" in told
    )
    report = render_markdown(analysis)
    assert "## Tables with many writers" in report
    assert "| preferences | `locale`, `newsletter_opt_in`, `sms_opt_in`, `theme`, `time_zone` | `accounts` |" in report
