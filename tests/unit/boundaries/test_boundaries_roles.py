"""Which tables are set apart, and that no name decides it alone."""

from __future__ import annotations

import pytest

from builders import evidence, schema, statement, tx
from coupling_graphs import graph
from decompose.boundaries.propose import ProposalSettings, propose
from decompose.boundaries.roles import infrastructure, reference_data
from decompose.evidence.statement import Mode
from decompose.graph.build import build_graph
from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import read_vocabulary


def apart(system: CouplingGraph) -> dict[str, str]:
    return {role.table: role.reason for role in infrastructure(system, read_vocabulary(system))}


BUSY = tuple(
    f"W {area}_{a} {area}_{b} x{runs}"
    for area in ("claim", "policy", "agent", "party")
    for runs, (a, b) in enumerate((("head", "body"), ("head", "tail"), ("body", "tail")), 3)
)
"""Twelve kinds of multi-table writes, three in each of four areas."""
AREAS = " ".join(
    f"{area}_{part}" for area in ("claim", "policy", "agent", "party") for part in ("head", "body", "tail")
)


@pytest.mark.parametrize(
    ("tables", "references", "found"),
    [
        ("sessions(id, payload, expires_at) rooms", (), {"sessions"}),
        ("sessions rooms", (), {"sessions"}),
        ("sessions(id, title, starts_at) rooms", (), set()),
        ("sessions(id, token) talks", ("sessions < talks",), set()),
        ("sessions(id, token) users days rooms", ("users < sessions", "days < sessions"), set()),
        ("sessions(id, token) users", ("users < sessions",), {"sessions"}),
        ("jobs(id, title, salary) firms", (), set()),
        ("jobs(id, title, attempts) applications", ("jobs < applications",), set()),
        ("jobs(id, queue, payload) users", (), {"jobs"}),
        ("audit_log users cases", ("users < audit_log", "cases < audit_log"), {"audit_log"}),
        ("audit_log findings", ("audit_log < findings",), set()),
        ("schema_version objects", ("schema_version < objects",), set()),
        ("django_content_type auth_permission", ("django_content_type < auth_permission",), {"django_content_type"}),
        ("django_site shops", ("shops < django_site",), set()),
        ("spring_session spring_session_attributes users", ("spring_session < spring_session_attributes",),
         {"spring_session", "spring_session_attributes"}),
        ("batch_job_instance batch_job_execution batch_step_costs ovens", ("batch_job_instance < batch_job_execution",),
         {"batch_job_instance", "batch_job_execution"}),
        ("qrtz_triggers qrtz_cron_triggers orders", ("qrtz_triggers < qrtz_cron_triggers",),
         {"qrtz_triggers", "qrtz_cron_triggers"}),
    ],
)  # fmt: skip
def test_a_known_name_must_be_borne_out(tables: str, references: tuple[str, ...], found: set[str]) -> None:
    assert set(apart(graph(tables, references))) == found


def test_a_word_of_the_trade_on_its_own_takes_no_other_table_along() -> None:
    assert set(apart(graph("sessions session_reviews talks"))) == {"sessions"}
    assert set(apart(graph("job_queue job_queue_backlog talks"))) == {"job_queue", "job_queue_backlog"}


QUEUE = "work_record(id, queue_name, payload, state, attempts, locked_at)"


@pytest.mark.parametrize(
    ("tables", "references", "transactions", "found"),
    [
        (f"{QUEUE} orders".replace("work_record", "task_record"), (), ["U task_record x900", "R orders x9"],
         {"task_record"}),
        (f"{QUEUE} orders".replace("work_record", "task_record"), (), ["W task_record orders x900"], set()),
        (f"{QUEUE} orders", (), ["U work_record x900", "R orders x9"], set()),
        (f"{QUEUE} orders".replace("work_record", "task_record"), ("task_record < orders",), ["U task_record x900"],
         set()),
        (f"{QUEUE} orders".replace("work_record", "task_record"), ("orders < task_record",), ["U task_record x900"],
         set()),
        ("task_record(id, title, due) orders", (), ["U task_record x900", "R orders x9"], set()),
    ],
)  # fmt: skip
def test_a_queue_has_a_name_the_columns_and_is_worked_off_alone(
    tables: str, references: tuple[str, ...], transactions: list[str], found: set[str]
) -> None:
    assert set(apart(graph(tables, references, transactions))) == found


def test_an_outbox_for_several_areas_goes_with_its_parts_and_says_why() -> None:
    system = graph(
        f"{AREAS} outgoing_letter(id, retry_after, locked_by, error) outgoing_letter_attachments",
        (
            *("claim_head < outgoing_letter", "policy_head < outgoing_letter", "agent_head < outgoing_letter"),
            *("outgoing_letter < outgoing_letter_attachments", "claim_body < outgoing_letter_attachments"),
        ),
        (
            *BUSY,
            "A outgoing_letter R claim_head x10",
            "U outgoing_letter x60",
            "U outgoing_letter R outgoing_letter_attachments x30",
        ),
    )
    found = apart(system)
    assert found == {
        "outgoing_letter": (
            "it is a queue: its rows hold attempts, a claim, a due time and an outcome; "
            "90% of the runs that touch it touch nothing else"
        ),
        "outgoing_letter_attachments": "it is part of outgoing_letter",
    }


def test_a_schedule_that_nobody_wrote_is_known_only_in_a_capture() -> None:
    schedule = "scheduled_task(id, task, locked_at, last_executed_at, last_result)"
    assert apart(graph(f"{AREAS} {schedule}")) == {}
    assert set(apart(graph(f"{AREAS} {schedule}", (), BUSY))) == {"scheduled_task"}


@pytest.mark.parametrize(
    ("tables", "references", "found"),
    [
        ("app_settings(name, setting) users", (), {"app_settings"}),
        ("settings_entry(id, created_at, updated_at, scope, key, value) users", (), {"settings_entry"}),
        ("image_kvstore(key, value) users", (), {"image_kvstore"}),
        ("global_settings(id, languages, track_stock) users", (), {"global_settings"}),
        ("user_settings(id, user_id, name, value) users", ("users < user_settings",), set()),
        ("attribute_values(id, name, value) users", (), set()),
        ("settings(id, name, value) rules", ("settings < rules",), set()),
        ("option_prices(id, name, value, price, currency) users", (), set()),
    ],
)
def test_settings_of_all_are_set_apart_and_settings_of_one_are_not(
    tables: str, references: tuple[str, ...], found: set[str]
) -> None:
    assert set(apart(graph(tables, references))) == found


def test_a_settings_table_that_is_written_like_others_is_business() -> None:
    tables = "system_settings(id, languages, track_stock) users"
    assert apart(graph(tables, (), ["W system_settings x50", "R system_settings x50"])) == {}


LOGGED = tuple(f"{work} A journal_line" for work in BUSY)


def test_a_log_is_added_to_beside_many_areas() -> None:
    found = apart(graph(f"{AREAS} journal_line users", ("users < journal_line",), LOGGED))
    assert found == {
        "journal_line": "it is a log: written by 12 of 12 kinds of multi-table writes, never changed by them, "
        "beside tables of 4 groups that are never written together"
    }


def test_a_helper_of_the_log_that_is_written_apart_does_not_keep_it() -> None:
    references = ("users < journal_line", "party_head < journal_line", "journal_line < reminders", "users < reminders")
    found = apart(graph(f"{AREAS} journal_line users reminders", references, (*LOGGED, "A reminders x4")))
    assert set(found) == {"journal_line"}


@pytest.mark.parametrize(
    ("references", "transactions"),
    [
        ((), (*BUSY, "A journal_line U claim_head claim_body x9")),
        ((), tuple(f"{work} U journal_line" for work in BUSY)),
        (("journal_line < claim_tail",), LOGGED),
        ((), tuple(f"W hub_table {work} A journal_line" for work in BUSY)),
        ((), LOGGED[:8]),
    ],
    ids=["few kinds", "changed", "business refers to it", "one area", "short capture"],
)
def test_what_business_is_built_on_is_no_log(references: tuple[str, ...], transactions: tuple[str, ...]) -> None:
    assert apart(graph(f"{AREAS} hub_table journal_line", references, transactions)) == {}


def test_a_name_of_a_log_needs_fewer_kinds_but_as_many_areas() -> None:
    some = tuple(f"{work} A change_log" for work in (BUSY[0], BUSY[3], BUSY[6]))
    few = tuple(f"{work} A change_log" for work in (BUSY[0], BUSY[1]))
    assert set(apart(graph(f"{AREAS} change_log", (), (*BUSY, *some)))) == {"change_log"}
    assert apart(graph(f"{AREAS} change_log", (), (*BUSY, *few))) == {}


def test_a_second_log_of_the_same_columns_is_one_too() -> None:
    columns = "(id, at, kind, realm, summary, data)"
    tables = f"{AREAS} journal_line{columns} desk_journal{columns} desk_notes(id, at, kind) desks"
    references = ("desks < desk_journal", "desks < desk_notes")
    transactions = (*LOGGED, "A desk_journal U desks x4", "A desk_notes U desks x9")
    found = apart(graph(tables, references, transactions))
    assert set(found) == {"journal_line", "desk_journal"}
    assert found["desk_journal"] == "it is a log: it has the columns of journal_line and is only added to"


@pytest.mark.parametrize("work", [(), ("U desk_journal x500",), ("A desk_journal x4", "U desk_journal x2")])
def test_like_columns_alone_make_no_log(work: tuple[str, ...]) -> None:
    """Many tables have an id, a name and two times: only what is seen to be used as a log is one."""
    tables = f"{AREAS} journal_line(id, at, kind, realm) desk_journal(id, at, kind, realm)"
    assert set(apart(graph(tables, (), (*LOGGED, *work)))) == {"journal_line"}


def test_the_graph_knows_how_a_table_is_written() -> None:
    known = schema("orders; history; stock; audits")
    modes = {"orders": Mode.INSERT, "stock": Mode.UPDATE, "history": Mode.WRITE}
    work = tx("W orders stock history; L audits", sql=False)
    statements = [statement(f"{mode.value} {table}", 1, {table: mode}) for table, mode in modes.items()]
    told = [*statements, statement("lock audits", 1, {"audits": Mode.LOCK})]
    profile = type(work.profile)(
        **{
            **{name: getattr(work.profile, name) for name in work.profile.__slots__},
            "statements": tuple(found.fingerprint for found in told),
        }
    )
    (edge,) = build_graph(evidence(known, type(work)(profile), *told)).transactions
    names = [table.name for table in build_graph(evidence(known)).tables]
    assert [names[table] for table in edge.added] == ["orders"]
    assert [names[table] for table in edge.changed] == ["audits", "stock"]


SHOPS = "shops orders items carts baskets users badges tickets notes zones zone_members regions owners"
KEYS = (
    *("shops < orders", "shops < carts", "shops < users", "shops < tickets", "zones < shops", "owners < shops"),
    *("orders < items", "carts < baskets", "users < badges", "tickets < notes"),
    *("zones < zone_members", "regions < zone_members"),
)
READS = tuple(f"W {a} {b} R shops zones x{runs}" for runs, (a, b) in enumerate(
    (("orders", "items"), ("carts", "baskets"), ("users", "badges"), ("tickets", "notes")), 30
))  # fmt: skip
MORE = tuple(f"W {table} R shops x{runs}" for runs, table in enumerate(("orders", "carts", "users", "tickets"), 40))
CAPTURE = (*READS, *MORE, "R shops owners x5", "R zones zone_members x4", "R regions x9", "R shops x50", "A zones x2")


def shared(transactions: tuple[str, ...], tables: str = SHOPS, keys: tuple[str, ...] = KEYS) -> dict[str, str]:
    system = graph(tables, keys, transactions)
    names = [node.name for node in system.tables]
    order = (
        "orders items",
        "carts baskets",
        "users badges",
        "tickets notes",
        "zones zone_members regions owners shops",
    )
    of = {name: number for number, found in enumerate(order) for name in found.split()}
    cut = tuple(of.get(name, len(order)) for name in names)
    return {role.table: role.reason for role in reference_data(system, read_vocabulary(system), cut, frozenset())}


def test_what_four_services_look_up_and_nobody_writes_is_shared_with_what_it_refers_to() -> None:
    assert shared(CAPTURE) == {
        "shops": "referred to from 4 services, written in 0 of 347 runs",
        "zones": "shops, which is reference data, refers to it; written in 2 of 132 runs",
        "owners": "shops, which is reference data, refers to it; written in 0 of 5 runs",
        "zone_members": "zones, which is reference data, has it as a part; written in 0 of 4 runs",
        "regions": "zone_members, which is reference data, refers to it; written in 0 of 9 runs",
    }


@pytest.mark.parametrize(
    ("transactions", "tables", "keys"),
    [
        ((*CAPTURE, "U shops x1"), SHOPS, KEYS),
        (CAPTURE, f"{SHOPS} shop_fronts", (*KEYS, "shops < shop_fronts")),
        (CAPTURE[:8], SHOPS, KEYS),
        ((*CAPTURE, "U zones x9"), SHOPS, KEYS),
        (CAPTURE, SHOPS, tuple(key for key in KEYS if key != "shops < tickets")),
    ],
    ids=["written once", "parts of its own", "short capture", "a parent is written", "three services"],
)
def test_a_table_that_refers_to_others_is_shared_only_where_all_is_plain(
    transactions: tuple[str, ...], tables: str, keys: tuple[str, ...]
) -> None:
    assert shared(transactions, tables, keys) == {}


def test_no_service_is_named_after_tables_set_apart() -> None:
    system = graph("jobs(id, queue, payload) wishes wish_lines", ("wishes < wish_lines",), ["W wishes wish_lines x4"])
    found = propose(system, ProposalSettings(bootstrap=0))
    assert [service.name for service in found.services] == ["wish", "wish-line"]
    assert found.infrastructure == ("jobs",)
