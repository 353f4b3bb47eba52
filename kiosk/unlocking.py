"""A station whose event is protected by a secret waits here until it is unlocked; nothing personal can be read before.

The check takes a thread of its own, a scan of a badge only fills the entry: whoever stands there still has to tap, so
that tickets held before the scanner lock nobody out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal

from drivers.errors import DriverError
from drivers.port import CodeScanned
from drivers.registry import open_scanner
from drivers.secret import SecretText
from kiosk.closing.by_itself import audit_of, deadline_of
from kiosk.closing.keys import unlock_with_secret
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.config.station import StationConfig
from kiosk.parts.closing import closes
from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.unlock_window import UnlockState, UnlockView, UnlockWindow
from kiosk.vault.copies import protection_of
from kiosk.vault.errors import KeyLocked, TriesUsedUp, WrongSecret
from kiosk.vault.file_keys import FileEventKeys
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.opening_secret import OpeningSecret
from kiosk.vault.port import KeysDestroyed
from kiosk.vault.protection import Protection
from kiosk.vault.tries import LOCKED_S, Tries
from kiosk.workers.deadline import DeadlineWatch
from kiosk.workers.device import DeviceThread
from kiosk.workers.looks import dress
from kiosk.workers.mailbox import Mailbox

LOOK_AGAIN_MS = 500
Unlock = Callable[[OpeningSecret], FileEventKeys]


class UnlockScreen(QObject):
    """Drives an UnlockWindow. ``unlocked`` carries the FileEventKeys, once."""

    unlocked = Signal(object)
    _tried = Signal(object)

    def __init__(self, window: UnlockWindow, unlock: Unlock, wait_s: Callable[[], float], there: Callable[[], bool]):
        """``wait_s``: until the next try may be made; ``there``: whether the event still has a key."""
        super().__init__()
        self._window, self._unlock, self._wait_s, self._there = window, unlock, wait_s, there
        self._thread: threading.Thread | None = None
        self._tick = QTimer(self)
        self._tick.setInterval(LOOK_AGAIN_MS)
        self._tick.timeout.connect(self._look_again)
        self._tried.connect(self._on_tried, Qt.ConnectionType.QueuedConnection)
        window.secret_given.connect(self._try)
        self._look_again()
        self._tick.start()

    def stop(self) -> None:
        """End; a check under way is waited for."""
        self._tick.stop()
        if self._thread is not None:
            self._thread.join()

    def _try(self, given: SecretText) -> None:
        secret = OpeningSecret.of(given.reveal())
        given.wipe()
        self._window.show_view(UnlockView(UnlockState.CHECKING))
        self._thread = threading.Thread(target=self._work, args=(secret,), name="unlock")
        self._thread.start()

    def _work(self, secret: OpeningSecret) -> None:
        try:
            self._tried.emit(self._unlock(secret))
        except (WrongSecret, TriesUsedUp, KeysDestroyed, KeyFileUnusable, KeyLocked) as why:
            self._tried.emit(why)

    def _on_tried(self, outcome: object) -> None:
        self._thread = None
        if isinstance(outcome, FileEventKeys):
            self._tick.stop()
            self.unlocked.emit(outcome)
            return
        self._window.show_view(_view_of(outcome))
        if not isinstance(outcome, WrongSecret):
            self._look_again()

    def _look_again(self) -> None:
        """Waits run down, and an event may be closed behind a locked screen."""
        state = self._window.view.state
        if self._thread is not None or state in {UnlockState.GONE, UnlockState.UNUSABLE}:
            return
        if not self._there():
            self._window.show_view(UnlockView(UnlockState.GONE))
            return
        try:
            wait_s = self._wait_s()
        except KeyFileUnusable as unusable:
            self._window.show_view(_view_of(unusable))
            return
        if wait_s > 0 and state is not UnlockState.WRONG:
            self._window.show_view(UnlockView(UnlockState.WAITING, wait_s=wait_s))
        elif wait_s <= 0 and state is UnlockState.WAITING:
            self._window.show_view(UnlockView(UnlockState.ASKING))


class Unlocking:
    """The unlock screen of one station, and its scanner while it waits."""

    def __init__(self, config: StationConfig) -> None:
        machine, event = config.machine, config.event
        place = EventPlace(machine.data_dir, machine.key_dir, machine.event)
        languages = [machine.language.value, *(each.value for each in event.languages if each is not machine.language)]
        names = {each.value: event.name[each] for each in event.languages}
        audit = audit_of(place)
        self._deadline = DeadlineWatch(deadline_of(place, audit), closes(config, place))
        self._mailbox = Mailbox()
        self._scanner = _scanner(config, self._mailbox, self._on_scan)
        self._window = UnlockWindow(
            Texts, names, languages, with_scanner=self._scanner is not None, rehearsal=config.rehearsal
        )
        dress(self._window, DevicePlace(machine.data_dir, machine.key_dir), machine.window)
        self._screen = UnlockScreen(
            self._window,
            lambda secret: unlock_with_secret(place, secret, audit, machine.station),
            Tries(place.tries_file).wait_s,
            place.key_file.exists,
        )
        self._size = machine.window

    def wait(self) -> FileEventKeys | None:
        """Show the screen until the event is unlocked; None when the program was told to end before."""
        loop, keys = QEventLoop(), list[FileEventKeys]()
        self._screen.unlocked.connect(keys.append)
        self._screen.unlocked.connect(loop.quit)
        if self._size.fullscreen:
            self._window.show_full_screen()
        else:
            self._window.show_as_window(self._size.width_px, self._size.height_px)
        self._deadline.start()  # an event's time runs out behind a locked screen, too
        if self._scanner is not None:
            self._scanner.start()
        loop.exec()
        self._deadline.stop()
        if self._scanner is not None:
            self._scanner.stop()  # the station opens it again
        return keys[0] if keys else None

    def close(self) -> None:
        """Once the station's own window is there: the glass never shows what lies behind."""
        self._screen.stop()
        self._mailbox.close()
        self._window.allow_close()
        self._window.close()
        self._window.deleteLater()

    @property
    def window(self) -> KioskWindow:
        return self._window

    def _on_scan(self, event: object) -> None:
        if isinstance(event, CodeScanned):
            self._window.entry.fill(event.untrusted_code)


def needs_secret(config: StationConfig) -> bool:
    """Whether the station's event waits for a secret. What is wrong with its key is said when it is loaded."""
    machine = config.machine
    try:
        return protection_of(EventPlace(machine.data_dir, machine.key_dir, machine.event).key_file) is Protection.SECRET
    except (KeysDestroyed, KeyFileUnusable):
        return False


def _view_of(why: object) -> UnlockView:
    match why:
        case WrongSecret(tries_left=0):
            return UnlockView(UnlockState.WAITING, wait_s=LOCKED_S)
        case WrongSecret():
            return UnlockView(UnlockState.WRONG, tries_left=why.tries_left)
        case TriesUsedUp():
            return UnlockView(UnlockState.WAITING, wait_s=why.wait_s)
        case KeysDestroyed():
            return UnlockView(UnlockState.GONE)
        case KeyFileUnusable():
            return UnlockView(UnlockState.UNUSABLE, detail=why.code)
    return UnlockView(UnlockState.UNUSABLE, detail=KeyLocked.code)


def _scanner(config: StationConfig, mailbox: Mailbox, deliver: Callable[[object], None]) -> DeviceThread | None:
    device = config.machine.scanner
    if device is None:
        return None
    try:
        scanner = open_scanner(device.family, device.port, **device.settings)
    except DriverError:
        return None  # said in a sentence when the station opens it
    return DeviceThread("unlock scanner", scanner, mailbox.post, deliver)
