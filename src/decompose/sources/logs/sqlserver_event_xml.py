"""One extended event's XML, read without an XML parser, so that no entity is ever expanded and nothing is fetched."""

from __future__ import annotations

import re

from decompose.sources.logs.sqlserver_events import ServerEvent

_CDATA = r"<!\[CDATA\[(?:[^\]]++|\](?!\]>))*+\]\]>"
_INSIDE = rf"(?:[^<]++|{_CDATA}|<(?!{{0}}|!\[CDATA\[))*+"
EVENT_BEGIN = re.compile(r"<event\s")
"""Where an event begins."""
EVENT = re.compile(rf"<event\s([^<>]*+)>({_INSIDE.format('/event>|event ')})</event>")
"""A whole event: attributes and content."""
OPEN_EVENT = re.compile(
    rf"<event\s[^<>]*+(?:>{_INSIDE.format('/event>|event ')}(?:<!\[CDATA\[.*|</?e?v?e?n?t?)?)?\Z", re.DOTALL
)
"""An event that goes on behind the text."""
_PART = re.compile(
    rf"<(data|action)\s[^<>]*?\bname=[\"']([^\"'<>]{{1,200}})[\"'][^<>]*+>({_INSIDE.format('/data>|/action>')})</"
)
_VALUE = re.compile(rf"<value>({_INSIDE.format('/value>')})</value>")
_TEXT = re.compile(rf"<text>({_INSIDE.format('/text>')})</text>")
_ATTRIBUTE = re.compile(r"\b(name|timestamp)=[\"']([^\"'<>]{0,200})[\"']")
_PIECE = re.compile(r"<!\[CDATA\[((?:[^\]]++|\](?!\]>))*+)\]\]>|&(#?\w{1,8});|([^<&]++|&|<)")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def read_event(text: str, line: int) -> ServerEvent | None:
    """The event that a text holds; None if it holds none."""
    match = EVENT.search(text)
    if match is None:
        return None
    attributes = dict(_ATTRIBUTE.findall(match[1]))
    values: dict[str, str] = {}
    for _, name, content in _PART.findall(match[2]):
        shown = _TEXT.search(content) or _VALUE.search(content)
        if shown and len(values) < 1000:
            values[name.lower()] = _plain(shown[1]) or _value(content)
    return ServerEvent(attributes.get("name", ""), attributes.get("timestamp", ""), values, line)


def names_in(text: str) -> set[str]:
    """The data and action names that occur in a text."""
    return {name.lower() for _, name, _ in _PART.findall(text)}


def _value(content: str) -> str:
    found = _VALUE.search(content)
    return _plain(found[1]) if found else ""


def _plain(content: str) -> str:
    """Character data: CDATA as it is, the entities of XML itself resolved, others left alone."""
    if "<" not in content and "&" not in content:
        return content
    return "".join(cdata or text or (entity and _character(entity)) for cdata, entity, text in _PIECE.findall(content))


def _character(entity: str) -> str:
    if entity in _ENTITIES:
        return _ENTITIES[entity]
    digits, base = (entity[2:], 16) if entity[:2] in ("#x", "#X") else (entity[1:], 10)
    if entity[0] != "#" or not digits.isascii():
        return f"&{entity};"
    try:
        number = int(digits, base)
    except ValueError:
        return f"&{entity};"
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
