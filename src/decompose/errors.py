"""The typed errors of decompose: one sentence for what happened, one hint for what to do next.

Exit codes are the product's contract (README, "Exit codes"); they never count anything.
"""

from __future__ import annotations


class DecomposeError(Exception):
    """Anything the user can be told in one sentence; `exit_code` is the process's status."""

    exit_code = 70

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DecomposeError):
    """The command line, a configuration file or a document written by hand is wrong."""

    exit_code = 2


class InputError(DecomposeError):
    """An input cannot be read, or is too incomplete to carry a verdict."""

    exit_code = 3


class DatabaseError(DecomposeError):
    """A database cannot be reached or refuses what is asked."""

    exit_code = 4
