"""What leaves the kiosk: every export, tried with every role, and looked through for every class of data (R-65)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

import kiosk.cli.who
from kiosk.accounts.account import Account
from kiosk.accounts.logins import Session
from kiosk.accounts.store import AccountStore
from kiosk.cli.main import app
from kiosk.cli.saying import NOT_ALLOWED
from kiosk.closing.close import close_event
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.access import ALLOWED as TABLE
from kiosk.domain.access import Action, Role
from kiosk.domain.exports import ALLOWED, HANDING_OUT, DataClass, Export
from tests.helpers.certificate import FAKE_PDF
from tests.helpers.event_place import CANARIES, make_event

PEOPLE = [role for role in Role if role not in {Role.STATION, Role.UNATTENDED}]
FACES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"RIFF", b"WLf\0")
MARKS: dict[DataClass, tuple[bytes, ...]] = {
    DataClass.FACES: FACES,
    DataClass.IDENTITIES: (CANARIES[0].encode(), CANARIES[0].encode("utf-16-le"), b"canary-number"),
    DataClass.TICKETS: (CANARIES[1].encode(), b"seat_area"),
    DataClass.MOVEMENTS: (b"admitted_at", b"passed_at"),
    DataClass.KEYS: (b"VKKEY", b"VKID01", b"VKAC01"),
}
WRITES_A_FILE = {
    "kiosk event used-list": Export.USED_LIST,
    "kiosk audit export": Export.AUDIT_LOG,
    "kiosk event certificate": Export.CERTIFICATE,
    "kiosk account badges": Export.BADGES,
    "kiosk event report": Export.REPORT,
    "kiosk event notice": Export.PAPERS,
    "kiosk event poster": Export.PAPERS,
    "kiosk event questions": Export.PAPERS,
    "kiosk event papers": Export.PAPERS,
    "kiosk evidence make": Export.EVIDENCE,
    "kiosk base tickets": Export.VENUE_TICKETS,
    "kiosk base pack": Export.ROSTER_PACKAGE,
    "kiosk event pack": Export.ROSTER_PACKAGE,
    "kiosk decommission": Export.HANDOVER,
}
PLACES_TO_WRITE = {"to", "pdf", "slips", "handover", "out", "output", "export", "save"}
NO_EXPORT = {
    "kiosk wipe certificate": "--pdf is read",
    "kiosk evaluate": "works on pictures it is given",
    "kiosk base request": "a device's public key",
    "kiosk base sign": "a device's certificate",
    "kiosk base ask": "a device's public key",
    "kiosk event ask": "a device's public key",
    "kiosk base standby": "the standby's request to be let in",
}


@dataclass
class Machine:
    """One whose log-ins are whoever the test says."""

    folder: Path
    place: EventPlace
    role: Role = Role.ORGANISER

    def __call__(self, *words: object) -> Result:
        folders = ("--data", self.place.data_dir, "--keys", self.place.key_dir)
        return CliRunner().invoke(app, [str(word) for word in (*words, *folders)])

    @property
    def device(self) -> DevicePlace:
        return DevicePlace(self.place.data_dir, self.place.key_dir)

    def records(self, kind: str) -> list[dict[str, object]]:
        if not self.device.audit_file.exists():
            return []
        lines = map(json.loads, self.device.audit_file.read_text("ascii").splitlines())
        return [line for line in lines if line["kind"] == kind]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path, make_event(tmp_path, people=8))
    AccountStore.open(machine.device).close()
    monkeypatch.setattr(kiosk.cli.who, "set_up", lambda place: True)
    monkeypatch.setattr("kiosk.cli.evidence.painted", lambda sheet: FAKE_PDF)

    def logged_in(*_: object) -> Session:
        return Session(Account("somebody", "Some Body", frozenset({machine.role})), "commands", "token")

    monkeypatch.setattr(kiosk.cli.who, "logged_in", logged_in)
    return machine


def used_list(machine: Machine, to: Path) -> Result:
    return machine("event", "used-list", "rehearsal", "--to", to, "--reason", "refunds", "--by", "wu")


def audit_log(machine: Machine, to: Path) -> Result:
    return machine("audit", "export", "--to", to, "--recipient", "wu", "--reason", "the yearly look")


def report(machine: Machine, to: Path) -> Result:
    told = machine("event", "report", "rehearsal", "--json")
    if told.exit_code == 0:
        to.write_text(told.stdout, encoding="utf-8")
    return told


def certificate(machine: Machine, to: Path) -> Result:
    if machine.place.key_file.exists():
        close_event(machine.place)
    told = machine("event", "certificate", "rehearsal")
    if told.exit_code == 0:
        to.write_bytes(machine.place.certificate_file.read_bytes())
    return told


def venue_tickets(machine: Machine, to: Path) -> Result:
    return machine("base", "tickets", "rehearsal", "--to", to)


def notice(machine: Machine, to: Path) -> Result:
    return machine("event", "notice", "rehearsal", "--to", to)


def evidence(machine: Machine, to: Path) -> Result:
    if machine.place.key_file.exists():
        close_event(machine.place)
    return machine("evidence", "make", "rehearsal", "--to", to)


EXPORTS: dict[Export, Callable[[Machine, Path], Result]] = {
    Export.USED_LIST: used_list,
    Export.AUDIT_LOG: audit_log,
    Export.REPORT: report,
    Export.CERTIFICATE: certificate,
    Export.VENUE_TICKETS: venue_tickets,
    Export.PAPERS: notice,
    Export.EVIDENCE: evidence,
}
RECORDED = {
    Export.USED_LIST: "export.used_list",
    Export.AUDIT_LOG: "log.exported",
    Export.CERTIFICATE: "export.made",
    Export.PAPERS: "export.made",
    Export.EVIDENCE: "export.made",
}


@pytest.mark.requirement("R-65")
@pytest.mark.parametrize("export", EXPORTS, ids=str)
def test_every_export_with_every_role_gives_the_allowed_classes_alone(machine: Machine, export: Export) -> None:
    action, allowed = ALLOWED[export].action, ALLOWED[export].holds
    for role in PEOPLE:
        machine.role, to = role, machine.folder / f"{export}-{role}"
        before = len(machine.records(RECORDED.get(export, "none")))
        result = EXPORTS[export](machine, to)
        if action not in TABLE[role]:
            assert (result.exit_code, to.exists()) == (NOT_ALLOWED, False), role
            kind = "export.refused" if action in HANDING_OUT else "action.refused"
            assert machine.records(kind)[-1]["by"] == "somebody", "a failed try is written down, too"
            continue
        assert result.exit_code == 0, result.output
        for data, marks in MARKS.items():
            assert data not in allowed
            assert not any(mark in to.read_bytes() for mark in marks), (export, role, data)
        if export in RECORDED:
            assert len(machine.records(RECORDED[export])) == before + 1


def test_a_used_list_into_the_kiosks_own_folders_is_refused_and_written_down(machine: Machine) -> None:
    assert used_list(machine, machine.place.folder / "used.csv").exit_code == 2
    assert [each["fields"] for each in machine.records("export.refused")] == [{"code": "used_list", "reason": "inside"}]


def test_no_other_command_has_a_place_to_write_to() -> None:
    """A new option that names an output belongs into the allow-list first."""

    def commands(command: object, name: str = "kiosk") -> Iterator[tuple[str, typer.core.TyperCommand]]:
        inner = getattr(command, "commands", {})
        for child, each in inner.items():
            yield from commands(each, f"{name} {child}")
        if not inner:
            yield name, command  # type: ignore[misc]

    found = {
        name
        for name, command in commands(typer.main.get_command(app))
        if any(PLACES_TO_WRITE & {parameter.name or ""} for parameter in command.params)
    }
    assert found - set(NO_EXPORT) <= set(WRITES_A_FILE)
    assert {WRITES_A_FILE[name] for name in found - set(NO_EXPORT)} | {
        Export.CERTIFICATE,
        Export.REPORT,
        Export.EVIDENCE,
    } == set(Export)


@pytest.mark.parametrize("export", Export, ids=str)
def test_the_allow_list_names_no_class_about_an_attendee(export: Export) -> None:
    assert not ALLOWED[export].holds & MARKS.keys()
    assert ALLOWED[export].action in Action
