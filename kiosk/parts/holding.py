"""What a gate holds of disputed checks: nothing, unless two people have allowed it for the event."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.closing.clock_file import ClockFile
from kiosk.holding.items import drop_expired, drop_pending
from kiosk.holding.permission import HoldNotAllowed, Terms, terms_of
from kiosk.holding.store import HeldStore
from kiosk.parts.common import Common, audit_log, device_place, event_place
from kiosk.workers.holding import HeldCaptures, HoldSweep, NoHolds


def hold_terms(common: Common) -> Terms | None:
    """What was agreed to, as it stood when the station started; None where captures may not be held, by what two
    people allowed or by the settings.

    Raises KeysDestroyed.
    """
    if not common.config.event.hold.allowed:
        return None
    try:
        return terms_of(event_place(common.config), common.keys)
    except HoldNotAllowed:
        return None


def make_holds(common: Common, terms: Terms | None) -> HeldCaptures | NoHolds:
    """Where sealed captures go."""
    if terms is None:
        return NoHolds()
    store = HeldStore(event_place(common.config), common.keys)
    return HeldCaptures(store, common.mailbox.post, counted_time(common), common.audit.note)


def make_sweep(common: Common) -> HoldSweep:
    """Drops what has run out, from now on, whether or not anything may be held now."""
    place = event_place(common.config)
    time_s = counted_time(common)

    def drop() -> int:
        return drop_expired(place, time_s()) + drop_pending(place, common.clock.now())

    sweep = HoldSweep(drop, common.mailbox.post, common.audit.note)
    sweep.start()
    return sweep


def counted_time(common: Common) -> Callable[[], float]:
    """The time that counts for deadlines: setting the machine's clock back keeps nothing longer."""
    clock = ClockFile(device_place(common.config), audit_log(common))
    return lambda: clock.look()[0].time_s
