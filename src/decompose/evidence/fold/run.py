"""One session in the fast fold."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from decompose.evidence.fold.session import Session

IDLE, IN_TRANSACTION, ABORTED = b"idle", b"idle in transaction", b"idle in transaction (aborted)"
FLAGS = {IDLE: False, IN_TRANSACTION: True, ABORTED: True}
"""PostgreSQL's word on a session before a statement: whether it is in a transaction."""

_NO_STATE = b"\0"


class Mode(IntEnum):
    """Who has the session, and where it stands."""

    HELD = 0
    """Between transactions as far as the log shows, its beginning not seen: see `session`."""
    OUTSIDE = 1
    """Between transactions."""
    INSIDE = 2
    """In a transaction of plain statements."""
    APART = 3
    """The reference fold has the session."""
    HEAD = 4
    """It began before this part of the log: what it does is kept until that no longer matters."""


class Run:
    """One session. `add` takes the token of a plain statement; `state` is what the server says in this mode.

    `tokens` are plain statements not yet counted, `control` the statement that
    came last if `tokens` is empty, `held`, `cursors`, `number` and `home` (the database) are those of a `Session`.
    """

    __slots__ = (
        "add",
        "control",
        "cursors",
        "database",
        "held",
        "home",
        "inherits",
        "key",
        "label",
        "mode",
        "name",
        "number",
        "session",
        "state",
        "tokens",
    )

    def __init__(self, key: bytes, name: str, home: str) -> None:
        self.key = key
        self.name = name
        self.home = home
        self.label: bytes | None = None
        self.database = b""
        self.tokens: list[int] = []
        self.add: Callable[[int], None] = self.tokens.append
        self.number = 0
        self.control: tuple[int, ...] = ()
        self.held: dict[tuple[int, str], int] = {}
        self.cursors: dict[str, int] = {}
        self.session: Session | None = None
        self.inherits = False
        """Whether its name, database and cursors may come from the part of the log before."""
        self.enter(Mode.HELD)

    def enter(self, mode: Mode) -> None:
        """Change the mode."""
        self.mode = mode
        self.state = IDLE if mode is Mode.OUTSIDE else IN_TRANSACTION if mode is Mode.INSIDE else _NO_STATE

    def take(self, session: Session) -> None:
        """Go on where the reference fold leaves a session that is between transactions."""
        held = session.held
        self.session = None
        self.held, self.cursors, self.control = dict(held or {}), session.cursors, session.last
        self.home, self.name = session.database, session.application
        self.tokens = []
        self.add = self.tokens.append
        self.enter(Mode.OUTSIDE if held is None else Mode.HELD)
