"""Everything a live event needs before it is armed, one table: what it is called, how it alone is taken away, and the
step of the wizard that mends it (R-71).
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from kiosk.accounts.account import Profile
from kiosk.accounts.book import NewAccount
from kiosk.closing import life, place_checks, readiness
from kiosk.closing.publishing import publish
from kiosk.closing.statements import About, state
from kiosk.config.places import EventPlace
from kiosk.domain.access import Role
from kiosk.face.port import EngineUnavailable
from tests.helpers.accounts import NOW_S, PASSWORD, Heard, Machine
from tests.helpers.config import shipped
from tests.helpers.roster import csv_text, row

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


@dataclass(frozen=True)
class Precondition:
    """``before``: what of the scene is otherwise; ``after``: what is done to the event that was made of it."""

    code: str
    step: str
    before: Callable[[Scene, pytest.MonkeyPatch], None] = lambda scene, monkeypatch: None
    after: Callable[[Scene, EventPlace], None] = lambda scene, place: None

    def removed(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> EventPlace:
        """A live event that has everything but this."""
        scene = Scene(folder)
        self.before(scene, monkeypatch)
        place = scene.made()
        self.after(scene, place)
        return place


def _said_otherwise(old: str, new: str, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last place in the file; both gate groups and both sessions have theirs."""
    head, found, rest = scene.text.rpartition(old)
    assert found, old
    scene.text = head + new + rest


def _without(what: str, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.without = {what}


def _only_people(column: int, kept: str, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.people = [each for each in scene.people if each[column] == kept]


def _challenge_without_model(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> Path:
        raise EngineUnavailable("landmarks_missing")

    monkeypatch.setattr(life, "landmark_model", absent)
    scene.text = scene.text.replace('attack_signals = "signals"', 'attack_signals = "challenge"', 1)


def _no_key(scene: Scene, place: EventPlace) -> None:
    place.key_file.unlink()


def _no_store(scene: Scene, place: EventPlace) -> None:
    for path in place.folder.glob("ledger.sqlite*"):
        path.unlink()


def _rewritten(place: EventPlace, old: str, new: str) -> None:
    text = place.event_file.read_text("utf-8")
    assert old in text
    place.event_file.write_text(text.replace(old, new), "utf-8")


def _changed(scene: Scene, place: EventPlace) -> None:
    _rewritten(place, "ends = 2026-05-02T22:30", "ends = 2026-05-02T21:30")


def _loosened(scene: Scene, place: EventPlace) -> None:
    publish(place, "org", Heard())
    _rewritten(place, '["cn", "eu-strict"]', '["cn"]')
    scene.state(place)  # with the settings of now


_IN_THE_FILE = {
    "necessity": ("why", 'necessity = "Tickets are bound to people."', 'necessity = " "'),
    "rule": ("why", 'rule = "permit 7, condition 3"', 'rule = ""'),
    "duty": ("why", 'duty = "law"', 'duty = ""'),
    "face_duty": ("face", 'duty = "law"', 'duty = "organiser"'),
    "sign_off": ("rules", 'sign_off = "Lin, 2026-04-01"', 'sign_off = ""'),
    "separate_lines": ("rules", "separate_lines = true", "separate_lines = false"),
    "public_safety": ("rules", 'public_safety_reference = "permit 7"', 'public_safety_reference = ""'),
    "hold_place": ("keeping", "allowed = false ", 'ground = { zh = "x", en = "x" }\nallowed = true '),
    "grace_place": ("keeping", "grace_h = 2.0", "grace_h = 3.0"),
    "manual_lane": ("lanes", "officers = 4,", "officers = 0,"),
    "plan": ("lanes", "arrivals_per_min = 12", "arrivals_per_min = 0"),
    "below_plan": ("planning", "arrivals_per_min = 12", "arrivals_per_min = 200"),
    "placeholder": ("gates", 'en = "Gate B"', 'en = "CHANGE: Gate B"'),
}
"""Code -> the step that mends it, what the event's file says, and what it says without it."""


def _table() -> Iterator[Precondition]:
    for code, (step, old, new) in _IN_THE_FILE.items():
        yield Precondition(code, step, partial(_said_otherwise, old, new))
    for code, step in (("assessment", "papers"), ("signs", "papers"), ("admins", "officers")):
        yield Precondition(code, step, partial(_without, code))
    yield Precondition("tickets", "roster", partial(_only_people, 6, "night-1"))
    yield Precondition("gate_group", "roster", partial(_only_people, 5, "A"))
    yield Precondition("key", "roster", after=_no_key)
    yield Precondition("store", "roster", after=_no_store)
    yield Precondition("changed", "name", after=_changed)
    yield Precondition("loosened", "rules", after=_loosened)
    yield Precondition("challenge", "face", _challenge_without_model)


PRECONDITIONS = {each.code: each for each in _table()}


def codes() -> set[str]:
    """Every code the readiness list can say, read from the code that says it."""
    found = {about.value for about in About}
    for module in (readiness, place_checks):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            match node:
                case ast.Call(func=ast.Name(id="Missing"), args=[ast.Constant(value=str(code)), *_]):
                    found.add(code)
                case ast.Yield(value=ast.Tuple(elts=[ast.Constant(value=str(code)), *_])):
                    found.add(code)
    return found
