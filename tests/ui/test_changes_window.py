"""Changes at the office by touch and keyboard, with two people where they are needed; trainings; the archive."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import kiosk.login
import kiosk.office.training
import kiosk.office_screen
from kiosk.accounts.account import Profile
from kiosk.accounts.book import NewAccount
from kiosk.accounts.hashing import SecretHasher
from kiosk.accounts.keys import AccountKeys
from kiosk.accounts.second_factor import code_at
from kiosk.audit.log import AuditLog
from kiosk.closing.bound import read_bound
from kiosk.closing.close import close_event
from kiosk.closing.publishing import publish
from kiosk.closing.state import EventState, state_at
from kiosk.config.load import load_event
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.access import Principal, Role
from kiosk.login import open_accounts
from kiosk.office.training import TrainingPort
from kiosk.office.view import FormPage, ListPage
from kiosk.office_screen import OfficeScreen
from kiosk.rehearsal.venue import Sizes, write_machine
from kiosk.service import load_office
from kiosk.text import Texts
from tests.helpers.accounts import PASSWORD, SetClock
from tests.helpers.event_place import make_event
from tests.helpers.ui import all_texts, clipped_texts, end, tap

SECOND_PASSWORD = "Battery-Staple-9"


@dataclass
class Desk:
    """An office with two people who may agree: ``sec``, who is logged in, and ``org``."""

    screen: OfficeScreen
    place: EventPlace
    clock: SetClock
    seconds: dict[str, bytes]
    qtbot: QtBot
    texts: Texts

    def __post_init__(self) -> None:
        self.window, self.pages = self.screen.window, self.screen.window.pages

    def wait(self, until: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(until, timeout=10_000)

    def tap(self, target: QWidget) -> None:
        """Where it stands once the page that was just shown is laid out."""
        for _ in range(3):
            QApplication.processEvents()
        tap(self.window, target)
        QApplication.processEvents()

    def code(self, who: str) -> str:
        """The next one: whoever logged in has used theirs up."""
        self.clock.s += 60
        return code_at(self.seconds[who], self.clock.s)

    def enter(self, tile: str) -> None:
        for typed in ("sec", PASSWORD, self.code("sec")):
            QTest.keyClicks(self.window, typed)
            self.tap(self.window.cover.enter_button)
        self.wait(self.pages.isVisible)
        self.tap(self.pages.home.tiles[tile])

    def titled(self, key: str) -> None:
        title = self.texts(key)
        self.wait(lambda: getattr(self.pages.page, "title", "") == title)
        assert not clipped_texts(self.window)

    def open_row(self, key: str) -> None:
        rows = self.pages.list.table.rows
        for _ in range(1 + [row.key for row in rows.shown].index(key)):
            QTest.keyClick(rows, Qt.Key.Key_Down)
        QTest.keyClick(rows, Qt.Key.Key_Return)

    def type(self, *lines: str, submit: bool = True) -> None:
        """Into the lines of the form, from the first, in place of what stands there."""
        entries = list(self.pages.form.entries.values())
        for entry, line in zip(entries, lines, strict=True):
            if entry.text == line:
                continue
            entry.setFocus()
            for _ in entry.text:
                QTest.keyClick(entry, Qt.Key.Key_Backspace)
            QTest.keyClicks(entry, line)
        if submit:
            self.tap(self.pages.form.acts["submit"])

    def told(self, words: str) -> None:
        self.wait(lambda: words in self.told_words)

    @property
    def told_words(self) -> str:
        told = getattr(self.pages.page, "told", None)
        return "" if told is None else str(told.words)

    def records(self, kind: str) -> list[dict[str, object]]:
        file = DevicePlace(self.place.data_dir, self.place.key_dir).audit_file
        return [line for line in map(json.loads, file.read_text("ascii").splitlines()) if line["kind"] == kind]


@pytest.fixture
def desk(
    tmp_path: Path, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Desk]:
    def hasher(keys: AccountKeys) -> SecretHasher:
        return SecretHasher(keys, memory_kib=8, passes=1)

    monkeypatch.setattr(kiosk.login, "SecretHasher", hasher)
    place = make_event(tmp_path, people=4)
    file = tmp_path / "desk.toml"
    write_machine(file, "desk", tmp_path, tmp_path / "devices", Sizes().desk, "", request.param)
    config = load_office(file)
    clock, device = SetClock(), DevicePlace(place.data_dir, place.key_dir)
    accounts, log = open_accounts(device, clock), AuditLog.at(device, clock)
    publish(place, "sec", log)
    roles = frozenset({Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.ORGANISER})
    seconds = {"sec": accounts.book.first(NewAccount("sec", "Sam", roles), Profile.GENERIC, PASSWORD).second}
    by = Principal(Role.SECURITY_ADMIN, "sec")
    org = accounts.book.add(by, NewAccount("org", "Olga", frozenset({Role.ORGANISER}), "olga"))
    seconds["org"] = org.second
    code = code_at(org.second, clock.s)
    accounts.logins.end(accounts.logins.admin("org", org.secret, code, "desk", SECOND_PASSWORD))
    screen = OfficeScreen(config, accounts, log, list, clock, (tmp_path,))
    screen.window.show_as_window(1280, 800)
    yield Desk(screen, place, clock, seconds, qtbot, Texts(request.param))
    screen.close()
    end(screen.window)


both_languages = pytest.mark.parametrize("desk", ["zh", "en"], indirect=True)


def to_changes(desk: Desk) -> None:
    desk.enter("event")
    desk.wait(lambda: "changes" in desk.pages.sheet.acts)
    desk.tap(desk.pages.sheet.acts["changes"])
    desk.titled("office.changes.title")


def later_by_an_hour(desk: Desk) -> None:
    """Postpone the last session; the page of two people is asked for."""
    to_changes(desk)
    desk.open_row("sessions")
    desk.titled("office.wizard.step.sessions")
    page = desk.pages.page
    assert isinstance(page, ListPage)
    desk.open_row(page.rows[-1].key)
    desk.wait(lambda: isinstance(desk.pages.page, FormPage))
    entries = desk.pages.form.entries
    last = load_event(desk.place.event_file).sessions[-1]
    lines = {name: entry.text for name, entry in entries.items()}
    lines["ends"] = f"{(last.ends + timedelta(hours=1)).astimezone():%Y-%m-%d %H:%M}"
    lines["change_reason"] = "storm, an hour later"
    desk.type(*lines.values())
    desk.told(desk.texts("office.fault.two_people"))
    desk.tap(desk.pages.form.acts["agree"])
    desk.titled("office.agree.title_1")


@pytest.mark.requirement("R-49", "R-72")
@both_languages
def test_a_later_end_takes_two_different_people_at_the_window(desk: Desk) -> None:
    before = read_bound(desk.place)
    later_by_an_hour(desk)
    desk.type("org", "wrong-password", desk.code("org"))
    desk.told(desk.texts("office.agree.refused.wrong"))
    assert {entry.text for entry in desk.pages.form.entries.values()} == {""}
    assert [(each["by"], each["success"]) for each in desk.records("login.failed")] == [("org", False)]
    desk.type("sec", PASSWORD, desk.code("sec"))
    desk.titled("office.agree.title_2")
    assert {entry.text for entry in desk.pages.form.entries.values()} == {""}
    desk.type("sec", PASSWORD, desk.code("sec"))
    desk.told(desk.texts("office.agree.one_person"))
    assert read_bound(desk.place) == before
    assert not desk.records("approval.given")
    desk.type("org", SECOND_PASSWORD, desk.code("org"))
    desk.told(desk.texts("office.agree.done"))
    after = read_bound(desk.place)
    assert before is not None
    assert after is not None
    assert after.at_s == before.at_s + 3600
    given = desk.records("approval.given")
    assert [(each["by"], each["about"]) for each in given] == [("sec", "rehearsal"), ("org", "rehearsal")]
    assert len(desk.records("event.changed")) == 1


@pytest.mark.requirement("R-61")
@pytest.mark.parametrize("desk", ["en"], indirect=True)
def test_guessing_locks_the_account_and_nothing_is_changed(desk: Desk) -> None:
    before = desk.place.event_file.read_bytes()
    later_by_an_hour(desk)
    for tries in range(1, 6):
        desk.type("org", "guessed", "000000")
        desk.wait(lambda tries=tries: len(desk.records("login.failed")) == tries)  # type: ignore[misc]  # bound now
        desk.wait(lambda: desk.told_words != desk.texts("login.checking"))
    assert len(desk.records("login.locked")) == 1
    desk.type("org", SECOND_PASSWORD, desk.code("org"))
    desk.told("This account is locked until")
    desk.tap(desk.pages.form.back_button)
    desk.wait(lambda: "ends" in desk.pages.form.entries)
    assert desk.pages.form.entries["change_reason"].text == "storm, an hour later"
    assert desk.place.event_file.read_bytes() == before


@pytest.mark.requirement("R-15", "R-72")
@both_languages
def test_no_published_rule_is_loosened_by_anybody(desk: Desk) -> None:
    to_changes(desk)
    desk.open_row("keeping")
    desk.wait(lambda: "retention_grace_h" in desk.pages.form.entries)
    lines = {name: entry.text for name, entry in desk.pages.form.entries.items()}
    desk.type(*{**lines, "retention_grace_h": "3", "change_reason": "more time"}.values())
    field_words = desk.texts("office.wizard.setting.retention_grace_h")
    desk.told(desk.texts("office.wizard.fault.looser", fields=field_words))
    assert "agree" not in desk.pages.form.acts
    assert not desk.records("event.changed")


@dataclass
class _Training:
    begun: list[str] = field(default_factory=list)
    ended: bool = False

    def over(self) -> bool | None:
        return True if self.ended else None

    def begin(self, language: str) -> _Training:
        self.begun.append(language)
        return self


@both_languages
def test_a_training_is_begun_from_its_tile(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    training = _Training()
    monkeypatch.setattr(kiosk.office_screen, "training_port", lambda *_: TrainingPort(lambda: (), training.begin))
    monkeypatch.setattr(kiosk.office.training, "_LOOK_AGAIN_S", 0.01)
    desk.enter("training")
    desk.titled("office.training.title")
    desk.tap(desk.pages.sheet.acts["begin"])
    desk.told(desk.texts("office.training.runs"))
    assert (training.begun, "begin" in desk.pages.sheet.acts) == ([desk.texts.language], False)
    training.ended = True
    desk.told(desk.texts("office.training.over"))
    assert "begin" in desk.pages.sheet.acts


@pytest.mark.requirement("R-52")
@both_languages
def test_a_closed_event_is_archived_from_its_page(desk: Desk) -> None:
    close_event(desk.place)
    desk.enter("event")
    desk.wait(lambda: "archive" in desk.pages.sheet.acts)
    assert "changes" not in desk.pages.sheet.acts
    assert not clipped_texts(desk.window)
    desk.tap(desk.pages.sheet.acts["archive"])
    desk.told(desk.texts("office.event.archived"))
    assert state_at(desk.place) is EventState.ARCHIVED
    assert desk.texts("office.event.states.archived") in all_texts(desk.window)
    assert "archive" not in desk.pages.sheet.acts
