"""Beginning an event on this machine and taking it through its states; its end is in ``kiosk.closing.close``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from kiosk.accounts.separation import separated_at
from kiosk.audit.port import Audit
from kiosk.closing.bound import BoundUnusable, bound_alone, bound_of, read_bound, with_store, write_bound
from kiosk.closing.deadline import NOT_BOUND, differences
from kiosk.closing.journal import Journal
from kiosk.closing.keys import SYSTEM, Unlocker, create_key, unlock_unattended, without_unlocking
from kiosk.closing.making import is_taken, made_whole, making_alone
from kiosk.closing.publishing import loosened_since_published
from kiosk.closing.readiness import Facts, Missing, missing
from kiosk.closing.reserve import set_aside
from kiosk.closing.state import MOVES, EventState, WrongState, begin, move, read_state, write_whole
from kiosk.closing.statements import stated
from kiosk.closing.training import TrainingRuns, no_training
from kiosk.config.event import EventConfig
from kiosk.config.faults import ConfigFault, ConfigFaults
from kiosk.config.load import load_event, parse_event, read_text
from kiosk.config.places import EventPlace, lie_apart
from kiosk.face.models import landmark_model
from kiosk.face.port import EngineUnavailable
from kiosk.ledger.numbers import count_tickets
from kiosk.ledger.port import LedgerUnavailable
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.roster.faults import ImportReport, RosterUnreadable
from kiosk.roster.importer import (
    MAX_ROWS,
    MAX_ROWS_WHILE_OPEN,
    Progress,
    Shown,
    header_of,
    import_roster,
    look_at_columns,
)
from kiosk.roster.mapping import Wish
from kiosk.roster.remembered import as_text, fits, remembered
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import EventKeys, KeysDestroyed
from kiosk.vault.wrap import Wrapping

Fill = Callable[[EventPlace, EventKeys], None]


class EventExists(Exception):
    """There is, or was, an event with this id on this machine; ids are never used twice."""


class NotReady(Exception):
    """The event cannot be armed or opened; ``missing`` says what is to be done first."""

    def __init__(self, things: list[Missing]) -> None:
        super().__init__("; ".join(thing.sentence for thing in things))
        self.missing = things


def new_event(
    event_file: Path,
    data_dir: Path,
    key_dir: Path,
    wrapping: Wrapping | None = None,
    audit: Audit | None = None,
    by: str = SYSTEM,
) -> EventPlace:
    """Validate ``event_file`` and create the event: folders, key, empty store, state DRAFT; all of it or nothing.

    ``wrapping``: what the key is wrapped by; None leaves it in clear in its file. Raises ConfigFaults, EventExists,
    KeyFileUnusable, TpmUnavailable, LedgerUnavailable, OSError.
    """
    return make_event(read_text(event_file), str(event_file), data_dir, key_dir, wrapping, audit, by)


def make_event(
    text: str,
    name: str,
    data_dir: Path,
    key_dir: Path,
    wrapping: Wrapping | None = None,
    audit: Audit | None = None,
    by: str = SYSTEM,
    fill: Fill = lambda place, keys: None,
) -> EventPlace:
    """As ``new_event``, of an event file's text; ``name`` stands for the file in faults. ``fill`` puts tickets in, and
    what it raises leaves no event behind.
    """
    event = parse_event(text, name)
    if not lie_apart(data_dir, key_dir):
        raise ConfigFaults([ConfigFault(str(key_dir), "", f"must lie outside the data folder {data_dir}")])
    place = EventPlace(data_dir, key_dir, event.id)
    with making_alone(key_dir):
        if is_taken(place):
            raise EventExists(event.id)
        with made_whole(place) as beside:
            keys = create_key(beside, wrapping, audit, by)
            SqliteLedger(beside.ledger_file, keys).close()
            fill(beside, keys)
            write_whole(beside.event_file, text)
            bound = bound_of(beside, event)
            tickets = count_tickets(beside.ledger_file)["tickets"]
            write_bound(beside, replace(bound, **with_store(bound, beside, tickets)))
            fingerprint = keys.fingerprint
            keys.forget()
            set_aside(beside.folder)
            begin(beside.state_file)
        Journal(place.journal_file).note(key_fingerprint=fingerprint)
    return place


def import_tickets(
    place: EventPlace,
    roster: Path,
    progress: Progress | None = None,
    *,
    skip_bad: bool = False,
    unlock: Unlocker = unlock_unattended,
    wish: Wish | None = None,
) -> ImportReport:
    """Import a roster into an event that is not closing. An armed event becomes a draft again.

    ``wish``: what was said about the file's columns; what was said for the last file is remembered. Raises WrongState,
    ConfigFaults, LedgerUnavailable, ImportCancelled, OSError, and what ``unlock`` raises.
    """
    state = read_state(place.state_file)
    if state not in {EventState.DRAFT, EventState.ARMED, EventState.OPEN}:
        raise WrongState(state)
    event = load_event(place.event_file)
    wish = with_remembered(place, roster, wish)
    keys = unlock(place)
    most_rows = MAX_ROWS_WHILE_OPEN if state is EventState.OPEN else MAX_ROWS
    try:
        report = import_roster(
            roster, event, keys, place.ledger_file, progress, skip_bad=skip_bad, most_rows=most_rows, wish=wish
        )
    finally:
        keys.forget()
    if report.imported:
        remember_tickets(place)
        _remember_columns(place, roster, event, wish)
    if report.imported and state is EventState.ARMED:
        move(place.state_file, EventState.DRAFT)
    return report


def columns_shown(place: EventPlace, roster: Path, wish: Wish | None = None) -> Shown:
    """How ``roster`` would be read into the event at ``place``. Raises RosterUnreadable, ConfigFaults."""
    return look_at_columns(roster, load_event(place.event_file), with_remembered(place, roster, wish))


def with_remembered(place: EventPlace, roster: Path, wish: Wish | None = None) -> Wish:
    """What is said now over what was said for the last file, where this one has the same headings."""
    wish, earlier = wish or Wish(), remembered(place.roster_columns_file)
    if not earlier.columns:
        return wish
    try:
        header = header_of(roster, wish.sheet)
    except RosterUnreadable:
        return wish
    return replace(wish.over(earlier), sheet=wish.sheet, confirmed=True) if fits(earlier, header) else wish


def _remember_columns(place: EventPlace, roster: Path, event: EventConfig, wish: Wish) -> None:
    with suppress(RosterUnreadable):  # it was read a moment ago; if it is gone, there is nothing to remember
        shown = look_at_columns(roster, event, wish)
        write_whole(place.roster_columns_file, as_text(shown.layout.as_wish(shown.header, shown.sheet)))


def remember_tickets(place: EventPlace) -> None:
    """So that a store which is moved away or emptied is missed at the closing. Raises LedgerUnavailable, OSError."""
    with bound_alone(place), suppress(BoundUnusable):
        bound = read_bound(place)
        if bound is not None:
            tickets = count_tickets(place.ledger_file)["tickets"]
            write_bound(place, replace(bound, **with_store(bound, place, tickets)))


def remember_served(place: EventPlace, groups: tuple[str, ...]) -> None:
    """This machine was given the tickets of these gate groups alone; none: of all. Raises OSError."""
    with bound_alone(place), suppress(BoundUnusable):
        bound = read_bound(place)
        if bound is not None and bound.served != groups:
            write_bound(place, replace(bound, served=groups))


def what_is_missing(place: EventPlace) -> list[Missing]:
    """The readiness list of the event at ``place``; empty when it may be armed. Raises ConfigFaults."""
    event = load_event(place.event_file)
    return missing(event, _facts(place, event))


def arm_event(place: EventPlace) -> EventConfig:
    """DRAFT -> ARMED. Raises NotReady, WrongState, ConfigFaults."""
    return _advance(place, EventState.ARMED)


def open_event(place: EventPlace, unlock: Unlocker = unlock_unattended) -> EventConfig:
    """ARMED -> OPEN: stations begin to serve. What was ready is looked at again, and that its key can be had.

    Raises as ``arm_event``, and what ``unlock`` raises.
    """
    return _advance(place, EventState.OPEN, unlock)


def _advance(place: EventPlace, to: EventState, unlock: Unlocker | None = None) -> EventConfig:
    try:
        with no_training(place.data_dir):
            return _move_on(place, to, unlock)
    except TrainingRuns:
        raise NotReady([Missing("training", "somebody trains on this machine: end the training first.")]) from None


def _move_on(place: EventPlace, to: EventState, unlock: Unlocker | None) -> EventConfig:
    state = read_state(place.state_file)
    if to not in MOVES[state]:
        raise WrongState(state)
    event = load_event(place.event_file)
    things = missing(event, _facts(place, event))
    if things:
        raise NotReady(things)
    if unlock is not None:
        unlock(place).forget()
    move(place.state_file, to)
    return event


def _facts(place: EventPlace, event: EventConfig) -> Facts:
    key_fault, tickets = _key_and_tickets(place)
    loosened = tuple(loosened_since_published(place, event))
    changed, challenge = _changed(place, event), _challenge_fault()
    said, served = stated(place, event), _served(place)
    return Facts(key_fault, tickets, changed, challenge, loosened, said, separated_at(place), served)


def _served(place: EventPlace) -> tuple[str, ...]:
    try:
        bound = read_bound(place)
    except BoundUnusable:
        return ()
    return () if bound is None else bound.served


def _key_and_tickets(place: EventPlace) -> tuple[str, dict[tuple[str, str], int] | None]:
    """Why the key cannot be used, "" when it can; and how many tickets there are, None where that cannot be read."""
    try:
        keys = without_unlocking(place)  # numbers are not sealed
    except KeysDestroyed:
        return "absent", None
    except KeyFileUnusable as unusable:
        return unusable.code, None
    if not place.ledger_file.exists():
        return "", None
    try:
        ledger = SqliteLedger(place.ledger_file, keys)
        try:
            return "", ledger.tickets_by_place()
        finally:
            ledger.close()
    except LedgerUnavailable:
        return "", None


def _challenge_fault() -> str:
    try:
        landmark_model()
    except EngineUnavailable as unavailable:
        return unavailable.code
    return ""


def _changed(place: EventPlace, event: EventConfig) -> tuple[str, ...]:
    try:
        bound = read_bound(place)
    except BoundUnusable as unusable:
        return (f"bound_{unusable.code}",)
    return (NOT_BOUND,) if bound is None else differences(bound, event)
