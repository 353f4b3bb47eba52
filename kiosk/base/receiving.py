"""Taking a package on a device: the event made here under a key of its own, with the tickets under the references they
have everywhere; or tickets that came later put into it. All of a package or nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.audit.port import Audit
from kiosk.base.errors import BaseTrouble
from kiosk.base.package_file import Package, PackageTrouble, not_whole, opened_package
from kiosk.base.package_key import PackageKey, load, note_taken, restore
from kiosk.base.package_maker import Believer
from kiosk.base.package_rows import PackedEvent, RowsUnusable, SharedTicket, event_in, tickets_in
from kiosk.closing import life
from kiosk.closing.keys import Unlocker
from kiosk.closing.state import OVER, EventState, WrongState, move, read_state
from kiosk.closing.statements import keep_assessment
from kiosk.config.event import EventConfig
from kiosk.config.load import load_event, parse_event, read_text
from kiosk.config.places import EventPlace
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.tickets import TicketConflict, TicketRow, open_details, sealed_row
from kiosk.roster.importer import MAX_ROWS_WHILE_OPEN, as_new
from kiosk.vault.port import EventKeys, KeysDestroyed
from kiosk.vault.wrap import Wrapping

WrappingFor = Callable[[EventConfig], Wrapping | None]
"""What a new event's key is wrapped by; may ask somebody."""
ROWS_BETWEEN_STEPS = 500


@dataclass(frozen=True)
class Received:
    """``written``: tickets that were new here, or had changed. ``settings_differ``: the package's event file is not the
    one that lies here, which stays. ``groups``: the gate groups whose tickets came, none for all. ``shared``: those
    of them whose tickets other devices were given, too.
    """

    place: EventPlace
    maker: str
    made: bool
    tickets: int
    written: int
    settings_differ: bool = False
    groups: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taking:
    """How a machine takes packages: where events lie, how keys are made and opened, who gives the command.

    ``progress``: told now and then how many rows were read; what it raises ends the taking, and nothing is written.
    """

    data_dir: Path
    key_dir: Path
    wrapping_for: WrappingFor
    unlock: Unlocker
    audit: Audit
    by: str
    progress: Callable[[int], None] = lambda rows: None


def receive(path: Path, device: str, ours: Believer, taking: Taking, now_s: float) -> Received:
    """Take the package in ``path``. Raises BaseTrouble, WrongState, ConfigFaults, LedgerUnavailable, KeyFileUnusable,
    OSError, and what making or unlocking a key raises.
    """
    with opened_package(path, ours, now_s) as package:
        place = EventPlace(taking.data_dir, taking.key_dir, package.header.event)
        key = key_for(place, package.header.made_at_s, device)
        taken = _Taken(package, device, key, taking.progress)
        received = (_into if place.folder.is_dir() else _made)(place, taken, taking)
        note_taken(place, key, package.header.made_at_s)
    return received


def key_for(place: EventPlace, made_at_s: float, device: str, ask: str = "kiosk base ask") -> PackageKey:
    """What a package made at that time is opened with. Raises BaseTrouble, WrongState, KeyFileUnusable."""
    try:
        key = load(place)
    except KeysDestroyed:
        if read_state(place.state_file) in OVER and place.folder.is_dir():
            raise WrongState(EventState.WIPED) from None
        raise PackageTrouble(
            f"{device} did not ask for event {place.event_id}, or it is closed: {ask} {place.event_id}",
            "package_not_asked",
        ) from None
    if made_at_s <= key.newest_s:
        raise PackageTrouble("This package, or a newer one of this event, was taken already.", "package_old")
    return key


class _Taken:
    """A package as its device reads it; checked to its last row before anything is written."""

    def __init__(self, package: Package, device: str, key: PackageKey, progress: Callable[[int], None]) -> None:
        self._package, self._device, self.key, self._progress = package, device, key, progress
        self.maker, self._rows = package.header.maker, 0
        self.groups = package.header.groups_of(device)
        try:
            self.about: PackedEvent = event_in(next(self._blocks()))
        except (RowsUnusable, StopIteration):
            raise not_whole() from None
        self.text = self.about.text
        self.event = parse_event(self.text, "the package's event file")
        if self.event.id != package.header.event:
            raise BaseTrouble(
                f"This package is of event {package.header.event} and holds {self.event.id}: not taken.",
                "package_event_differs",
            )
        self.count = sum(1 for _ in self.tickets())
        if self.count > package.header.tickets or (not self.groups and self.count < package.header.tickets):
            raise not_whole()
        self.shared = self._held_elsewhere()

    def tickets(self) -> Iterator[SharedTicket]:
        """Read twice: once to see that all are good, once to keep them."""
        blocks = self._blocks()
        next(blocks)
        try:
            read = (shared for block in blocks for shared in tickets_in(block, self.event, self.groups))
            for number, shared in enumerate(read):
                if number % ROWS_BETWEEN_STEPS == 0:
                    self._progress(self._rows)
                self._rows += 1
                yield shared
        except RowsUnusable:
            raise PackageTrouble(
                f"This package holds what is no ticket of {self.event.id}: it is not taken.", "package_no_ticket"
            ) from None

    def _held_elsewhere(self) -> tuple[str, ...]:
        every = [group.id for group in self.event.gate_groups]
        header = self._package.header
        others = [header.groups_of(name) for name in header.devices if name != self._device]
        given = {group for groups in others for group in groups or every}
        return tuple(group for group in self.groups or every if group in given)

    def sealed(self, keys: EventKeys) -> Iterator[TicketRow]:
        return (sealed_row(as_new(each.ticket, keys), keys, each.reference) for each in self.tickets())

    def _blocks(self) -> Iterator[bytes]:
        return self._package.blocks(self._device, self.key.private)


def _made(place: EventPlace, taken: _Taken, taking: Taking) -> Received:
    def fill(beside: EventPlace, keys: EventKeys) -> None:
        _put(beside.ledger_file, keys, list(taken.sealed(keys)))

    try:
        life.make_event(
            taken.text,
            "the package's event file",
            taking.data_dir,
            taking.key_dir,
            taking.wrapping_for(taken.event),
            taking.audit,
            taking.by,
            fill,
        )
    except life.EventExists:
        raise BaseTrouble(
            f"There was an event {place.event_id} on this machine: an id is never used twice.", "package_event_existed"
        ) from None
    except BaseException:
        restore(place, taken.key)  # an event half made is swept away with all its keys; this package can still be taken
        raise
    life.remember_served(place, taken.groups)
    keep_assessment(place, taken.about.assessment, taking.audit, taking.by)
    return Received(place, taken.maker, True, taken.count, taken.count, groups=taken.groups, shared=taken.shared)


def _into(place: EventPlace, taken: _Taken, taking: Taking) -> Received:
    state = read_state(place.state_file)
    if state not in {EventState.DRAFT, EventState.ARMED, EventState.OPEN}:
        raise WrongState(state)
    differs = load_event(place.event_file) != taken.event or read_text(place.event_file) != taken.text
    keys = taking.unlock(place)
    try:
        rows = list(_new_or_changed(place, keys, taken))
        if state is EventState.OPEN and len(rows) > MAX_ROWS_WHILE_OPEN:
            raise BaseTrouble(
                f"{len(rows)} tickets are new or changed, and event {place.event_id} is open: at most "
                f"{MAX_ROWS_WHILE_OPEN} can be taken while gates use the store.",
                "package_while_open",
            )
        _put(place.ledger_file, keys, rows)
    finally:
        keys.forget()
    life.remember_served(place, taken.groups)
    if rows:
        life.remember_tickets(place)
        if state is EventState.ARMED:
            move(place.state_file, EventState.DRAFT)
    return Received(place, taken.maker, False, taken.count, len(rows), differs, taken.groups, taken.shared)


def _new_or_changed(place: EventPlace, keys: EventKeys, taken: _Taken) -> Iterator[TicketRow]:
    ledger = SqliteLedger(place.ledger_file, keys)
    try:
        before = ledger.rows_by_reference()
    finally:
        ledger.close()
    for row in taken.sealed(keys):
        known = before.get(row[0])
        if known is None or not _same(known, row, keys):
            yield row


def _same(known: TicketRow, row: TicketRow, keys: EventKeys) -> bool:
    plain = known[:5] == row[:5] and known[5] >= row[5]
    return plain and open_details(known[0], known[6], keys) == open_details(row[0], row[6], keys)


def _put(ledger_file: Path, keys: EventKeys, rows: list[TicketRow]) -> None:
    ledger = SqliteLedger(ledger_file, keys)
    try:
        ledger.put_rows(rows)
    except TicketConflict:
        raise BaseTrouble(
            "This machine has tickets of its own for this event, under other references: close it here first.",
            "package_own_tickets",
        ) from None
    finally:
        ledger.close()
