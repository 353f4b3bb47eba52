"""An event's package, made on the machine with the roster.

The store keeps tokens, not numbers, so the roster's files are read once more; each row is looked up in the store for
the reference it was given there. A package holds every ticket of the event or is not made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.base.errors import BaseTrouble
from kiosk.base.package_file import parts_of, write_package
from kiosk.base.package_key import PackageRequest
from kiosk.base.package_maker import PackageMaker
from kiosk.base.package_rows import PackedEvent, SharedTicket, blocks_of
from kiosk.closing.keys import Unlocker
from kiosk.closing.life import with_remembered
from kiosk.closing.state import EventState, WrongState, read_state
from kiosk.closing.statements import assessment_kept
from kiosk.config.event import EventConfig
from kiosk.config.load import parse_event, read_text
from kiosk.config.places import EventPlace
from kiosk.ledger import tickets
from kiosk.ledger.store import open_store, reading
from kiosk.roster.faults import RosterFault, RosterUnreadable
from kiosk.roster.importer import tickets_in
from kiosk.roster.row import RosterTicket
from kiosk.vault.port import EventKeys

ROWS_BETWEEN_STEPS = 500

Known = dict[tuple[str, bytes], tuple[str, bool]]


@dataclass(frozen=True)
class Packed:
    """``bad_rows``: rows of the files that are no ticket, as they were at the import."""

    tickets: int
    bad_rows: int
    sha256: str


def pack(
    place: EventPlace,
    rosters: Iterable[Path],
    requests: list[PackageRequest],
    ours: PackageMaker,
    to: Path,
    unlock: Unlocker,
    now: Callable[[], float],
    progress: Callable[[int], None] = lambda rows: None,
    *,
    skip_bad: bool = False,
) -> Packed:
    """Write the package of the event at ``place`` for every device of ``requests``. ``progress``: told now and then how
    many rows were packed; what it raises ends the packing, and nothing is written.

    Raises BaseTrouble, WrongState, ConfigFaults, LedgerUnavailable, OSError, and what ``unlock`` raises.
    """
    state = read_state(place.state_file)
    if state not in {EventState.DRAFT, EventState.ARMED, EventState.OPEN}:
        raise WrongState(state)
    _require_for(place.event_id, requests)
    text = read_text(place.event_file)
    event = parse_event(text, str(place.event_file))
    with closing(open_store(place.ledger_file)) as db, reading(db):
        known = tickets.references(db)
    if not known:
        raise BaseTrouble(f"Event {event.id} has no tickets yet: import them first, with kiosk event import {event.id}")
    keys = unlock(place)
    try:
        rows = _Rows(place, event, keys, known, skip_bad=skip_bad)
        about = PackedEvent(text, assessment_kept(place, event))
        blocks = blocks_of(about, _told(rows.of(rosters), progress), parts_of(requests))
        digest = write_package(to, event.id, requests, ours, len(known), blocks, now())
    finally:
        keys.forget()
    return Packed(len(known), rows.bad, digest)


def _told(tickets: Iterable[SharedTicket], progress: Callable[[int], None]) -> Iterator[SharedTicket]:
    for number, ticket in enumerate(tickets):
        if number % ROWS_BETWEEN_STEPS == 0:
            progress(number)
        yield ticket


def _require_for(event: str, requests: list[PackageRequest]) -> None:
    for request in requests:
        if request.event != event:
            raise BaseTrouble(f"{request.device} asked for event {request.event}, not for {event}.")
    names = [request.device for request in requests]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise BaseTrouble(f"Two requests are of one device: {', '.join(doubled)}.")


class _Rows:
    """The tickets of some roster files under the references of the store."""

    def __init__(self, place: EventPlace, event: EventConfig, keys: EventKeys, known: Known, *, skip_bad: bool) -> None:
        self._place, self._event, self._keys, self._known, self._skip_bad = place, event, keys, known, skip_bad
        self._left = set(known)
        self.bad = 0

    def of(self, files: Iterable[Path]) -> Iterator[SharedTicket]:
        """Each ticket once. Raises BaseTrouble, at the end for tickets that are in none of the files."""
        for file in files:
            yield from self._in(file)
        if self._left:
            raise BaseTrouble(
                f"{len(self._left)} of {len(self._known)} tickets of {self._event.id} are in none of these files: give "
                "every roster that was imported."
            )

    def _in(self, file: Path) -> Iterator[SharedTicket]:
        try:
            for number, ticket, faults in tickets_in(file, self._event, with_remembered(self._place, file)):
                shared = self._one(file, number, ticket, faults)
                if shared is not None:
                    yield shared
        except RosterUnreadable as unreadable:
            raise BaseTrouble(f"{file}: {unreadable.fault}") from None

    def _one(
        self, file: Path, number: int, ticket: RosterTicket | None, faults: list[RosterFault]
    ) -> SharedTicket | None:
        if ticket is None:
            self.bad += 1
            if not self._skip_bad:
                raise BaseTrouble(f"{file}, {faults[0]} (--skip-bad leaves such rows out)")
            return None
        key = (ticket.session, self._token(ticket))
        if key not in self._known:
            raise BaseTrouble(f"{file}, row {number} was not imported into {self._event.id} on this machine.")
        if key not in self._left:  # a second row of the same document was a bad row at the import
            self.bad += 1
            if not self._skip_bad:
                raise BaseTrouble(f"{file}, row {number}: this ticket was in another row already (--skip-bad)")
            return None
        self._left.remove(key)
        reference, revoked = self._known[key]
        return SharedTicket(replace(ticket, revoked=revoked), reference)

    def _token(self, ticket: RosterTicket) -> bytes:
        return self._keys.token(ticket.kind, ticket.issuing_state, ticket.number)
