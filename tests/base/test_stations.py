"""A gate and a desk as they are put together for service, with windows, at one base: what a person at either sees."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
import pytest
from PySide6.QtWidgets import QApplication

from drivers.sdt.simulator import SdtSimulator
from kiosk.app import Assembled, assemble
from kiosk.base import admin
from kiosk.closing.life import import_tickets, new_event
from kiosk.closing.state import EventState, move
from kiosk.config.rehearsal_event import write_rehearsal_event
from kiosk.domain.incident import Mode
from kiosk.ledger.store import open_store
from kiosk.observer import Silent
from kiosk.service import load_station
from kiosk.station.desk_view import DeskState
from kiosk.ui.desk_window import DeskWindow
from kiosk.ui.station_window import StationWindow
from kiosk.visit.view import Screen
from tests.helpers.base import ADDRESS, TestBase, write_device
from tests.helpers.lanes import fresh
from tests.helpers.roster import csv_text, number, row
from tests.helpers.station_workers import wait_for

EVENT, GROUP, DEVICE = "rehearsal", "A", "machine-1"
PATIENT_S = 30.0


@dataclass
class Site:
    """Both stations of one machine, enrolled as a desk."""

    gate: Assembled
    desk: Assembled
    reader: SdtSimulator
    db: psycopg.Connection

    @property
    def attendee(self) -> StationWindow:
        assert isinstance(self.gate.window, StationWindow)
        return self.gate.window

    @property
    def officer(self) -> DeskWindow:
        assert isinstance(self.desk.window, DeskWindow)
        return self.desk.window

    def until(self, done: Callable[[], object], limit_s: float = PATIENT_S) -> float:
        """Run both windows' loop until ``done``; seconds it took."""
        return wait_for(done, QApplication.processEvents, limit_s)


def machine_file(folder: Path, role: str, reader: Path) -> Path:
    lines = [
        f'station = "{role}-1"',
        f'role = "{role}"',
        f'event = "{EVENT}"',
        f'gate_group = "{GROUP}"',
        f"data_dir = {json.dumps(str(folder / 'data'))}",
        f"key_dir = {json.dumps(str(folder / 'keys'))}",
        'language = "en"',
        "base = { connect_s = 2.0, statement_s = 2.0 }",
        "window = { fullscreen = false, width_px = 1280, height_px = 800 }",
    ]
    if role == "gate":
        lines.append(f'reader = {{ family = "sdt", port = {json.dumps(str(reader))} }}')
    path = folder / f"{role}.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def enrol_here(base: TestBase, folder: Path) -> None:
    """The device's certificate where a station looks for it."""
    source = base.enrolled(DEVICE, "desk")
    names = ("device.base.key", "device.base.crt", "device.base.ca.crt")
    write_device(folder, *((source / name).read_bytes() for name in names))
    way = {"hosts": ADDRESS, "port": base.settings.port, "device": DEVICE}
    (folder / "device.base.way.json").write_text(json.dumps(way), encoding="utf-8")


@pytest.fixture
def site(base: TestBase, tmp_path: Path, qapp: QApplication) -> Iterator[Site]:
    write_rehearsal_event(tmp_path / "event.toml", date.today())  # noqa: DTZ011 - the event's day is a local date
    place = new_event(tmp_path / "event.toml", tmp_path / "data", tmp_path / "keys")
    (tmp_path / "roster.csv").write_text(csv_text([row(1, gate_group=GROUP, session="night-1")]), encoding="utf-8")
    assert import_tickets(place, tmp_path / "roster.csv").ok
    for state in (EventState.ARMED, EventState.OPEN):
        move(place.state_file, state)
    enrol_here(base, tmp_path / "keys")
    store = open_store(place.ledger_file)
    [(session, reference)] = store.execute("SELECT session, reference FROM tickets").fetchall()
    store.close()
    with base.admin() as db, SdtSimulator(pace="fast", link=tmp_path / "reader") as reader:
        admin.load_tickets(db, EVENT, [(session, reference, GROUP, False)])
        gate, desk = (
            assemble(load_station(machine_file(tmp_path, role, tmp_path / "reader")), Silent())
            for role in ("gate", "desk")
        )
        made = Site(gate, desk, reader, db)
        for app in (gate, desk):
            app.window.show_as_window(1280, 800)
        made.until(lambda: made.attendee.view.screen is Screen.CHOICE)
        try:
            yield made
        finally:
            for app in (gate, desk):
                app.stop()
                app.window.deleteLater()
            QApplication.processEvents()


def state_of(site: Site, station: str) -> str:
    found = site.db.execute(
        "SELECT state FROM venue.stations WHERE event = %s AND station = %s", (EVENT, station)
    ).fetchone()
    return "" if found is None else str(found[0])


def there(site: Site, column: str, table: str) -> list[str]:
    """What the base holds of this event."""
    rows = site.db.execute(f"SELECT {column} FROM venue.{table} WHERE event = %s", (EVENT,)).fetchall()
    return [str(row[0]) for row in rows]


def test_a_gate_and_a_desk_of_a_venue(site: Site) -> None:
    """One story, because putting two stations together takes its time."""
    site.until(lambda: (state_of(site, "gate-1"), state_of(site, "desk-1")) == ("serving", "manned"))

    shown: list[Screen] = []
    site.attendee.painted.connect(shown.append)  # a welcome does not stay

    # Somebody chooses staff: the desk sees from which gate, calls them up, admits, and their gate opens.
    site.attendee.choice_made.emit("staff")
    site.until(lambda: site.officer.view.queue is not None and site.officer.view.queue.waiting == 1, PATIENT_S)
    site.officer.queue.take.click()
    site.until(lambda: site.officer.view.queue is not None and site.officer.view.queue.serving)
    site.officer.number_typed.emit("cn-resident", number(1))
    site.until(lambda: site.officer.view.state is DeskState.FACTS)
    assert site.officer.view.outcome == "valid"
    site.officer.admit_tapped.emit()
    site.until(lambda: Screen.WELCOME in shown)
    site.until(lambda: there(site, "gate_state", "admissions") == ["opened"])
    assert site.officer.view.from_gate

    # Call staff: seen at the desk, answered there, and the gate's button is itself again.
    called = site.attendee.call_button.text()
    site.attendee.call_button.click()
    site.until(lambda: bool(site.officer.view.calls), PATIENT_S)
    assert site.attendee.call_button.text() != called
    site.officer.call_answered.emit("gate-1")
    site.until(lambda: site.attendee.call_button.text() == called, PATIENT_S)
    site.until(lambda: there(site, "answered_by", "calls") == ["desk-1"])

    # An incident and the way back; who looks at the venue sees that the gate follows.
    incident = fresh()
    values = (EVENT, incident, GROUP, "all_manual", "fault", "s-1", time.time(), time.time() + 900)
    site.db.execute("INSERT INTO venue.incidents VALUES (%s, %s, %s, %s, %s, %s, %s, %s, NULL, NULL)", values)
    site.until(lambda: site.attendee.view.mode is Mode.ALL_MANUAL, PATIENT_S)
    site.until(lambda: state_of(site, "gate-1") == "all_manual")
    site.db.execute("UPDATE venue.incidents SET ended_at = began_at WHERE incident = %s", (incident,))
    site.until(lambda: site.attendee.view.screen is Screen.CHOICE, PATIENT_S)
