"""What most businesses file under one heading: the words that an architect reads as one area before any query ran.

Weak evidence, for words mean different things in different firms: an area counts little beside one real transaction.
"""

from __future__ import annotations

from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    "accounts": "user account profile login logon signon signup password session role permission auth authentication "
    "authorization token credential customer consumer member membership person contact email preference notification "
    "address loyalty consent verification identity",
    "ordering": "order sale cart basket checkout coupon voucher promotion offer discount quote quotation shipment "
    "shipping delivery dispatch parcel carrier return rma fulfilment fulfillment backorder booking reservation",
    "payments": "payment invoice bill billing refund charge chargeback payout credit debit ledger bank tax wallet "
    "dunning gateway receipt fee",
    "catalog": "product category catalog catalogue brand attribute option variant sku item price pricing review rating "
    "wishlist collection bundle search recommendation",
    "supply": "stock warehouse inventory supplier vendor purchase purchasing procurement replenishment bin lot",
    "support": "ticket support chat conversation kb knowledge faq help article feedback complaint helpdesk sla",
    "staff": "employee staff department shift job candidate payroll salary leave attendance timesheet vacancy "
    "recruitment",
    "content": "page post blog comment media image video menu news slug banner widget cms tag",
    "marketing": "campaign newsletter lead segment audience affiliate referral",
    "care": "patient visit appointment doctor physician nurse vet prescription diagnosis medication clinic treatment",
    "learning": "course student lesson exam grade teacher quiz enrollment enrolment classroom",
    "transport": "voyage route leg vessel vehicle driver trip itinerary flight cargo courier tracking",
    "network": "ip vlan subnet network prefix interface port vrf asn dns firewall vpn tunnel",
    "computing": "instance server host node cluster vm flavor hypervisor volume snapshot",
    "automation": "workflow activity task goal rule condition expression",
    "geography": "country city state province region territory currency language",
}
_AREA_OF: Mapping[str, str] = {word: area for area, found in _WORDS.items() for word in found.split()}
BUSINESS_WORDS = frozenset(_AREA_OF)


def area_of(name: tuple[str, ...]) -> str:
    """The business area that the first telling word of a table's name belongs to; empty where no word tells."""
    return next((_AREA_OF[word] for word in name if word in _AREA_OF), "")
