"""Two gates and a desk with their windows on this display, each a machine of its own, at a real base.

Readers, the desk's scanner and the gates' boards are simulated, one process for each machine; nobody's face is part of
it, so that there is no camera. A supervisor's badge and PIN are made for the desk.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.accounts.account import Profile
from kiosk.accounts.book import NewAccount
from kiosk.base import admin
from kiosk.base.cluster import connected
from kiosk.base.place import BasePlace, BaseSettings
from kiosk.config.machine import Role
from kiosk.config.places import DevicePlace
from kiosk.config.rehearsal_event import write_rehearsal_event
from kiosk.domain.access import Principal
from kiosk.domain.access import Role as Duty
from kiosk.ledger.tickets import new_reference
from kiosk.login import accounts_of
from kiosk.memory.allocator import overwriting
from kiosk.ports import SystemClock
from kiosk.rehearsal.fleet_machine import EVENT, GROUPS, SESSION, Machine, VenueTicket, make_machine, other_session
from kiosk.rehearsal.peers import Company, Peer
from kiosk.rehearsal.people import Visitor, visitor
from kiosk.rehearsal.venue import today
from kiosk.rehearsal.venue_bench import base_for_a_while

GATES, DESK = ("gate-a", "gate-b"), "desk-1"
SUPERVISOR, PIN = "sup-lin", "302817"
_FIRST_PASSWORD = "Lantern-Harbour-42"  # noqa: S105 - of accounts that live as long as a rehearsal
_DAY_S = 86_400.0
GATE_PX, DESK_PX = (600, 1066), (1280, 800)


@dataclass(frozen=True)
class VenueWindows:
    """What runs. ``stages`` by machine; ``badge``: the supervisor's."""

    folder: Path
    place: BasePlace
    settings: BaseSettings
    stations: dict[str, Peer]
    stages: dict[str, Peer]
    visitors: list[Visitor]
    badge: str


@contextmanager
def venue_windows(language: str, visitors: int = 3) -> Iterator[VenueWindows]:
    """Everything up and every window shown; everything down and gone at the end.

    Raises BaseTrouble, PeerLost, OSError.
    """
    with base_for_a_while() as (place, settings), tempfile.TemporaryDirectory(prefix="kiosk-venue-") as name:
        company = Company(Path(name))
        try:
            yield _up(Path(name), place, settings, company, language, visitors)
        finally:
            company.stop()


def _up(
    folder: Path, place: BasePlace, settings: BaseSettings, company: Company, language: str, count: int
) -> VenueWindows:
    visitors = [visitor(number, 0, today()) for number in range(count)]
    tickets = [VenueTicket(new_reference(), v.index, GROUPS[0], SESSION, v.number, v.name) for v in visitors]
    # Whoever never comes: every gate group and session has tickets, or the event is not opened.
    tickets += [VenueTicket(new_reference(), count, GROUPS[1]), *other_session(count + 1)]
    with connected(place, settings) as db:
        admin.load_tickets(db, EVENT, ((each.session, each.reference, each.gate_group, False) for each in tickets))
    write_rehearsal_event(folder / "event.toml", today())
    stages, stations = dict[str, Peer](), dict[str, Peer]()
    badge = ""
    for name in (*GATES, DESK):
        machine = _machine(folder, name, settings.port, language)
        make_machine(machine, folder / "event.toml", tickets, place, settings)
        if name == DESK:
            badge = _supervisor(machine)
        devices = folder / f"{name}-devices"
        devices.mkdir()
        hello = f"stage-{name}"
        socket = str(company.socket_path)
        played = ("--socket", socket, "--dir", str(devices), "--pace", "fast", "--hello", hello)
        stages[name] = company.start(hello, "kiosk.rehearsal.stage", *played)
        stages[name].wait_joined()
        told = ("--config", str(machine.config), "--socket", socket, "--as", name)
        stations[name] = company.start(name, "kiosk.rehearsal.product", *told, env=overwriting(os.environ))
    for station in stations.values():
        station.wait_joined()
    return VenueWindows(folder, place, settings, stations, stages, visitors, badge)


def _machine(folder: Path, name: str, port: int, language: str) -> Machine:
    desk, devices = name == DESK, folder / f"{name}-devices"
    width, height = DESK_PX if desk else GATE_PX
    more = [
        f'language = "{language}"',
        f"window = {{ fullscreen = false, width_px = {width}, height_px = {height} }}",
    ]
    if desk:
        more.append("accounts = { required = true }")
        more.append(f'scanner = {{ family = "barcode", port = {json.dumps(str(devices / "scanner"))} }}')
    else:
        port_of_board = json.dumps(str(devices / "gate-board"))
        more.append(f'gate = {{ family = "modbus", port = {port_of_board}, settings = {{ passage_input = 0 }} }}')
    reader = devices / ("reader-desk" if desk else "reader-gate")
    return Machine(name, Role.DESK if desk else Role.GATE, GROUPS[0], folder / name, port, reader, tuple(more))


def _supervisor(machine: Machine) -> str:
    """An account with a badge and a PIN of its own at the desk; the badge's number."""
    place = DevicePlace(machine.data_dir, machine.key_dir)
    security = Principal(Duty.SECURITY_ADMIN, "sec-wu")
    with accounts_of(place) as accounts:
        book = accounts.book
        book.first(NewAccount("sec-wu", "Wu", frozenset({Duty.SECURITY_ADMIN})), Profile.GENERIC, _FIRST_PASSWORD)
        until = SystemClock().now() + _DAY_S
        book.add(security, NewAccount(SUPERVISOR, "Lin", frozenset({Duty.SUPERVISOR}), event=EVENT, expires_at=until))
        [issued] = book.issue_badges(security, EVENT)
        session = accounts.logins.officer(issued.badge, issued.secret, DESK, EVENT, new_pin=PIN)
        accounts.logins.end(session)
        return issued.badge
