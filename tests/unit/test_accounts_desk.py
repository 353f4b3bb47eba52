"""Accounts and desk together: a real store on its thread, and the whole desk behind its log-in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

import kiosk.login
from kiosk.accounts.badge import new_badge
from kiosk.accounts.book import NewAccount
from kiosk.accounts.hashing import SecretHasher
from kiosk.accounts.keys import AccountKeys
from kiosk.app import assemble
from kiosk.config.faults import ConfigFaults
from kiosk.config.places import DevicePlace
from kiosk.domain.access import Action, NotAllowed, Principal, Role
from kiosk.login import Accounts, DeskOfficers
from kiosk.observer import Silent
from kiosk.rehearsal.venue import Sizes, write_machine
from kiosk.service import load_station
from kiosk.station.desk_login import Officer
from kiosk.station.login_view import LoginStep
from kiosk.ui.app_setup import make_application
from kiosk.ui.desk_window import DeskWindow
from kiosk.workers.queue import WorkQueue
from tests.helpers.accounts import EVENT, NOW_S, ORGANISER, STATION, Machine
from tests.helpers.event_place import make_event
from tests.helpers.station_workers import Posts
from tests.helpers.ui import end

PIN = "302817"


class Desk:
    """The officers' port over a real store; ``ask`` waits for an answer."""

    def __init__(self, folder: Path) -> None:
        self.machine, self.posts = Machine(folder), Posts()
        self.badge = self.machine.officer().badge
        machine = self.machine
        accounts = Accounts(machine.store, machine.book, machine.logins, machine.heard)
        self.officers = DeskOfficers(accounts, WorkQueue("accounts", self.posts), STATION, EVENT)

    def ask(self, call: Any, *given: Any) -> Any:
        answers: list[Any] = []
        call(*given, lambda *answer: answers.append(answer), lambda code, until: answers.append(code))
        self.posts.run_until(lambda: bool(answers))
        return answers[0]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.officers.close()


def test_the_desks_officers_are_those_of_the_store(desk: Desk) -> None:
    [issued] = desk.machine.book.issue_badges(ORGANISER, EVENT, ["o-1"])
    assert desk.ask(desk.officers.unlock, PIN) == "over"
    assert desk.ask(desk.officers.log_in, desk.badge, PIN, "") == "wrong", "a renewed badge ends the old one"
    assert desk.ask(desk.officers.log_in, issued.badge, issued.secret, "") == "must_change"
    (officer,) = desk.ask(desk.officers.log_in, issued.badge, issued.secret, PIN)
    assert officer == Officer(Principal(Role.ATTENDANT, "o-1"), "Officer o-1")
    assert desk.ask(desk.officers.unlock, PIN) == ()
    lost: list[bool] = []
    desk.officers.keep_alive(lambda: lost.append(True))
    desk.officers.end()
    desk.officers.keep_alive(lambda: lost.append(True))
    desk.posts.run_until(lambda: bool(lost))
    assert lost == [True], "alive before the end, not after it"


def test_a_desk_knows_the_badges_of_its_officers_only(desk: Desk) -> None:
    assert desk.ask(desk.officers.know, desk.badge) == (True,)
    assert desk.ask(desk.officers.know, new_badge()) == (False,), "a right check digit makes no officer"
    [renewed] = desk.machine.book.issue_badges(ORGANISER, EVENT, ["o-1"])
    assert desk.ask(desk.officers.know, desk.badge) == (False,)
    assert not desk.machine.logins.knows(renewed.badge, "another-event")
    desk.machine.clock.s += 86_400
    assert desk.ask(desk.officers.know, renewed.badge) == (False,), "the event is over"


def test_decisions_are_counted_and_refusals_written(desk: Desk) -> None:
    who = Principal(Role.ATTENDANT, "o-1")
    desk.officers.count(who, "override")
    desk.officers.refused(NotAllowed(who, Action.CLOSE_EVENT))
    answers: list[object] = []
    desk.officers.keep_alive(lambda: answers.append(True))
    desk.posts.run_until(lambda: bool(answers))
    [act] = desk.machine.store.acts(EVENT)
    assert (act["account_id"], act["act"], act["count"]) == ("o-1", "override", 1)
    assert act["quarter"] == NOW_S // 900 * 900
    last = desk.machine.heard.records[-1]
    assert (last.kind, last.by, last.fields) == ("action.refused", "o-1", {"role": "attendant", "act": "close_event"})


# --- the whole desk -------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    def hasher(keys: AccountKeys) -> SecretHasher:
        return SecretHasher(keys, memory_kib=8, passes=1)

    monkeypatch.setattr(kiosk.login, "SecretHasher", hasher)


def station_file(folder: Path, more: str = "") -> Path:
    path = folder / "desk.toml"
    write_machine(path, "desk", folder, folder / "devices", Sizes().desk, "")
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    return path


def test_a_rehearsals_desk_asks_for_nobody_unless_told_to(tmp_path: Path) -> None:
    make_event(tmp_path, people=4)
    assert not load_station(station_file(tmp_path)).accounts_required
    assert load_station(station_file(tmp_path, "\n[accounts]\nrequired = true\n")).accounts_required


def test_a_live_desk_cannot_do_without_accounts(tmp_path: Path) -> None:
    place = make_event(tmp_path, people=4)
    text = place.event_file.read_text(encoding="utf-8")
    live = text.replace('mode = "rehearsal"', 'mode = "live"').replace(', "rehearsal"]', "]")
    place.event_file.write_text(live, encoding="utf-8")
    with pytest.raises(ConfigFaults, match=r"accounts\.required"):
        load_station(station_file(tmp_path, "\n[accounts]\nrequired = false\n"))


def test_the_whole_desk_works_for_whoever_logged_in(tmp_path: Path, quick: None) -> None:
    make_event(tmp_path, people=4)
    config = load_station(station_file(tmp_path, "\n[accounts]\nrequired = true\n"))
    device = DevicePlace(config.machine.data_dir, config.machine.key_dir)
    with kiosk.login.accounts_of(device) as accounts:
        by = Principal(Role.ORGANISER, "org")
        new = NewAccount("o-1", "Robin Example", frozenset({Role.ATTENDANT}), event=config.event.id)
        accounts.book.add(by, new)
        [issued] = accounts.book.issue_badges(by, config.event.id)
    application = make_application([], "zh")
    app = assemble(config, Silent())
    try:
        window = app.window
        assert isinstance(window, DeskWindow)
        window.show_as_window(1280, 800)
        for typed in (issued.badge.removeprefix("VKB-"), issued.secret, PIN, PIN):
            _until_asked(application, window)
            for digit in typed:
                window.cover.strike(digit)
            window.cover.enter()
        _until(application, lambda: window.lock_button.isVisible())
        assert not window.cover.isVisible()
        window.lock_button.click()
        assert window.cover.isVisible()
        _until_asked(application, window)
        for digit in PIN:
            window.cover.strike(digit)
        window.cover.enter()
        _until(application, lambda: not window.cover.isVisible())
    finally:
        app.stop()
        end(app.window)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    log = device.audit_file.read_text()
    assert log.count("login.succeeded") == 1
    assert log.count("session.ended") == 1


def _until_asked(application: QApplication, window: DeskWindow) -> None:
    asked = {LoginStep.CHECKING, LoginStep.OPEN}
    _until(application, lambda: window._login.step not in asked)


def _until(application: QApplication, done: Any, rounds: int = 2000) -> None:
    for _ in range(rounds):
        if done():
            return
        application.processEvents()
        application.thread().msleep(2)
    raise AssertionError("it did not happen")
