"""The whole job on a small shop that ships with decompose: embedded SQLite, its log, no server."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from decompose.cli.options import Format, PrintFormat, Quiet
from decompose.errors import UsageError

if TYPE_CHECKING:
    from decompose.cli.output import Notes

NAME = "demo"

DemoFolder = Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where the documents are written.")]


def run(
    output: DemoFolder = Path("decompose-demo"),
    format_: PrintFormat = Format.TEXT,
    quiet: Quiet = False,
) -> None:
    """Analyse the shipped shop and say what to try next."""
    from decompose import pipeline
    from decompose.cli.documents import write_folder
    from decompose.cli.output import Notes, print_result
    from decompose.cli.rendering import addressed, render_analysis

    notes = Notes(quiet)
    shipped = resources.files("decompose.demo")
    ddl = (shipped / "shop.sql").read_text(encoding="utf-8")
    database, log = output / "shop.sqlite", output / "shop.jsonl.gz"
    _write_own(output / "shop.sql", ddl.encode())
    _make_database(database, ddl)
    _write_own(log, (shipped / "shop.jsonl.gz").read_bytes())
    _write_naive(output / "naive.yml", (shipped / "naive.yml").read_text(encoding="utf-8"), notes)
    notes.say(f"the shop's database is {database}, its log {log}")
    request = pipeline.CollectRequest(sources=(f"sqlite:///{database}",), logs=(str(log),))
    evidence = pipeline.collect(request, notes.progress)
    analysis = pipeline.judge(evidence, pipeline.propose(evidence))
    write_folder(output, analysis, notes)
    print_result(render_analysis(analysis, format_, addressed(output)))
    here, mine, source = quote(str(output)), quote(str(output / "naive.yml")), quote(f"sqlite:///{database}")
    for line in (
        "Try next:",
        f"  open {quote(str(output / 'report.html'))} in a browser   (the map; drag a table and every number answers)",
        f"  decompose assess {mine} --in {here}   (what happens if users are split off first)",
        f"  decompose explain users --in {here}   (why a table is where it is)",
        f"  decompose analyze {source} --log {quote(str(log))}   (the same job, spelled out)",
    ):
        notes.say(line)


def _write_own(path: Path, content: bytes) -> None:
    """A file of the demo; UsageError where another one has its name."""
    from decompose.cli.output import write

    try:
        if path.is_file() and path.read_bytes() != content:
            raise _taken(path)
    except OSError as error:
        raise _taken(path) from error
    write(path, content)


def _make_database(path: Path, ddl: str) -> None:
    """The shop's tables, without rows; what is there already stays if it has the same tables, else UsageError."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(":memory:")) as shop:
        shop.executescript(ddl)
        if not path.exists():
            with closing(sqlite3.connect(path)) as new:
                shop.backup(new)
            return
        try:
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as found:
                same = found.execute(_TABLES).fetchall() == shop.execute(_TABLES).fetchall()
        except sqlite3.Error:
            same = False
    if not same:
        raise _taken(path)


_TABLES = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"


def _taken(path: Path) -> UsageError:
    return UsageError(f"{path} is not the demo's own and is kept", "name another folder with -o")


def _write_naive(path: Path, text: str, notes: Notes) -> None:
    """The shipped decomposition that splits users off; one that somebody has edited is kept."""
    from decompose.cli.output import read_text, write

    if path.exists() and read_text(path, "name another folder with -o") != text:
        notes.say(f"{path} has been edited and is kept")
    else:
        write(path, text)
