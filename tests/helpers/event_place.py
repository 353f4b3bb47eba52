"""A whole event on disk, ready to be armed: settings, key, roster imported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kiosk.closing import life
from kiosk.closing.bound import bound_of, write_bound
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from kiosk.config.rehearsal_event import rehearsal_event_text
from tests.helpers.roster import csv_text, row

DAY = date(2026, 5, 1)
CANARIES = ("金丝雀", "canary-seat")


def write_event_file(folder: Path, **changes: str) -> Path:
    """The rehearsal event's file, with pieces of its text replaced."""
    text = rehearsal_event_text(DAY)
    for old, new in changes.items():
        text = text.replace(old, new)
    path = folder / "my-event.toml"
    path.write_text(text, encoding="utf-8")
    return path


def settle(place: EventPlace, text: str) -> None:
    """Give the event other settings, as if it had been made with them."""
    place.event_file.write_text(text, encoding="utf-8")
    write_bound(place, bound_of(place, load_event(place.event_file)))


def write_roster(folder: Path, people: int = 40) -> Path:
    """Half of the people have tickets for tonight, half for tomorrow; names and seats are canaries."""
    rows = [
        row(
            person,
            name=f"金丝雀{person}",
            seat_area=f"canary-seat-{person}",
            session="night-1" if person % 4 < 2 else "night-2",
        )
        for person in range(people)
    ]
    path = folder / "roster.csv"
    path.write_text(csv_text(rows), encoding="utf-8")
    return path


def make_event(folder: Path, people: int = 40) -> EventPlace:
    """The event below ``folder``: data in ``data``, keys in ``keys``; the roster's source file is gone again."""
    place = life.new_event(write_event_file(folder), folder / "data", folder / "keys")
    roster = write_roster(folder, people)
    report = life.import_tickets(place, roster)
    assert report.ok, report.faults
    roster.unlink()
    return place
