"""`decompose.lock.yml`: the accepted couplings, reviewed in pull requests, and the policy of the gate.

Two parts. The head, down to the line `couplings:`, is written by people: it is read strictly and kept as it is, with
its comments. What follows is written by `drift accept` and `drift prune` in one fixed shape, sorted, one item per group
of lines, so that branches merge; it is read line by line in that shape, which also makes thousands of entries quick.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

from decompose.assessment.drift.check import Lock
from decompose.assessment.drift.model import Entry
from decompose.errors import UsageError
from decompose.store.lock_entries import entry_lines, read_entries
from decompose.store.lock_policy import read_head

FORMAT = "decompose/lock@1"

_MARKERS = ("<<<<<<<", "|||||||", ">>>>>>>")
_COUPLINGS = re.compile(r"couplings:\s*(?P<empty>\[\s*\])?\s*(?:#.*)?")
_ANALYZER = re.compile(r"^analyzer:.*$", re.MULTILINE)
_HEAD = f"""\
# Coupling between services that this team has accepted. `decompose drift check` compares with it and never writes it;
# `drift accept` and `drift prune` rewrite what follows `couplings:` and leave everything above as it is.
format: {FORMAT}
analyzer: ""
policy:
  default: freeze           # allow, freeze (nothing new) or forbid; rules below go first, the first that fits decides
  min_transactions: 3       # executions before something seen in a log fails a build
  # min_labels: 1           # distinct labels (routes, jobs), where the log has them
  # stale: warn             # or error: entries that are no longer needed fail the build
  # stale_transactions: 30  # how often its tables must be used before an unseen coupling counts as gone
  # min_understood: 0.9     # share of statements understood before anything counts as gone
  # rules:
  #   - {{ratchet: forbid, kind: cross-foreign-key, from: ordering, to: billing}}
# budgets:
#   - {{name: cross_write_rate, most: 120}}
# noise: ["fixtures*"]      # labels of test set-up
# callers: {{ordering: ["POST /orders*"]}}
"""


@dataclass(frozen=True, slots=True)
class LockDocument:
    """A lock with the text of its head, which a rewrite keeps."""

    lock: Lock
    head: str = _HEAD


def dump(document: LockDocument) -> str:
    """The document's text; equal locks with equal heads give equal bytes."""
    written = f'analyzer: "{document.lock.analyzer}"'
    head = _ANALYZER.sub(lambda _: written, document.head, count=1)
    entries = document.lock.entries
    lines = ["couplings:" if entries else "couplings: []"]
    for entry in entries:
        lines += ["", *entry_lines(entry)]
    return head + "\n".join(lines) + "\n"


def load(text: str, source: str) -> LockDocument:
    """Reads a lock; UsageError with `file:line` for conflict markers, unknown formats and everything malformed."""
    lines = text.removeprefix("\ufeff").splitlines()
    _refuse_conflicts(lines, source)
    at = next((number for number, line in enumerate(lines) if _COUPLINGS.fullmatch(line)), None)
    if at is None:
        _refuse_no_couplings(lines, source)
    head = "".join(f"{line}\n" for line in lines[:at])
    policy, analyzer = read_head(head, source, FORMAT)
    found = _COUPLINGS.fullmatch(lines[at])
    if found is not None and found["empty"]:
        _refuse_rest(lines, at, source)
        return LockDocument(Lock((), policy, analyzer), head)
    entries = tuple(sorted(_distinct(read_entries(lines, at + 1, source), source), key=lambda e: e.identity))
    return LockDocument(Lock(entries, policy, analyzer), head)


def with_lock(document: LockDocument, lock: Lock) -> LockDocument:
    """The same document around another lock."""
    return replace(document, lock=lock)


def _refuse_conflicts(lines: list[str], source: str) -> None:
    for number, line in enumerate(lines, 1):
        if line.startswith(_MARKERS) or line == "=======":
            raise UsageError(
                f"{source}:{number}: a merge conflict is left in the lock",
                "keep the items of both sides, remove the marker lines, then run `decompose drift check`",
            )


def _refuse_no_couplings(lines: list[str], source: str) -> NoReturn:
    # A foreign or newer document is best told by its head, so that is read first.
    read_head("".join(f"{line}\n" for line in lines), source, FORMAT)
    raise UsageError(f"{source}: there is no `couplings:`", "the shortest lock ends with the line `couplings: []`")


def _refuse_rest(lines: list[str], at: int, source: str) -> None:
    for number, line in enumerate(lines[at + 1 :], at + 2):
        if line.strip() and not line.lstrip().startswith("#"):
            raise UsageError(f"{source}:{number}: unexpected text after `couplings: []`", "remove the `[]`")


def _distinct(entries: Iterator[Entry], source: str) -> list[Entry]:
    seen: dict[object, Entry] = {}
    for entry in entries:
        earlier = seen.setdefault(entry.identity, entry)
        if earlier is not entry:
            raise UsageError(
                f"{source}:{entry.line}: coupling {entry.identity.id} is accepted twice (first in line {earlier.line})",
                "remove one of the two items, as after a merge of two branches that accepted it",
            )
    return list(seen.values())
