"""What commands print and write: results to stdout, everything else to stderr, files atomically."""

from __future__ import annotations

import codecs
import errno
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from decompose.errors import InputError, UsageError

_DIGEST = "# proposal "
_STDOUT = Path("-")
"""What `-o -` names, as elsewhere."""
PLAIN = "decompose.plain"
"""The error handler of streams whose encoding lacks a character: an ASCII look-alike, else an escape as in JSON."""


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    from decompose.reports.safe import LOOK_ALIKES

    lacking = error.object[error.start : error.end]
    return "".join(LOOK_ALIKES.get(each) or json.dumps(each)[1:-1] for each in lacking), error.end


codecs.register_error(PLAIN, _plain)


class Notes:
    """Progress and notes on stderr; silent when quiet."""

    def __init__(self, quiet: bool = False, verbose: bool = False) -> None:
        self._quiet = quiet
        self._verbose = verbose and not quiet

    def say(self, text: str) -> None:
        """A note for everybody."""
        if not self._quiet:
            self._echo(text)

    def detail(self, text: str) -> None:
        """A note for those who asked for more."""
        if self._verbose:
            self._echo(text)

    def progress(self, text: str) -> None:
        """A step of long work, shown to people who watch or asked for more."""
        if self._verbose or (not self._quiet and sys.stderr.isatty()):
            self._echo(text)

    def _echo(self, text: str) -> None:
        from decompose.evidence.redact import mask_url
        from decompose.reports.safe import printable

        typer.echo(printable(mask_url(text)), err=True)


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def result_stream() -> Iterator[None]:
    """Whatever is written to stdout in here raises UsageError where its disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        # What is still held back would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise UsageError(
            f"the result cannot be written: {error.strerror or error}", "is the disk full? -o names another place"
        ) from error


def print_result(text: str) -> None:
    """The result, on stdout, with one final line end."""
    typer.echo(text.rstrip("\n"))


def deliver(text: str, target: Path | None) -> None:
    """The result, into a file where one is named, else on stdout."""
    if target is None or target == _STDOUT:
        print_result(text)
    else:
        write(target, text.rstrip("\n") + "\n")


def deliver_bytes(content: bytes, target: Path | None) -> None:
    """The result that is no text, into a file where one is named, else on stdout unless that is a terminal."""
    if target is not None and target != _STDOUT:
        write(target, content)
        return
    if sys.stdout.isatty():
        raise UsageError("this result is not text", "name a file with -o, or pipe it")
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


def wants_colour() -> bool:
    """Whether stdout may be coloured: a terminal that is not dumb, and no NO_COLOR."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns of the terminal, 80 when there is none."""
    return max(60, min(shutil.get_terminal_size((80, 24)).columns, 120)) if sys.stdout.isatty() else 80


def read_text(path: Path, missing: str = "run `decompose analyze` first, or name the folder with --in") -> str:
    """A document's text; raises InputError when it cannot be read, with the hint `missing` when it is not there."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError(f"{path} is not there", missing) from error
    except IsADirectoryError as error:
        raise InputError(f"{path} is a folder", "name a file in it, or the folder with --in") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}", "name a UTF-8 text file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} cannot be read: it is not UTF-8 text", "name a UTF-8 text file") from error


def write(path: Path, content: str | bytes) -> None:
    """Write a document atomically; raises UsageError when the folder or file cannot be written."""
    from decompose.store.files import write_atomically

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}", "name another folder with -o"
        ) from error


def write_proposal(folder: Path, text: str, notes: Notes) -> Path:
    """Write services.yml, never over one that somebody has edited: then it goes beside it."""
    path = folder / "services.yml"
    if path.exists() and not _is_untouched(read_text(path)):
        path = folder / "services.proposed.yml"
        notes.say(f"{folder / 'services.yml'} has been edited and is kept; the new proposal is {path}")
    write(path, f"{_DIGEST}{_digest(text)} (edit freely: an edited file is never overwritten)\n{text}")
    return path


def _is_untouched(text: str) -> bool:
    head, _, body = text.partition("\n")
    return head.startswith(_DIGEST) and head.removeprefix(_DIGEST).split(" ", 1)[0] == _digest(body)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
