"""What a session does at the beginning of a part of the log, before its state no longer depends on the part before.

A head is a list of steps that are folded when the part before is known. It ends with the first step after which the
session is surely between transactions: COMMIT, ROLLBACK, a connect or disconnect, the server's own word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from decompose.evidence.columns import SessionMark
from decompose.evidence.log_entry import LogEntry


@dataclass(slots=True)
class Plain:
    """Plain statements without anything between them: how often by token and label, the last one, record numbers."""

    counts: dict[tuple[int, str], int]
    last: tuple[int, str]
    first_number: int
    last_number: int


class Step(NamedTuple):
    """BEGIN, COMMIT or ROLLBACK."""

    token: int
    name: str
    number: int
    done: bool


class State(NamedTuple):
    """The server's word on the session."""

    state: bytes
    name: str
    number: int


HeadStep = Plain | Step | State | LogEntry | SessionMark


@dataclass(slots=True)
class Head:
    """The steps; `ended` once the session's state is known, `assumes` that it commits by itself then."""

    steps: list[HeadStep] = field(default_factory=list)
    ended: bool = False
    assumes: bool = False
    open: bool = True
    """Whether plain statements may join the last step."""
    without_autocommit: bool = False
    two_phase: bool = False
    """Whether it prepares a transaction, or ends a prepared one, which other sessions may have to do with."""
    nameless: bool = False
    """Whether the session's application had not been named when the head ended."""

    def plain(self, token: int, name: str, number: int) -> None:
        """A plain statement."""
        last = self.steps[-1] if self.steps and self.open else None
        key = token, name
        if isinstance(last, Plain):
            last.counts[key] = last.counts.get(key, 0) + 1
            last.last, last.last_number = key, number
        else:
            self.steps.append(Plain({key: 1}, key, number, number))
            self.open = True

    def add(self, step: HeadStep) -> None:
        """Anything else."""
        self.steps.append(step)

    def cut(self) -> None:
        """Record numbers jump: what follows is a step of its own."""
        self.open = False

    def end(self, assumes: bool, nameless: bool = False) -> None:
        """From now on the session's state is known."""
        self.ended, self.assumes, self.nameless = True, assumes, nameless
