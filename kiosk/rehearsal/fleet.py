"""A venue in a folder: a real base, gates and desks as processes with machines of their own, a network between them."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.base import admin
from kiosk.base.cluster import connected
from kiosk.base.place import BasePlace, BaseSettings
from kiosk.config.machine import Role
from kiosk.config.rehearsal_event import write_rehearsal_event
from kiosk.rehearsal.fleet_machine import EVENT, GROUPS, Machine, VenueTicket, make_machine, venue_tickets
from kiosk.rehearsal.fleet_network import Network
from kiosk.rehearsal.peers import Company, Peer, PeerLost
from kiosk.rehearsal.venue import today
from kiosk.rehearsal.venue_bench import base_for_a_while
from kiosk.rehearsal.wire import Message

ANSWER_S = 30.0
LOOK_S = 0.1


@dataclass(frozen=True)
class Size:
    """``pace_per_s``: visits begun at each station; ``people``: how many have tickets.

    ``local_s``: what a station may take beside waiting for the base, on this machine and its disk.
    """

    gates: int = 4
    desks: int = 1
    pace_per_s: float = 4.0
    people: int = 4000
    local_s: float = 1.0

    @property
    def stations(self) -> int:
        return self.gates + self.desks


@dataclass
class Said:
    """What stations said, on their wires' threads; a station that is killed has said it nevertheless."""

    admitted: set[str] = field(default_factory=set)
    undone: set[str] = field(default_factory=set)

    def hear(self, message: Message) -> None:
        match message:
            case {"said": "admitted", "admission": str(admission)}:
                self.admitted.add(admission)
            case {"said": "undone", "admission": str(admission)}:
                self.undone.add(admission)


class Fleet:
    """All stations run and are connected once it is made. Use ``fleet``."""

    def __init__(
        self, folder: Path, size: Size, place: BasePlace, settings: BaseSettings, company: Company, network: Network
    ) -> None:
        self.folder, self.size, self.place, self.settings = folder, size, place, settings
        self.network, self.said = network, Said()
        self._company = company
        self._tickets: list[VenueTicket] = venue_tickets(size.people)
        event_file = folder / "event.toml"
        write_rehearsal_event(event_file, today())
        with connected(place, settings) as db:
            admin.load_tickets(
                db, EVENT, ((each.session, each.reference, each.gate_group, False) for each in self._tickets)
            )
        names = [f"gate-{n}" for n in range(1, size.gates + 1)] + [f"desk-{n}" for n in range(1, size.desks + 1)]
        self.machines: dict[str, Machine] = {}
        for number, name in enumerate(names):
            role = Role.GATE if number < size.gates else Role.DESK
            group = GROUPS[number % len(GROUPS)]
            machine = Machine(name, role, group, folder / name, network.add(name))
            make_machine(machine, event_file, self._tickets, place, settings)
            self.machines[name] = machine
        self.peers: dict[str, Peer] = {}

    # --- stations ------------------------------------------------------------------------------------

    def start(self, name: str) -> None:
        """Start, or start again, and wait until it is connected with the rehearsal. Raises PeerLost."""
        if name in self.peers:
            self.peers[name].close()
        machine = self.machines[name]
        mates = [each.name for each in self.machines.values() if each.gate_group == machine.gate_group]
        arguments = ["--config", str(machine.config), "--socket", str(self._company.socket_path), "--hello", name]
        arguments += ["--people", str(self.size.people), "--share", str(mates.index(name)), str(len(mates))]
        peer = self._company.start(name, "kiosk.rehearsal.fleet_station", *arguments)
        peer.on_message = self.said.hear
        self.peers[name] = peer

    def start_all(self) -> None:
        for name in self.machines:
            self.start(name)
        for peer in self.peers.values():
            peer.wait_joined()

    def leave(self) -> None:
        """All at once, so that nobody waits for one after the other."""
        for peer in self.peers.values():
            with suppress(PeerLost):
                peer.send({"quit": True})

    def ask(self, name: str, message: Message) -> Message:
        """Raises PeerLost."""
        peer = self.peers[name]
        peer.forget()
        return peer.ask(message, ANSWER_S)

    def ask_all(self, message: Message) -> dict[str, Message]:
        return {name: self.ask(name, message) for name in self.machines}

    def serve(self, names: list[str] | None = None) -> None:
        for name in names or list(self.machines):
            self.ask(name, {"serve": self.size.pace_per_s})

    def rest(self) -> None:
        self.ask_all({"rest": True})

    def settled_s(self, limit_s: float) -> float | None:
        """Seconds until every station is online and has nothing left to tell; None when ``limit_s`` was not enough."""
        began_s = time.monotonic()

        def settled() -> bool:
            states = self.ask_all({"state": True}).values()
            return all(state["online"] and state["pending"] == 0 for state in states)

        return time.monotonic() - began_s if wait_until(settled, limit_s) else None


def wait_until(true: Callable[[], bool], limit_s: float) -> bool:
    """Whether it became true in time."""
    deadline_s = time.monotonic() + limit_s
    while not true():
        if time.monotonic() > deadline_s:
            return False
        time.sleep(LOOK_S)
    return True


@contextmanager
def fleet(size: Size, *, durable: bool = True) -> Iterator[Fleet]:
    """Everything up; everything down and the folders gone at the end. ``durable``: the base outlives power cuts.

    Raises BaseTrouble, PeerLost, OSError.
    """
    with (
        base_for_a_while(durable=durable) as (place, settings),
        tempfile.TemporaryDirectory(prefix="kiosk-fleet-") as name,
    ):
        folder = Path(name)
        company, network = Company(folder), Network(settings.port)
        try:
            made = Fleet(folder, size, place, settings, company, network)
            try:
                made.start_all()
                yield made
            finally:
                made.leave()
        finally:
            company.stop()
            network.close()
