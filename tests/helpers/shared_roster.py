"""Machines of a venue for tests: one with the roster, others that take it as a package."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from kiosk.audit.port import NoAudit
from kiosk.base import admin, device
from kiosk.base.authority import Authority
from kiosk.base.enrolment import make_answer, read_request
from kiosk.base.link import BaseWay
from kiosk.base.package_key import DeviceKey, PackageRequest, ask
from kiosk.base.package_key import read_request as read_package_request
from kiosk.base.packing import Packed, pack
from kiosk.base.receiving import Received, Taking, receive
from kiosk.closing import life
from kiosk.closing.keys import unlock_unattended
from kiosk.config.places import EventPlace
from tests.helpers.base import TestBase
from tests.helpers.event_place import write_event_file, write_roster

EVENT = "rehearsal"


class Machine:
    """A machine enrolled at ``base``, with folders of its own."""

    def __init__(self, base: TestBase, folder: Path, name: str, kind: str = "gate") -> None:
        folder.mkdir(mode=0o700)
        self.folder, self.name = folder, name
        self.place = EventPlace(folder / "data", folder / "keys", EVENT)
        with base.admin() as db:
            code = admin.invite(db, base.place, base.settings, name, kind, minutes=5).text()
            certificate = admin.enrol(
                db, base.place, base.settings, read_request(device.begin(self.place.key_dir, code))
            )
            answer = make_answer(certificate, Authority.load(base.place.ca).certificate)
        self.way: BaseWay = device.finish(self.place.key_dir, answer)

    @property
    def ours(self) -> DeviceKey:
        return DeviceKey.of(self.way)

    def asks(self) -> str:
        return ask(self.place, self.ours)

    def takes(self, package: Path, now_s: float | None = None) -> Received:
        taking = Taking(
            self.place.data_dir, self.place.key_dir, lambda event: None, unlock_unattended, NoAudit(), "test"
        )
        return receive(package, self.name, self.ours, taking, now_s or time.time())


class Office(Machine):
    """The machine with the roster; a desk."""

    def __init__(self, base: TestBase, folder: Path, people: int = 40, name: str = "office") -> None:
        super().__init__(base, folder, name, "desk")
        life.new_event(write_event_file(folder), self.place.data_dir, self.place.key_dir)
        self.roster = write_roster(folder, people)
        assert life.import_tickets(self.place, self.roster).ok

    def request_of(self, machine: Machine) -> PackageRequest:
        return read_package_request(machine.asks(), self.ours.authority, time.time())

    def packs(self, *machines: Machine, skip_bad: bool = False) -> Path:
        self.pack(self.folder / "event.package", *machines, skip_bad=skip_bad)
        return self.folder / "event.package"

    def pack(self, to: Path, *machines: Machine, rosters: tuple[Path, ...] = (), skip_bad: bool = False) -> Packed:
        requests = [self.request_of(machine) for machine in machines]
        return pack(
            self.place,
            rosters or (self.roster,),
            requests,
            self.ours,
            to,
            unlock_unattended,
            time.time,
            skip_bad=skip_bad,
        )


def copied(package: Path, to: Path) -> Path:
    shutil.copyfile(package, to)
    return to
