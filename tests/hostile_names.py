"""Names that real databases hold and that break careless renderers."""

from __future__ import annotations

from collections.abc import Callable

HOSTILE: tuple[str, ...] = (
    "two words",
    'double"quote',
    "it's",
    "back`tick``s",
    "back\\slash\\",
    "pipe|pipe\\|pipe",
    "[order_items]",
    "[link](javascript:alert(1))",
    "{brace} %percent% $dollar",
    "<b>bold</b>",
    "</script><script>alert(1)</script>",
    "]]>",
    "<!-- comment --> ?> <?php",
    "&amp; & &#60;",
    "line\nbreak\r\nand\ttab",
    "\x1b[31mred\x1b]0;title\x07",
    "nul\x00 vertical\x0b c1\x9b next\x85 line\u2028sep",
    "right\u202eto left\u2066",
    "zero\u200bwidth\ufeff",
    "Bücher_Straße",
    "表",
    "😀 emoji",
    "end",
    "subgraph",
    "class",
    "_",
    "*star* _under_ ~tilde~",
    "# heading",
    "- item",
    "@mention https://example.org",
    "=1+1",
    "+cmd|' /C calc'!A0",
    "../../etc/passwd",
    "CON",
    "null",
    "true",
    "1e3",
    "*/ /* // --",
    "'''\"\"\"",
    "a: b",
    "%% comment",
    "schema.table",
    "lone\ud800surrogate",
    " ",
    "",
    "x" * 300,
)


def hostile(seed: int) -> Callable[[str], str]:
    """A renaming that keeps names apart and puts a hostile one around each; `seed` chooses which."""

    def rename(name: str) -> str:
        evil = HOSTILE[(seed + sum(name.encode())) % len(HOSTILE)]
        return f"{evil}{name}{evil}"

    return rename


def bare(evil: str) -> Callable[[str], str]:
    """A renaming that turns one table into exactly the hostile name and leaves the others."""

    def rename(name: str) -> str:
        return evil if name == "payments" else name

    return rename
