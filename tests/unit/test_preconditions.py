"""Everything a live event needs before it is armed: each thing alone keeps it from that, by its own name (R-71)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from kiosk.accounts.account import Profile
from kiosk.accounts.book import NewAccount
from kiosk.audit.log import AuditLog
from kiosk.cli import event_saying
from kiosk.cli.event import event_app
from kiosk.closing import life
from kiosk.closing.bound import read_bound
from kiosk.closing.publishing import publish
from kiosk.closing.readiness import Missing
from kiosk.closing.state import EventState, read_state
from kiosk.closing.statements import About, settings_of, state, stated, statements_in
from kiosk.config.load import load_event, parse_event
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.access import Principal, Role
from kiosk.face.port import EngineUnavailable
from tests.helpers.accounts import NOW_S, PASSWORD, Heard, Machine, SetClock
from tests.helpers.config import shipped
from tests.helpers.roster import csv_text, row

app = typer.Typer()
app.add_typer(event_app, name="event")

EVERYTHING = {
    'mode = "live"': 'mode = "live"\nprofiles = ["cn", "eu-strict"]',
    'profiles = ["generic"]': "# profiles",
    'duty = ""': 'duty = "law"',
    'necessity = ""': 'necessity = "Tickets are bound to people."',
    'rule = ""': 'rule = "permit 7, condition 3"',
    'public_safety_reference = ""': 'public_safety_reference = "permit 7"',
    'data_protection_sign_off = ""': 'data_protection_sign_off = "Lin, 2026-04-01"',
    "separate_lines = false": "separate_lines = true",
    "enabled = false ": "enabled = true ",
    "officers = 0, arrivals_per_min = 0": "officers = 4, arrivals_per_min = 12",
}
SECOND = """
[[sessions]]
id = "night-2"
name = { zh = "第二场", en = "Second night" }
date = 2026-05-02
doors = 2026-05-02T17:30:00+08:00
ends = 2026-05-02T22:30:00+08:00

[[gate_groups]]
id = "B"
name = { zh = "B 入口", en = "Gate B" }
where = { zh = "向左", en = "to the left" }
manual = { officers = 4, arrivals_per_min = 12 }

[ticket_code]
"""
IN_THE_FILE = {
    "necessity": ('necessity = "Tickets are bound to people."', 'necessity = " "'),
    "rule": ('rule = "permit 7, condition 3"', 'rule = ""'),
    "duty": ('duty = "law"', 'duty = ""'),
    "face_duty": ('duty = "law"', 'duty = "organiser"'),
    "sign_off": ('sign_off = "Lin, 2026-04-01"', 'sign_off = ""'),
    "separate_lines": ("separate_lines = true", "separate_lines = false"),
    "public_safety": ('public_safety_reference = "permit 7"', 'public_safety_reference = ""'),
    "hold_place": ("allowed = false ", 'ground = { zh = "x", en = "x" }\nallowed = true '),
    "grace_place": ("grace_h = 2.0", "grace_h = 3.0"),
    "manual_lane": ("officers = 4,", "officers = 0,"),
    "plan": ("arrivals_per_min = 12", "arrivals_per_min = 0"),
    "below_plan": ("arrivals_per_min = 12", "arrivals_per_min = 200"),
    "placeholder": ('en = "Gate B"', 'en = "CHANGE: Gate B"'),
}


def whole_text() -> str:
    text = shipped("example-event", **EVERYTHING).replace("[ticket_code]\n", SECOND, 1)
    return text.replace("CHANGE: ", "").replace("请改：", "")


class Scene:
    """A live event with all it needs, but for what a test leaves out."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.text = folder, whole_text()
        self.without: set[str] = set()
        self.people = [row(n, session=f"night-{n % 4 // 2 + 1}", gate_group="AB"[n % 2]) for n in range(8)]

    def made(self) -> EventPlace:
        file = self.folder / "event.toml"
        file.write_text(self.text, "utf-8")
        place = life.new_event(file, self.folder / "data", self.folder / "keys")
        roster = self.folder / "roster.csv"
        roster.write_text(csv_text(self.people), "utf-8")
        assert life.import_tickets(place, roster).ok
        self.state(place)
        if "admins" not in self.without:
            owner = NewAccount("sec", "Sam", frozenset({Role.SECURITY_ADMIN}))
            Machine(self.folder).book.first(owner, Profile.CN, PASSWORD)
        return place

    def state(self, place: EventPlace) -> None:
        for about in About:
            if about.value not in self.without:
                state(place, about, "org", NOW_S, Heard(), b"paper")


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def missing(place: EventPlace) -> list[str]:
    return [thing.code for thing in life.what_is_missing(place)]


def refused(place: EventPlace) -> list[Missing]:
    with pytest.raises(life.NotReady) as not_ready:
        life.arm_event(place)
    assert read_state(place.state_file) is EventState.DRAFT
    return not_ready.value.missing


def said(place: EventPlace, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What ``kiosk event arm`` says, given by an organiser."""
    who = Principal(Role.ORGANISER, "org")
    spoken = partial(event_saying.spoken, ask_who=lambda action, subject: who)
    monkeypatch.setattr("kiosk.cli.event.spoken", spoken)
    environment = {"VENUE_KIOSK_DATA": str(place.data_dir), "VENUE_KIOSK_KEYS": str(place.key_dir)}
    result = CliRunner(env=environment).invoke(app, ["event", "arm", place.event_id])
    assert result.exit_code == 1, result.output
    return [line for line in result.output.splitlines() if line.startswith("[missing]")]


def only(place: EventPlace, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arming fails with exactly this, in the call and in the command."""
    (thing,) = refused(place)
    assert thing.code == code
    assert said(place, monkeypatch) == [f"[missing] {thing.sentence}"]


@pytest.mark.requirement("R-71")
def test_with_everything_it_is_armed(scene: Scene) -> None:
    place = scene.made()
    assert missing(place) == []
    life.arm_event(place)
    assert read_state(place.state_file) is EventState.ARMED


@pytest.mark.requirement("R-71", "R-75")
@pytest.mark.parametrize("code", IN_THE_FILE)
def test_each_thing_of_the_file_alone(scene: Scene, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    old, new = IN_THE_FILE[code]
    head, found, rest = scene.text.rpartition(old)
    assert found, old
    scene.text = head + new + rest
    only(scene.made(), code, monkeypatch)


@pytest.mark.requirement("R-70", "R-71", "R-74")
@pytest.mark.parametrize("code", ["assessment", "signs", "admins"])
def test_each_thing_somebody_stands_for_alone(scene: Scene, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    scene.without = {code}
    only(scene.made(), code, monkeypatch)


@pytest.mark.requirement("R-71")
@pytest.mark.parametrize(("code", "column", "kept"), [("tickets", 6, "night-1"), ("gate_group", 5, "A")])
def test_a_roster_that_leaves_a_place_empty_alone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, code: str, column: int, kept: str
) -> None:
    scene.people = [each for each in scene.people if each[column] == kept]
    only(scene.made(), code, monkeypatch)


def _no_key(place: EventPlace) -> None:
    place.key_file.unlink()


def _no_store(place: EventPlace) -> None:
    for path in place.folder.glob("ledger.sqlite*"):
        path.unlink()


def _changed(place: EventPlace) -> None:
    text = place.event_file.read_text("utf-8")
    place.event_file.write_text(text.replace("ends = 2026-05-02T22:30", "ends = 2026-05-02T21:30"), "utf-8")


@pytest.mark.requirement("R-71")
@pytest.mark.parametrize(
    ("code", "remove"), [("key", _no_key), ("store", _no_store), ("changed", _changed)], ids=["key", "store", "changed"]
)
def test_each_thing_of_the_machine_alone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, code: str, remove: Callable[[EventPlace], None]
) -> None:
    place = scene.made()
    remove(place)
    only(place, code, monkeypatch)


@pytest.mark.requirement("R-15", "R-71")
def test_what_was_published_and_is_looser_now_alone(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    place = scene.made()
    publish(place, "org", Heard())
    text = place.event_file.read_text("utf-8")
    place.event_file.write_text(text.replace('["cn", "eu-strict"]', '["cn"]'), "utf-8")
    scene.state(place)  # with the settings of now
    only(place, "loosened", monkeypatch)


@pytest.mark.requirement("R-71")
def test_the_challenges_model_alone(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> Path:
        raise EngineUnavailable("landmarks_missing")

    monkeypatch.setattr(life, "landmark_model", absent)
    scene.text = scene.text.replace('attack_signals = "signals"', 'attack_signals = "challenge"', 1)
    only(scene.made(), "challenge", monkeypatch)


# --- statements -----------------------------------------------------------------------------------


@pytest.mark.requirement("R-70")
def test_an_assessment_is_void_after_a_change_it_rests_on_and_counts_again_when_that_is_undone(scene: Scene) -> None:
    place = scene.made()
    before = place.event_file.read_text("utf-8")
    for old, new in (('rule = "permit 7', 'rule = "permit 8'), ("attempts = 2", "attempts = 1")):
        assert old in before
        place.event_file.write_text(before.replace(old, new), "utf-8")
        assert "assessment" in missing(place)
    place.event_file.write_text(before, "utf-8")
    assert missing(place) == []


@pytest.mark.requirement("R-70")
def test_another_model_card_voids_an_assessment(scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    event = parse_event(scene.text, "test")
    before = {about: settings_of(event, about) for about in About}
    (tmp_path / "card.json").write_text("{}")
    monkeypatch.setattr("kiosk.closing.statements.asset", lambda *parts: tmp_path / "card.json")
    assert settings_of(event, About.ASSESSMENT) != before[About.ASSESSMENT]
    assert settings_of(event, About.SIGNS) == before[About.SIGNS]


def test_a_statement_says_who_when_and_about_which_paper_and_is_written_down(scene: Scene) -> None:
    place = scene.made()
    log = AuditLog.at(DevicePlace(place.data_dir, place.key_dir), SetClock())
    made = state(place, About.ASSESSMENT, "lin", 7.0, log, b"the paper")
    assert statements_in(read_bound(place))[About.ASSESSMENT] == made
    assert (made.by, made.at_s, len(made.paper)) == ("lin", 7.0, 64)
    assert '"code":"assessment"' in log.file.read_text()


def test_a_statement_made_outside_the_signed_record_is_none(scene: Scene) -> None:
    scene.without = set(About)
    place = scene.made()
    other = place.bound_file.read_bytes().replace(b'"statements":""', b'"statements":"{}"')
    place.bound_file.write_bytes(other)
    assert stated(place, load_event(place.event_file)) == frozenset()
