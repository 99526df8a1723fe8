"""What the business would call a capability, and what the name was taken from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from decompose.boundaries.names import title

_CAPABILITIES: Mapping[str, str] = {
    "account": "Account Management",
    "address": "Address Management",
    "analytics": "Analytics",
    "api": "API Access",
    "article": "Content Management",
    "asset": "Media Library",
    "auth": "Access Management",
    "basket": "Basket and Checkout",
    "billing": "Billing",
    "booking": "Bookings",
    "campaign": "Marketing",
    "cart": "Cart and Checkout",
    "catalog": "Product Catalog",
    "catalogue": "Product Catalog",
    "category": "Product Catalog",
    "chat": "Customer Support",
    "checkout": "Cart and Checkout",
    "claim": "Claims",
    "communication": "Communication",
    "coupon": "Offers and Promotions",
    "customer": "Customer Management",
    "delivery": "Delivery",
    "discount": "Offers and Promotions",
    "document": "Document Management",
    "employee": "Human Resources",
    "fulfillment": "Fulfilment",
    "fulfilment": "Fulfilment",
    "inspection": "Inspections",
    "inventory": "Inventory Management",
    "invoice": "Invoicing",
    "kb": "Knowledge Base",
    "ledger": "Accounting",
    "loan": "Lending",
    "loyalty": "Loyalty",
    "media": "Media Library",
    "membership": "Memberships",
    "message": "Messaging",
    "newsletter": "Marketing",
    "notification": "Notifications",
    "offer": "Offers and Promotions",
    "order": "Order Management",
    "payment": "Payment Processing",
    "payroll": "Human Resources",
    "permission": "Access Management",
    "price": "Pricing",
    "product": "Product Catalog",
    "promotion": "Offers and Promotions",
    "purchase": "Purchasing",
    "purchasing": "Purchasing",
    "refund": "Payment Processing",
    "registration": "Registration",
    "report": "Reporting",
    "reservation": "Bookings",
    "return": "Returns",
    "review": "Reviews",
    "sale": "Sales",
    "search": "Search",
    "shipment": "Shipping",
    "shipping": "Shipping",
    "stock": "Stock Management",
    "subscription": "Subscription Management",
    "supplier": "Supplier Management",
    "support": "Customer Support",
    "survey": "Surveys",
    "tax": "Taxation",
    "ticket": "Customer Support",
    "user": "User Management",
    "vendor": "Supplier Management",
    "voucher": "Offers and Promotions",
    "warehouse": "Warehouse Management",
    "webhook": "Integrations",
    "wish-list": "Wish Lists",
    "wishlist": "Wish Lists",
}

_FAMILIES: Mapping[str, str] = {
    "Access Management": "User Management",
    "Account Management": "User Management",
    "Basket and Checkout": "Order Management",
    "Billing": "Payment Processing",
    "Cart and Checkout": "Order Management",
    "Customer Management": "User Management",
    "Delivery": "Shipping",
    "Fulfilment": "Shipping",
    "Inventory Management": "Supply Chain",
    "Invoicing": "Payment Processing",
    "Knowledge Base": "Customer Support",
    "Memberships": "User Management",
    "Pricing": "Product Catalog",
    "Purchasing": "Supply Chain",
    "Returns": "Order Management",
    "Reviews": "Product Catalog",
    "Search": "Product Catalog",
    "Stock Management": "Supply Chain",
    "Supplier Management": "Supply Chain",
    "Warehouse Management": "Supply Chain",
    "Wish Lists": "Product Catalog",
}
"""What a business would file under one heading, though it has words for the parts."""

MANAGEMENT = " Management"
"""What a heading ends with that is made of a service's name."""
_USUAL = frozenset(_CAPABILITIES.values())
_MOSTLY = 0.6
"""The share of the tables that begin with a word which must go on with the same one, to make a heading of both."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A capability's name and what it was derived from."""

    name: str
    derived_from: str


def heading(
    service: str, tables: Sequence[str], words: Sequence[tuple[str, ...]], area: tuple[str, ...] = (), space: str = ""
) -> Heading:
    """The heading for what a service of this name does; `tables` are its tables, `words` their names' words.

    Where the name has no usual heading, that of the words of the application's `area` counts, which most of its
    writing transactions are labelled with. `space` is the database schema that the service is called by, if any.
    """
    first, *rest = service.split("-")
    known = _CAPABILITIES.get(service)
    labelled = next((_CAPABILITIES[word] for word in area if word in _CAPABILITIES), None)
    if labelled and not known:
        return Heading(labelled, f'the label "{" ".join(area)}" of most of its writing transactions')
    reason = f"the database schema {space}" if space else told(first, tables, words)
    return Heading(known or _phrase(first, rest, words), reason)


def told(word: str, tables: Sequence[str], words: Sequence[tuple[str, ...]]) -> str:
    """How many of the tables' names hold a word."""
    count = sum(word in found for found in words)
    if not count:
        return "the name of the service"
    return f'the word "{word}" in the name of {tables[0]}' if len(tables) == 1 else _counted(word, count, len(tables))


def _counted(word: str, count: int, tables: int) -> str:
    return f'the word "{word}" in {"all" if count == tables else count} of {tables} table names'


def is_usual(name: str) -> bool:
    """Whether it is a heading that businesses use, not one made from a word."""
    return name in _USUAL


def family(name: str) -> str:
    """The wider heading a business would file this one under; its own where there is none."""
    return _FAMILIES.get(name, name)


def _phrase(first: str, rest: Sequence[str], words: Sequence[tuple[str, ...]]) -> str:
    """Two words where most tables that begin with the first go on with the same second, else "... Management"."""
    following = Counter(found[1] for found in words if found[:1] == (first,) and len(found) > 1 and found[1] != first)
    begun = sum(following.values())
    second, count = min(following.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
    if not rest and count > 1 and count >= _MOSTLY * begun:
        return title((first, second))
    return f"{title((first, *rest))}{MANAGEMENT}"
