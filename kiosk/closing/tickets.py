"""Single tickets of an event that was filled already: found, added, revoked, given to somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from kiosk.closing.keys import Unlocker, unlock_unattended
from kiosk.closing.life import remember_tickets
from kiosk.closing.state import EventState, WrongState, move, read_state
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from kiosk.ledger import corrections
from kiosk.ledger.port import Found, Place
from kiosk.ledger.prior import PriorChoices
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.tickets import NewTicket, sealed_row
from kiosk.roster.faults import RosterFault
from kiosk.roster.importer import as_new
from kiosk.roster.notes import first_doors, notes_on
from kiosk.roster.row import read_row
from kiosk.vault.port import EventKeys


class BadTicket(Exception):
    """``faults`` says what is wrong with what was typed, column by column."""

    def __init__(self, faults: list[RosterFault]) -> None:
        super().__init__("; ".join(fault.sentence for fault in faults))
        self.faults = faults


def add_ticket(place: EventPlace, cells: Mapping[str, str], unlock: Unlocker = unlock_unattended) -> list[RosterFault]:
    """One more ticket, from cells by column. Returns what to look at.

    An armed event stays armed. Raises WrongState, BadTicket, TicketConflict, LedgerUnavailable, ConfigFaults, and what
    ``unlock`` raises.
    """
    with _opened(place, unlock) as keys:
        ticket, notes = _read(place, cells, keys)
        ledger = SqliteLedger(place.ledger_file, keys)
        try:
            ledger.add_rows([sealed_row(ticket, keys)])
        finally:
            ledger.close()
    remember_tickets(place)
    return notes


def transfer_ticket(
    place: EventPlace, cells: Mapping[str, str], unlock: Unlocker = unlock_unattended
) -> list[RosterFault]:
    """The ticket with this code and session for another holder. Returns what to look at.

    Raises NotChanged, and as ``add_ticket``.
    """
    with _opened(place, unlock) as keys:
        ticket, notes = _read(place, cells, keys)
        corrections.transfer(place.ledger_file, keys, ticket)
    return notes


def revoke_ticket(place: EventPlace, code: str, session: str, unlock: Unlocker = unlock_unattended) -> None:
    """The ticket admits nobody any more. An armed event becomes a draft again, for it may have been a gate's last one.

    Raises NotChanged, WrongState, LedgerUnavailable, and what ``unlock`` raises.
    """
    with _opened(place, unlock) as keys:
        corrections.revoke(place.ledger_file, keys, code, session)
    if read_state(place.state_file) is EventState.ARMED:
        move(place.state_file, EventState.DRAFT)


def find_tickets(place: EventPlace, untrusted_text: str, session: str, unlock: Unlocker = unlock_unattended) -> Found:
    """Tickets of ``session`` whose code, order, seat or holder's name is just this; a few of them, names masked.

    Raises WrongState, LedgerUnavailable, and what ``unlock`` raises.
    """
    with _opened(place, unlock) as keys:
        ledger = SqliteLedger(place.ledger_file, keys)
        try:
            return ledger.search(untrusted_text, Place(station="", gate_group="", session=session))
        finally:
            ledger.close()


def _read(place: EventPlace, cells: Mapping[str, str], keys: EventKeys) -> tuple[NewTicket, list[RosterFault]]:
    event = load_event(place.event_file)
    ticket, faults = read_row(cells, 1, event)
    if ticket is None:
        raise BadTicket(faults)
    return as_new(ticket, keys), list(notes_on(ticket, 1, first_doors(event), PriorChoices(event)))


@contextmanager
def _opened(place: EventPlace, unlock: Unlocker) -> Iterator[EventKeys]:
    state = read_state(place.state_file)
    if state not in {EventState.DRAFT, EventState.ARMED, EventState.OPEN}:
        raise WrongState(state)
    keys = unlock(place)
    try:
        yield keys
    finally:
        keys.forget()
