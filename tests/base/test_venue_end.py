"""An event's end over the venue: every device closes and tells, and the base itself is wiped and looked through."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.base import admin, archiving, certificate, ending, journal
from kiosk.base.client import BaseClient
from kiosk.base.closing_here import NothingToTell, close_here, main, start_closing, tell_closed, tell_until_heard
from kiosk.base.cluster import start, stop
from kiosk.base.errors import BaseAway, BaseRefused, BaseTrouble
from kiosk.base.following import BaseFollower, Reported
from kiosk.base.link import BaseWay
from kiosk.base.look import find_base_leftovers, find_references
from kiosk.cli.main import app
from kiosk.closing.certificate_file import CertificateRefused, sha256
from kiosk.closing.journal import Because
from kiosk.closing.leftovers import Verdict
from kiosk.closing.state import EventState, read_state
from kiosk.domain.lane import Lane
from kiosk.ledger.port import Admission, GateState
from kiosk.ledger.store import open_store
from kiosk.vault.identity import DeviceIdentity
from tests.helpers.base import ADDRESS, PATIENT_S, TestBase, new_base
from tests.helpers.certificate import FAKE_PDF
from tests.helpers.event_place import make_event
from tests.helpers.shared_roster import EVENT, Machine

TICKETS = 300
LOST = ("--why", "stolen", "--incident", "INC-7", "--reason", "taken", "--approve", "Ann", "--approve", "Bo")


@pytest.fixture(scope="module")
def venue() -> Iterator[TestBase]:
    """A base of its own: what lies in its files is looked at."""
    with new_base() as running:
        yield running


@pytest.fixture(autouse=True)
def _paper_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.base.closing_here.paper_of", lambda json_bytes: FAKE_PDF)


@pytest.fixture
def references(venue: TestBase) -> list[str]:
    """Of a new event called ``rehearsal``; the one before is gone from the base."""
    with venue.admin() as db:
        for table in ("holders", "tickets", "events", *archiving.ROWS_OF_AN_EVENT[1:]):
            db.execute(f"DELETE FROM venue.{table} WHERE event = %s", (EVENT,))
        made = [secrets.token_hex(16) for _ in range(TICKETS)]
        admin.load_tickets(db, EVENT, [("night-1", reference, "A", False) for reference in made])
    archiving.certificate_of(venue.place, EVENT).unlink(missing_ok=True)
    return made


def patient(way: BaseWay) -> BaseWay:
    return BaseWay(ADDRESS, way.port, way.device, way.folder, PATIENT_S, PATIENT_S)


class Gate(Machine):
    """A machine of the venue with the event on it."""

    def __init__(self, base: TestBase, folder: Path, name: str, kind: str = "gate") -> None:
        super().__init__(base, folder, name, kind)
        self.way = patient(self.way)
        self.client = BaseClient(self.way, EVENT)
        assert self.client.reconnect()

    def beats(self) -> str:
        return self.client.beat(self.name, "A", "serving", 0, "0.1.0").outcome

    def closes(self) -> None:
        make_event(self.folder, 4)
        assert close_here(self.place, Because.ASKED) == 0
        assert read_state(self.place.state_file) is EventState.WIPED

    def admits(self, reference: str) -> None:
        hold = secrets.token_hex(16)
        assert self.client.hold(hold, self.name, "A", "night-1", reference, hold, 60).outcome == "held"
        admission = secrets.token_hex(16)
        assert self.client.commit(hold, hold, admission, "face", time.time()).outcome == "admitted"


@pytest.fixture
def gates(venue: TestBase, references: list[str], tmp_path: Path) -> Iterator[list[Gate]]:
    made = [Gate(venue, tmp_path / f"gate-{number}", f"gate-{number}") for number in range(3)]
    for gate in made:
        assert gate.beats() == "noted"
    yield made
    for gate in made:
        gate.client.close()


def kiosk(venue: TestBase, folder: Path, *words: object) -> Result:
    environment = {
        "VENUE_KIOSK_DATA": str(folder / "data"),
        "VENUE_KIOSK_KEYS": str(folder / "keys"),
        "VENUE_KIOSK_BASE": str(venue.place.folder),
        "COLUMNS": "160",
    }
    return CliRunner(env=environment).invoke(app, list(map(str, words)))


def test_an_event_ends_on_every_device_and_then_at_the_base(
    venue: TestBase, references: list[str], gates: list[Gate], tmp_path: Path
) -> None:
    for gate, reference in zip(gates, references, strict=False):
        gate.admits(reference)
    with venue.admin() as db:
        db.execute("ANALYZE")  # as PostgreSQL does by itself: then it knows values by heart
    assert find_references(venue.place.folder, [each.encode() for each in references]).found
    early = kiosk(venue, tmp_path, "base", "archive", EVENT)
    assert (early.exit_code, "is not being closed" in early.stderr) == (1, True)
    assert "3 devices are told" in kiosk(venue, tmp_path, "base", "close", EVENT, "--yes").stdout
    for gate in gates[:2]:
        assert gate.beats() == "closing"
        make_event(gate.folder, 4)
        assert main(str(gate.place.data_dir), str(gate.place.key_dir), EVENT, "asked") == 0, "as the station starts it"
    missing = kiosk(venue, tmp_path, "base", "archive", EVENT, "--json")
    assert missing.exit_code == 1
    assert [each["device"] for each in json.loads(missing.stdout)["missing"]] == ["gate-2"]
    assert "1 of 3 devices have not told" in missing.stderr
    assert "[missing] gate-2: last seen 0 min ago" in missing.stderr
    lost = kiosk(venue, tmp_path, "base", "lost", EVENT, "gate-2", *LOST)
    assert lost.exit_code == 0, lost.output
    with pytest.raises((BaseRefused, BaseAway)):
        gates[2].beats()
    done = kiosk(venue, tmp_path, "base", "archive", EVENT)
    assert done.exit_code == 0, done.output
    assert f"Event {EVENT} at the base: PASS" in done.stdout
    _nothing_is_left(venue, references)
    _the_certificate_holds(venue, gates, tmp_path)


def _nothing_is_left(venue: TestBase, references: list[str]) -> None:
    with venue.admin() as db:
        for table in archiving.ROWS_OF_AN_EVENT:
            assert db.execute(f"SELECT count(*) FROM venue.{table}").fetchone() == (0,), table
    assert find_references(venue.place.folder, [each.encode() for each in references]).found == {}
    assert list(venue.place.folder.glob("*.references")) == []


def _the_certificate_holds(venue: TestBase, gates: list[Gate], tmp_path: Path) -> None:
    file = archiving.certificate_of(venue.place, EVENT)
    content = file.read_bytes()
    said = certificate.read(content, DeviceIdentity.load(tmp_path / "keys" / "identity.key").public_key).certificate
    digests = {each.device: each.sha256 for each in said.devices}
    assert digests == {gate.name: sha256(gate.place.certificate_file.read_bytes()) for gate in gates[:2]}
    assert [(each.device, each.why, each.incident, each.by) for each in said.lost] == [
        ("gate-2", "stolen", "INC-7", ("Ann", "Bo"))
    ]
    assert (said.verdict, said.removed["tickets"], said.removed["admissions"]) == (Verdict.PASS, TICKETS, 3)
    shown = kiosk(venue, tmp_path, "base", "certificate", file)
    assert (shown.exit_code, json.loads(shown.stdout)["lost"]) == (0, ["gate-2"])
    for at in range(0, len(content), 97):
        spoilt = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        with pytest.raises(CertificateRefused):
            certificate.read(spoilt)


def test_an_archived_event_takes_nothing_more(
    venue: TestBase, references: list[str], gates: list[Gate], tmp_path: Path
) -> None:
    kiosk(venue, tmp_path, "base", "close", EVENT, "--yes")
    with venue.admin() as db, pytest.raises(BaseTrouble, match="takes no tickets"):
        admin.load_tickets(db, EVENT, [("night-1", "t", "A", False)])
    for gate in gates:
        gate.client.closed("nonce", "pass", "a" * 64, 1.0)
    assert kiosk(venue, tmp_path, "base", "archive", EVENT).exit_code == 0
    assert gates[0].beats() == "closing", "a device that comes back late still closes"
    with pytest.raises(BaseRefused, match="VE002"):
        gates[0].client.upload("u", "gate-0", "A", "night-1", references[0], "late", "face", 1.0)
    with venue.admin() as db:
        assert db.execute("SELECT count(*) FROM venue.stations").fetchone() == (0,)
    again = kiosk(venue, tmp_path, "base", "archive", EVENT)
    assert (again.exit_code, "archived already" in again.stderr) == (1, True)
    assert kiosk(venue, tmp_path, "base", "close", EVENT, "--yes").exit_code == 1


@pytest.mark.requirement("R-52")
def test_a_device_that_failed_to_wipe_is_waited_for(
    venue: TestBase, references: list[str], gates: list[Gate], tmp_path: Path
) -> None:
    kiosk(venue, tmp_path, "base", "close", EVENT, "--yes")
    for gate, verdict in zip(gates, ("pass", "failed", "unknown"), strict=True):
        gate.client.closed(verdict, verdict, "b" * 64, 1.0)
    said = kiosk(venue, tmp_path, "base", "archive", EVENT)
    assert "[missing] gate-1: told FAILED: close it there again" in said.stderr
    assert "gate-2: told UNKNOWN" in said.stderr
    assert "gate-0" not in said.stderr
    gates[1].client.closed("again", "pass", "c" * 64, 2.0)
    with venue.admin() as db:
        assert [each.device for each in ending.end_of(db, EVENT).missing] == ["gate-2"]
    shown = json.loads(kiosk(venue, tmp_path, "base", "status", "--json").stdout)
    assert {row["event"]: (row["state"], row["missing"]) for row in shown["events"]}[EVENT] == ("closing", 1)


@pytest.mark.requirement("R-52")
def test_a_device_that_was_given_the_roster_is_asked_for_even_if_it_was_never_seen(
    venue: TestBase, references: list[str], tmp_path: Path
) -> None:
    desk = venue.client("desk-9", EVENT, "desk")
    gate = venue.client("gate-9", EVENT)
    assert desk.expect("e", "gate-8").outcome == "expected"
    with pytest.raises(BaseRefused, match="VE003"):
        gate.expect("e", "gate-7")
    kiosk(venue, tmp_path, "base", "close", EVENT, "--yes")
    said = kiosk(venue, tmp_path, "base", "archive", EVENT)
    assert "[missing] desk-9: was given the tickets and never seen" in said.stderr
    assert "[missing] gate-8: was given the tickets and never seen" in said.stderr
    desk.close()
    gate.close()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("gate-0", *LOST[:-2]), "Two different people"),
        (("gate-0", "--why", "stolen", "--incident", "x y", *LOST[4:]), "letters, digits"),
        (("gate-none", *LOST), "never had tickets"),
    ],
)
@pytest.mark.requirement("R-52")
def test_a_device_is_lost_by_two_people_and_a_record(
    venue: TestBase, references: list[str], gates: list[Gate], tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    before = kiosk(venue, tmp_path, "base", "lost", EVENT, "gate-0", *LOST)
    assert "is not being closed yet" in before.stderr
    kiosk(venue, tmp_path, "base", "close", EVENT, "--yes")
    said = kiosk(venue, tmp_path, "base", "lost", EVENT, *words)
    assert said.exit_code != 0
    assert why in said.stderr
    assert gates[0].beats() == "closing", "and is not cut off"


def test_a_station_hears_it_tells_everything_and_begins_to_close(
    venue: TestBase, references: list[str], gates: list[Gate], tmp_path: Path
) -> None:
    gate, begun = gates[0], list[int]()
    store = open_store(tmp_path / "ledger.sqlite")
    clock = [1000.0]

    def pending_then() -> None:
        begun.append(store.execute("SELECT count(*) FROM venue_journal WHERE sent = 0").fetchone()[0])

    follower = BaseFollower(
        tmp_path / "ledger.sqlite",
        gate.client,
        Reported("gate-0", "A", "0.1.0"),
        monotonic=lambda: clock[0],
        close=pending_then,
    )
    follower.step(store)
    assert begun == []
    admission = Admission("late-one", references[5], 5.0, "gate-0", Lane.STAFF, GateState.PENDING)
    journal.note_admission(store, admission, "night-1", "A", "late-one")
    kiosk(venue, tmp_path, "base", "close", EVENT, "--yes")
    clock[0] += 0.2
    deadline_s = time.monotonic() + PATIENT_S
    while not begun and time.monotonic() < deadline_s:
        follower.step(store)  # woken by the notice: no beat is due yet
    assert begun == [0], "what was decided alone is told first"
    clock[0] += 5
    follower.step(store)
    assert begun == [0], "once"
    store.close()


def test_telling_waits_for_a_base_that_is_away(
    venue: TestBase, references: list[str], gates: list[Gate], tmp_path: Path
) -> None:
    gate = gates[0]
    with pytest.raises(NothingToTell):
        tell_closed(gate.place, gate.way)
    gate.closes()
    stop(venue.place, venue.settings)
    slept = list[float]()

    def back(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            start(venue.place, venue.settings)

    assert tell_until_heard(gate.place, gate.way, back)
    assert len(slept) == 2
    assert tell_closed(gate.place, gate.way), "again is harmless"
    with venue.admin() as db:
        [holder] = [each for each in ending.end_of(db, EVENT).holders if each.device == "gate-0"]
    assert holder.digest == sha256(gate.place.certificate_file.read_bytes())


def test_the_close_of_one_machine_tells_by_itself(
    venue: TestBase, references: list[str], gates: list[Gate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.cli.event.paper_of", lambda json_bytes: FAKE_PDF)
    gate = gates[1]
    make_event(gate.folder, 4)
    closed = kiosk(venue, gate.folder, "event", "close", EVENT, "--yes")
    assert closed.exit_code == 0, closed.output
    with venue.admin() as db:
        assert {each.device: each.verdict for each in ending.end_of(db, EVENT).holders}["gate-1"] == "pass"
    assert "knows that rehearsal is closed here" in kiosk(venue, gate.folder, "base", "tell", EVENT).stdout


def test_the_process_that_a_station_starts_closes_and_tells(
    venue: TestBase, references: list[str], gates: list[Gate]
) -> None:
    gate = gates[0]
    make_event(gate.folder, 4)
    assert start_closing(gate.place, Because.ASKED).wait(PATIENT_S * 3) == 0
    assert read_state(gate.place.state_file) is EventState.WIPED
    with venue.admin() as db:
        [told] = [each for each in ending.end_of(db, EVENT).holders if each.device == "gate-0"]
    assert (told.verdict, told.digest) == ("pass", sha256(gate.place.certificate_file.read_bytes()))


def test_something_that_is_left_is_said_and_can_be_looked_for_again(
    venue: TestBase, references: list[str], tmp_path: Path
) -> None:
    """A copy of the tickets that somebody left in the base's folder."""
    kiosk(venue, tmp_path, "base", "close", EVENT, "--yes")
    left = venue.place.folder / "tickets.csv"
    left.write_text(f"session,reference\nnight-1,{references[7]}\n")
    said = kiosk(venue, tmp_path, "base", "archive", EVENT)
    assert said.exit_code == 1
    assert "at the base: FAILED" in said.stdout
    assert f"LEFT or not read: {left}" in said.stderr
    assert find_base_leftovers(venue.place.folder).verdict is Verdict.FAILED
    left.unlink()
    whole = find_base_leftovers(venue.place.folder)
    assert {each.what for each in whole.leftovers} == {"ticket_reference", "archiving_not_finished"}, "its list"
    assert kiosk(venue, tmp_path, "base", "archive", EVENT).exit_code == 0
    verified = kiosk(venue, tmp_path, "wipe", "verify", venue.place.folder)
    assert verified.exit_code == 0, verified.output
    assert json.loads(verified.stdout)["verdict"] == "PASS"


def test_other_events_stay_as_they_are(venue: TestBase, references: list[str], tmp_path: Path) -> None:
    kept = secrets.token_hex(16)
    other = venue.event([("night-1", kept, "A", False)])
    kiosk(venue, tmp_path, "base", "close", EVENT, "--yes")
    assert kiosk(venue, tmp_path, "base", "archive", EVENT).exit_code == 0
    client = venue.client("gate-other", other)
    assert client.look("gate-other", "night-1", kept).outcome == "free"
    client.close()
    assert find_base_leftovers(venue.place.folder, references).verdict is Verdict.PASS
    assert find_base_leftovers(venue.place.folder).verdict is Verdict.FAILED, "another event's tickets are there"
