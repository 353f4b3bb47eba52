"""One roster for several machines: what travels, who can open it, and that it is taken whole or not at all."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from drivers.port import DocumentKind
from kiosk.base.authority import Authority, cert_pem, utc_now
from kiosk.base.errors import BaseTrouble
from kiosk.base.package_file import write_package
from kiosk.base.package_key import load, read_request
from kiosk.cli.main import app
from kiosk.closing import life
from kiosk.closing.close import close_event
from kiosk.closing.keys import unlock_unattended
from kiosk.closing.leftovers import Verdict, find_leftovers
from kiosk.closing.state import EventState, WrongState, read_state
from kiosk.config.places import DevicePlace
from kiosk.decommission.survey import survey
from kiosk.domain.outcome import CheckOutcome
from kiosk.ledger.port import Place, Presented
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.ledger.store import open_store, reading
from kiosk.vault.port import KeysDestroyed
from tests.helpers.base import TestBase
from tests.helpers.event_place import CANARIES
from tests.helpers.roster import csv_text, number, row
from tests.helpers.shared_roster import EVENT, Machine, Office, copied

ENROLLED_TO_OPEN_S = 120
GATE_A = Place("gate-1", "A", "night-1")


@pytest.fixture(scope="module")
def office(base: TestBase, tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(base, tmp_path_factory.mktemp("venue") / "office")


@pytest.fixture
def gate(base: TestBase, tmp_path: Path) -> Machine:
    return Machine(base, tmp_path / "gate", "gate-p1")


def references(machine: Machine) -> dict[str, tuple[str, str, int]]:
    db = open_store(machine.place.ledger_file)
    try:
        with reading(db):
            rows = db.execute("SELECT reference, session, gate_group, revoked FROM tickets").fetchall()
    finally:
        db.close()
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def test_several_machines_have_the_same_references_each_under_its_own_key(
    base: TestBase, office: Office, gate: Machine, tmp_path: Path
) -> None:
    other = Machine(base, tmp_path / "other", "gate-p2")
    package = office.packs(gate, other)
    for machine in (gate, other):
        received = machine.takes(package)
        assert (received.made, received.tickets, received.maker) == (True, 40, "office")
    assert references(gate) == references(other) == references(office)
    tokens = []
    for machine in (office, gate, other):
        keys = unlock_unattended(machine.place)
        token = keys.token(DocumentKind.RESIDENT, "CHN", number(1))
        tokens.append(token)
        ledger = SqliteLedger(machine.place.ledger_file, keys)
        check = ledger.check(Presented(token), GATE_A, time.time())
        assert check.outcome is CheckOutcome.VALID
        assert check.ticket is not None
        assert check.ticket.reference in references(office)
        ledger.close()
        keys.forget()
    assert len(set(tokens)) == 3, "each machine tokenises under its own event key"


def test_a_device_goes_from_enrolled_to_open(office: Office, gate: Machine) -> None:
    gate.takes(office.packs(gate))
    assert life.what_is_missing(gate.place) == []
    life.arm_event(gate.place)
    life.open_event(gate.place)
    assert read_state(gate.place.state_file) is EventState.OPEN


def test_nothing_of_it_can_be_read_in_the_file(office: Office, gate: Machine) -> None:
    content = office.packs(gate).read_bytes()
    for canary in (*CANARIES, number(1), "TICKET-", "night-1", *references(office)):
        assert canary.encode() not in content, canary
    assert office.packs(gate).stat().st_mode & 0o777 == 0o600


def test_another_device_cannot_take_it(base: TestBase, office: Office, gate: Machine, tmp_path: Path) -> None:
    stranger = Machine(base, tmp_path / "stranger", "gate-p3")
    stranger.asks()
    with pytest.raises(BaseTrouble, match="was not made for gate-p3: it is for gate-p1"):
        stranger.takes(office.packs(gate))
    assert not stranger.place.folder.exists()


def test_a_device_of_the_same_name_with_another_key_cannot_take_it(
    base: TestBase, office: Office, gate: Machine, tmp_path: Path
) -> None:
    package = office.packs(gate)
    again = Machine(base, tmp_path / "again", "gate-p1")
    again.asks()
    with pytest.raises(BaseTrouble, match="an earlier request of gate-p1"):
        again.takes(package)


def test_a_machine_that_did_not_ask_cannot_take_it(office: Office, gate: Machine) -> None:
    package = office.packs(gate)
    gate.place.package_key_file.unlink()
    with pytest.raises(BaseTrouble, match="did not ask"):
        gate.takes(package)


def test_the_same_or_an_older_package_is_not_taken_again(office: Office, gate: Machine, tmp_path: Path) -> None:
    old = copied(office.packs(gate), tmp_path / "old")
    new = office.packs(gate)
    gate.takes(new)
    for package in (new, old):
        with pytest.raises(BaseTrouble, match="taken already"):
            gate.takes(package)
    assert gate.takes(office.packs(gate)).written == 0, "a newer one with nothing new changes nothing"


@pytest.fixture(scope="module")
def packed(base: TestBase, office: Office, tmp_path_factory: pytest.TempPathFactory) -> tuple[Machine, bytes]:
    machine = Machine(base, tmp_path_factory.mktemp("altered") / "gate", "gate-p4")
    return machine, office.packs(machine).read_bytes()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_byte_can_be_changed_and_no_end_cut_off(
    packed: tuple[Machine, bytes], tmp_path: Path, data: st.DataObject
) -> None:
    machine, content = packed
    spoilt = bytearray(content)
    at = data.draw(st.integers(0, 1 << 20)) % len(content)
    if data.draw(st.booleans()):
        spoilt[at] ^= 1 << data.draw(st.integers(0, 7))
    else:
        del spoilt[at:]
    file = tmp_path / "spoilt"
    file.write_bytes(spoilt)
    with pytest.raises(BaseTrouble):
        machine.takes(file)
    assert not machine.place.folder.exists()


def test_what_is_cut_moved_or_added_is_one_sentence(packed: tuple[Machine, bytes], tmp_path: Path) -> None:
    machine, content = packed
    file = tmp_path / "spoilt"
    for spoilt in (content[:-1], content[: len(content) // 2], content + b"\0", content.replace(b"40", b"41", 1)):
        file.write_bytes(spoilt)
        with pytest.raises(BaseTrouble, match="not whole, or was changed"):
            machine.takes(file)
    for nothing in (b"", b"VKE1 something", bytes(100)):
        file.write_bytes(nothing)
        with pytest.raises(BaseTrouble, match="no package"):
            machine.takes(file)


def test_a_gate_makes_no_packages(base: TestBase, office: Office, gate: Machine, tmp_path: Path) -> None:
    request = office.request_of(gate)
    with pytest.raises(BaseTrouble, match="Only a desk"):
        write_package(tmp_path / "p", EVENT, [request], gate.ours, 0, iter([(0, b"{}")]), time.time())
    assert list(tmp_path.glob("p*")) == []


def test_a_package_of_another_base_is_not_taken(office: Office, gate: Machine, tmp_path: Path) -> None:
    package = office.packs(gate)
    gate.way.ca_file.write_bytes(cert_pem(Authority.create(tmp_path, utc_now()).certificate))
    with pytest.raises(BaseTrouble, match="not one of this venue's base"):
        gate.takes(package)


def test_a_request_is_bound_to_the_device_and_in_time(office: Office, gate: Machine) -> None:
    text, authority = gate.asks(), office.ours.authority
    assert gate.asks().split()[:4] == text.split()[:4], "asked again it is the same key"
    assert len(text) < 1300
    magic, event, public, certificate, signature = text.split()
    for spoilt, why in (
        (" ".join((magic, "another", public, certificate, signature)), "was changed"),
        (" ".join((magic, event, office.asks().split()[2], certificate, signature)), "was changed"),
        (" ".join((magic, event, public, office.asks().split()[3], signature)), "was changed"),
        (text[:-30], "no whole request|was changed"),
        ("", "no whole request"),
        (text.replace("VKP1", "VKR1"), "no whole request"),
    ):
        with pytest.raises(BaseTrouble, match=why):
            read_request(spoilt, authority, time.time())
    with pytest.raises(BaseTrouble, match="is over"):
        read_request(text, authority, time.time() + 400 * 86400)


def test_a_package_holds_every_ticket_or_is_not_made(
    base: TestBase, office: Office, gate: Machine, tmp_path: Path
) -> None:
    to = tmp_path / "package"
    rows = [line for line in office.roster.read_text(encoding="utf-8").splitlines() if line]
    half = tmp_path / "half.csv"
    half.write_text("\n".join(rows[:21]) + "\n", encoding="utf-8")
    with pytest.raises(BaseTrouble, match="20 of 40 tickets of rehearsal are in none"):
        office.pack(to, gate, rosters=(half,))
    rest = tmp_path / "rest.csv"
    rest.write_text("\n".join([rows[0], *rows[21:]]) + "\n", encoding="utf-8")
    assert office.pack(to, gate, rosters=(half, rest)).tickets == 40
    foreign = tmp_path / "foreign.csv"
    foreign.write_text(csv_text([row(900)]), encoding="utf-8")
    with pytest.raises(BaseTrouble, match="row 2 was not imported"):
        office.pack(to, gate, rosters=(foreign,))
    bad = tmp_path / "bad.csv"
    bad.write_text(csv_text([row(1, session="never")]), encoding="utf-8")
    with pytest.raises(BaseTrouble, match="row 2, session"):
        office.pack(to, gate, rosters=(bad,))
    assert office.pack(to, gate, rosters=(bad, half, rest), skip_bad=True).bad_rows == 1
    with pytest.raises(BaseTrouble, match="Two requests are of one device: gate-p1"):
        office.pack(to, gate, gate)
    assert not (tmp_path / "package.part").exists()


def test_later_tickets_and_revocations_follow(base: TestBase, gate: Machine, tmp_path: Path) -> None:
    office = Office(base, tmp_path / "office", 10, "office-2")
    gate.takes(office.packs(gate))
    life.arm_event(gate.place)
    life.open_event(gate.place)
    later = tmp_path / "later.csv"
    later.write_text(csv_text([row(500), row(501)]), encoding="utf-8")
    assert life.import_tickets(office.place, later).imported == 2
    db = open_store(office.place.ledger_file)
    revoked = next(iter(references(gate)))
    db.execute("UPDATE tickets SET revoked = 1 WHERE reference = ?", (revoked,))
    db.close()
    office.pack(tmp_path / "second", gate, rosters=(office.roster, later))
    received = gate.takes(tmp_path / "second")
    assert (received.made, received.tickets, received.written) == (False, 12, 3)
    assert references(gate) == references(office)
    assert references(gate)[revoked][2] == 1
    assert read_state(gate.place.state_file) is EventState.OPEN
    db = open_store(office.place.ledger_file)
    db.execute("UPDATE tickets SET revoked = 0 WHERE reference = ?", (revoked,))
    db.close()
    office.pack(tmp_path / "third", gate, rosters=(office.roster, later))
    gate.takes(tmp_path / "third")
    assert references(gate)[revoked][2] == 1, "what was revoked is good again when the base says so, not a file"


def test_a_machine_with_tickets_of_its_own_keeps_them(base: TestBase, office: Office, tmp_path: Path) -> None:
    own = Office(base, tmp_path / "own", 10, "desk-own")
    before = references(own)
    package = office.packs(own)
    with pytest.raises(BaseTrouble, match="tickets of its own"):
        own.takes(package)
    assert references(own) == before


def test_the_key_dies_with_the_event(office: Office, gate: Machine) -> None:
    package = office.packs(gate)
    gate.takes(package)
    report = close_event(gate.place)
    assert report.verdict is Verdict.PASS
    assert not gate.place.package_key_file.exists()
    with pytest.raises(KeysDestroyed):
        load(gate.place)
    with pytest.raises(WrongState):
        gate.takes(package)
    assert find_leftovers(gate.place.data_dir, CANARIES, key_dir=gate.place.key_dir).verdict is Verdict.PASS


def test_a_key_that_waits_is_seen_and_stands_in_nobodys_way(gate: Machine) -> None:
    gate.asks()
    gate.place.data_dir.mkdir(mode=0o700)
    assert gate.place.package_key_file.stat().st_mode & 0o777 == 0o600
    assert survey(DevicePlace(gate.place.data_dir, gate.place.key_dir)).strangers == []


def test_a_full_disk_leaves_no_half_event(office: Office, gate: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    package = office.packs(gate)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SqliteLedger, "put_rows", full)
    with pytest.raises(OSError, match="No space"):
        gate.takes(package)
    assert not gate.place.folder.exists()
    assert not gate.place.key_file.exists()
    monkeypatch.undo()
    assert gate.takes(package).made, "and it is taken once there is room"


def test_the_commands_take_a_new_machine_to_an_open_event(base: TestBase, tmp_path: Path) -> None:
    """What is typed at the gate and beside it, and how long the machines take for all of it."""
    office = Office(base, tmp_path / "office", name="office-cli")
    begun_s = time.monotonic()
    stick, device = tmp_path / "stick", tmp_path / "gate-new"
    stick.mkdir()
    code = good(base, tmp_path, "base", "enrol", "gate-new").splitlines()[0]
    good(base, device, "base", "request", code, "--to", stick / "request.txt")
    good(base, tmp_path, "base", "sign", stick / "request.txt", "--to", stick / "answer.txt")
    good(base, device, "base", "accept", stick / "answer.txt")
    good(base, device, "base", "ask", EVENT, "--to", stick / "ask.txt")
    to_pack = ("base", "pack", EVENT, stick / "ask.txt", "--roster", office.roster, "--to", stick / "package")
    assert "40 tickets of rehearsal for 1 devices" in good(base, office.folder, *to_pack)
    assert "made here with 40 tickets, packed by office-cli" in good(base, device, "base", "receive", stick / "package")
    good(base, device, "event", "arm", EVENT)
    good(base, device, "event", "open", EVENT)
    assert time.monotonic() - begun_s < ENROLLED_TO_OPEN_S
    again = run(base, device, "base", "receive", stick / "package")
    assert (again.exit_code, again.stderr.count("\n")) == (1, 1)
    assert "taken already" in again.stderr
    log = (office.folder / "data" / "device" / "audit.log").read_text()
    assert "roster.packed" in log
    assert "gate-new" in log


def run(base: TestBase, folder: Path, *words: object) -> Result:
    folders = {"VENUE_KIOSK_DATA": str(folder / "data"), "VENUE_KIOSK_KEYS": str(folder / "keys")}
    environment = folders | {"VENUE_KIOSK_BASE": str(base.place.folder), "COLUMNS": "160"}
    return CliRunner(env=environment).invoke(app, list(map(str, words)))


def good(base: TestBase, folder: Path, *words: object) -> str:
    result = run(base, folder, *words)
    assert result.exit_code == 0, result.output
    return result.stdout
