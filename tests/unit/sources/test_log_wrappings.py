"""Wrapped logs: the shop's own capture in every wrapping gives the entries that it gives without."""

from __future__ import annotations

import gzip
import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decompose import pipeline
from decompose.evidence.log_entry import Gap, LogEntry, RecordedTransaction
from decompose.sources.logs import WRAPPINGS, describe, detect, read_log
from decompose.sources.logs.wrapping import DAMAGED, FOREIGN, UNKNOWN_INSIDE
from log_reading import LOGS, fixture, read, statements
from log_wrappings import LINE_BY_LINE, WRAPPERS, docker_json, kubernetes_cri

SHOP = Path(__file__).resolve().parents[3] / "fixtures" / "shop" / "captures"
WRAPPING_NAMES = [each.name for each in WRAPPINGS]
OTHER_PROGRAMS = {"docker_compose", "heroku"}
SHORT = (
    "2026-03-02 08:00:00.201 UTC [2101] LOG:  statement: BEGIN\n"
    "2026-03-02 08:00:00.203 UTC [2101] LOG:  statement: INSERT INTO t\n\tVALUES ('é', 1)\n"
    "2026-03-02 08:00:00.207 UTC [2101] LOG:  statement: COMMIT\n"
)


@cache
def shop(name: str) -> str:
    return gzip.decompress((SHOP / name).read_bytes()).decode()


@cache
def plain(name: str) -> list[LogEntry]:
    return comparable([item for item in read(shop(name).encode()) if isinstance(item, LogEntry)])


def comparable(entries: list[LogEntry]) -> list[LogEntry]:
    """Without what a wrapping changes: the line, syslog's own numbers, the TAB that Cloud SQL strips."""
    return [entry._replace(line=0, number=0, sql=entry.sql.replace("\n\t", "\n")) for entry in entries]


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_the_shop_is_the_same_in_every_wrapping(wrapper: str) -> None:
    name, wrap = WRAPPERS[wrapper]
    items = read(wrap(shop("postgresql.stderr.log.gz")))
    assert detect(wrap(shop("postgresql.stderr.log.gz"))[: 1 << 16]).name == name
    entries = [item for item in items if isinstance(item, LogEntry)]
    assert comparable(entries) == plain("postgresql.stderr.log.gz")
    gaps = {item.reason for item in items if isinstance(item, Gap)}
    assert gaps == ({FOREIGN} if wrapper in OTHER_PROGRAMS else set())


@pytest.mark.parametrize("wrapper", ["docker_json", "kubernetes_cri", "syslog_bsd", "cloudwatch_pages", "azure_csv"])
def test_bound_parameters_and_errors_survive_the_wrapping(wrapper: str) -> None:
    text = "".join(shop("postgresql.extended.stderr.log.gz").splitlines(keepends=True)[:3000])
    wrapped = read(WRAPPERS[wrapper][1](text))
    expected = [item for item in read(text.encode()) if isinstance(item, LogEntry)]
    assert comparable([item for item in wrapped if isinstance(item, LogEntry)]) == comparable(expected)


@pytest.mark.parametrize("inner", ["postgresql.csv", "postgresql.json"])
@pytest.mark.parametrize("wrapper", ["docker_json", "docker_compose", "kubernetes_cri"])
def test_containers_may_write_csv_and_json(wrapper: str, inner: str) -> None:
    wrapped = WRAPPERS[wrapper][1](fixture(inner).decode())
    entries = [item for item in read(wrapped) if isinstance(item, LogEntry)]
    assert comparable(entries) == comparable([item for item in read(fixture(inner)) if isinstance(item, LogEntry)])


@pytest.mark.parametrize("wrapper", [*LINE_BY_LINE, "docker_json", "kubernetes_cri", "syslog_bsd"])
def test_lines_are_those_of_the_file(wrapper: str) -> None:
    data = WRAPPERS[wrapper][1](shop("postgresql.stderr.log.gz"))
    rows = data.splitlines()
    for item in read(data)[::50]:
        if isinstance(item, LogEntry) and item.sql:
            assert item.sql.splitlines()[0][:30].encode() in rows[item.line - 1].replace(b'\\"', b'"')


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_cut_at_every_byte(wrapper: str) -> None:
    name, wrap = WRAPPERS[wrapper]
    data = wrap(SHORT)
    whole = statements(read(data, name, "%m [%p] "))
    assert len(whole) == 3
    for cut in range(len(data)):
        found = statements(read(data[:cut], name, "%m [%p] "))
        assert found[:-1] == whole[: max(len(found) - 1, 0)]
        read(data[cut:], name, "%m [%p] ")


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_flipped_bytes_give_items(wrapper: str) -> None:
    name, wrap = WRAPPERS[wrapper]
    source, data = random.Random(wrapper), wrap(SHORT)
    for _ in range(60):
        damaged = bytearray(data)
        for _ in range(source.randint(1, 8)):
            damaged[source.randrange(len(damaged))] = source.choice((0, 10, 13, 34, 92, 123, source.randrange(256)))
        for item in read(bytes(damaged), name):
            assert isinstance(item, LogEntry | RecordedTransaction | Gap)
            repr(item).encode()


@given(data=st.binary(max_size=300), name=st.sampled_from(WRAPPING_NAMES), size=st.integers(1, 64))
@settings(max_examples=150, deadline=None)
def test_any_bytes_whatever_the_block_size(data: bytes, name: str, size: int) -> None:
    assert read(data, name, None, size) == read(data, name)


FRAGMENTS = st.sampled_from(
    (
        *(bytes((each,)) for each in b'\n\n\n\t{}[],"x '),
        *(
            b'{"events": [',
            b'"events": [\n',
            b'{"message":"a LOG:  statement: SELECT 1"}',
            b"LOG:  statement: SELECT 1",
        ),
        *(
            b'{"log":"',
            b'","stream":"stderr"}\n',
            b"web-1 | ",
            b"\x1b[0m",
            b"2026-03-02T08:00:00Z ",
            b"stderr F ",
            b"stderr P ",
        ),
        *(b"Mar  3 10:00:01 h postgres[7]: ", b"[1-1] ", b"[1-2] ", b"#011", b"2026-03-02T08:00:00Z app[postgres.7]: "),
        *(b'{"insertId":"1","textPayload":"', b'{"properties":{"message":"', b'{"record":{"message":"', b'"}}\n'),
        *(b"category,message\n", b"H4sIAAAAAAAAA6tWyk0tLk5MT1WyUipOzEnMSVWqBQBO"),
    )
)


@given(pieces=st.lists(FRAGMENTS, max_size=30), name=st.sampled_from(WRAPPING_NAMES), size=st.integers(1, 64))
@settings(max_examples=120, deadline=None)
def test_fragments_whatever_the_block_size(pieces: list[bytes], name: str, size: int) -> None:
    data = b"".join(pieces)
    assert read(data, name, None, size) == read(data, name)


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("size", [1, 257])
def test_block_size_changes_nothing(wrapper: str, size: int) -> None:
    name, wrap = WRAPPERS[wrapper]
    data = wrap(SHORT * 3)
    assert read(data, name, None, size) == read(data, name)


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_windows_line_ends_change_nothing(wrapper: str) -> None:
    data = WRAPPERS[wrapper][1](SHORT)
    assert statements(read(data.replace(b"\r", b"").replace(b"\n", b"\r\n"))) == statements(read(data))


def test_a_line_too_long_is_one_gap() -> None:
    data = kubernetes_cri(SHORT.replace("VALUES", "VALUES " + "x" * 5000))
    items = read(data, None, None, 64, 2000)
    assert Gap("record longer than the limit") in items
    assert statements(items)[-1] == "COMMIT"


def test_wrappings_inside_each_other(tmp_path: Path) -> None:
    path = tmp_path / "pod.log"
    record = next(each for each in WRAPPINGS if each.name == "cloudnativepg").sample + "\n"
    path.write_bytes(kubernetes_cri(record * 3))
    assert statements(list(read_log(str(path)))) == ["SELECT 1"] * 3
    path.write_bytes(docker_json(kubernetes_cri(SHORT).decode()))
    assert len(statements(list(read_log(str(path))))) == 3


def test_another_database_in_a_container(tmp_path: Path) -> None:
    path = tmp_path / "json.log"
    path.write_bytes(docker_json(fixture("mariadb-general.log").decode()))
    assert statements(list(read_log(str(path)))) == statements(read(fixture("mariadb-general.log")))
    assert describe(path.read_bytes()).format.dialect == "mysql"


def test_a_given_prefix_is_that_of_the_log_inside(tmp_path: Path) -> None:
    path = tmp_path / "log"
    text = SHORT.replace("UTC [2101]", "UTC|2101|shop").replace(" LOG", "LOG")
    for wrapper in ("docker_json", "kubernetes_cri", "timestamped_lines"):
        path.write_bytes(WRAPPERS[wrapper][1](text))
        items = list(read_log(str(path), prefix="%m|%p|%d"))
        assert [item.database for item in items if isinstance(item, LogEntry)] == ["shop"] * 3


def test_what_the_wrapping_holds_may_be_unknown() -> None:
    data = docker_json("hello\nworld\n")
    assert read(data, "docker-json") == [UNKNOWN_INSIDE]
    assert describe(docker_json(SHORT)).facts.prefix == "%m [%p] "


def test_lines_without_the_wrapping_are_counted() -> None:
    data = kubernetes_cri(SHORT) + b"lost head\n" + kubernetes_cri(SHORT)
    assert [item for item in read(data) if isinstance(item, Gap)] == [Gap(DAMAGED)]
    assert len(statements(read(data))) == 6


@pytest.mark.parametrize("wrapper", ["cloud_sql_lines", "azure_json"])
def test_an_export_that_begins_with_the_newest_is_turned_round(wrapper: str) -> None:
    name, wrap = WRAPPERS[wrapper]
    data = wrap(SHORT).replace(b"\\t", b"")
    rows = data.splitlines(keepends=True)
    rows = list(dict.fromkeys(rows))
    timed = [row.replace(b":00Z", b":%02dZ" % n).replace(b":18Z", b":%02dZ" % n) for n, row in enumerate(rows)]
    assert statements(read(b"".join(reversed(timed)), name)) == statements(read(b"".join(timed), name))


def test_cloudnativepg_with_the_operators_own_lines_and_pgaudit() -> None:
    sample = next(each for each in WRAPPINGS if each.name == "cloudnativepg").sample
    audit = sample.replace('"postgres","msg"', '"pgaudit","msg"').replace(
        '"message":"statement: SELECT 1"',
        '"audit":{"audit_type":"SESSION","statement_id":"1","substatement_id":"1","class":"READ","command":"SELECT",'
        '"object_type":"TABLE","object_name":"public.t","statement":"SELECT \\"a\\", 2 FROM t","parameter":"<none>"}',
    )
    operator = '{"level":"info","ts":1,"msg":"Setting up wal archive","logging_pod":"shop-1"}'
    assert statements(read(f"{operator}\n{audit}\n".encode())) == ['SELECT "a", 2 FROM t']
    items = read(f"{operator}\n{sample}\n{audit}\n".encode())
    assert statements(items) == ["SELECT 1"]
    assert items[-1] == Gap(FOREIGN)


def test_heroku_prefix_with_quoted_fields() -> None:
    front = "2026-11-22T18:41:18.491534+00:00 app[postgres.4882]: [GREEN] "
    fields = (
        'sql_error_code = 00000 time_ms = "2026-11-22 18:41:18.491 UTC" pid="4882" '
        'proc_start_time="2026-11-22 18:00:00'
        ' UTC" session_id="6b03374e.1312" vtid="3/7" tid="0" log_line="{}" database="shop" connection_source='
        '"10.0.0.7(41)" user="u7" application_name="web worker" LOG:  statement: {}'
    )
    lines = (front + f"[{n}-1]  " + fields.format(n, sql) for n, sql in ((1, "BEGIN"), (2, "SELECT 'a = \"b\" '")))
    entries = [item for item in read(("\n".join(lines) + "\n").encode()) if isinstance(item, LogEntry)]
    assert [(e.session, e.database, e.label, e.number, e.sql) for e in entries] == [
        ("6b03374e.1312", "shop", "web worker", 1, "BEGIN"),
        ("6b03374e.1312", "shop", "web worker", 2, "SELECT 'a = \"b\" '"),
    ]


@pytest.mark.parametrize("client", ["192.168.1.201(50906)", "[local]", "2001:db8::7(50906)", "::1(50906)"])
def test_rds_prefix_with_any_client(client: str) -> None:
    line = "2026-03-11 20:40:50 UTC:{}:u@shop:[12795]:LOG:  statement: SELECT {}"
    text = "".join(line.format(client, number) + "\n" for number in range(3)) + line.format("10.0.0.1(5)", 9) + "\n"
    for data in (text.encode(), WRAPPERS["cloudwatch_tail"][1](text), WRAPPERS["timestamped_lines"][1](text)):
        entries = [item for item in read(data) if isinstance(item, LogEntry)]
        assert [(e.session, e.database, e.sql[:7]) for e in entries] == [("12795", "shop", "SELECT ")] * 4


def test_azure_columns_one_by_one_and_single_server() -> None:
    rows = (
        "TimeGenerated [UTC],Category,record_message_s,record_session_id_s,record_error_severity_s,"
        "record_virtual_transaction_id_s,record_database_name_s,record_session_line_num_d\r\n"
        '2026-11-22T18:41:18Z,PostgreSQLLogs,"statement: SELECT ""a""\n, 2",6b03.1,LOG,3/7,shop,4\r\n'
    )
    (entry,) = read(rows.encode(), "azure-postgresql")
    assert isinstance(entry, LogEntry)
    assert (entry.session, entry.database, entry.sql, entry.number) == ("6b03.1", "shop", 'SELECT "a"\n, 2', 4)
    single = (
        '{"category":"PostgreSQLLogs","properties":{"prefix":"2026-11-22 18:41:18 UTC-6b03374e.34a7-",'
        '"errorLevel":"LOG","message":"statement: SELECT 1"}}\n'
    )
    (entry,) = read(single.encode())
    assert isinstance(entry, LogEntry)
    assert (entry.session, entry.sql, entry.at) == ("6b03374e.34a7", "SELECT 1", "2026-11-22T18:41:18Z")


def test_cloud_sql_audit_entry() -> None:
    data = (
        b'{"insertId":"1","logName":"l","timestamp":"2026-11-22T18:41:18Z","protoPayload":{"request":{"auditClass":"READ",'
        b'"auditType":"SESSION","statementId":1,"substatementId":1,"command":"SELECT","database":"shop","user":"u",'
        b'"databaseSessionId":77,"statement":"SELECT 1, 2"}}}\n'
    )
    (entry,) = read(data)
    assert isinstance(entry, LogEntry)
    assert (entry.session, entry.database, entry.sql) == ("77", "shop", "SELECT 1, 2")


@pytest.mark.parametrize("name", WRAPPING_NAMES)
@pytest.mark.parametrize(
    "piece", [b"\t", b'"', b'"\n', b"{", b'{"log":"', b"2026-03-02T08:00:00Z ", b"a | ", b"[1-1] "]
)
def test_long_junk_ends(name: str, piece: bytes) -> None:
    items = read(piece * (100_000 // len(piece)), name)
    assert all(isinstance(item, Gap) for item in items)


def test_no_wrapping_takes_a_log_that_is_none() -> None:
    names = sorted(path.name for path in LOGS.iterdir() if path.suffix in (".log", ".csv", ".json", ".jsonl", ".xml"))
    for name in names:
        wrapped = detect(fixture(name)[: 1 << 16]).name in WRAPPING_NAMES
        assert wrapped == (name.startswith("postgresql-syslog") and "stderr" not in name), name
    for path in sorted(SHOP.iterdir()):
        assert detect(gzip.decompress(path.read_bytes())[: 1 << 16]).name not in WRAPPING_NAMES, path.name


def test_a_prefix_with_bars_is_no_container() -> None:
    text = "".join(f"{pid} | 2026-03-02 08:00:00.201 UTC | shop | LOG:  statement: SELECT 1\n" for pid in (21, 22, 23))
    assert detect(text.encode()).name == "postgresql-stderr"


@pytest.mark.parametrize("wrapper", ["syslog_bsd", "kubernetes_cri", "cloud_sql_array", "azure_csv"])
def test_the_23_transaction_boundaries_are_found_through_the_wrapping(wrapper: str, tmp_path: Path) -> None:
    path = tmp_path / "wrapped.log.gz"
    path.write_bytes(gzip.compress(WRAPPERS[wrapper][1](shop("postgresql.stderr.log.gz"))))
    schema = str(SHOP.parent / "schema.postgresql.sql")
    wrapped, unwrapped = (
        pipeline.collect(pipeline.CollectRequest((schema,), (str(log),)))
        for log in (path, SHOP / "postgresql.stderr.log.gz")
    )
    assert len(wrapped.boundaries) == 23
    assert wrapped.profiles == unwrapped.profiles
