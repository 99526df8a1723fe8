"""The options that several commands share, each spelled once."""

from __future__ import annotations

from enum import StrEnum
from os.path import isfile
from pathlib import Path
from typing import Annotated

import typer

DEFAULT_FOLDER = Path("decompose-out")


class Format(StrEnum):
    """How a result is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class EngineName(StrEnum):
    """Who folds logs."""

    LOCAL = "local"
    DASK = "dask"


Sources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SOURCE]...",
        help="Database URLs, .sql DDL files or folders of them, or an evidence.json; several make several databases.",
        show_default=False,
    ),
]
Logs = Annotated[
    list[str] | None,
    typer.Option(
        "--log",
        envvar="DECOMPOSE_LOG",
        metavar="PATH",
        help="Log file, folder, glob or URL (s3://...); plain or compressed. Repeatable.",
    ),
]
LogFormatName = Annotated[
    str | None,
    typer.Option(
        "--log-format",
        envvar="DECOMPOSE_LOG_FORMAT",
        metavar="NAME",
        help="Name the log format instead of detecting it.",
    ),
]
LogPrefix = Annotated[
    str | None,
    typer.Option(
        "--log-line-prefix",
        envvar="DECOMPOSE_LOG_LINE_PREFIX",
        metavar="PREFIX",
        help="The server's log_line_prefix, if detection fails.",
    ),
]
_OTHER_NAMES = {"pg": "postgresql", "plsql": "oracle", "postgres": "postgresql", "sqlite3": "sqlite"}
_OTHER_NAMES |= {"mssql": "tsql", "sqlserver": "tsql", "t-sql": "tsql", "db2": "generic", "h2": "generic"}


def _dialect_called(name: str | None) -> str | None:
    """A dialect by the name that others have for it; an unknown one is refused where it is used."""
    return None if name is None else _OTHER_NAMES.get(name.strip().lower(), name.strip().lower())


DialectName = Annotated[
    str | None,
    typer.Option(
        "--dialect",
        envvar="DECOMPOSE_DIALECT",
        callback=_dialect_called,
        metavar="NAME",
        help="SQL dialect instead of detecting it: postgresql, mysql, mariadb, sqlite, tsql, oracle or generic.",
    ),
]
Databases = Annotated[
    list[str] | None,
    typer.Option(
        "--database", envvar="DECOMPOSE_DATABASE", metavar="NAME", help="Only this database's log entries. Repeatable."
    ),
]
Since = Annotated[
    str,
    typer.Option("--since", metavar="TIME", help="Only log records from this ISO 8601 time on.", show_default=False),
]
Until = Annotated[
    str, typer.Option("--until", metavar="TIME", help="Only log records before this ISO 8601 time.", show_default=False)
]
Jobs = Annotated[int, typer.Option("--jobs", metavar="N", min=1, help="Processes that read logs.")]
Engine = Annotated[
    EngineName,
    typer.Option("--engine", envvar="DECOMPOSE_ENGINE", help="Who reads logs: processes here, or a Dask cluster."),
]
Scheduler = Annotated[
    str,
    typer.Option(
        "--scheduler",
        envvar="DECOMPOSE_SCHEDULER",
        metavar="ADDRESS",
        help="The Dask cluster's scheduler, for example tcp://10.0.0.5:8786.",
        show_default=False,
    ),
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Do not keep parsed statement templates, which hold no literals, on disk.")
]
OutputFolder = Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where the documents are written.")]
OptionalFolder = Annotated[
    Path | None,
    typer.Option(
        "-o", "--output", metavar="DIR", help="Where the documents are written; beside the evidence if not given."
    ),
]


def _folder_of(path: Path) -> Path:
    """The folder of an evidence.json that is named itself: what else a command reads lies beside it."""
    return path.parent if path.name == "evidence.json" and isfile(path) else path


InputFolder = Annotated[
    Path, typer.Option("--in", metavar="DIR", callback=_folder_of, help="The output folder of an earlier run.")
]
ServicesFile = Annotated[
    Path | None, typer.Option("--services", metavar="FILE", help="Another decomposition than the proposed one.")
]
PrintFormat = Annotated[Format, typer.Option("--format", help="How to print the result.")]
Into = Annotated[
    int | None, typer.Option("--into", envvar="DECOMPOSE_INTO", metavar="N", min=1, help="Propose exactly N services.")
]
Together = Annotated[
    list[str] | None,
    typer.Option("--together", metavar="A,B", help="Tables that share a service; globs allowed. Repeatable."),
]
Apart = Annotated[
    list[str] | None,
    typer.Option("--apart", metavar="A,B", help="Tables that never share a service; globs allowed. Repeatable."),
]
Pins = Annotated[
    list[str] | None,
    typer.Option("--pin", metavar="TABLE=SERVICE", help="A table (or glob) that this service owns. Repeatable."),
]
Owners = Annotated[
    list[str] | None,
    typer.Option("--owner", metavar="TABLE=TEAM", help="A table (or glob) that this team owns. Repeatable."),
]
Keep = Annotated[
    Path | None,
    typer.Option("--keep", metavar="SERVICES.yml", help="Keep this decomposition; find a place for new tables only."),
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed", envvar="DECOMPOSE_SEED", metavar="N", help="Seed of the search; the same seed, the same answer."
    ),
]
LeastUnderstood = Annotated[
    float,
    typer.Option(
        "--min-understood",
        envvar="DECOMPOSE_MIN_UNDERSTOOD",
        metavar="SHARE",
        min=0.0,
        max=1.0,
        help="Refuse a verdict (exit 3) below this share.",
    ),
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no notes.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Say more on the way.")]
