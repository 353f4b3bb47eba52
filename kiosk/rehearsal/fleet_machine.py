"""One machine of a rehearsed fleet: its own folders, its own event key, its own enrolment, the venue's references.

All machines know the same tickets under the same references, each by tokens of its own key. People are invented.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from drivers.port import DocumentKind
from drivers.secret import SecretText
from kiosk.base import admin, device
from kiosk.base.authority import Authority
from kiosk.base.cluster import connected
from kiosk.base.enrolment import CODE_MINUTES, Invitation, make_answer, read_request
from kiosk.base.place import BasePlace, BaseSettings
from kiosk.closing.life import arm_event, new_event, open_event
from kiosk.config.machine import Role
from kiosk.ledger.port import Presented
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.tickets import NewTicket, TicketDetails, new_reference, sealed_row
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.port import EventKeys

EVENT, SESSION, OTHER_SESSION = "rehearsal", "night-1", "night-2"
GROUPS = ("A", "B")


@dataclass(frozen=True)
class VenueTicket:
    """What every machine knows of one ticket. ``person``: a number, from which the code follows, and document and name
    where they are not given.
    """

    reference: str
    person: int
    gate_group: str
    session: str = SESSION
    number: str = ""
    name: str = ""


def venue_tickets(count: int) -> list[VenueTicket]:
    """Shared evenly between the gate groups; and one ticket a group for the other session, whose holder stays away."""
    tonight = [VenueTicket(new_reference(), person, GROUPS[person % len(GROUPS)]) for person in range(count)]
    return [*tonight, *other_session(count)]


def other_session(first_person: int) -> list[VenueTicket]:
    """An event is not opened while one of its sessions has no tickets."""
    return [VenueTicket(new_reference(), first_person + n, group, OTHER_SESSION) for n, group in enumerate(GROUPS)]


def document_of(keys: EventKeys, person: int) -> Presented:
    """What this person puts on the reader, as this machine knows it."""
    return Presented(keys.token(DocumentKind.RESIDENT, "CHN", _number(person)), SecretText(_name(person)), None)


@dataclass(frozen=True)
class Machine:
    """A gate or a desk. ``port``: of its own way to the base. ``reader``: where nothing is, no reader is opened without
    a window. ``more``: further lines of its machine file.
    """

    name: str
    role: Role
    gate_group: str
    folder: Path
    port: int
    reader: Path | None = None
    more: tuple[str, ...] = ()

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def key_dir(self) -> Path:
        return self.folder / "keys"

    @property
    def config(self) -> Path:
        return self.folder / "machine.toml"


def make_machine(
    machine: Machine, event_file: Path, tickets: Sequence[VenueTicket], place: BasePlace, settings: BaseSettings
) -> None:
    """Event, key, tickets, machine file, enrolment. Raises BaseTrouble, OSError and what an event's making raises."""
    machine.folder.mkdir(mode=0o700)
    event_place = new_event(event_file, machine.data_dir, machine.key_dir)
    keys = FileEventKeys.load(event_place.key_file, event_place.event_id)
    ledger = SqliteLedger(event_place.ledger_file, keys)
    ledger.add_rows(sealed_row(_as_new(ticket, keys), keys, ticket.reference) for ticket in tickets)
    ledger.close()
    keys.forget()
    arm_event(event_place)
    open_event(event_place)
    machine.config.write_text(_machine_file(machine), encoding="utf-8")
    enrol(machine, place, settings)


def enrol(machine: Machine, place: BasePlace, settings: BaseSettings) -> None:
    """As the commands do it, but for the port: the way to the base goes through the rehearsal's network."""
    with connected(place, settings) as db:
        code = admin.invite(db, place, settings, machine.name, machine.role.value, CODE_MINUTES).text()
        invitation = replace(Invitation.read(code), port=machine.port)
        request = read_request(device.begin(machine.key_dir, invitation.text()))
        certificate = admin.enrol(db, place, settings, request)
    device.finish(machine.key_dir, make_answer(certificate, Authority.load(place.ca).certificate))


def _as_new(ticket: VenueTicket, keys: EventKeys) -> NewTicket:
    person = ticket.person
    token = keys.token(DocumentKind.RESIDENT, "CHN", ticket.number or _number(person))
    details = TicketDetails(f"FLT-{person:06d}", ticket.name or _name(person), f"Block {1 + person % 9}")
    return NewTicket(token, ticket.session, ticket.gate_group, details)


def _number(person: int) -> str:
    return f"fleet-{person}"


def _name(person: int) -> str:
    return f"样例{person}"


def _machine_file(machine: Machine) -> str:
    reader = machine.reader or machine.folder / "reader"
    lines = [
        f'station = "{machine.name}"',
        f'role = "{machine.role.value}"',
        f'event = "{EVENT}"',
        f'gate_group = "{machine.gate_group}"',
        f"data_dir = {json.dumps(str(machine.data_dir))}",
        f"key_dir = {json.dumps(str(machine.key_dir))}",
        f'reader = {{ family = "sdt", port = {json.dumps(str(reader))} }}',
        "base = {}",
        *machine.more,
    ]
    return "\n".join(lines) + "\n"
