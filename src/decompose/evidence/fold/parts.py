"""Parts of a log, folded apart and joined in order: the sum is what one fold over the whole would have counted.

A part that is not the first does not know its sessions' states. It keeps what each session does until its state no
longer depends on the part before (`head`), and `join` folds those heads when the part before is known. What a part had
to take for granted is checked first: a part for which it does not hold is refused and has to be folded in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from decompose.errors import DecomposeError
from decompose.evidence.fold.head import Head, HeadStep, Plain, State, Step
from decompose.evidence.fold.heads import TWO_PHASE
from decompose.evidence.fold.reconstruct import CURSOR_UNKNOWN, EXECUTED_UNKNOWN, PREPARED_UNKNOWN
from decompose.evidence.fold.run import Mode, Run
from decompose.evidence.fold.runs import RunFold
from decompose.evidence.fold.session import OpenTransaction, Session
from decompose.evidence.fold.tally import Tally
from decompose.evidence.fold.tokens import SPECIAL
from decompose.evidence.log_entry import LogEntry
from decompose.evidence.statement import Control, ParsedStatement

_MOST_LATER = 200_000


@dataclass(slots=True)
class Tail:
    """A session at the end of a part: a `Run` without what binds it to its fold."""

    mode: Mode
    tokens: list[int]
    name: str
    home: str
    number: int
    control: tuple[int, ...]
    held: dict[tuple[int, str], int]
    cursors: dict[str, int]
    session: Session | None
    inherits: bool


@dataclass(slots=True)
class Part:
    """What a fold over one part of a log found; holds SQL of maintenance databases and of rare statements only."""

    statements: list[ParsedStatement]
    tokens: list[tuple[tuple[int, ...], str]]
    steps: list[tuple[Control, tuple[int, ...]]]
    tally: Tally
    heads: dict[bytes, Head]
    tails: dict[bytes, Tail]
    prepared: dict[str, OpenTransaction | None]
    later: list[LogEntry] = field(default_factory=list)
    asides: dict[bytes, str] = field(default_factory=dict)


class SeamError(DecomposeError):
    """Two parts cannot be joined after all."""


def cut_off(fold: RunFold) -> Part:
    """The part that a fold has read; the fold is of no use afterwards."""
    fold.state.counts.pour(fold.state.tally)
    tails = {key: _tail(run) for key, run in fold.state.runs.items() if run.mode is not Mode.HEAD}
    return Part(
        statements=fold.catalogue.statements,
        tokens=list(zip(fold.state.tokens.numbers, fold.state.tokens.labels, strict=True)),
        steps=fold.state.tokens.steps,
        tally=fold.state.tally,
        heads=fold.state.heads,
        tails=tails,
        prepared=fold.state.reference.prepared,
        later=fold.state.later,
        asides=fold.state.asides,
    )


def join(fold: RunFold, part: Part) -> bool:
    """Go on with the part that follows what the fold has read; False, and nothing done, if it must be folded here."""
    if not _fits(fold, part):
        return False
    ids = [fold.catalogue.adopt(statement) for statement in part.statements]
    tokens = [_token(fold, numbers, label, ids) for numbers, label in part.tokens]
    steps = [fold.state.tokens.of((ids[last[0]],), "") if last else SPECIAL for _, last in part.steps]
    fold.state.tally.add(part.tally, ids)
    fold.state.reference.feed(part.later)
    for key, head in part.heads.items():
        for step in head.steps:
            _replay(fold, key, step, tokens, steps)
    for key, head in part.heads.items():
        if head.ended and (key not in part.tails or not part.tails[key].inherits):
            fold.table.drop(key)
    for key, tail in part.tails.items():
        _adopt(fold, key, tail, ids, tokens)
    for key in part.asides.keys() & fold.state.runs.keys():
        fold.state.runs[key].label = None
    fold.state.asides.update(part.asides)
    for name, transaction in part.prepared.items():
        if transaction is not None:
            transaction.renumber(ids)
        fold.state.reference.prepared[name] = transaction
    return True


def _fits(fold: RunFold, part: Part) -> bool:
    gaps = part.tally.gaps
    if any(gaps[reason] for reason in (CURSOR_UNKNOWN, EXECUTED_UNKNOWN, PREPARED_UNKNOWN)):
        return False
    if len(part.later) > _MOST_LATER:
        return False
    if any(part.statements[number].control in TWO_PHASE for number in part.tally.attempts):
        return False
    for key, head in part.heads.items():
        if key in fold.state.asides or head.two_phase:
            return False
        run = fold.state.runs.get(key)
        if run is None:
            continue
        session = run.session
        if head.nameless and run.name:
            return False
        if head.ended and head.assumes and session is not None and not session.autocommit:
            return False
    return True


def _tail(run: Run) -> Tail:
    return Tail(
        run.mode,
        run.tokens,
        run.name,
        run.home,
        run.number,
        run.control,
        run.held,
        run.cursors,
        run.session,
        run.inherits,
    )


def _token(fold: RunFold, numbers: tuple[int, ...], label: str, ids: Sequence[int]) -> int:
    token = fold.state.tokens.of(tuple(ids[number] for number in numbers), label)
    if token < 0:
        raise SeamError("more distinct statements than can be told apart", "read the log with --jobs 1")
    return token


def _replay(fold: RunFold, key: bytes, step: HeadStep, tokens: Sequence[int], steps: Sequence[int]) -> None:
    if isinstance(step, Plain):
        _replay_plain(fold, key, step, tokens)
    elif isinstance(step, Step):
        run = fold.table.meet(key, step.name, step.number)
        fold.steps.place(run, step.number)
        fold.state.tally.entries += 1
        if not fold.steps.take(run, steps[~step.token], step.done):
            fold.state.tally.entries -= 1
            fold.steps.begin_again(run, steps[~step.token], step.done)
    elif isinstance(step, State):
        run = fold.table.meet(key, step.name, step.number)
        fold.steps.place(run, step.number)
        fold.steps.observe(run, step.state)
    else:
        fold.feed((step,))


def _replay_plain(fold: RunFold, key: bytes, plain: Plain, tokens: Sequence[int]) -> None:
    run = fold.table.meet(key, "", plain.first_number)
    fold.steps.place(run, plain.first_number)
    run.number = plain.last_number or run.number
    counts = dict(plain.counts)
    counts[plain.last] -= 1
    for (token, name), times in [*counts.items(), (plain.last, 1)]:
        if times:
            fold.table.rename(run, name)
            known = tokens[token >> 1] + (token & 1)
            for _ in range(times):
                run.add(known)
            fold.state.tally.entries += times


def _adopt(fold: RunFold, key: bytes, tail: Tail, ids: Sequence[int], tokens: Sequence[int]) -> None:
    """The session goes on as the part left it."""
    before = fold.state.runs.get(key)
    cursors: dict[str, int] = {}
    if before is not None:
        if before.mode is not Mode.OUTSIDE:
            raise SeamError("a session's state at a seam is not what it must be", "read the log with --jobs 1")
        fold.loose.count(before)
        cursors = before.cursors
    run = fold.state.runs[key] = Run(
        key,
        tail.name or (before.name if before is not None else ""),
        tail.home or (before.home if before is not None else ""),
    )
    run.number = tail.number
    run.control = tuple(ids[number] for number in tail.control)
    run.cursors = cursors | {name: ids[number] for name, number in tail.cursors.items()}
    run.held = {(ids[number], label): times for (number, label), times in tail.held.items()}
    if tail.session is not None:
        tail.session.renumber(ids)
        tail.session.application = run.name
        tail.session.cursors = cursors | tail.session.cursors
        fold.state.reference.adopt(key.decode("utf-8", "replace"), tail.session)
        fold.apart.bind(run, tail.session)
        return
    run.tokens += [tokens[token >> 1] + (token & 1) for token in tail.tokens]
    run.enter(tail.mode)
