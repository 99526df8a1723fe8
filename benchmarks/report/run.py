"""Size and speed of the explorer on made-up systems: python benchmarks/report/run.py [TABLES]...

By default 65, 500 and 3,000 tables, each with three statements and two transaction profiles per table, in services of
some 25 tables. Needs Chromium and its driver, like the tests. Times are the median of three pages, on this machine.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from browser import chromium
from decompose import pipeline
from decompose.assessment.model import Analysis
from decompose.boundaries.model import Decomposition, Service
from decompose.cli.documents import planned
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
from decompose.evidence.schema import Schema
from decompose.evidence.statement import Mode
from decompose.reports.html import render_html

SIZES = (65, 500, 3000)
SERVICE = 25
ASTRAY = 0.1
WORDS = ("order", "item", "stock", "price", "user", "ledger", "ticket", "event", "batch", "route", "claim", "asset")
MEASURE = """
const done = arguments[0], canvas = document.getElementById("map");
const paint = performance.getEntriesByName("first-contentful-paint")[0].startTime;
canvas.scrollIntoView({block: "center", behavior: "instant"});
const table = JSON.parse(document.getElementById("data").textContent).tables[1][0];
const began = performance.now();
decomposeExplorer.move(table, decomposeExplorer.services()[2]);
const moved = performance.now() - began;
function frames(each, then) {
  const found = [];
  let last = 0, count = 0;
  function step(now) {
    if (last) found.push(now - last);
    last = now;
    each(count);
    if (++count < 80) requestAnimationFrame(step);
    else then(found.sort((a, b) => a - b));
  }
  setTimeout(() => requestAnimationFrame(step), 800);
}
const box = canvas.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;
const turn = (n) => ({ctrlKey: true, deltaY: n % 40 < 20 ? -12 : 12, clientX: x, clientY: y});
const round = (n) => ({clientX: x + 250 * Math.cos(n / 9), clientY: y + 150 * Math.sin(n / 7)});
const zoom = (n) => canvas.dispatchEvent(new WheelEvent("wheel", turn(n)));
const point = (n) => canvas.dispatchEvent(new PointerEvent("pointermove", round(n)));
document.getElementById("zoom-in").click();
frames(zoom, (zoomed) => {
  document.getElementById("all-edges").click();
  document.getElementById("zoom-fit").click();
  frames(point, (pointed) => done([[paint, window.readyAt, moved], zoomed, pointed]));
});
"""
READY = """
const watch = new MutationObserver(() => { if (document.documentElement.classList.contains("ready"))
  { window.readyAt = performance.now(); watch.disconnect(); } });
watch.observe(document, {subtree: true, attributes: true, attributeFilter: ["class"], childList: true});
"""


def system(tables: int, seed: int = 0) -> Analysis:
    """Services of some 25 tables; a tenth of everything reaches into another one."""
    rng = random.Random(seed)
    names = [f"{rng.choice(WORDS)}_{rng.choice(WORDS)}_{number}" for number in range(tables)]
    homes = [names[start : start + SERVICE] for start in range(0, tables, SERVICE)]
    facts = tuple(
        TableFacts(name, ("id", *(f"{word}_{n}" for n, word in enumerate(rng.sample(WORDS, 6)))), ("id",))
        for name in sorted(names)
    )

    def some(count: int) -> list[str]:
        inside = rng.choice(homes)
        found = set(rng.sample(inside, min(count, len(inside))))
        return sorted(found | {rng.choice(names)}) if rng.random() < ASTRAY else sorted(found)

    statements = tuple(
        sorted(
            (statement(number, some(rng.randint(1, 3)), rng) for number in range(3 * tables)),
            key=lambda s: s.fingerprint,
        )
    )
    profiles = tuple(
        sorted(
            (profile(number, some(rng.randint(1, 5)), statements, rng) for number in range(2 * tables)),
            key=lambda p: p.id,
        )
    )
    links = [(rng.choice(inside), rng.choice(inside)) for inside in homes for _ in range(2 * len(inside))]
    links += [(rng.choice(names), rng.choice(names)) for _ in range(tables // 5)]
    seen = Evidence(
        "postgresql",
        Schema("postgresql"),
        facts,
        tuple(ForeignKeyLink(left, (f"{right}_id",), right, ("id",), line=7) for left, right in sorted(set(links))),
        statements,
        profiles,
        boundaries(profiles),
        Coverage(statements=10**6, statements_understood=10**6, transactions=10**5, transactions_complete=10**5,
                 tables=tables, tables_touched=tables),
    )  # fmt: skip
    services = tuple(Service(f"{home[0].split('_')[0]}_{n}", tuple(sorted(home))) for n, home in enumerate(homes))
    return pipeline.judge(seen, Decomposition(tuple(sorted(services, key=lambda service: service.name))))


def statement(number: int, tables: list[str], rng: random.Random) -> Statement:
    """A join over its tables, with a template of usual length."""
    columns = ", ".join(f"{table}.{rng.choice(WORDS)}_{n}" for table in tables for n in range(5))
    on = " ".join(f"JOIN {table} ON {table}.id = {tables[0]}.{table}_id" for table in tables[1:])
    template = f"SELECT {columns} FROM {tables[0]} {on} WHERE {tables[0]}.id = ? ORDER BY {tables[0]}.id LIMIT ?"
    joins = tuple(ColumnPair(tables[0], f"{other}_id", other, "id") for other in tables[1:])
    accesses = tuple(TableAccess(table, Mode.READ) for table in tables)
    return Statement(f"{number:016x}", template, "select", rng.randint(1, 10**5), accesses, joins)


def profile(
    number: int, tables: list[str], statements: tuple[Statement, ...], rng: random.Random
) -> TransactionProfile:
    """A transaction that writes some of its tables and reads the others."""
    writes = tuple(table for table in tables if rng.random() < 0.6)
    reads = tuple(table for table in tables if table not in writes)
    label = f"{rng.choice(WORDS)}#{rng.choice(WORDS)}_{number % 400}"
    told = tuple(sorted(each.fingerprint for each in rng.sample(statements, 4)))
    return TransactionProfile(f"{number:012x}", label, "explicit", rng.randint(1, 5000), 3, reads, writes, (), (), told,
                              ((label, 1),))  # fmt: skip


def opened(path: Path, folder: Path) -> list[list[float]]:
    """First paint, ready and one move, then the frames of a zoom, then those of pointing, all in milliseconds."""
    with chromium(folder) as browser:
        browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": READY})
        browser.set_script_timeout(60)
        browser.get(path.as_uri())
        time.sleep(0.5)
        found: list[Any] = browser.execute_async_script(MEASURE)
        return [[float(value) for value in row] for row in found]


def main(sizes: tuple[int, ...]) -> int:
    """Print one row of a Markdown table per size."""
    head = ("tables", "services", "file, MB", "written in, s", "first paint, ms", "ready, ms", "one move, ms",
            "zooming: median frame, ms", "slowest", "pointing, all edges: median", "slowest")  # fmt: skip
    print(f"| {' | '.join(head)} |\n|{'---:|' * len(head)}")
    for size in sizes:
        seen = system(size).evidence
        analysis = pipeline.judge(seen, pipeline.propose(seen))
        way = planned(analysis)
        began = time.perf_counter()
        text = render_html(analysis, plan=way)
        written = time.perf_counter() - began
        with tempfile.TemporaryDirectory(prefix="decompose-report-") as temporary:
            path = Path(temporary) / "report.html"
            path.write_text(text, encoding="utf-8")
            rounds = [opened(path, Path(temporary) / str(number)) for number in range(3)]
        paint, ready, moved = (median(row[0][n] for row in rounds) for n in range(3))
        zoomed, pointed = (sorted(frame for row in rounds for frame in row[n]) for n in (1, 2))
        megabytes = len(text.encode()) / 1e6
        cells = (
            f"{size:,}", f"{analysis.assessment.services}", f"{megabytes:.2f}", f"{written:.2f}", f"{paint:.0f}",
            f"{ready:.0f}", f"{moved:.0f}", f"{median(zoomed):.1f}", f"{zoomed[-1]:.0f}", f"{median(pointed):.1f}",
            f"{pointed[-1]:.0f}",
        )  # fmt: skip
        print(f"| {' | '.join(cells)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(tuple(map(int, sys.argv[1:])) or SIZES))
