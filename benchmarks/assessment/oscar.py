"""Holds `assess` and `plan` against what was counted independently on a real shop (django-oscar on PostgreSQL).

python benchmarks/assessment/oscar.py [FOLDER]     FOLDER holds oscar's captures: schema.sql, log.csv.gz, truth.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from decompose import pipeline
from decompose.assessment.plan.plan import plan
from decompose.assessment.sagas.model import Role
from decompose.boundaries.model import Decomposition, Service

DEFAULT_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "oscar"
DISTRIBUTED, WRITING = 358, 2_578
"""Explicit write transactions over several domains, and all of them, as the capture's own notes count them."""


def domains(folder: Path) -> Decomposition:
    """The hand-made domains as services, the platform's tables as infrastructure."""
    owners = json.loads((folder / "truth.json").read_text())["table_to_domain"]
    names = sorted(set(owners.values()) - {"platform"})
    services = tuple(
        Service(name, tuple(sorted(t for t, domain in owners.items() if domain == name))) for name in names
    )
    return Decomposition(services, infrastructure=tuple(sorted(t for t, d in owners.items() if d == "platform")))


def main(folder: Path) -> int:
    if not folder.is_dir():
        print(f"{folder} is not there: nothing to compare with")
        return 0
    evidence = pipeline.collect(pipeline.CollectRequest((str(folder / "schema.sql"),), (str(folder / "log.csv.gz"),)))
    cut = domains(folder)
    price = pipeline.judge(evidence, cut).assessment
    counted = (price.explicit_distributed_write_transactions, price.explicit_write_transactions)
    way = plan(evidence, cut)
    first = way.steps[0]
    order = next(saga for saga in way.sagas if len({t for step in saga.steps for t in step.tables}) >= 14)
    checks = {
        f"distributed of all explicit writes: {counted[0]} of {counted[1]}": counted == (DISTRIBUTED, WRITING),
        f"first to leave: {', '.join(first.services)}": first.services == ("analytics",),
        "analytics only follows, by events": first.separation.by_event == first.separation.distributed,
        f"placing an order: {order.verdict}, pivot {order.pivot.service}": order.pivot.service == "orders_payment",
        "analytics is repeated after the pivot": all(
            step.role is Role.RETRIABLE for step in order.steps if step.service == "analytics"
        ),
    }
    for told, held in checks.items():
        print(f"{'ok  ' if held else 'FAIL'} {told}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_FOLDER))
