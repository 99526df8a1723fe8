"""The head of a lock: its format, its analyzer, and the policy that people write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from decompose.assessment.drift.budgets import BUDGETS
from decompose.assessment.drift.model import Kind
from decompose.assessment.drift.policy import Budget, Policy, Ratchet, Rule
from decompose.errors import UsageError

if TYPE_CHECKING:
    from decompose.store.yaml_nodes import Place

Word = TypeVar("Word", bound=StrEnum)

_MOST = 1_000_000_000


class _Stale(StrEnum):
    WARN = "warn"
    ERROR = "error"


def read_head(text: str, source: str, wanted: str) -> tuple[Policy, str]:
    """Policy and analyzer; UsageError with `file:line:column` for anything the head may not hold."""
    from decompose.store.yaml_nodes import parse

    root = parse(text, source)
    members = {name: (key, value) for name, key, value in root.members()} if root is not None else {}
    if "format" not in members:
        raise UsageError(f"{source}: this is no lock of decompose", f"a lock begins with `format: {wanted}`")
    written = members.pop("format")[1]
    if written.text() != wanted:
        written.fail(
            f"the lock has format {written.text()!r}, this version reads {wanted!r}", "use the version that wrote it"
        )
    analyzer = members.pop("analyzer")[1].text() if "analyzer" in members else ""
    policy = Policy()
    for name, (key, value) in members.items():
        policy = _read(_SECTIONS, name, key)(policy, value)
    return policy, analyzer


_Section = Callable[[Policy, "Place"], Policy]


def _read(known: Mapping[str, _Section], name: str, key: Place) -> _Section:
    from decompose.store.yaml_nodes import unknown_key

    if name not in known:
        unknown_key(key, name, tuple(known))
    return known[name]


def _policy(policy: Policy, section: Place) -> Policy:
    for name, key, value in section.members():
        policy = _read(_SETTINGS, name, key)(policy, value)
    return policy


def _rule(item: Place) -> Rule:
    told = _members(item, ("ratchet", "kind", "from", "to"))
    if "ratchet" not in told:
        item.fail("a rule needs `ratchet:`", "allow, freeze or forbid")
    kind = told["kind"].text() if "kind" in told else "*"
    if not any(mark in kind for mark in "*?[") and kind not in tuple(Kind):
        told["kind"].fail(f"unknown kind {kind!r}", f"known: {', '.join(Kind)}")
    source, target = (told[key].label() if key in told else "*" for key in ("from", "to"))
    return Rule(_one_of(told["ratchet"], Ratchet), kind, source, target)


def _budget(item: Place) -> Budget:
    told = _members(item, ("name", "most", "of"))
    for key in ("name", "most"):
        if key not in told:
            item.fail(f"a budget needs `{key}:`")
    known = {kind.name: kind for kind in BUDGETS}
    name = told["name"].text()
    if name not in known:
        told["name"].fail(f"unknown budget {name!r}", f"known: {', '.join(known)}")
    if "of" in told and not known[name].per:
        told["of"].fail(f"the budget {name} is one for all", "remove `of:`")
    return Budget(name, _number(told["most"]), told["of"].label() if "of" in told else "")


def _callers(policy: Policy, section: Place) -> Policy:
    found = [(name, tuple(item.label() for item in value.items())) for name, _, value in section.members()]
    return replace(policy, callers=tuple(found))


def _members(item: Place, known: tuple[str, ...]) -> dict[str, Place]:
    from decompose.store.yaml_nodes import unknown_key

    told = {}
    for name, key, value in item.members():
        if name not in known:
            unknown_key(key, name, known)
        told[name] = value
    return told


def _one_of(value: Place, words: type[Word]) -> Word:
    text = value.text()
    if text not in tuple(words):
        value.fail(f"unknown word {text!r}", f"known: {', '.join(words)}")
    return words(text)


def _number(value: Place, most: float = _MOST) -> float:
    try:
        number = float(value.text())
    except ValueError:
        value.fail(f"{value.text()!r} is no number")
    if not 0 <= number <= most:
        value.fail(f"expected a number from 0 to {most:,}")
    return number


def _count(value: Place) -> int:
    number = _number(value)
    if number != int(number):
        value.fail("expected a whole number")
    return int(number)


_SETTINGS: Mapping[str, _Section] = {
    "default": lambda policy, value: replace(policy, default=_one_of(value, Ratchet)),
    "min_transactions": lambda policy, value: replace(policy, min_transactions=_count(value)),
    "min_labels": lambda policy, value: replace(policy, min_labels=_count(value)),
    "stale": lambda policy, value: replace(policy, stale_fails=_one_of(value, _Stale) is _Stale.ERROR),
    "stale_transactions": lambda policy, value: replace(policy, stale_transactions=_count(value)),
    "min_understood": lambda policy, value: replace(policy, min_understood=_number(value, 1)),
    "rules": lambda policy, value: replace(policy, rules=tuple(_rule(item) for item in value.items())),
}
_SECTIONS: Mapping[str, _Section] = {
    "policy": _policy,
    "budgets": lambda policy, value: replace(policy, budgets=tuple(_budget(item) for item in value.items())),
    "noise": lambda policy, value: replace(policy, noise_labels=tuple(item.label() for item in value.items())),
    "callers": _callers,
}
