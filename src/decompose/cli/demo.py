"""The whole job on a small shop that ships with decompose: embedded SQLite, its log, no server."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from decompose.cli.options import Format, PrintFormat, Quiet

NAME = "demo"

DemoFolder = Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where the documents are written.")]


def run(
    output: DemoFolder = Path("decompose-demo"),
    format_: PrintFormat = Format.TEXT,
    quiet: Quiet = False,
) -> None:
    """Analyse the shipped shop and say what to try next."""
    import sqlite3

    from decompose import pipeline
    from decompose.cli.documents import write_folder
    from decompose.cli.output import Notes, print_result, write
    from decompose.cli.rendering import addressed, render_analysis

    notes = Notes(quiet)
    shipped = resources.files("decompose.demo")
    ddl = (shipped / "shop.sql").read_text(encoding="utf-8")
    write(output / "shop.sql", ddl)
    database = output / "shop.sqlite"
    database.unlink(missing_ok=True)
    with sqlite3.connect(database) as connection:
        connection.executescript(ddl)
    connection.close()
    log = output / "shop.jsonl.gz"
    write(log, (shipped / "shop.jsonl.gz").read_bytes())
    write(output / "naive.yml", (shipped / "naive.yml").read_text(encoding="utf-8"))
    notes.say(f"the shop's database is {database}, its log {log}")
    request = pipeline.CollectRequest(sources=(f"sqlite:///{database}",), logs=(str(log),))
    evidence = pipeline.collect(request, notes.progress)
    analysis = pipeline.judge(evidence, pipeline.propose(evidence))
    write_folder(output, analysis, notes)
    print_result(render_analysis(analysis, format_, addressed(output)))
    for line in (
        "Try next:",
        f"  open {output / 'report.html'} in a browser   (the map; drag a table and every number answers)",
        f"  decompose assess {output / 'naive.yml'} --in {output}   (what happens if users are split off first)",
        f"  decompose explain users --in {output}   (why a table is where it is)",
        f"  decompose analyze sqlite:///{database} --log {log}   (the same job, spelled out)",
    ):
        notes.say(line)
