"""Markdown documents as tests see them: their runnable blocks, the output they promise, their links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

FENCE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)\n(?P<body>.*?)^(?P=fence)[ \t]*$", re.MULTILINE | re.DOTALL
)
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^()\s]+)(?:\s+\"[^\"]*\")?\)")


@dataclass(frozen=True, slots=True)
class Runnable:
    """A block to run, the line it starts on, and the lines its output must hold, in this order."""

    line: int
    script: str
    promised: tuple[str, ...]


def runnable_blocks(text: str) -> tuple[Runnable, ...]:
    """The blocks fenced as `sh run`, each with the `text output` block right after it, if there is one."""
    found: list[Runnable] = []
    for match in FENCE.finditer(text):
        info, body = match["info"].split(), match["body"]
        if info == ["sh", "run"]:
            found.append(Runnable(text.count("\n", 0, match.start()) + 1, body, ()))
        elif info == ["text", "output"] and found:
            found[-1] = Runnable(found[-1].line, found[-1].script, tuple(promised_lines(body)))
    return tuple(found)


def promised_lines(body: str) -> Iterator[str]:
    """The lines of a promised output; `...` alone stands for any lines and is no promise."""
    for line in body.splitlines():
        if line.strip() and line.strip() != "...":
            yield " ".join(line.split())


def broken_promise(promised: tuple[str, ...], output: str) -> str | None:
    """The first promised line that the output does not hold at or after the one before; spaces do not count."""
    lines = iter([" ".join(line.split()) for line in output.splitlines()])
    return next((wanted for wanted in promised if not any(wanted in line for line in lines)), None)


def relative_links(text: str) -> tuple[str, ...]:
    """The targets of links to files of the repository, without anchors; code blocks and spans hold no links."""
    prose = re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))
    targets = (match["target"].partition("#")[0] for match in LINK.finditer(prose))
    return tuple(target for target in targets if target and "://" not in target and not target.startswith("mailto:"))
