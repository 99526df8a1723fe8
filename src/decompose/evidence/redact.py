"""Secrets out of texts before they are shown or stored: passwords in database URLs, query options, ODBC strings.

Works on any text that may hold a URL (error messages of drivers quote them), so every sink may pass everything through.
When it cannot tell where a secret ends it masks too much rather than too little.
"""

from __future__ import annotations

import re

MASK = "***"

_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,40}://")
_QUOTES = {'"': '"', "'": "'", "`": "`", "<": ">", "(": ")"}
_OPTIONS = re.compile(r"\?[\w.-]+=")
_PORT = re.compile(r"[^/:@\s]*:(?:\d+)?(?:[/?\s\"'<>`,;)\]]|$)|\[[0-9A-Fa-f:.%]+\]|[^:@\n]*(?:[/?\s]|$)")
_NAMES = (
    r"password|passwd|passphrase|passwort|pwd|pass|sslpassword|sslkeypassword|secret|client_secret|token|access_token"
    r"|auth_token|api_?key|access_key|aws_secret_access_key|session_token|credential|credentials|sas|sig|signature"
)
_EQUALS = r"(?:=|%3D|%253D)"
_START = r"(?:(?<![A-Za-z0-9])|(?<=%3B)|(?<=%26)|(?<=%3F)|(?<=%7B))"
_NAMED = re.compile(rf"(?i){_START}(?:[\w.-]{{0,40}}[_.-])?(?:{_NAMES})\s*{_EQUALS}\s*")
_ENCODED_END = re.compile(r"(?i)[&;\s\"'<>`#]|%3B|%253B|%26|%2526")
_OPTION_END = re.compile(r"[&\s\"'<>`#]")
_PLAIN_END = re.compile(r"[&;\s\"'<>`#]")
_BRACED_END = re.compile(r"\}|%7[dD]|%257[dD]")


def mask_url(text: str) -> str:
    """The text with every password in it replaced by `***`; texts without one come back unchanged.

    Masked are: the user's password of any `scheme://user:password@host` (also with `@`, `:` or `/` in it), the values
    of options named like secrets (`?password=`, `odbc_connect=...PWD%3D...`), plain or percent-encoded.
    """
    masked = _mask_authorities(text) if "://" in text else text
    return _mask_named(masked) if "=" in masked or "%3" in masked or "%25" in masked else masked


def _mask_authorities(text: str) -> str:
    parts: list[str] = []
    position = 0
    while found := _AUTHORITY.search(text, position):
        start = found.end()
        parts.append(text[position:start])
        at = _password_end(text, found.start(), start)
        user, colon, _password = text[start:at].partition(":") if at >= 0 else ("", "", "")
        if at >= 0:
            parts.append(f"{user}:{MASK}" if colon else user)
        position = max(start, at)
    parts.append(text[position:])
    return "".join(parts)


def _password_end(text: str, scheme: int, start: int) -> int:
    """Where the `@` stands that ends the user's part of a URL, -1 when it has none.

    A password may hold `@`, `/`, `?`, quotes, even blanks: the last `@` before the options ends it; without one there
    the last one of the URL; without one in the URL the last one of the line, unless host and port stand there.
    """
    end = _url_end(text, scheme, start)
    options = _OPTIONS.search(text, start, end)
    at = text.rfind("@", start, options.start() if options else end)
    if at >= 0 or _PORT.match(text, start):
        return at
    at = text.rfind("@", start, end)
    if at >= 0:
        return at
    line_end = text.find("\n", start)
    return text.rfind("@", start, len(text) if line_end < 0 else line_end)


def _url_end(text: str, scheme: int, start: int) -> int:
    """Where a URL ends: at the quote that closes the one before its scheme, else at a blank."""
    closing = _QUOTES.get(text[scheme - 1 : scheme], "")
    ended = re.compile(rf"[\s{re.escape(closing)}]").search(text, start)
    return ended.start() if ended else len(text)


def _mask_named(text: str) -> str:
    parts: list[str] = []
    position = 0
    while found := _NAMED.search(text, position):
        parts.append(text[position : found.end()])
        position = _value_end(text, found)
        parts.append(MASK)
    parts.append(text[position:])
    return "".join(parts)


def _value_end(text: str, named: re.Match[str]) -> int:
    start = named.end()
    opening = text[start : start + 5].lower()
    if opening[:1] in ("'", '"'):
        end = text.find(opening[0], start + 1)
        return len(text) if end < 0 else end + 1
    if opening.startswith(("{", "%7b", "%257b")):
        ended = _BRACED_END.search(text, start)
        return len(text) if ended is None else ended.end()
    if "%" in named[0]:
        ended = _ENCODED_END.search(text, start)
    elif text[named.start() - 1 : named.start()] in ("?", "&"):
        ended = _OPTION_END.search(text, start)
    else:
        ended = _PLAIN_END.search(text, start)
    return len(text) if ended is None else ended.start()
