"""A new machine's office that takes packages, and the stick it offers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.audit.log import AuditLog
from kiosk.config.machine import MachineConfig
from kiosk.config.places import DevicePlace
from kiosk.domain.access import Action, Principal, Role, authorise
from kiosk.office.package import PackagePages
from kiosk.office.subject import Room
from kiosk.office.view import Mark
from kiosk.parts.package_office import PackageOffice
from kiosk.ports import SystemClock
from kiosk.service import load_office
from tests.helpers.accounts import SetClock
from tests.helpers.office import OfficeStage
from tests.helpers.wizard import machine_text

EVENT = "rehearsal"
ORGANISER = Principal(Role.ORGANISER, "org")
MAY = partial(authorise, ORGANISER)


class Kiosk:
    """A new machine's office; ``stick`` is the folder it offers."""

    def __init__(self, folder: Path, language: str = "en") -> None:
        self.stick = folder / "stick"
        self.stick.mkdir()
        file = folder / "office.toml"
        text = re.sub(r'(?m)^event = ".*"', f'event = "{EVENT}"', machine_text(folder))
        file.write_text(text, "utf-8")
        self.machine: MachineConfig = load_office(file).machine
        self.log = AuditLog.at(DevicePlace(self.machine.data_dir, self.machine.key_dir), SystemClock())
        self.stage = OfficeStage(folder / "stage", language=language)
        self.office = self.opened(MAY)

    def pages(self, room: Room, require: Callable[[Action], None] = MAY) -> PackagePages:
        office = PackageOffice(self.machine, self.log, SetClock(), room.who, require, (self.stick,))
        return PackagePages(room, office.port())

    def opened(self, require: Callable[[Action], None]) -> Any:
        return self.stage.enter(ORGANISER, lambda room: self.pages(room, require))

    @property
    def told(self) -> tuple[Mark, str]:
        told = getattr(self.stage.glass.page, "told", None)
        assert told is not None
        return told.mark, told.words

    def records(self, kind: str) -> list[dict[str, Any]]:
        lines = map(json.loads, self.log.file.read_text("ascii").splitlines())
        return [line for line in lines if line["kind"] == kind]

    def asks(self) -> str:
        """The request as it stands on the stick."""
        self.office.on_act("ask", "")
        self.office.on_act("save", "")
        self.office.on_opened(str(self.stick))
        self.office.on_act("here", "")
        [file] = self.stick.glob("ask-*.txt")
        assert self.told[0] is Mark.GOOD
        shown = self.stage.glass.sheet
        assert shown.code == file.read_text("ascii").strip()
        self.code = dict(shown.groups[0].fields)[self.stage.texts("office.package.code")]
        self.office.on_back()
        return file.read_text("ascii")

    def brought(self, package: Path) -> None:
        self.office.on_act("take", "")
        self.office.on_opened(str(self.stick))
        self.office.on_opened(str(package))
