"""Small analyses for the renderers' tests: a readable shop, a hostile twin of it, and one of any size."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from decompose.assessment.model import Analysis, Assessment, Finding
from decompose.boundaries.model import Capability, Decomposition, Role, Service, SubCapability
from decompose.evidence.bundle import (
    ColumnPair,
    Coverage,
    Evidence,
    ForeignKeyLink,
    Statement,
    TableAccess,
    TableFacts,
    TransactionBoundary,
    TransactionProfile,
)
from decompose.evidence.log_entry import Gap
from decompose.evidence.schema import Column, ForeignKey, Schema, Table, TableRef
from decompose.evidence.statement import Mode

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "countries": ("code", "name"),
    "order_lines": ("id", "order_id", "product_id", "quantity"),
    "orders": ("id", "user_id", "placed_at"),
    "payments": ("id", "order_id", "amount"),
    "products": ("id", "title"),
    "schema_migrations": ("version",),
    "sessions": ("id", "user_id"),
    "users": ("id", "country_code", "email"),
}
REFERENCES = (
    ("order_lines", "order_id", "orders", "cascade", True),
    ("order_lines", "product_id", "products", "no action", True),
    ("orders", "user_id", "users", "restrict", True),
    ("payments", "order_id", "orders", "no action", False),
    ("sessions", "user_id", "users", "cascade", True),
    ("users", "country_code", "countries", "no action", True),
)
SERVICES: Mapping[str, tuple[str, ...]] = {
    "billing": ("payments",),
    "catalog": ("products",),
    "identity": ("sessions", "users"),
    "ordering": ("order_lines", "orders"),
}


def _same(name: str) -> str:
    return name


def shop(rename: Callable[[str], str] = _same) -> Analysis:
    """Eight tables, four services, a checkout that writes in two of them; `rename` is applied to every name."""
    return Analysis(_evidence(rename), _decomposition(rename), _assessment(rename))


def _evidence(name: Callable[[str], str]) -> Evidence:
    tables = tuple(_table(table, name) for table in COLUMNS)
    return Evidence(
        dialect="postgresql",
        schema=Schema("postgresql", tuple(sorted((_ddl(table, name) for table in COLUMNS), key=lambda t: t.name))),
        tables=tuple(sorted(tables, key=lambda table: table.name)),
        links=tuple(sorted((_link(row, name) for row in REFERENCES), key=lambda link: (link.child, link.columns))),
        statements=_statements(name),
        profiles=_profiles(name),
        boundaries=(
            TransactionBoundary(name("checkout"), 40, _sorted(name, "orders", "order_lines", "payments"), ("p1",)),
            TransactionBoundary(name("login"), 300, (name("sessions"),), ("p2",)),
        ),
        coverage=Coverage(
            entries=14_000,
            statements=12_345,
            statements_understood=11_999,
            transactions=3_965,
            transactions_complete=3_961,
            transactions_explicit=340,
            transactions_autocommit=3_606,
            rolled_back=19,
            sessions=12,
            tables=8,
            tables_touched=7,
            gaps=(Gap("statement too long", 46), Gap("unknown verb", 300)),
        ),
        sources=(name("shop.log"),),
    )


def _sorted(name: Callable[[str], str], *tables: str) -> tuple[str, ...]:
    return tuple(sorted(name(table) for table in tables))


def _table(table: str, name: Callable[[str], str]) -> TableFacts:
    columns = tuple(name(column) for column in COLUMNS[table])
    return TableFacts(name(table), columns, columns[:1], row_estimate=10 * len(table), comment=name(f"{table} comment"))


def _ddl(table: str, name: Callable[[str], str]) -> Table:
    keys = tuple(
        ForeignKey("", (name(column),), TableRef(name(parent)), (name(COLUMNS[parent][0]),), on_delete)
        for child, column, parent, on_delete, declared in REFERENCES
        if child == table and declared
    )
    columns = tuple(
        Column(name(column), "numeric(10,2)" if column == "amount" else "bigint") for column in COLUMNS[table]
    )
    return Table(name(table), columns=columns, primary_key=(name(COLUMNS[table][0]),), foreign_keys=keys, line=7)


def _link(row: tuple[str, str, str, str, bool], name: Callable[[str], str]) -> ForeignKeyLink:
    child, column, parent, on_delete, declared = row
    return ForeignKeyLink(
        name(child), (name(column),), name(parent), (name(COLUMNS[parent][0]),), on_delete, "no action",
        declared, 0 if declared else 25, 12 if declared else None,
    )  # fmt: skip


def _statements(name: Callable[[str], str]) -> tuple[Statement, ...]:
    pair = ColumnPair(name("orders"), name("user_id"), name("users"), name("id"))
    pay = ColumnPair(name("orders"), name("id"), name("payments"), name("order_id"))
    reads = (TableAccess(name("orders"), Mode.READ), TableAccess(name("users"), Mode.READ))
    return (
        Statement("a1", "SELECT * FROM orders JOIN users ON orders.user_id = users.id", "select", 75, reads, (pair,)),
        Statement("a2", "INSERT INTO payments VALUES (?)", "insert", 40, (TableAccess(name("payments"), Mode.INSERT),)),
        Statement("a3", "SELECT * FROM orders, payments WHERE ?", "select", 25, (), (pay,)),
    )


def _profiles(name: Callable[[str], str]) -> tuple[TransactionProfile, ...]:
    writes = _sorted(name, "orders", "order_lines", "payments")
    return (
        TransactionProfile("p1", name("checkout"), "explicit", 40, 2, (name("users"),), writes, (), (), ("a1", "a2")),
        TransactionProfile("p2", name("login"), "explicit", 300, 0, (name("users"),), (name("sessions"),), (), (), ()),
        TransactionProfile("p3", name("browse"), "autocommit", 3606, 0, (name("products"),), (), (), (), ("a3",)),
    )


def _decomposition(name: Callable[[str], str]) -> Decomposition:
    services = tuple(
        Service(name(service), _sorted(name, *tables), name(f"{service} capability"), name("team"), 0.91)
        for service, tables in SERVICES.items()
    )
    parts = (SubCapability(name("checkout"), ("p1",), _sorted(name, "orders", "payments")),)
    return Decomposition(
        services=tuple(sorted(services, key=lambda service: service.name)),
        shared=(name("countries"),),
        infrastructure=(name("schema_migrations"),),
        roles=(
            Role(name("countries"), "shared", "read by 3 services, never written"),
            Role(name("schema_migrations"), "infrastructure", "migration bookkeeping"),
        ),
        capabilities=(Capability(name("selling"), parts),),
        unsure=((name("payments"), name("ordering"), 0.0125),),
    )


def _assessment(name: Callable[[str], str]) -> Assessment:
    message = f"{name('checkout')} writes {name('orders')}, {name('payments')} in 2 services, 40 times"
    pair = (name("billing"), name("ordering"))
    both = (name("orders"), name("payments"))
    return Assessment(
        services=4,
        largest_share=0.25,
        write_transactions=340,
        distributed_write_transactions=40,
        distributed_write_share=40 / 340,
        saga_cost=40.0,
        cross_joins=100,
        foreign_keys_to_retire=2,
        findings=(
            Finding(
                "distributed-write", f"distributed-write:{name('checkout')}", "error", message, pair, both, 40, ("p1",)
            ),
            Finding("cross-join", f"cross-join:{name('orders')}", "warning", "75 joins cross", pair, both, 75, ("a1",)),
            Finding("fact", "fact", "info", "nothing to worry about"),
        ),
    )


def wide(tables: int, services: int) -> Analysis:
    """An analysis of any size: long names, every second table referring to the first, one finding per service."""
    names = [f"a_rather_long_schema.an_even_longer_table_name_{number:05d}" for number in range(tables)]
    per = max(tables // services, 1)
    groups = [names[start : start + per] for start in range(0, per * services, per)]
    owned = [Service(f"a-service-with-a-long-name-{n:04d}", tuple(group)) for n, group in enumerate(groups) if group]
    links = tuple(ForeignKeyLink(child, ("parent_id",), names[0], ("id",)) for child in names[1::2])
    findings = tuple(
        Finding("distributed-write", f"k{n}", "error", f"{service.name}: " + "long " * 60, executions=n)
        for n, service in enumerate(owned)
    )
    gaps = tuple(Gap(f"a reason of some length, number {n}", n + 1) for n in range(50))
    evidence = Evidence(
        dialect="postgresql",
        schema=Schema("postgresql"),
        tables=tuple(TableFacts(name, ("id",)) for name in names),
        links=links,
        statements=(),
        profiles=(
            TransactionProfile("p", "n", "explicit", 9, 0, (), tuple(names[: 2 * per]), (), (), ()),
        ),
        boundaries=(),
        coverage=Coverage(statements=10**9, statements_understood=10**9 - 1, tables=tables, gaps=gaps),
    )  # fmt: skip
    shared = tuple(f"shared_table_with_a_long_name_{n}" for n in range(200))
    roles = tuple(Role(name, "shared", "a reason that goes on " * 10) for name in shared)
    decomposition = Decomposition(tuple(owned), shared, shared, shared, roles, note="too little was read " * 20)
    return Analysis(evidence, decomposition, Assessment(services, 0.5, 9, 9, 1.0, 9.0, 10**9, 10**6, findings))
