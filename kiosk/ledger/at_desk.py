"""What a desk changes of one ticket with the person present: bound anew (R-89), or its data erased (R-83).

Both are done in this machine's store alone: other machines keep their own copies of names and numbers, which the
venue's base never sees. Inside a transaction.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from sqlite_utils import Database

from drivers.port import IdToken
from kiosk.ledger.port import Presented
from kiosk.ledger.tickets import StoredTicket, TicketDetails, open_details, write_details
from kiosk.vault.port import EventKeys

_TOKEN_BYTES = 32


def bind(db: Database, ticket: StoredTicket, presented: Presented, keys: EventKeys) -> None:
    """The ticket belongs to the document that lies on the reader; of what it was bound to before nothing is left.

    Raises sqlite3.IntegrityError when that document has a ticket for the session already.
    """
    if presented.token is not None:
        db.execute("UPDATE tickets SET token = ? WHERE reference = ?", (presented.token, ticket.reference))
    details = open_details(ticket.reference, ticket.details_sealed, keys)
    name = presented.name.reveal() if presented.name is not None else details.name
    if name != details.name or details.prior:  # whoever it is bound to now has chosen no lane
        write_details(db, ticket.reference, ticket.session, replace(details, name=name, prior=""), keys)


def erase(db: Database, ticket: StoredTicket, keys: EventKeys) -> None:
    """Nothing of the ticket points to anybody any more; that it was used, and where, stays as a number.

    One that was not used admits nobody from now on.
    """
    write_details(db, ticket.reference, ticket.session, TicketDetails("", "", ""), keys)
    db.execute(
        "UPDATE tickets SET token = ?, code_token = ?, "
        "revoked = NOT EXISTS (SELECT 1 FROM admissions WHERE admissions.reference = tickets.reference AND undone = 0) "
        "WHERE reference = ?",
        (random_token(), random_token(), ticket.reference),
    )


def chosen(found: list[StoredTicket], presented: Presented, session: str) -> StoredTicket | None:
    """The one ticket of ``session`` that a correction is about: the code's where one was shown, else the document's."""
    by_code = presented.untrusted_code is not None
    mine = [one for one in found if one.session == session and (one.by_code if by_code else one.by_document)]
    return mine[0] if len(mine) == 1 and not mine[0].revoked else None


def random_token() -> IdToken:
    """In the place of a token: it belongs to nobody."""
    return IdToken(secrets.token_bytes(_TOKEN_BYTES))
