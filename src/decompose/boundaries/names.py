"""Short names for services, from the words of their tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from decompose.graph.model import CouplingGraph
from decompose.graph.vocabulary import GENERIC_WORDS, Vocabulary

_LATER = 0.35
_GENERIC = 0.3
_CENTRAL = 1.0

_CAPABILITIES: Mapping[str, str] = {
    "account": "Account Management",
    "address": "Address Management",
    "article": "Content Management",
    "auth": "Access Management",
    "basket": "Basket and Checkout",
    "billing": "Billing",
    "cart": "Cart and Checkout",
    "catalog": "Product Catalog",
    "catalogue": "Product Catalog",
    "checkout": "Cart and Checkout",
    "customer": "Customer Management",
    "delivery": "Delivery",
    "invoice": "Invoicing",
    "kb": "Knowledge Base",
    "inventory": "Inventory Management",
    "notification": "Notifications",
    "offer": "Offers and Promotions",
    "order": "Order Management",
    "payment": "Payment Processing",
    "permission": "Access Management",
    "product": "Product Catalog",
    "promotion": "Offers and Promotions",
    "purchase": "Purchasing",
    "review": "Reviews",
    "sale": "Sales",
    "shipment": "Shipping",
    "shipping": "Shipping",
    "stock": "Stock Management",
    "subscription": "Subscription Management",
    "support": "Customer Support",
    "ticket": "Customer Support",
    "user": "User Management",
    "vendor": "Supplier Management",
    "supplier": "Supplier Management",
    "voucher": "Offers and Promotions",
    "warehouse": "Warehouse Management",
}


def service_names(
    graph: CouplingGraph, services: Sequence[tuple[int, ...]], vocabulary: Vocabulary, given: Sequence[str]
) -> list[str]:
    """A unique name for each service (table indices): the `given` one unless empty, larger services choosing first.

    The word that is most common in the service's table names and least elsewhere; the table most referred to breaks
    ties. A second word, then a number, is added where a word is taken.
    """
    everywhere = Counter(word for name in vocabulary.tables for word in set(name))
    referred = Counter(reference.parent for reference in graph.references)
    names = list(given)
    taken = {name for name in given if name}
    for number in sorted(range(len(services)), key=lambda n: (-len(services[n]), services[n])):
        if names[number]:
            continue
        ranked = _ranked(services[number], vocabulary, everywhere, referred)
        names[number] = _free(ranked, taken)
        taken.add(names[number])
    return names


def capability_name(service: str) -> str:
    """What the business would call the capability that a service of this name serves."""
    known = _CAPABILITIES.get(service) or _CAPABILITIES.get(service.split("-")[0])
    if known and "-" not in service:
        return known
    return f"{title(service.split('-'))} Management"


def title(parts: Sequence[str]) -> str:
    """Words as a heading."""
    return " ".join(part.capitalize() for part in parts if part)


def _ranked(
    tables: tuple[int, ...], vocabulary: Vocabulary, everywhere: Counter[str], referred: Counter[int]
) -> list[str]:
    score: dict[str, float] = {}
    inside = Counter(word for table in tables for word in set(vocabulary.tables[table]))
    most = max((referred[table] for table in tables), default=0) or 1
    for table in tables:
        for position, word in enumerate(dict.fromkeys(vocabulary.tables[table])):
            weight = (_LATER if position else 1.0) * (_GENERIC if word in GENERIC_WORDS else 1.0)
            own = (inside[word] / everywhere[word]) ** 0.5
            score[word] = score.get(word, 0.0) + weight * own * (1.0 + _CENTRAL * referred[table] / most)
    return sorted(score, key=lambda word: (-score[word], word))


def _free(ranked: list[str], taken: set[str]) -> str:
    words = ranked or ["service"]
    if words[0] not in taken:
        return words[0]
    for second in words[1:]:
        if f"{words[0]}-{second}" not in taken:
            return f"{words[0]}-{second}"
    number = 2
    while f"{words[0]}-{number}" in taken:
        number += 1
    return f"{words[0]}-{number}"
