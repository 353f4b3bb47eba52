"""A station behind a locked screen: wrong, right, waiting, closed meanwhile; nothing personal is open before."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from drivers.port import CodeScanned
from kiosk.closing import life
from kiosk.closing.close import close_event
from kiosk.closing.open_files import held_open
from kiosk.config.places import EventPlace
from kiosk.config.rehearsal_event import rehearsal_event_text
from kiosk.rehearsal.venue import Sizes, today, write_machine
from kiosk.service import load_station
from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.unlock_window import UnlockState, UnlockWindow
from kiosk.unlocking import Unlocking, UnlockScreen, needs_secret
from kiosk.vault.errors import TriesUsedUp, WrongSecret
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.opening_secret import OpeningSecret
from kiosk.vault.port import KeysDestroyed
from kiosk.vault.tries import LOCKED_S
from tests.helpers.ledger import new_keys
from tests.helpers.vault import SECRET, with_secret


class Vault:
    """Answers tries with what it was told to, from whichever thread asks."""

    def __init__(self, keys: FileEventKeys) -> None:
        self.keys, self.answers = keys, list[Exception]()
        self.wait_left_s, self.there, self.threads = 0.0, True, set[str]()

    def unlock(self, secret: OpeningSecret) -> FileEventKeys:
        self.threads.add(threading.current_thread().name)
        secret.wipe()
        if self.answers:
            raise self.answers.pop(0)
        return self.keys

    def wait_s(self) -> float:
        return self.wait_left_s


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(new_keys(tmp_path))


@pytest.fixture
def window(keep: Callable[[KioskWindow], None], qapp: QApplication) -> UnlockWindow:
    made = UnlockWindow(Texts, {"en": "Night"}, ["en"], motion=False)
    keep(made)
    made.show_as_window(1280, 800)
    return made


@pytest.fixture
def screen(window: UnlockWindow, vault: Vault) -> Iterator[UnlockScreen]:
    made = UnlockScreen(window, vault.unlock, vault.wait_s, lambda: vault.there)
    yield made
    made.stop()


def give(window: UnlockWindow) -> None:
    window.entry.fill("OPEN THE GATES")
    window.entry.give()


def test_the_right_secret_unlocks_once_and_off_the_windows_thread(
    screen: UnlockScreen, window: UnlockWindow, vault: Vault, qtbot: QtBot
) -> None:
    spy = QSignalSpy(screen.unlocked)
    give(window)
    assert window.view.state is UnlockState.CHECKING
    qtbot.waitUntil(lambda: spy.count() == 1, timeout=3000)
    assert spy.at(0)[0] is vault.keys
    assert vault.threads == {"unlock"}


@pytest.mark.parametrize(
    ("why", "state"),
    [
        (WrongSecret(3), UnlockState.WRONG),
        (WrongSecret(0), UnlockState.WAITING),
        (TriesUsedUp(12.0), UnlockState.WAITING),
        (KeysDestroyed(), UnlockState.GONE),
        (KeyFileUnusable("damaged"), UnlockState.UNUSABLE),
    ],
)
def test_what_went_wrong_is_shown(
    screen: UnlockScreen, window: UnlockWindow, vault: Vault, qtbot: QtBot, why: Exception, state: UnlockState
) -> None:
    vault.answers.append(why)
    vault.wait_left_s = 12.0 if isinstance(why, TriesUsedUp) else 0.0 if state is not UnlockState.WAITING else LOCKED_S
    give(window)
    qtbot.waitUntil(lambda: window.view.state is state, timeout=3000)
    if state is UnlockState.WRONG:
        assert window.view.tries_left == 3


def test_a_wait_runs_down_and_ends(screen: UnlockScreen, window: UnlockWindow, vault: Vault) -> None:
    for wait_s, state in ((12.0, UnlockState.WAITING), (11.0, UnlockState.WAITING), (0.0, UnlockState.ASKING)):
        vault.wait_left_s = wait_s
        screen._look_again()
        assert (window.view.state, window.view.wait_s) == (state, wait_s)


def test_an_event_that_is_closed_meanwhile_is_said_so(screen: UnlockScreen, window: UnlockWindow, vault: Vault) -> None:
    vault.there = False
    screen._look_again()
    assert window.view.state is UnlockState.GONE
    assert not window.entry.isVisible()


# --- a whole station ------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path) -> EventPlace:
    event_file = tmp_path / "tonight.toml"
    event_file.write_text(rehearsal_event_text(today()), encoding="utf-8")
    return life.new_event(event_file, tmp_path / "data", tmp_path / "keys", with_secret())


@pytest.fixture
def desk_file(place: EventPlace, tmp_path: Path) -> Path:
    path = tmp_path / "desk.toml"
    write_machine(path, "desk", tmp_path, tmp_path / "devices", Sizes().desk, "")
    return path


@pytest.fixture
def unlocking(place: EventPlace, desk_file: Path, qapp: QApplication) -> Iterator[Unlocking]:
    config = load_station(desk_file)
    assert needs_secret(config)
    made = Unlocking(config)
    yield made
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_nothing_of_the_event_is_open_before_and_the_keys_are_the_events_after(
    unlocking: Unlocking, place: EventPlace
) -> None:
    window = unlocking.window
    assert isinstance(window, UnlockWindow)
    seen: list[object] = []

    def staff() -> None:
        seen.append(held_open(place.folder))
        window.entry.fill(SECRET)
        window.entry.give()

    QTimer.singleShot(50, staff)
    keys = unlocking.wait()
    assert keys is not None
    assert not seen[0]
    assert keys.fingerprint == FileEventKeys.load(place.key_file, place.event_id, with_secret()).fingerprint


def test_a_scanned_badge_fills_the_entry_and_opens_nothing(unlocking: Unlocking) -> None:
    window = unlocking.window
    assert isinstance(window, UnlockWindow)
    spy = QSignalSpy(window.secret_given)
    unlocking._on_scan(CodeScanned("Staff-badge 00012345"))
    assert window.entry._typed.text == "STAFF-BADGE00012345"
    assert spy.count() == 0


def test_a_station_told_to_end_while_locked_ends(unlocking: Unlocking) -> None:
    QTimer.singleShot(50, lambda: QApplication.exit(0))
    assert unlocking.wait() is None
    # Qt keeps a told end in mind until a main loop has ended; the tests that follow want theirs to run.
    QTimer.singleShot(0, lambda: QApplication.exit(0))
    QApplication.exec()


def test_an_event_closed_behind_a_locked_screen_needs_no_secret(place: EventPlace, desk_file: Path) -> None:
    config = load_station(desk_file)
    close_event(place)
    assert not place.key_file.exists()
    assert not place.tries_file.exists()
    assert not needs_secret(config)


_STATION = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from kiosk.service import load_station, serve
from kiosk.ui.unlock_window import UnlockState, UnlockWindow

config = load_station(Path(sys.argv[1]))
import kiosk.service as service
shown = []

def windows():
    return [type(each).__name__ for each in QApplication.topLevelWidgets() if each.isVisible()]

def staff():
    window = next(each for each in QApplication.topLevelWidgets() if isinstance(each, UnlockWindow))
    shown.append(windows())
    window.entry.fill(sys.argv[2])
    window.entry.give()

def ready(app, startup_s):
    shown.append(windows())
    QApplication.exit(0)

make = service.make_application
def made(*arguments, **marks):
    application = make(*arguments, **marks)
    QTimer.singleShot(200, staff)
    return application
service.make_application = made
serve(config, ready=ready)
print(shown)
"""


def test_a_station_asks_when_it_starts_and_serves_after(desk_file: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _STATION, str(desk_file), SECRET],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.stdout.splitlines()[-1:] == ["[['UnlockWindow'], ['DeskWindow']]"], ended.stderr
