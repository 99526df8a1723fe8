"""Finds the `log_line_prefix` of a PostgreSQL text log from its lines.

Every line of a record's own begins with the prefix, a severity, a colon and two spaces. What stands before the severity
is read field by field by its shape; the reading that most lines agree on is kept if it reads the lines back.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from decompose.sources.logs.format import head_lines
from decompose.sources.logs.postgresql_english import ANY_MARK, BEHIND_MARK, UNKNOWN
from decompose.sources.logs.postgresql_prefix import BACKENDS, compile_prefix

_SAMPLE_LINES = 400
_ANCHOR = re.compile(rf"^([^\t].{{0,400}}?|)(?<!\w)(?:{ANY_MARK}){BEHIND_MARK}")
_ZONE = r"(?:[A-Z][A-Za-z]{1,7}|[+-]\d\d(?:\d\d)?)"
_SECOND = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
_WORD = r"(?![-%])[^\s,;:|/@\[\](){}<>=%]+"
_LABELS = {
    "u": "user usr username u role",
    "d": "db database dbname d datname",
    "a": "app application application_name appname a",
    "h": "client host client_host client_addr h remote_host",
    "r": "remote client_port r",
    "p": "pid p process",
    "l": "line l log_line line_num",
    "c": "session sess session_id sid c",
    "v": "vxid vtxid v virtual_transaction_id lxid",
    "x": "txid xid x trx tx transaction_id",
    "e": "sqlstate state e sql_error_code error_code code",
    "i": "cmd command tag command_tag i ps",
    "Q": "query_id queryid qid",
    "b": "backend backend_type b",
    "L": "server local server_addr",
}
_LETTER_OF = {label: letter for letter, labels in _LABELS.items() for label in labels.split()}
_STATES = (
    r"idle in transaction \(aborted\)|idle in transaction|idle|authentication|startup|DECLARE CURSOR|"
    r"CREATE TABLE(?: AS)?|START TRANSACTION|"
    r"SELECT|INSERT|UPDATE|DELETE|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|FETCH|PARSE|BIND|SET|SHOW|COPY|MERGE"
)
_BACKENDS = "|".join(
    (*BACKENDS, "archiver", "checkpointer", "logger", "postmaster", "startup", "walreceiver", "walsender",
     "walsummarizer", "walwriter")
)  # fmt: skip
_TOKENS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("millis", rf"{_SECOND}\.\d{{3}} {_ZONE}"),
        ("second", rf"{_SECOND} {_ZONE}"),
        ("n", r"\d{9,11}\.\d{3}(?![\w.])"),
        ("labelled", rf"[A-Za-z_]{{1,24}}=|(?:{'|'.join(label for label in _LETTER_OF if len(label) > 1)}): ?(?!\\s)"),
        ("c", r"[0-9a-f]{8}\.[0-9a-f]{1,8}(?![\w.])"),
        ("r", r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]*:[0-9a-f.]*|[\w.\-]+)\(\d{1,5}\)"),
        (
            "h",
            r"\[local\]|\d{1,3}(?:\.\d{1,3}){3}(?![\w.])|(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{0,4}(?![\w.:])|::1(?![\w.:])",
        ),
        ("v", r"\d{1,10}/\d{1,10}(?![\w/])"),
        ("line", r"\d{1,10}-1(?=\])"),
        ("e", r"00000(?!\w)"),
        ("number", r"(?:-\d{12,20}|\d{1,20})(?![\w.])"),
        ("i", rf"(?:{_STATES})(?!\w)"),
        ("b", rf"(?:{_BACKENDS})(?!\w)"),
        ("user@db", rf"(?:\[{UNKNOWN}\]|{_WORD})@(?:\[{UNKNOWN}\]|{_WORD})"),
        ("word", rf"\[{UNKNOWN}\]|{_WORD}"),
    )
)
_VALUE_END = re.compile(r"[,;|]? *(?=[A-Za-z_]{1,24}=)|[,;|\])}>]? *$|[\])}>|;,] *")
_AFTER = {"c": "l", "l": "v", "v": "x"}
"""What a bare number most likely is behind another field."""

_MOST_DIGITS = 10
_FIRST_KINDS = ("millis", "second", "n")
_MOST_CANDIDATES = 12


def anchored_share(head: bytes) -> float:
    """Which share of the lines that a TAB does not begin has a severity where a PostgreSQL record has it."""
    lines = [line for line in head_lines(head)[:_SAMPLE_LINES] if line[0] != "\t"]
    return sum(1 for line in lines if _ANCHOR.match(line)) / len(lines) if lines else 0.0


@lru_cache(maxsize=4)
def detect_prefix(head: bytes) -> str | None:
    """The `log_line_prefix` that wrote these lines; None if no reading of it matches half of them.

    Text that is neither labelled nor of a telling shape is taken for user, database, application name in that order.
    `%q` is put before the first field that only sessions have, and at every blank behind it: that costs nothing.
    """
    prefixes = [match[1] for line in head_lines(head)[:_SAMPLE_LINES] if (match := _ANCHOR.match(line))]
    # Ten lines of forty are read field by field; what they agree on is tried on all.
    readings = [_tokens(prefix) for number, prefix in enumerate(prefixes) if number % 40 < 10 or len(prefixes) < 100]
    best, best_share = None, 0.5
    for literal_first in (True, False):
        votes = Counter(_assign(tokens, literal_first) for tokens in readings)
        for template, _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))[:_MOST_CANDIDATES]:
            candidate = _with_quiet_points(template)
            share = _share_read(candidate, prefixes)
            if share > best_share:
                best, best_share = candidate, share
    return best


def _share_read(template: str, prefixes: list[str]) -> float:
    """Which share of the prefixes this template reads."""
    pattern = re.compile(compile_prefix(template).expression + " *")
    return sum(1 for prefix in prefixes if pattern.fullmatch(prefix)) / len(prefixes)


def _tokens(prefix: str) -> list[tuple[str, str]]:
    """`(kind, text)` for each field and `("", character)` for what stands between them."""
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(prefix):
        kind, end = "", at + 1
        if at == 0 or not prefix[at - 1].isalnum() or tokens[-1][0]:
            for shape, pattern in _TOKENS:
                if match := pattern.match(prefix, at):
                    kind, end = shape, match.end()
                    break
        if kind == "labelled":
            at = _labelled(prefix, at, end, tokens)
            continue
        tokens.append((kind, prefix[at:end]))
        at = end
    return tokens


def _labelled(prefix: str, at: int, end: int, tokens: list[tuple[str, str]]) -> int:
    """Takes `label=value`; a label that says nothing leaves its value to be read by its shape."""
    tokens.extend(("", character) for character in prefix[at:end])
    letter = _LETTER_OF.get(prefix[at:end].rstrip("=: ").lower())
    if letter is None:
        return end
    match = _VALUE_END.search(prefix, end)
    stop = match.start() if match else len(prefix)
    if prefix.startswith("[", end):
        stop = prefix.find("]", end) + 1 or stop
    value = prefix[end:stop]
    if letter in "hr":
        letter = "r" if re.search(r"\(\d+\)$", value) else "h"
    tokens.append((letter, value))
    return stop


def _assign(tokens: list[tuple[str, str]], literal_first: bool) -> str:
    """The template that these tokens tell; `literal_first` takes words in front of the time for a host's name or so."""
    kinds = [kind for kind, _ in tokens]
    used = {kind for kind in kinds if len(kind) == 1} | ({"u", "d"} if "user@db" in kinds else set())
    words = [letter for letter in "uda" if letter not in used]
    first_field = next((index for index, kind in enumerate(kinds) if kind in _FIRST_KINDS), 0) if literal_first else 0
    template = ""
    for index, (kind, text) in enumerate(tokens):
        if not kind or (kind == "word" and index < first_field):
            template += text.replace("%", "%%")
        elif kind != "word":
            template += _escape(kind, text, used, kinds[index - 2] if index > 1 else "")
        elif not words and template.endswith("%a "):
            template = template[:-1]
        else:
            template += f"%{words.pop(0)}" if words else text
    return template


def _escape(kind: str, text: str, used: set[str], before: str) -> str:
    """The escape of a field whose meaning its shape or its neighbour tells."""
    if len(kind) == 1:
        return f"%{kind}"
    if kind == "user@db":
        return "%u@%d"
    if kind == "line":
        used.add("l")
        return "%l-1"
    if kind == "number":
        letter = _number_letter(text, used, before)
    else:
        letter = ("m" if kind == "millis" else "t") if not used & set("mtn") else "s"
    used.add(letter)
    return f"%{letter}"


def _number_letter(text: str, used: set[str], before: str) -> str:
    """What a bare number may be: only query ids have a sign or many digits, and only they and transactions are 0."""
    if len(text) > _MOST_DIGITS:
        return "Q"
    letters = "x" if text == "0" else "plx"
    expected = _AFTER.get(before)
    if expected and expected in letters and expected not in used:
        return expected
    return next((letter for letter in letters if letter not in used), "Q")


def _after_blank(template: str, end: int) -> int:
    """The place behind the first of the blanks before `end`: an empty field leaves two, a line that stops there one."""
    blank = template.rfind(" ", 0, end)
    return len(template[: blank + 1].rstrip(" ")) + 1 if blank >= 0 else 0


def _with_quiet_points(template: str) -> str:
    """The template with `%q` wherever a process without a client may have stopped."""
    letters = [match for match in re.finditer(r"%(.)", template) if match[1] != "%"]
    points = set()
    for wanted in ("udarhcvxeiQLb", "udarhcvxeiQL", "udarh", "a"):
        first = next((match for match in letters if match[1] in wanted), None)
        if first is None:
            continue
        point = first.start() if wanted == "a" else _after_blank(template, first.start())
        earlier = [match[1] for match in letters if match.end() <= point]
        if earlier and (earlier[-1] not in "abi" or (earlier[-1] == "b" and template[point - 1] == " ")):
            points.add(point)
    for point in sorted(points, reverse=True):
        template = f"{template[:point]}%q{template[point:]}"
    return template
