"""What a gate holds of disputed checks: nothing, unless two people have allowed it for the event."""

from __future__ import annotations

from kiosk.holding.permission import HoldNotAllowed, Terms, terms_of
from kiosk.holding.store import HeldStore
from kiosk.parts.common import Common, event_place
from kiosk.workers.holding import HeldCaptures, NoHolds


def hold_terms(common: Common) -> Terms | None:
    """What was agreed to, as it stood when the station started; None where captures may not be held.

    Raises KeysDestroyed.
    """
    try:
        return terms_of(event_place(common.config), common.keys)
    except HoldNotAllowed:
        return None


def make_holds(common: Common, terms: Terms | None) -> HeldCaptures | NoHolds:
    """Where sealed captures go; drops what has run out from its start on."""
    if terms is None:
        return NoHolds()
    store = HeldStore(event_place(common.config), common.keys)
    holds = HeldCaptures(store, common.mailbox.post, common.clock, common.audit.note)
    holds.start()
    return holds
