"""Packages at the office's window, of this machine's event: what ``kiosk event ask`` and ``unpack`` call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.log import AuditLog
from kiosk.base.by_hand import Offered, ask_by_hand, code_of, offered_in, receive_by_hand
from kiosk.base.errors import BaseTrouble
from kiosk.base.package_key import load
from kiosk.base.package_notes import note_package_taken, refusal_noted
from kiosk.base.receiving import Taking
from kiosk.closing.keys import wrapping_of
from kiosk.closing.schedule import end_s
from kiosk.config.load import load_event
from kiosk.config.machine import MachineConfig
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.access import Action, Principal
from kiosk.office.package_port import Answers, Asked, Brought, PackagePort, Taken
from kiosk.parts.event_office import takes_secret, unlocker_of
from kiosk.ports import Clock
from kiosk.vault.identity import DeviceIdentity
from kiosk.vault.key_file import write_private
from kiosk.vault.port import KeysDestroyed
from kiosk.vault.protection import Protection


@dataclass(frozen=True)
class PackageOffice:
    """One person's acts. ``require`` asks the role table for them and raises NotAllowed."""

    machine: MachineConfig
    log: AuditLog
    clock: Clock
    who: Principal
    require: Callable[[Action], None]
    folders: tuple[Path, ...]

    def port(self) -> PackagePort:
        return PackagePort(self.ask, self.keep, self.look, self.take, self.folders)

    @property
    def place(self) -> EventPlace:
        return EventPlace(self.machine.data_dir, self.machine.key_dir, self.machine.event)

    def ask(self) -> Asked:
        """Under the name it asked by before, else under its station's."""
        self.require(Action.CREATE_EVENT)
        self.log.probe()
        place = self.place
        identity = DeviceIdentity.load_or_create(DevicePlace(place.data_dir, place.key_dir).identity_file)
        text = ask_by_hand(place, identity, self._name())
        device = text.split()[2]
        self.log.write(Kind.PACKAGE_ASKED, self.who.name, place.event_id, recipient=device)
        return Asked(place.event_id, device, code_of(identity.public_key), text)

    def keep(self, asked: Asked, folder: Path) -> str:
        """Raises KeyFileUnusable where nothing can be written, or it was before."""
        self.require(Action.CREATE_EVENT)
        file = folder / f"ask-{asked.device}.txt"
        write_private(file, asked.text.encode("ascii"))
        return file.name

    def look(self, file: Path) -> Brought:
        self.require(Action.CREATE_EVENT)
        self.log.probe()
        with refusal_noted(self.log, self.who.name, file):
            offered = self._offered(file)
        made = offered.place.folder.is_dir()
        locked = made and takes_secret(offered.place)
        return Brought(offered.place.event_id, offered.maker, not offered.maker_known, made, locked)

    def take(self, file: Path, answers: Answers, progress: Callable[[int], None]) -> Taken:
        self.require(Action.CREATE_EVENT)
        self.log.probe()
        by, place = self.who.name, self.place
        taking = Taking(
            place.data_dir,
            place.key_dir,
            lambda event: wrapping_of(Protection(answers.protection), answers.secret),
            unlocker_of(answers.secret, by, self.log),
            self.log,
            by,
            progress,
        )
        with refusal_noted(self.log, by, file):
            offered = self._offered(file)
            received = receive_by_hand(file, answers.code, taking, self.clock.now())
        note_package_taken(self.log, by, received, file, offered.code)
        return Taken(received, end_s(load_event(received.place.event_file)) < self.clock.now())

    def _offered(self, file: Path) -> Offered:
        """Of this machine's event alone: another would be made here, and shown nowhere. Raises BaseTrouble."""
        offered = offered_in(file, self.machine.data_dir, self.machine.key_dir)
        if offered.place.event_id != self.machine.event:
            sentence = f"This package is of event {offered.place.event_id}, not of {self.machine.event}."
            raise BaseTrouble(sentence, "package_other_event")
        return offered

    def _name(self) -> str:
        try:
            return load(self.place).device or self.machine.station
        except KeysDestroyed:
            return self.machine.station
