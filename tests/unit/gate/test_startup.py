"""`decompose --help` must be instant, so it may not load what only real work needs."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("sqlglot", "networkx", "sqlalchemy", "rich", "yaml", "graphviz", "psycopg", "pymysql", "zstandard")

SCRIPT = """
import sys
from decompose.cli.app import main
sys.argv = ["decompose", "--help"]
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print("LOADED", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_help_loads_none_of_the_heavy_packages() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    help_text, _, loaded = done.stdout.partition("LOADED ")
    assert "Usage" in help_text
    assert "typer" in loaded.split()
    assert not set(HEAVY) & set(loaded.split())
