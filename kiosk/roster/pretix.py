"""The order export of the ticket system pretix ("Order data", sheet "Order positions"), with English headings.

What it always carries about orders, payers and addresses is left unread. Questions that an organiser added are columns
of their own: those that are no roster's column are refused like in any other file.
"""

from __future__ import annotations

from collections.abc import Sequence

_TELLING = frozenset({"Order code", "Position ID", "Product"})
_COLUMNS = {
    "ticket": ("Ticket secret",),
    "name": ("Attendee name",),
    "status": ("Status",),
    "seat_area": ("Seat name", "Seat zone", "Variation", "Product"),
    "gate_group": ("Seat zone", "Product"),
    "bound_at": ("Order date",),
}
"""Our column -> headings that hold it, the best first."""
_LEFT_UNREAD = frozenset(
    {
        *("Order code", "Position ID", "Email", "Phone number", "Order date", "Order time", "Product", "Variation"),
        *("Price", "Tax rate", "Tax rule", "Tax value", "Attendee email", "Voucher", "Pseudonymization ID", "Company"),
        *("Company name", "Address", "Street", "ZIP code", "City", "Country", "State", "VAT ID", "Order locale"),
        *("Invoice address name", "Invoice address street", "Invoice address ZIP code", "Invoice address city"),
        *("Invoice address country", "Invoice address state", "Invoice address company", "Sales channel"),
        *("Seat ID", "Seat name", "Seat zone", "Seat row", "Seat number", "Blocked", "Valid from", "Valid until"),
        *("Order comment", "Follow-up date", "Add-on to position ID", "Event slug", "Event name", "Ticket secret"),
        *("Attendee name", "Status", "Payment date", "Payment providers", "Membership", "Check-in lists", "Gift card"),
        *("External customer ID", "Customer ID", "Item ID", "Variation ID", "Subevent ID", "Start date", "End date"),
        *("Product ID", "Requires special attention", "Comment", "Position order link", "Reusable media"),
    }
)
_PARTS_OF_A_NAME = ("Attendee name: ", "Invoice address name: ")


def is_pretix(header: Sequence[str]) -> bool:
    """Whether a header line is that of a pretix order export."""
    return set(header) >= _TELLING


def columns_of(header: Sequence[str], *, more_gates: bool) -> dict[str, str]:
    """Our column -> heading, as far as the export says it by itself. ``more_gates``: the event has more than one."""
    found = {
        column: next((heading for heading in headings if heading in header), "")
        for column, headings in _COLUMNS.items()
        if more_gates or column != "gate_group"
    }
    return {column: heading for column, heading in found.items() if heading}


def is_left_unread(heading: str) -> bool:
    """Whether the export carries this column for every event and a roster has no use for it."""
    return heading in _LEFT_UNREAD or heading.startswith(_PARTS_OF_A_NAME)
