"""Which formats can be read as columns, and how; all others are read entry by entry."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from decompose.evidence.columns import Columns, Spelling
from decompose.sources.logs import (
    azure,
    cloud_sql,
    cloudnativepg,
    cloudwatch,
    docker_compose,
    docker_json,
    heroku,
    kubernetes_cri,
    mysql_general,
    mysql_general_columns,
    mysql_slow,
    mysql_slow_columns,
    postgresql_csv,
    postgresql_csv_columns,
    postgresql_json_columns,
    postgresql_stderr,
    postgresql_stderr_columns,
    syslog,
    timestamped_lines,
)
from decompose.sources.logs.column_rows import ColumnBlock
from decompose.sources.logs.format import ByteStream, ReadOptions
from decompose.sources.logs.json_lines import LINE_START
from decompose.sources.logs.wrapping import Inside, Unwrap, entries_inside, look_inside

Carried = Callable[[bytes, ReadOptions], ReadOptions | None]
"""How to read what follows some bytes of a log, None if they do not tell; without bytes, what is right if none tell."""


@dataclass(frozen=True, slots=True)
class ColumnReader:
    """A format's column reader: `columns` yields what its `entries` would, `readable` says whether it can."""

    columns: Callable[[ByteStream, ReadOptions], Iterator[ColumnBlock]]
    spelling: Spelling
    starts: Callable[[ReadOptions], re.Pattern[bytes]]
    """Where a record begins that the one before it knows nothing of: there a log may be cut."""
    readable: Callable[[ReadOptions], bool] = lambda _: True
    carried: Carried | None = None
    """For a format that says some things only when they change; None for all others."""
    awaits: Callable[[bytes, ReadOptions], bool] = lambda _, __: False
    """Whether something at the end of these bytes may be told more of behind them: there a log may not be cut."""


COLUMN_READERS: dict[str, ColumnReader] = {
    "mysql-general": ColumnReader(mysql_general_columns.columns, Spelling(bytes), lambda _: mysql_general.START),
    "mysql-slow": ColumnReader(
        mysql_slow_columns.columns,
        Spelling(bytes),
        lambda _: mysql_slow.START,
        mysql_slow_columns.readable,
        mysql_slow_columns.carried,
    ),
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
        awaits=postgresql_stderr.awaits,
    ),
}
"""By the name of the format; to which the wrappings are added below."""


def _inner(inside: Inside) -> ColumnReader | None:
    """How to read what a wrapping holds column by column; None if it has to be read entry by entry."""
    reader = COLUMN_READERS.get(inside.format.name) if inside.format is not None else None
    return reader if reader is not None and reader.readable(inside.options) else None


def _readable(unwrap: Unwrap, options: ReadOptions) -> bool:
    return _inner(look_inside(unwrap, io.BytesIO(options.head), options)) is not None


def _unwrapped(unwrap: Unwrap, stream: ByteStream, options: ReadOptions) -> Iterator[ColumnBlock]:
    """The blocks of the log inside, with texts as the client sent them; the gaps of the wrapping come last."""
    inside = look_inside(unwrap, stream, options)
    inner = _inner(inside)
    if inner is None:
        items = entries_inside(inside)
        while some := tuple(islice(items, _ITEMS)):
            yield some
        return
    for block in inner.columns(inside.stream, inside.options):
        yield block._replace(texts=_plain(block.texts, inner.spelling)) if isinstance(block, Columns) else block
    yield tuple(inside.work.counted())


def _plain(texts: Sequence[bytes], spelling: Spelling) -> Sequence[bytes]:
    """Texts without a log's spelling, many at once where they hold no NUL."""
    joined = spelling.plain(b"\0".join(texts)).split(b"\0")
    return joined if len(joined) == len(texts) else [spelling.plain(text) for text in texts]


def _nowhere(_: ReadOptions) -> re.Pattern[bytes]:
    """No line of a wrapping is known to begin a record of the log inside."""
    return _NEVER


_ITEMS = 1_000
_NEVER = re.compile(rb"(?!)")
COLUMN_READERS |= {
    name: ColumnReader(partial(_unwrapped, unwrap), Spelling(bytes), _nowhere, partial(_readable, unwrap))
    for name, unwrap in (
        ("azure-postgresql", azure.unwrap),
        ("cloud-sql", cloud_sql.unwrap),
        ("cloudnativepg", cloudnativepg.unwrap),
        ("cloudwatch-json", cloudwatch.unwrap),
        ("docker-compose", docker_compose.unwrap),
        ("docker-json", docker_json.unwrap),
        ("heroku", heroku.unwrap),
        ("kubernetes-cri", kubernetes_cri.unwrap),
        ("postgresql-syslog", syslog.unwrap),
        ("timestamped-lines", timestamped_lines.unwrap),
    )
}
