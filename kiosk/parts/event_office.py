"""The wizard's acts on this machine: the functions that ``kiosk event`` calls, behind the role table and the log."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.accounts.account import Account
from kiosk.accounts.badge import badge_of
from kiosk.accounts.two_people import TwoPeople
from kiosk.audit.catalogue import Kind
from kiosk.audit.log import AuditLog
from kiosk.closing import life
from kiosk.closing.approval import reason_in_words
from kiosk.closing.bound import BoundUnusable, read_bound
from kiosk.closing.changing import Change, ChangedMeanwhile, change_event, planned_text
from kiosk.closing.keys import Unlocker, unlock_unattended, unlock_with_secret, wrapping_of
from kiosk.closing.publishing import NotBoundYet, policy_in, publish
from kiosk.closing.state import OVER, EventState, state_at
from kiosk.closing.statements import About, state
from kiosk.config.assets import asset
from kiosk.config.earlier_event import from_earlier
from kiosk.config.event import DecoderKind, EventConfig, Mode
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import load_event, parse_event, read_text
from kiosk.config.machine import MachineConfig
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.config.station import combine
from kiosk.config.toml_text import Values, as_toml
from kiosk.domain.access import Action, Principal
from kiosk.integrity.station_check import check_all
from kiosk.office.refusals import NotAPaper, TakesTwoPeople
from kiosk.office.subject import Room, Subject
from kiosk.office.wizard_port import Given, Looked, WizardPort
from kiosk.office.wizard_values import found, with_value
from kiosk.parts.attendee_screens import attendee_screens
from kiosk.ports import Clock
from kiosk.vault.copies import protection_of
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.opening_secret import OpeningSecret
from kiosk.vault.port import KeysDestroyed
from kiosk.vault.protection import Protection
from kiosk.workers.integrity import write_report

NAME = "event.toml"
MAX_PAPER_BYTES = 50_000_000
MOST_EARLIER = 3
AHEAD = timedelta(days=28)
"""A new event from an earlier one is put on the same day of the week; its dates are a step of the wizard."""


@dataclass(frozen=True)
class EventOffice:
    """One person's acts. ``require`` asks the role table for them and raises NotAllowed."""

    machine: MachineConfig
    log: AuditLog
    clock: Clock
    who: Principal
    require: Callable[[Action], None]
    folders: tuple[Path, ...]
    two: TwoPeople

    def port(
        self,
        seen: Callable[[Looked], None],
        close: Callable[[Callable[[], None]], None],
        officers: Callable[[Room], Subject],
        roster: Callable[[Room], Subject],
        package: Callable[[Room], Subject] | None = None,
    ) -> WizardPort:
        return WizardPort(
            self.look,
            self.begin,
            self.change,
            self.publish,
            self.arm,
            self.open,
            self.stand_for,
            close,
            lambda event: attendee_screens(event, self.machine.gate_group),
            seen,
            lambda values: parse_event(as_toml(values), NAME),
            officers,
            roster,
            self.folders,
            self.agrees,
            self.change_agreed,
            package,
        )

    @property
    def place(self) -> EventPlace:
        return EventPlace(self.machine.data_dir, self.machine.key_dir, self.machine.event)

    def look(self) -> Looked:
        self.require(Action.READ_COUNTS)
        place = self.place
        if not place.event_file.is_file():
            values = draft_of(self.machine)
            return Looked(values, parse_event(as_toml(values), NAME), "", (), earlier=self._earlier())
        values, event, now = tomllib.loads(read_text(place.event_file)), load_event(place.event_file), state_at(place)
        over = now in {*OVER, EventState.CLOSING, EventState.UNKNOWN}
        missing = () if over else tuple(life.what_is_missing(place))
        settled = now is not EventState.DRAFT or _published(place)
        return Looked(values, event, now.value, missing, settled, takes_secret(place))

    def _earlier(self) -> tuple[tuple[str, Values], ...]:
        """Events of this machine that have this machine's gate group, newest file first."""
        draft = draft_of(self.machine)
        files = sorted(self.place.folder.parent.glob("*/event.toml"), key=lambda file: -file.stat().st_mtime)
        first_day = datetime.fromtimestamp(self.clock.now()).astimezone().date() + AHEAD
        beginnings = []
        for file in files[:MOST_EARLIER]:
            with suppress(ConfigFaults):
                load_event(file)
                values = from_earlier(tomllib.loads(read_text(file)), self.machine.event, first_day)
                decoders = [each for each in found(values, "allowed.decoders", []) if each != DecoderKind.REHEARSAL]
                values = with_value(values, "allowed.decoders", decoders)  # a rehearsal gets it back
                values |= {"reason": draft["reason"], "place": draft["place"]}  # to be answered anew
                combine(parse_event(as_toml(values), NAME), self.machine)
                beginnings.append((file.parent.name, values))
        return tuple(beginnings)

    def begin(self, values: Values, protection: str, secret: str) -> None:
        self.require(Action.CREATE_EVENT)
        text = as_toml(_rehearsed(values))
        combine(parse_event(text, NAME), self.machine)
        wrapping = wrapping_of(Protection(protection), secret)
        self.log.probe()
        place = life.make_event(
            text, NAME, self.machine.data_dir, self.machine.key_dir, wrapping, self.log, self.who.name
        )
        self.log.write(Kind.EVENT_CREATED, self.who.name, place.event_id, protection=protection)

    def change(self, seen: Values, values: Values, reason: str) -> None:
        """Raises TakesTwoPeople where the command would ask for two approvals, ChangedMeanwhile where the file is not
        what was ``seen``: somebody at another window, or a command, has changed it since, and theirs would be lost.
        """
        wanted = self._planned(seen, values, reason)
        if wanted.later:
            raise TakesTwoPeople
        change_event(self.place, wanted, self.who.name, self.log, reason)

    def agrees(self, given: Given) -> Account:
        """Whoever gave these proofs, allowed to agree. Raises LoginRefused, NotAllowed."""
        self.require(Action.CREATE_EVENT)
        account = (
            self.two.by_badge(badge_of(given.who) or "", given.secret)
            if given.by_badge
            else self.two.by_password(given.who.lower(), given.secret, given.code)
        )
        self.two.require(account)
        return account

    def change_agreed(self, seen: Values, values: Values, reason: str, people: tuple[Account, Account]) -> None:
        """As ``change``, with two people who agree. Raises NotApproved where they are one."""
        reason_in_words(reason)
        wanted = self._planned(seen, values, reason)
        self.two.agreed(Action.CREATE_EVENT, reason, people)
        change_event(self.place, wanted, self.who.name, self.log, reason)

    def _planned(self, seen: Values, values: Values, reason: str) -> Change:
        self.require(Action.CREATE_EVENT)
        place, text = self.place, as_toml(values)
        if tomllib.loads(read_text(place.event_file)) != seen:
            raise ChangedMeanwhile
        combine(parse_event(text, NAME), self.machine)
        if state_at(place) is not EventState.DRAFT or _published(place):
            reason_in_words(reason)
        self.log.probe()
        return planned_text(place, text, NAME)

    def publish(self) -> None:
        self.require(Action.OPEN_EVENT)
        self.log.probe()
        publish(self.place, self.who.name, self.log)

    def arm(self) -> None:
        self.require(Action.OPEN_EVENT)
        self.log.probe()
        life.arm_event(self.place)
        with suppress(NotBoundYet, BoundUnusable):  # it would not have been armed
            publish(self.place, self.who.name, self.log)
        self.log.write(Kind.EVENT_ARMED, self.who.name, self.machine.event, state=EventState.ARMED.value)

    def open(self, secret: str) -> None:
        self.require(Action.OPEN_EVENT)
        self.log.probe()
        life.open_event(self.place, unlocker_of(secret, self.who.name, self.log))
        self.log.write(Kind.EVENT_OPENED, self.who.name, self.machine.event, state=EventState.OPEN.value)
        write_report(self.log, check_all(DevicePlace(self.machine.data_dir, self.machine.key_dir)), "event-open")

    def stand_for(self, about: About, paper: Path | None) -> None:
        self.require(Action.OPEN_EVENT)
        content = b"" if paper is None else _content(paper)
        self.log.probe()
        state(self.place, about, self.who.name, self.clock.now(), self.log, content)


def draft_of(machine: MachineConfig) -> Values:
    """The template's settings, for the event and the gate group that the machine's file names."""
    values = tomllib.loads(asset("events", "example-event.toml").read_text("utf-8"))
    first = machine.language.value
    values["id"] = machine.event
    values["languages"] = [first, *(each for each in values["languages"] if each != first)]
    values["gate_groups"][0]["id"] = machine.gate_group
    values["allowed"]["readers"] = ["sdt", "emrtd"]  # which documents are taken, a step of the wizard asks
    return values


def _rehearsed(values: Values) -> Values:
    """A rehearsal's invented cards have portraits that only its own decoder reads."""
    if found(values, "mode") != Mode.REHEARSAL.value:
        return values
    decoders = found(values, "allowed.decoders", [])
    return with_value(values, "allowed.decoders", [*decoders, DecoderKind.REHEARSAL.value])


def takes_secret(place: EventPlace) -> bool:
    """Whether the event's key opens by a secret only."""
    try:
        return protection_of(place.key_file) is Protection.SECRET
    except (KeysDestroyed, KeyFileUnusable):
        return False


def unlocker_of(secret: str, by: str, log: AuditLog) -> Unlocker:
    def unlock(place: EventPlace) -> FileEventKeys:
        if not takes_secret(place):
            return unlock_unattended(place, log, by)
        return unlock_with_secret(place, OpeningSecret.of(secret), log, by)

    return unlock


def _published(place: EventPlace) -> bool:
    try:
        return policy_in(read_bound(place)) is not None
    except (BoundUnusable, ValueError):
        return True


def _content(paper: Path) -> bytes:
    content = paper.read_bytes() if paper.stat().st_size <= MAX_PAPER_BYTES else b""
    if not content:
        raise NotAPaper
    return content


def event_here(machine: MachineConfig) -> EventConfig:
    """The event of this machine, or before there is one, the template it would begin with. Raises ConfigFaults."""
    place = EventPlace(machine.data_dir, machine.key_dir, machine.event)
    if place.event_file.is_file():
        return load_event(place.event_file)
    return parse_event(as_toml(draft_of(machine)), NAME)
