"""Which formats can be read as columns, and how; all others are read entry by entry."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from decompose.evidence.columns import Spelling
from decompose.sources.logs import (
    mysql_general,
    mysql_general_columns,
    postgresql_csv,
    postgresql_csv_columns,
    postgresql_json_columns,
    postgresql_stderr_columns,
)
from decompose.sources.logs.column_rows import ColumnBlock
from decompose.sources.logs.format import ByteStream, ReadOptions
from decompose.sources.logs.json_lines import LINE_START


@dataclass(frozen=True, slots=True)
class ColumnReader:
    """A format's column reader: `columns` yields what its `entries` would, `readable` says whether it can."""

    columns: Callable[[ByteStream, ReadOptions], Iterator[ColumnBlock]]
    spelling: Spelling
    starts: Callable[[ReadOptions], re.Pattern[bytes]]
    """Where a record begins that the one before it knows nothing of: there a log may be cut."""
    readable: Callable[[ReadOptions], bool] = lambda _: True


COLUMN_READERS: dict[str, ColumnReader] = {
    "mysql-general": ColumnReader(mysql_general_columns.columns, Spelling(bytes), lambda _: mysql_general.START),
    "postgresql-csv": ColumnReader(
        postgresql_csv_columns.columns, Spelling(postgresql_csv_columns.plain), lambda _: postgresql_csv.START
    ),
    "postgresql-json": ColumnReader(
        postgresql_json_columns.columns, Spelling(postgresql_json_columns.plain, late=False), lambda _: LINE_START
    ),
    "postgresql-stderr": ColumnReader(
        postgresql_stderr_columns.columns,
        Spelling(postgresql_stderr_columns.plain),
        postgresql_stderr_columns.starts,
        postgresql_stderr_columns.readable,
    ),
}
"""By the name of the format."""
