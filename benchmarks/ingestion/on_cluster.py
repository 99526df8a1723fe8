"""Runs a decompose command on a Dask cluster of two single-threaded worker processes of this machine.

python benchmarks/ingestion/on_cluster.py decompose collect --log 'logs/*.log'
"""

from __future__ import annotations

import subprocess
import sys

from distributed import LocalCluster


def main() -> int:
    """Start, run, stop; the exit status is the command's."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=60) as cluster:
        command = [*sys.argv[1:], "--engine", "dask", "--scheduler", cluster.scheduler_address]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
