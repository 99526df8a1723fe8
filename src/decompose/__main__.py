"""The program's way in: the console script, and `python -m decompose` where that is not on PATH."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the program; who interrupts it while it is still being loaded sees no traceback either."""
    try:
        from decompose.cli.app import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("decompose: interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
