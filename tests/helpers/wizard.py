"""The pages of the wizard and the roster, made by the subjects themselves on a real event, without a window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk.accounts.two_people import TwoPeople
from kiosk.audit.reading import newest_first
from kiosk.config.load import parse_machine
from kiosk.config.places import EventPlace
from kiosk.domain.access import Principal, Role
from kiosk.office.roster import RosterPages
from kiosk.office.subject import Room, Subject
from kiosk.office.view import Page
from kiosk.office.wizard import WizardPages
from kiosk.office.wizard_port import WizardPort
from kiosk.parts.event_office import EventOffice
from kiosk.parts.roster_office import RosterOffice
from tests.helpers.accounts import SetClock
from tests.helpers.office import OfficeStage
from tests.helpers.roster import csv_text, row

EVENT = "lighthouse-2026"
ORGANISER = Principal(Role.ORGANISER, "org")


def machine_text(folder: Path, language: str = "en") -> str:
    """The file of a desk below ``folder`` whose event is not made yet."""
    return f"""
station = "desk-1"
role = "desk"
event = "{EVENT}"
gate_group = "A"
data_dir = "{folder}/data"
key_dir = "{folder}/keys"
language = "{language}"
reader = {{ family = "sdt" }}
window = {{ fullscreen = false, width_px = 1280, height_px = 800 }}
"""


class WizardStage:
    """An organiser in the wizard; pages are kept, work is done at once."""

    def __init__(self, folder: Path, language: str = "en") -> None:
        self.folder, self.machine = folder, parse_machine(machine_text(folder, language), "desk.toml")
        self.stage = OfficeStage(folder, language=language)
        self.place = EventPlace(folder / "data", folder / "keys", EVENT)
        self.stick = folder / "stick"
        self.stick.mkdir()
        clock = SetClock()
        common = (self.stage.log, clock, ORGANISER, lambda action: None, (self.stick,))
        machine = self.stage.machine
        self.two = TwoPeople(machine.logins, machine.book, self.stage.log, EVENT, "desk-1-office")
        self.office = EventOffice(self.machine, *common, self.two)
        self.roster = RosterOffice(self.place, *common)

    def port(self) -> WizardPort:
        return self.office.port(lambda looked: None, lambda left: left(), _nobody, self.roster_pages)

    def roster_pages(self, room: Room) -> Subject:
        return RosterPages(room, self.roster.port())

    def roster_pages_with(self, room: Room, take: Any) -> Subject:
        return RosterPages(room, replace(self.roster.port(), take=take))

    def recorded(self) -> set[str]:
        """What kinds of acts the audit log holds."""
        return {line.kind for line in newest_first(self.stage.machine.place.audit_file)}

    def enter(self) -> None:
        self.stage.enter(ORGANISER, lambda room: WizardPages(room, self.port()))

    @property
    def page(self) -> Page:
        return self.stage.glass.page

    def do(self, *acts: str) -> Page:
        """Buttons, one after the other; ``row:key`` opens a row."""
        office = self.stage.office
        assert office is not None
        for act in acts:
            if act == "back":
                office.on_back()
            elif act.startswith("row:"):
                office.on_opened(act.removeprefix("row:"))
            else:
                office.on_act(act, "")
        return self.page

    def give(self, lines: dict[str, str], **chosen: str) -> Page:
        office = self.stage.office
        assert office is not None
        for name, value in chosen.items():
            office.on_chosen(name, value)
        office.on_submit(lines)
        return self.page

    def begin(self) -> Page:
        self.enter()
        self.do("begin")
        self.give({"reason_necessity": "Tickets are bound to people.", "reason_rule": "permit 7"}, reason_duty="law")
        return self.give({}, protection="file")

    def write_roster(self, bad: bool = True) -> Path:
        rows = [row(n, **({"gate_group": "Z"} if bad and n % 7 == 0 else {"gate_group": "A"})) for n in range(40)]
        file = self.stick / "roster.csv"
        file.write_text(csv_text(rows), "utf-8")
        return file


def _nobody(room: Room) -> Subject:
    raise AssertionError("nobody looks at accounts here")
