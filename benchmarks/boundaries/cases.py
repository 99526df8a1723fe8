"""Systems whose real split is known, read through the product's own front door."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import yaml

from decompose import pipeline
from decompose.graph.build import build_graph
from decompose.graph.model import CouplingGraph

HERE = Path(__file__).resolve().parent
DEFAULT_FOLDER = HERE.parents[2] / "shared" / "bench" / "cases"
SHOP = HERE.parents[1] / "fixtures" / "shop"


@dataclass(frozen=True, slots=True)
class Case:
    """A system's coupling graph, the true group of each labelled table (lower case), the best simple baseline's ARI.

    No baseline was measured for the shop: it is told in this repository, and counts in no mean.
    """

    name: str
    graph: CouplingGraph
    truth: dict[str, str]
    baseline: float | None

    def index(self) -> dict[str, int]:
        """Labelled tables found in the graph, by lower-case name; the unqualified name where that is enough."""
        positions: dict[str, int] = {}
        for position, node in enumerate(self.graph.tables):
            short = node.name.lower()
            key = short if short in self.truth else short.rsplit(".", 1)[-1]
            if key in self.truth:
                positions.setdefault(key, position)
        return positions


def read_cases(folder: Path, only: list[str] | None = None) -> list[Case]:
    """The cases of a folder of `<name>.json` (with `<name>.sql` where there is DDL), in order of name."""
    reference = folder / "baselines.json"
    baselines = json.loads(reference.read_text()) if reference.exists() else {}
    found = []
    for path in sorted(folder.glob("*.json")):
        if path.name == "baselines.json" or (only and path.stem not in only):
            continue
        content = json.loads(path.read_text())
        if content.get("truth"):
            truth = {table.lower(): group for table, group in content["truth"].items()}
            best = baselines.get(path.stem, {}).get("ari", 0.0)
            found.append(Case(path.stem, _graph(content, path.with_suffix(".sql")), truth, best))
    return found


def read_shop() -> Case:
    """The shop that the tests tell: its PostgreSQL log, and the five capabilities a team that knows it would draw."""
    services = yaml.safe_load((SHOP / "truth.yml").read_text())["services"]
    truth = {table: name for name, service in services.items() for table in service["tables"]}
    log = str(SHOP / "captures" / "postgresql.stderr.log.gz")
    request = pipeline.CollectRequest(sources=(str(SHOP / "schema.postgresql.sql"),), logs=(log,))
    return Case("shop", build_graph(pipeline.collect(request)), truth, None)


def _graph(content: dict, ddl: Path) -> CouplingGraph:
    with tempfile.TemporaryDirectory() as folder:
        schema, log = Path(folder, "schema.sql"), Path(folder, "accesses.jsonl")
        schema.write_text(ddl.read_text() if ddl.exists() else _ddl(content))
        lines = (
            {"transaction": t["name"], "count": t.get("count", 1), "accesses": t["accesses"]}
            for t in content["transactions"]
        )
        log.write_text("".join(json.dumps(line) + "\n" for line in lines))
        logs = (str(log),) if content["transactions"] else ()
        return build_graph(pipeline.collect(pipeline.CollectRequest(sources=(str(schema),), logs=logs)))


def _ddl(content: dict) -> str:
    """A plain schema of the case's tables, columns and foreign keys."""
    out = []
    for table in content["tables"]:
        names = [c if isinstance(c, str) else c["name"] for c in table.get("columns", [])]
        columns = {name.lower(): f'"{name}" text' for name in names if name and name.lower() != "id"}
        parents = list(dict.fromkeys(p for child, p in content["foreign_keys"] if child == table["name"]))
        lines = ["id integer PRIMARY KEY", *columns.values()]
        lines += [f"fk{n}_id integer" for n in range(len(parents))]
        lines += [f'FOREIGN KEY (fk{n}_id) REFERENCES "{p}" (id)' for n, p in enumerate(parents)]
        out.append(f'CREATE TABLE "{table["name"]}" ({", ".join(lines)});')
    return "\n".join(out)
