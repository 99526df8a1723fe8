"""Logs at URLs that fsspec knows: object stores, web servers, archives. Read where they are, never copied to disk."""

from __future__ import annotations

import glob
import importlib
import sys
from collections.abc import Callable
from functools import partial
from typing import IO, Any

from decompose.errors import InputError

_WEB = ("http://", "https://")
_REFUSALS = (
    ("aiohttp", "ClientError"),
    ("azure.core.exceptions", "AzureError"),
    ("botocore.exceptions", "BotoCoreError"),
    ("google.auth.exceptions", "GoogleAuthError"),
)
"""What drivers raise beside OSError, by the module it comes from."""


def expanded(url: str) -> list[str]:
    """The logs behind a URL: itself, what is below a folder (hidden files left out), or what a glob stands for.

    Raises InputError where the store cannot be asked.
    """
    if "::" in url or (url.startswith(_WEB) and "*" not in url and not url.endswith("/")):
        return [url]
    try:
        store, path = _store(url)
        if glob.has_magic(path) and (found := store.glob(path)):
            return [_address(store, url, path, name) for name in found if store.isfile(name)]
        if store.isdir(path):
            names = (name for name in store.find(path) if not _is_hidden(name, path))
            return [_address(store, url, path, name) for name in names]
        return [url] if store.exists(path) else []
    except _refusals() as error:
        raise _unreadable(url, error) from error


def open_url(url: str) -> IO[bytes]:
    """The bytes at a URL, asked for as they are read. Raises InputError where it cannot be opened."""
    try:
        store, path = _store(url)
        raw: Any = store.open(path, "rb")
    except _refusals() as error:
        raise _unreadable(url, error) from error
    again = partial(store.open, path, "rb", block_size=0) if url.startswith(_WEB) else None
    stream: Any = _Remote(raw, url, again)
    return stream  # type: ignore[no-any-return]


def masked(url: str) -> str:
    """The URL without user, password and query."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('?')[0].rpartition('@')[2]}"


class _Remote:
    """A file of a store whose failures while reading are told like those while opening.

    `again` opens it as a stream: some web servers give no ranges, which shows only when the second one is asked for.
    """

    def __init__(self, raw: Any, url: str, again: Callable[[], Any] | None) -> None:
        self._raw = raw
        self._url = url
        self._again = again
        self._given = 0

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._read(size)
        except _refusals() as error:
            raise _unreadable(self._url, error) from error
        self._given += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        self._again = None
        place: int = self._raw.seek(offset, whence)
        return place

    def _read(self, size: int) -> bytes:
        try:
            data: bytes = self._raw.read(size)
        except ValueError:
            if self._again is None:
                raise
            self._raw, self._again = self._again(), None
            left = self._given
            while left and (skipped := self._raw.read(left)):
                left -= len(skipped)
            data = self._raw.read(size)
        return data

    def close(self) -> None:
        self._raw.close()

    def __enter__(self) -> _Remote:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _store(url: str) -> tuple[Any, str]:
    try:
        fsspec: Any = importlib.import_module("fsspec")
    except ImportError as error:
        raise InputError(
            f"Reading {masked(url)} needs fsspec.",
            "pip install 'decompose[fsspec]' and the store's driver (s3fs, gcsfs, adlfs, aiohttp for http).",
        ) from error
    store, path = fsspec.core.url_to_fs(url)
    return store, path


def _address(store: Any, url: str, path: str, name: str) -> str:
    """The URL of a file found below another: with the user, host and scheme that were given."""
    given = url.rstrip("/")
    bare = path.rstrip("/")
    if given.endswith(bare):
        return given[: len(given) - len(bare)] + name
    found: str = store.unstrip_protocol(name)
    return found


def _is_hidden(name: str, folder: str) -> bool:
    return any(part.startswith(".") for part in name.removeprefix(folder).split("/"))


def _refusals() -> tuple[type[BaseException], ...]:
    """What stores and their drivers raise, as far as they are loaded."""
    found = [getattr(sys.modules[module], name) for module, name in _REFUSALS if module in sys.modules]
    return (OSError, ValueError, ImportError, NotImplementedError, *found)


def _unreadable(url: str, error: BaseException) -> InputError:
    if isinstance(error, ImportError):
        return InputError(f"Cannot read {masked(url)}: {error}.", "Install the store's driver.")
    return InputError(f"Cannot read {masked(url)} ({type(error).__name__}).", "Check address, driver and access.")
