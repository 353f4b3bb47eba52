"""Finding a ticket by what somebody says of it: order number, seat, or the full name. Pure.

There is no list of attendees to browse: what is typed has to be the whole of one of these, and few hits are given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from drivers.holder import mask_name
from kiosk.ledger.buckets import plain
from kiosk.ledger.port import MOST_HITS, Found, Hit
from kiosk.ledger.tickets import TicketDetails

SHORTEST = 2
"""One character finds nobody."""


def found_in(untrusted_text: str, tickets: Iterable[tuple[str, str, TicketDetails]], by_code: Collection[str]) -> Found:
    """``tickets``: (reference, gate group, details) of one session; ``by_code``: references of those whose code it is,
    who go before everybody else.
    """
    meant = plain(untrusted_text)
    if len(meant) < SHORTEST and not by_code:
        return Found()
    hits: list[Hit] = []
    for reference, gate_group, details in tickets:
        if reference in by_code if by_code else meant in _said_of(details):
            if len(hits) == MOST_HITS:
                return Found(tuple(hits), more=True)
            hits.append(Hit(details.code, mask_name(details.name), details.seat_area, gate_group))
    return Found(tuple(hits))


def _said_of(details: TicketDetails) -> set[str]:
    return {word for text in (details.order, details.seat_area, details.name) if (word := plain(text))}
