"""Stored runs of the gate, in any database SQLAlchemy reaches; a SQLite file by default.

Two tables of its own, made on first use: `decompose_runs` (one row per run) and `decompose_run_pairs`. Figures and
names of services only; nothing of the database that is judged, no statement, no label.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from decompose.assessment.drift.history import Run
from decompose.assessment.drift.model import Metrics
from decompose.errors import DatabaseError, UsageError
from decompose.evidence.redact import mask_url

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

_TEXT = 200


def add(url: str, run: Run) -> None:
    """Stores a run after the others; DatabaseError when the database cannot be written."""
    runs, pairs = _tables()
    metrics = run.metrics
    row = {
        "revision": run.revision[:_TEXT],
        "day": run.day,
        "verdict": run.verdict,
        "services": metrics.services,
        "separate_services": metrics.separate_services,
        "write_transactions": metrics.write_transactions,
        "distributed_write_share": metrics.distributed_write_share,
        "couplings": metrics.couplings,
    }
    with _connected(url, runs) as connection:
        number = connection.execute(runs.insert().values(row)).inserted_primary_key
        if number is not None and metrics.pairs:
            connection.execute(
                pairs.insert(),
                [{"run": number[0], "first": a, "second": b, "couplings": count} for a, b, count in metrics.pairs],
            )


def load(url: str) -> tuple[Run, ...]:
    """Every stored run, in the order they were stored; DatabaseError when the database cannot be read."""
    runs, pairs = _tables()
    with _connected(url, runs) as connection:
        of_run: defaultdict[int, list[tuple[str, str, int]]] = defaultdict(list)
        for pair in connection.execute(pairs.select()).mappings():
            of_run[pair["run"]].append((pair["first"], pair["second"], pair["couplings"]))
        rows = connection.execute(runs.select().order_by(runs.c.id)).mappings().all()
    return tuple(
        Run(
            row["revision"],
            row["day"],
            Metrics(
                services=row["services"],
                separate_services=row["separate_services"],
                write_transactions=row["write_transactions"],
                distributed_write_share=row["distributed_write_share"],
                couplings=row["couplings"],
                pairs=tuple(sorted(of_run[row["id"]])),
            ),
            row["verdict"],
        )
        for row in rows
    )


def _tables() -> tuple[Table, Table]:
    from sqlalchemy import Column, Float, ForeignKey, Integer, MetaData, String, Table

    metadata = MetaData()
    runs = Table(
        "decompose_runs",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("revision", String(_TEXT), nullable=False),
        Column("day", String(10), nullable=False),
        Column("verdict", String(20), nullable=False),
        Column("services", Integer, nullable=False),
        Column("separate_services", Integer, nullable=False),
        Column("write_transactions", Integer, nullable=False),
        Column("distributed_write_share", Float, nullable=False),
        Column("couplings", Integer, nullable=False),
    )
    pairs = Table(
        "decompose_run_pairs",
        metadata,
        Column("run", ForeignKey("decompose_runs.id"), primary_key=True),
        Column("first", String(_TEXT), primary_key=True),
        Column("second", String(_TEXT), primary_key=True),
        Column("couplings", Integer, nullable=False),
    )
    return runs, pairs


@contextmanager
def _connected(url: str, table: Table) -> Iterator[Connection]:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError
    from sqlalchemy.pool import NullPool

    try:
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as connection:
            table.metadata.create_all(connection)
            yield connection
    except (ArgumentError, ImportError) as error:
        raise UsageError(
            f"runs cannot be stored at {mask_url(url)}", "give a SQLAlchemy URL, such as sqlite:///decompose-history.db"
        ) from error
    except SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())[:300]
        raise DatabaseError(
            f"the stored runs at {mask_url(url)} cannot be used: {mask_url(reason)}",
            "check the URL; the user needs to create and fill two tables there",
        ) from error
