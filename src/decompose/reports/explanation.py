"""An explanation as lines of text that are Markdown too: the answer first, then the evidence, SQL indented as code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from decompose.assessment.explain.explanation import (
    Alternative,
    Bond,
    Explanation,
    JoinUse,
    Option,
    Reference,
    StoredUse,
    Term,
    Tie,
    TransactionUse,
)
from decompose.assessment.findings.god_table_model import GodTable
from decompose.evidence.bundle import Statement
from decompose.reports.safe import printable
from decompose.reports.screen import Look, wrapped
from decompose.reports.wording import first_names, percent, plural, thousands

Item = TypeVar("Item")

ITEMS = 10
STATEMENTS = 2
_SQL_LENGTH = 400
_HOLDS = {
    "table": "holds it",
    "service": "ties it to others",
    "capability": "ties its tables",
    "pair": "ties them",
}
_CODE = ("view", "trigger", "function", "procedure", "event")


def lines(explanation: Explanation) -> list[str]:
    """The whole explanation; long lists are cut and the cut is said. Every line is safe to print."""
    blocks = [
        _head(explanation),
        _block("Bound to", explanation.ties, _tie),
        _block(
            f"What {_HOLDS.get(explanation.kind, '')}, by the terms of the cost",
            [bond for bond in explanation.bonds if round(bond.cost, 1)],
            _bond,
        ),
        _block(f"What a change would cost (now {explanation.cost:,.1f} in all)", explanation.options, _option),
        _block("If it moved", explanation.alternatives, _alternative),
        _columns(explanation.columns),
        _block(
            "Transactions (their statements with executions in the whole log)", explanation.transactions, _transaction
        ),
        _block("Joins", explanation.joins, _join),
        _block("References", explanation.references, _reference),
        _block("Views, triggers and stored routines", explanation.stored, _stored),
    ]
    found = [line for block in blocks if block for line in ["", *block]][1:]
    return [printable(line) for line in found]


def render_explanation(explanation: Explanation, look: Look) -> str:
    """The same for a terminal: lines broken at its width, what follows a break indented below its beginning."""
    return "\n".join(part for line in lines(explanation) for part in _broken(line, look))


def _broken(line: str, look: Look) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()))
    hang = indent + ("  " if line.startswith("- ") else "    " if indent else "")
    return wrapped(line.strip(), look, indent=indent, hang=hang, lines=max(len(line), 1))


def _head(explanation: Explanation) -> list[str]:
    subject = f"{explanation.kind} {explanation.name}"
    if explanation.kind in _CODE:
        services = sorted({place for _, place in explanation.places})
        told = [f"# {subject}: {first_names(services, ITEMS)}" if services else f"# {subject}", ""]
    elif explanation.kind == "table":
        ((_, place),) = explanation.places
        told = [f"# {subject}: {place}", ""]
    else:
        told = [f"# {subject}", "", f"- {plural(len(explanation.places), 'table')}: {_places(explanation)}"]
    if explanation.declared or explanation.undeclared:
        total = plural(explanation.declared + explanation.undeclared, "relationship")
        told.append(
            f"- {total}: {plural(explanation.declared, 'declared foreign key')}, "
            f"{thousands(explanation.undeclared)} undeclared but joined"
        )
    told += [f"- {reason}" for reason in explanation.because]
    if not (explanation.transactions or explanation.joins or explanation.references or explanation.stored):
        told.append("- no transaction, join or reference in the evidence")
    return told


def _places(explanation: Explanation) -> str:
    if explanation.kind in ("service", "capability"):
        return first_names([table for table, _ in explanation.places], ITEMS)
    return first_names([f"{table} ({place})" for table, place in explanation.places], ITEMS)


def _block(title: str, items: Sequence[Item], told: Callable[[Item], Iterable[str]]) -> list[str]:
    if not items:
        return []
    shown = [line for item in items[:ITEMS] for line in told(item)]
    left = len(items) - ITEMS
    more = [f"- and {thousands(left)} more"] if left > 0 else []
    return [f"## {title}", "", *shown, *more]


def _columns(god: GodTable | None) -> list[str]:
    if god is None:
        return []
    told = ["## Columns", "", f"- advice: {god.advice}: {god.reason}"]
    for group in god.groups:
        held = f"{thousands(group.writing)}×, {percent(group.share, 1)} by {group.service}"
        told.append(f"- part {group.name}: {', '.join(group.columns)} ({held})")
    if god.groups:
        told.append(f"- stays as the shared identity: {', '.join(god.identity)}")
    if god.contested:
        told.append(f"- updated with several parts: {', '.join(god.contested)}")
    for use in god.services:
        facts = [
            f"{how} {first_names(columns, ITEMS)} ({thousands(count)}×)"
            for how, columns, count in (("writes", use.writes, use.writing), ("reads", use.reads, use.reading))
            if count
        ]
        told.append(f"- {use.service} {'; '.join(facts)}")
    return told


def _tie(tie: Tie) -> Iterable[str]:
    facts = []
    if tie.written_together:
        facts.append(f"written together {thousands(tie.written_together)}×")
    if tie.joined:
        facts.append(f"joined {thousands(tie.joined)}×")
    if tie.references:
        facts.append(plural(tie.references, "reference"))
    yield f"- {tie.service}: {', '.join(facts)}"


def _bond(bond: Bond) -> Iterable[str]:
    yield f"- {bond.service}: {bond.cost:,.1f} = {_terms(bond.terms, '')}"


def _option(option: Option) -> Iterable[str]:
    told = _terms(option.terms, "+") or "no term changes"
    cost, share = round(option.cost, 1) + 0.0, round(100 * option.share, 1) + 0.0  # + 0.0: there is no "-0.0"
    yield f"- {option.what}: {cost:+,.1f} ({share:+,.1f} %) = {told}"


def _terms(terms: Sequence[Term], sign: str) -> str:
    """The terms that come to something in one decimal."""
    told = [f"{term.name} {term.cost:{sign},.1f}" for term in terms if round(abs(term.cost), 1)]
    return ", ".join(told)


def _alternative(option: Alternative) -> Iterable[str]:
    before, after = option.before, option.after
    changes = [
        ("distributed writes", before.distributed_write_transactions, after.distributed_write_transactions),
        ("saga cost", before.saga_cost, after.saga_cost),
        ("joins across", before.cross_joins, after.cross_joins),
        ("foreign keys to retire", before.foreign_keys_to_retire, after.foreign_keys_to_retire),
    ]
    told = ", ".join(f"{name} {thousands(old)} -> {thousands(new)}" for name, old, new in changes if old != new)
    yield f"- to {option.service}: {told or 'nothing changes'}"


def _transaction(use: TransactionUse) -> Iterable[str]:
    undone = f", {thousands(use.rolled_back)} rolled back" if use.rolled_back else ""
    where = f" in {', '.join(use.services)}" if use.services else ""
    beside = f"; writes {first_names(use.tables, ITEMS)}{where}" if use.tables else ""
    yield f"- {use.name} [{use.id}], {use.kind}, {thousands(use.count)}×{undone}: {use.how} it{beside}"
    yield from _sql(use.statements)


def _join(use: JoinUse) -> Iterable[str]:
    sides = f"{use.left} ({use.left_place}) with {use.right} ({use.right_place})"
    count = f"{plural(len(use.statements), 'statement')}, {thousands(use.executions)}×"
    yield f"- {sides} on {first_names(use.conditions, STATEMENTS)}: {count}"
    yield from _sql(use.statements)


def _reference(reference: Reference) -> Iterable[str]:
    link = reference.link
    child = f"{link.child}({', '.join(link.columns)})"
    parent = f"{link.parent}({', '.join(link.parent_columns)})" if link.parent_columns else link.parent
    if link.declared:
        line = f", DDL line {link.line}" if link.line is not None else ""
        how = f"declared, on delete {link.on_delete}{line}"
    else:
        how = f"not declared, joined {thousands(link.joined)}×"
    crossing = f"; crosses from {reference.child_place} into {reference.parent_place}" if reference.crosses else ""
    yield f"- {child} -> {parent}: {how}{crossing}"


def _stored(use: StoredUse) -> Iterable[str]:
    called = f", called {thousands(use.executions)}×" if use.executions else ""
    touched = [("fires on", use.fires_on), ("writes", use.writes), ("reads", use.reads)]
    told = [f"{verb} {first_names(tables, ITEMS)}" for verb, tables in touched if tables]
    across = [f"in {', '.join(use.services)}"] if len(use.services) > 1 else []
    doubt = [f"cannot be read in full ({use.unread})"] if use.unread else []
    line = [f"DDL line {use.line}"] if use.line is not None else []
    yield f"- {use.kind} {use.name}{called}: {'; '.join([', '.join(told), *across, *doubt, *line])}"


def _sql(statements: Sequence[Statement]) -> Iterable[str]:
    for statement in statements[:STATEMENTS]:
        text = " ".join(statement.template.split())
        shown = text if len(text) <= _SQL_LENGTH else text[:_SQL_LENGTH] + " …"
        yield f"      {thousands(statement.executions)}×  {shown}"
    left = len(statements) - STATEMENTS
    if left > 0:
        yield f"      and {plural(left, 'more statement', 'more statements')}"
