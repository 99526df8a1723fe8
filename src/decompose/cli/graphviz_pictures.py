"""DOT to SVG or PNG by the Graphviz binaries, where the machine has them."""

from __future__ import annotations

import re
import shutil
import subprocess

from decompose.exports.dot import LARGE

SECONDS = 20
"""How long one picture may take, over all engines tried."""

_NODE = re.compile(r'^\s*"(?:[^"\\]|\\.)*" \[', re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE.*?>\n?", re.DOTALL)


def render_svg(dot_text: str) -> str | None:
    """The picture of a graph written by `exports.dot`, the same bytes for the same text and Graphviz version.

    None where no Graphviz binary is installed or none of its engines comes to an end in time: a picture is a welcome
    extra, its absence is for the caller to tell. The version's comment and the reference to an outside DTD are dropped.
    """
    svg = _draw(dot_text, "svg")
    return None if svg is None else _COMMENT.sub("", _DOCTYPE.sub("", svg.decode("utf-8", "replace")))


def render_png(dot_text: str) -> bytes | None:
    """The same picture in the same layout as pixels, 96 to the inch; the same bytes on machines with the same fonts.

    None as for `render_svg`. Graphviz scales down what would be more than 32,767 pixels wide or high.
    """
    return _draw(dot_text, "png")


def _draw(dot_text: str, kind: str) -> bytes | None:
    names = ("sfdp",) if len(_NODE.findall(dot_text)) > LARGE else ("dot", "sfdp")
    binaries = [path for path in map(shutil.which, names) if path]
    for path in binaries:
        picture = _run(path, kind, dot_text, SECONDS / len(binaries))
        if picture is not None:
            return picture
    return None


def _run(path: str, kind: str, dot_text: str, seconds: float) -> bytes | None:
    arguments = [path, f"-T{kind}", *(["-Goverlap=prism"] if path.endswith("sfdp") else [])]
    try:
        # A fixed command without a shell: names travel on standard input, quoted.
        done = subprocess.run(  # noqa: S603
            arguments, input=dot_text.encode(), capture_output=True, timeout=seconds, check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    return done.stdout if done.returncode == 0 and done.stdout else None
