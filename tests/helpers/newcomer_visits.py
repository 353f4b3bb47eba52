"""The people of a newcomer's event: a roster of 2,000 of which three rows are bad, and a few admissions."""

from __future__ import annotations

from drivers.port import DocumentKind
from kiosk.closing.keys import unlock_with_secret
from kiosk.config.places import EventPlace
from kiosk.domain.lane import Lane
from kiosk.ledger.port import Admission, Place, Presented
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.vault.opening_secret import OpeningSecret
from tests.helpers.accounts import NOW_S
from tests.helpers.roster import number, row

ROWS = 2_000
BAD = {17: {"document_number": "110101199001010010"}, 900: {"gate_group": "Z"}, 1_999: {"name": ""}}
"""Places in the roster, counted from 0, and what is wrong there."""


def people() -> list[list[str]]:
    """Everybody to one session and one gate group."""
    return [row(n, **({"gate_group": "A"} | BAD.get(n, {}))) for n in range(ROWS)]


def admit(place: EventPlace, count: int, secret: str) -> None:
    """As a desk's store does: found by the document's token, held, committed."""
    keys = unlock_with_secret(place, OpeningSecret.of(secret))
    ledger = SqliteLedger(place.ledger_file, keys)
    at = Place(session="night-1", gate_group="A", station="desk-1")
    for person in range(count):
        token = keys.token(DocumentKind.RESIDENT, "CHN", number(person))
        hold = ledger.hold(Presented(token), at, f"hold-{person}", 60.0, NOW_S).hold
        assert hold is not None
        assert isinstance(ledger.commit(hold.hold_id, f"commit-{person}", Lane.STAFF, NOW_S), Admission)
    ledger.close()
    keys.forget()
