"""DOT to SVG by the Graphviz binaries, where the machine has them."""

from __future__ import annotations

import re
import shutil
import subprocess

SECONDS = 20
"""How long one picture may take, over all engines tried."""
LARGE = 300
"""Above so many nodes `dot` is too slow: 300 take 2 s, 1,000 more than 45 s, where sfdp draws 5,000 in 5 s."""

_NODE = re.compile(r'^\s*"(?:[^"\\]|\\.)*" \[', re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE.*?>\n?", re.DOTALL)


def render_svg(dot_text: str) -> str | None:
    """The picture of a graph written by `exports.dot`, the same bytes for the same text and Graphviz version.

    None where no Graphviz binary is installed or none of its engines comes to an end in time: a picture is a welcome
    extra, its absence is for the caller to tell. The version's comment and the reference to an outside DTD are dropped.
    """
    names = ("sfdp",) if len(_NODE.findall(dot_text)) > LARGE else ("dot", "sfdp")
    binaries = [path for path in map(shutil.which, names) if path]
    for path in binaries:
        svg = _run(path, dot_text, SECONDS / len(binaries))
        if svg is not None:
            return _COMMENT.sub("", _DOCTYPE.sub("", svg))
    return None


def _run(path: str, dot_text: str, seconds: float) -> str | None:
    arguments = [path, "-Tsvg", "-Goverlap=prism"] if path.endswith("sfdp") else [path, "-Tsvg"]
    try:
        # A fixed command without a shell: names travel on standard input, quoted.
        done = subprocess.run(  # noqa: S603
            arguments, input=dot_text.encode(), capture_output=True, timeout=seconds, check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 and done.stdout else None
