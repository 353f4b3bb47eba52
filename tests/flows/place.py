"""The event's evening on disk: settings, key, tickets, officers. Made once, copied for each pair of stations."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from kiosk.accounts.account import Profile
from kiosk.accounts.book import NewAccount
from kiosk.closing.life import arm_event, import_tickets, new_event, open_event
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.config.rehearsal_event import rehearsal_event_text
from kiosk.domain.access import Role
from kiosk.rehearsal.venue import today
from tests.flows.devices import Person
from tests.helpers import accounts
from tests.helpers.roster import csv_text, row

EVENT, PIN = "rehearsal", "302817"
HERE, OTHER_GATE, OTHER_DAY, NO_TICKET = range(1, 80), range(101, 110), range(111, 120), range(900, 990)
"""Who bought what: a ticket for this gate, for gate B, for tomorrow; and people without any."""
MACHINE = """
station = "{role}-1"
role = "{role}"
event = "{event}"
gate_group = "A"
data_dir = {data}
key_dir = {keys}
language = "{language}"
reader = {{ family = "sdt", port = "{role}-reader" }}
scanner = {{ family = "barcode", port = "{role}-scanner" }}
gate = {{ family = "modbus", port = "{role}-board" }}
window = {{ fullscreen = false, width_px = {width}, height_px = {height} }}
"""
GATE_ALONE = 'camera = { kind = "film", device = "film", width_px = 640, height_px = 480 }\n'
DESK_ALONE = (
    'printer = { family = "escpos", port = "printer" }\naccounts = { required = true }\n'
    'portrait = { decoder = "rehearsal" }\n'
)
SIZES = {"gate": (1080, 1920), "desk": (1280, 800)}


@dataclass(frozen=True)
class Evening:
    """A folder with everything in it. ``badges``: of each officer, by their account's id."""

    folder: Path
    badges: dict[str, str]

    @property
    def event(self) -> EventPlace:
        return EventPlace(self.folder / "data", self.folder / "keys", EVENT)

    @property
    def device(self) -> DevicePlace:
        return DevicePlace(self.folder / "data", self.folder / "keys")

    def copied_to(self, folder: Path) -> Evening:
        shutil.copytree(self.folder, folder)
        return Evening(folder, self.badges)

    def machine_file(self, role: str, language: str) -> Path:
        data, keys = (json.dumps(str(self.folder / name)) for name in ("data", "keys"))
        width, height = SIZES[role]
        text = MACHINE.format(
            role=role, event=EVENT, data=data, keys=keys, language=language, width=width, height=height
        )
        path = self.folder / f"{role}.toml"
        path.write_text(text + (GATE_ALONE if role == "gate" else DESK_ALONE), encoding="utf-8")
        return path


def new_evening(folder: Path) -> Evening:
    """By the functions that an organiser's commands use."""
    folder.mkdir()
    settings, roster = folder / "my-event.toml", folder / "roster.csv"
    again = '\n[reentry]\nallowed = "once"\n[desk]\nchip_portrait = true\n'
    settings.write_text(rehearsal_event_text(today()) + again, encoding="utf-8")
    rows = [
        *(_ticket(index) for index in HERE),
        *(_ticket(index, gate_group="B") for index in OTHER_GATE),
        *(_ticket(index, session="night-2") for index in OTHER_DAY),
    ]
    roster.write_text(csv_text(rows), encoding="utf-8")
    place = new_event(settings, folder / "data", folder / "keys")
    assert import_tickets(place, roster).ok
    roster.unlink()
    arm_event(place)
    open_event(place)
    return Evening(folder, _officers(folder))


def _ticket(index: int, **changes: str) -> list[str]:
    here = {"name": Person(index).name, "gate_group": "A", "seat_area": f"A{index % 9}"}
    return row(index, **(here | changes))


def _officers(folder: Path) -> dict[str, str]:
    """One attendant and one supervisor, who have chosen their PIN; the hashes are quick ones."""
    machine = accounts.Machine(folder, accounts.SetClock(time.time()))
    machine.set_up(Profile.CN)
    badges = {}
    for account, role in (("anna", Role.ATTENDANT), ("sven", Role.SUPERVISOR)):
        until = machine.clock.s + 86_400.0
        new = NewAccount(account, f"Officer {account}", frozenset({role}), event=EVENT, expires_at=until)
        machine.book.add(accounts.SECURITY, new)
        [issued] = machine.book.issue_badges(accounts.SECURITY, EVENT)
        machine.logins.end(machine.logins.officer(issued.badge, issued.secret, "desk-1", EVENT, new_pin=PIN))
        badges[account] = issued.badge
    machine.store.close()
    return badges
