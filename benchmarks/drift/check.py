"""How long `drift check` takes on 1,000 tables against the evidence of a million statements; the target is 3 s.

    python benchmarks/drift/check.py [--fingerprints N]

The evidence holds a million executions of N distinct statements in N / 2 transaction profiles (5,000 by default, what
a large application's capture has). Prints the seconds of three runs of the program, and fails above the target.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from decompose.evidence.bundle import (
    ColumnPair,
    Coverage,
    Evidence,
    ForeignKeyLink,
    Statement,
    TableAccess,
    TableFacts,
    TransactionProfile,
)
from decompose.evidence.fold.profiles import boundaries
from decompose.evidence.schema import Column, ForeignKey, Schema, Table, TableRef
from decompose.evidence.statement import Mode
from decompose.store import evidence_json

TABLES, SERVICES, EXECUTIONS, TARGET = 1000, 20, 1_000_000, 3.0


def make_evidence(fingerprints: int) -> Evidence:
    """Tables of twenty services; most work stays inside one, a twentieth crosses."""
    choice = random.Random(7)
    names = [f"table_{number:04d}" for number in range(TABLES)]
    tables, links = [], []
    for number, name in enumerate(names):
        parent = names[number // 2]
        columns = tuple(Column(f"column_{n}", "integer") for n in range(10))
        key = ForeignKey("", ("column_1",), TableRef(parent), ("column_0",))
        tables.append(
            Table(name, columns=columns, primary_key=("column_0",), foreign_keys=(key,), line=number * 12 + 1)
        )
        links.append(ForeignKeyLink(name, ("column_1",), parent, ("column_0",), line=number * 12 + 3))
    statements = [statement(choice, names, number, fingerprints) for number in range(fingerprints)]
    profiles = [profile(choice, names, number, statements) for number in range(fingerprints // 2)]
    return Evidence(
        dialect="postgresql",
        schema=Schema("postgresql", tuple(tables)),
        tables=tuple(TableFacts(t.name, tuple(c.name for c in t.columns), t.primary_key) for t in tables),
        links=tuple(sorted(links, key=lambda link: link.child)),
        statements=tuple(sorted(statements, key=lambda s: s.fingerprint)),
        profiles=tuple(sorted(profiles, key=lambda p: p.id)),
        boundaries=boundaries(profiles),
        coverage=Coverage(
            entries=EXECUTIONS,
            statements=EXECUTIONS,
            statements_understood=EXECUTIONS,
            transactions=EXECUTIONS // 4,
            sessions=200,
            tables=TABLES,
        ),
    )


def neighbours(choice: random.Random, names: list[str], count: int) -> list[str]:
    """Tables of one service, or of any once in twenty times."""
    if choice.random() < 0.05:
        return choice.sample(names, count)
    service = choice.randrange(SERVICES)
    return choice.sample(names[service::SERVICES], count)


def statement(choice: random.Random, names: list[str], number: int, of: int) -> Statement:
    """Two tables joined, ten columns each, in a template of some length."""
    left, right = sorted(neighbours(choice, names, 2))
    columns = tuple(f"column_{n}" for n in range(10))
    accesses = (TableAccess(left, Mode.READ, columns), TableAccess(right, Mode.READ, columns))
    template = f"SELECT {', '.join(columns)} FROM {left} JOIN {right} ON {left}.column_0 = {right}.column_1 WHERE x = ?"
    pair = (ColumnPair(left, "column_0", right, "column_1"),)
    return Statement(f"{number:016x}", template, "SELECT", EXECUTIONS // of, accesses, pair)


def profile(choice: random.Random, names: list[str], number: int, statements: list[Statement]) -> TransactionProfile:
    """A transaction of a few statements that writes a few tables."""
    ran = tuple(sorted(s.fingerprint for s in choice.sample(statements, 6)))
    reads, writes = (tuple(sorted(neighbours(choice, names, n))) for n in (5, 3))
    label = f"POST /route/{number % 300}"
    return TransactionProfile(f"{number:012x}", label, "explicit", 50, 1, reads, writes, (), (), ran, ((label, 50),))


def main() -> int:
    """Makes the files, runs the program three times, prints and judges."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fingerprints", type=int, default=5000)
    fingerprints = parser.parse_args().fingerprints
    program = str(Path(sys.executable).parent / "decompose")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("evidence.json").write_text(evidence_json.dump(make_evidence(fingerprints)))
        names = [f"table_{number:04d}" for number in range(TABLES)]
        services = {f"service_{n}": {"tables": names[n::SERVICES]} for n in range(SERVICES)}
        Path("services.yml").write_text(json.dumps({"services": services}))
        accept = [program, "drift", "accept", "--all", "--reason", "r", "--owner", "o", "--source", "evidence.json"]
        subprocess.run(accept, check=True)
        size = Path("evidence.json").stat().st_size / 1e6
        print(f"evidence.json {size:.1f} MB, lock {Path('decompose.lock.yml').stat().st_size / 1e6:.1f} MB")
        taken = []
        for _ in range(3):
            began = time.monotonic()
            done = subprocess.run(
                [program, "drift", "check", "evidence.json"], check=False, capture_output=True, text=True
            )
            taken.append(time.monotonic() - began)
            print(f"{taken[-1]:.2f} s, exit {done.returncode}: {done.stdout.splitlines()[0]}")
    print(f"best {min(taken):.2f} s, target {TARGET} s")
    return 0 if min(taken) < TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
