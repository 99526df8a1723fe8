"""Writes the table of log formats in docs/logs.md from LOG_FORMATS, which knows it all.

python scripts/log_formats.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from decompose.sources.logs import LOG_FORMATS, LogFormat

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "logs.md"
SCHEMAS = "the schema's"
BEGIN, END = "<!-- formats: begin -->", "<!-- formats: end -->"


def rendered(document: str) -> str:
    """The document with the table between its two marks replaced."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n{END}{after}"


def table() -> str:
    """All formats, and a section for each."""
    lines = ["| name | format | SQL dialect |", "|---|---|---|"]
    lines += [
        f"| [`{each.name}`](#{each.name}) | {_cell(each.title)} | {each.dialect or SCHEMAS} |" for each in LOG_FORMATS
    ]
    return "\n".join([*lines, "", *(_section(each) for each in LOG_FORMATS)])


def _section(each: LogFormat) -> str:
    return (
        f"### {each.name}\n\n{_escaped(each.title)}. Recognised by content like:\n\n```text\n{each.sample}\n```\n\n"
        f"**Capture:** {_escaped(each.how_to_capture)}\n\n**Cannot tell:** {_escaped(each.cannot_tell)}\n"
    )


def _cell(text: str) -> str:
    return _escaped(text).replace("|", r"\|")


def _escaped(text: str) -> str:
    """Text in which Markdown sees no emphasis, link or tag."""
    for character in "\\`*_[]<>{}#":
        text = text.replace(character, f"\\{character}")
    return text


def main() -> None:
    """Rewrite the document."""
    DOCUMENT.write_text(rendered(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{DOCUMENT.name}: {len(LOG_FORMATS)} formats", file=sys.stderr)


if __name__ == "__main__":
    main()
