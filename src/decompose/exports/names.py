"""Names of any database made fit for formats that take less: one line of text, identifiers, file names."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from hashlib import sha256

NO_NAME = "(no name)"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})


def one_line(name: str) -> str:
    """The name as one visible line: line breaks and tabs become spaces, other controls U+FFFD; never empty."""
    if not (name.isascii() and name.isprintable()):
        name = "".join(_seen(character) for character in name)
    return name if name.strip() else NO_NAME


def _seen(character: str) -> str:
    if character in "\n\r\t\v\f\u2028\u2029\x85":
        return " "
    return "\ufffd" if unicodedata.category(character) in _HIDDEN else character


def identifiers(
    names: Iterable[str],
    *,
    extra: str = "",
    reserved: Collection[str] = (),
    longest: int = 200,
) -> dict[str, str]:
    """Each name's own identifier `[A-Za-z][A-Za-z0-9_]*`, alike in no case; `extra` are more characters to keep.

    A name that had to be changed and then meets another one, a reserved word or the length limit ends in a piece of its
    hash, so that an identifier depends on the names alone and not on their order.
    """
    distinct = sorted(set(names))
    plain = {name: _plain(name, extra) for name in distinct}
    owners: dict[str, list[str]] = {}
    for name, identifier in plain.items():
        owners.setdefault(identifier.lower(), []).append(name)
    forbidden = {word.lower() for word in reserved}
    kept = {_owner(claims, plain) for word, claims in owners.items() if word not in forbidden and len(word) <= longest}
    return {
        name: identifier if name in kept else _hashed(name, identifier, longest) for name, identifier in plain.items()
    }


def _owner(claims: list[str], plain: dict[str, str]) -> str | None:
    """Who of several names keeps the identifier as it is: the only one, or the first that needs no change for it."""
    unchanged = [name for name in claims if plain[name] == name]
    return claims[0] if len(claims) == 1 else unchanged[0] if unchanged else None


def _plain(name: str, extra: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kept = re.sub(rf"[^A-Za-z0-9_{re.escape(extra)}]+", "_", decomposed)
    kept = kept.strip("_" + extra) or "x"
    return kept if kept[0].isalpha() else f"x{kept}"


def _hashed(name: str, identifier: str, longest: int) -> str:
    return f"{identifier[: longest - 9]}_{_digest(name)}"


def _digest(name: str) -> str:
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def distinct_lines(names: Iterable[str]) -> dict[str, str]:
    """Each name as one visible line; names that would look alike end in a piece of their hash."""
    shown = {name: one_line(name) for name in sorted(set(names))}
    taken = Counter(line.casefold() for line in shown.values())
    return {name: line if taken[line.casefold()] == 1 else f"{line} {_digest(name)}" for name, line in shown.items()}
