"""One gate and one desk of a venue in one room, with fingers that touch, eyes that read, and a clock that is told."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

import kiosk.app
import kiosk.login
import kiosk.parts.capture
import kiosk.parts.common
import kiosk.parts.desk_tasks
import kiosk.parts.devices
import kiosk.parts.duties
import kiosk.parts.lanes
import kiosk.ui.hold_button
import kiosk.workers.calling
import kiosk.workers.gate_lanes
import kiosk.workers.service
from drivers.printer.printer import open_printer
from drivers.printer.simulator import PrinterSimulator
from kiosk.accounts.hashing import SecretHasher
from kiosk.app import assemble
from kiosk.audit.catalogue import IN_DETAIL, Kind
from kiosk.audit.detail import DetailLog
from kiosk.audit.reading import newest_first
from kiosk.closing.deadline import Judged
from kiosk.closing.schedule import Due
from kiosk.config.event import EventConfig
from kiosk.config.station import StationConfig
from kiosk.config.texts import Language
from kiosk.integrity.check import IntegrityReport, State
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.observer import Silent
from kiosk.parts.common import Common
from kiosk.service import load_station
from kiosk.station.desk_view import DeskState
from kiosk.station.login_view import LoginStep
from kiosk.text import Texts
from kiosk.ui.desk_window import DeskWindow
from kiosk.ui.hold_button import HoldButton
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.station_window import StationWindow
from kiosk.ui.words import Words
from kiosk.vault.file_keys import FileEventKeys
from kiosk.visit.view import Screen, View
from kiosk.workers.deadline import DeadlineWatch
from tests.flows.base import Base, Lanes
from tests.flows.devices import Board, Camera, Engine, Person, Reader, Scanner
from tests.flows.place import EVENT, HERE, NO_TICKET, OTHER_DAY, OTHER_GATE, PIN, Evening
from tests.helpers.station import SetClock
from tests.helpers.told_timers import Timers
from tests.helpers.ui import all_texts, end, finger_on, shown, tap

PATIENCE_S = 20.0
"""Of the test, in real time: machines that build are busy. What the product may take is told by the clock."""
TICK_MS = 100


class Clock(SetClock):
    """Begins now, and stands still until it is told how much time has passed."""

    def __init__(self) -> None:
        super().__init__()
        self._began_at, self._began_s = time.time(), self.s
        self.timers: list[Timers] = []

    def now(self) -> float:
        return self._began_at + self.s - self._began_s

    def make_timers(self, fired: Callable[[str], None]) -> Timers:
        self.timers.append(Timers(self, fired))
        return self.timers[-1]


class Deadline:
    """When the event is over. ``due``: what it says of the machine's clock."""

    due = Due.NOT_YET

    def look(self) -> Judged:
        return Judged(self.due)


class Witness(Silent):
    """Keeps every screen the attendees saw, and whatever their window held then."""

    def __init__(self) -> None:
        self.window: StationWindow | None = None
        self.views: list[View] = []
        self.texts: set[str] = set()

    def view_shown(self, view: View) -> None:
        self.views.append(view)
        if self.window is not None:
            self.texts.update(all_texts(self.window).split("\n"))


class Hall:
    """Both stations, and everything a flow needs of them. One flow after the other; each has people of its own."""

    def __init__(self, evening: Evening, language: str, printer: PrinterSimulator, patch: pytest.MonkeyPatch) -> None:
        self.evening, self.language, self.printer = evening, language, printer
        self.texts = Texts(language)
        self.clock, self.deadline, self.witness = Clock(), Deadline(), Witness()
        self.base = Base(self.clock.now)
        self.reader, self.desk_reader = Reader(self.clock), Reader(self.clock)
        self.desk_scanner = Scanner(self.clock)
        self.board, self.desk_board, self.camera = Board(), Board(), Camera(self.clock)
        self.engine: Engine
        self.stations: dict[str, Common] = {}
        self._people = {group: iter(group) for group in (HERE, OTHER_GATE, OTHER_DAY, NO_TICKET)}
        self.met: list[Person] = []
        self._put_in(patch)
        gate, desk = (self._assemble(role) for role in ("gate", "desk"))
        self._apps = (gate, desk)
        assert isinstance(gate.window, StationWindow)
        assert isinstance(desk.window, DeskWindow)
        self.attendee, self.officer = gate.window, desk.window
        self.witness.window = gate.window
        self._keys = FileEventKeys.load(evening.event.key_file, EVENT)

    @property
    def event(self) -> EventConfig:
        return self.stations["gate"].config.event

    @property
    def code(self) -> Language:
        return Language(self.language)

    # --- people ------------------------------------------------------------------------------------------

    def person(self, bought: range = HERE, *, child: bool = False) -> Person:
        """The next one who was not here yet. ``bought``: a range of tests.flows.place."""
        self.met.append(Person(next(self._people[bought]), child))
        return self.met[-1]

    # --- time --------------------------------------------------------------------------------------------

    def until(self, done: Callable[[], object], what: str = "") -> None:
        """Let both stations work until it is so. No time passes for them."""
        give_up_s = time.monotonic() + PATIENCE_S
        while not done():
            QApplication.processEvents()
            time.sleep(0.005)
            assert time.monotonic() < give_up_s, f"it did not happen: {what or done}"
        QApplication.processEvents()

    def settle(self) -> None:
        """What was asked of the ledger so far is answered."""
        answered: list[None] = []
        for common in self.stations.values():
            common.store.queue.do(lambda: None, answered.append)
        self.until(lambda: len(answered) == len(self.stations))

    def pass_time(self, seconds: float, *, answering: bool = True) -> None:
        """Timers fire in their order, each at its time. ``answering``: whether ledgers keep up with it."""
        settle = self.settle if answering else QApplication.processEvents
        settle()
        end_s = self.clock.s + seconds
        while (soonest_s := min(self._due(), default=end_s)) < end_s:
            self._move_to(max(self.clock.s, soonest_s), settle)
        self._move_to(end_s, settle)

    def _due(self) -> list[float]:
        return [at for timers in self.clock.timers if (at := timers.next_at()) is not None]

    def _move_to(self, at_s: float, settle: Callable[[], None]) -> None:
        self.clock.s = at_s
        for timers in self.clock.timers:
            timers.fire_due()
        settle()

    # --- fingers -----------------------------------------------------------------------------------------

    def touch(self, name: str) -> None:
        """An attendee's finger on the button of this name."""
        self._tap(self.attendee, self._button(self.attendee, name))

    def desk_touch(self, name: str) -> None:
        """The officer's finger."""
        self._tap(self.officer, self._button(self.officer, name))

    def desk_hold(self, name: str) -> None:
        """A finger that stays as long as a button wants whose act cannot be undone."""
        button = self._button(self.officer, name)
        assert isinstance(button, HoldButton)
        held: list[None] = []
        button.held.connect(lambda: held.append(None))
        with finger_on(self.officer, button):
            self.until(lambda: bool(held), f"{name} was held")

    def desk_row(self, key: str) -> None:
        """The officer's finger on a row of the sheet that is open."""
        rows = self.officer.sheet.table.rows
        QApplication.processEvents()
        tap(self.officer, rows, rows.box_of(key).center())

    def _button(self, window: KioskWindow, name: str) -> QAbstractButton:
        found: list[QAbstractButton] = []

        def there() -> bool:
            found[:] = [one for one in window.findChildren(QAbstractButton, name) if one.isVisible()]
            return bool(found) and found[0].isEnabled()

        self.until(there, f"no button {name} can be touched; on the glass: {seen(window)}")
        return found[0]

    def _tap(self, window: KioskWindow, button: QWidget) -> None:
        QApplication.processEvents()
        tap(window, button)

    # --- what somebody does in several taps ----------------------------------------------------------------

    def works(self, account: str) -> None:
        """This officer works at the desk: badge under the scanner, PIN by finger; whoever worked before is relieved."""
        if self.at_the_desk == account:
            return
        self.desk_scanner.scan(self.evening.badges[account])
        self.until(lambda: self.login is LoginStep.PIN, "a PIN is asked for")
        self.types_pin(PIN)
        self.until(lambda: self.at_the_desk == account, "the desk opens")

    def types_pin(self, pin: str) -> None:
        for digit in pin:
            self._tap(self.officer, self.officer.cover.keys.keys[digit])
        self.desk_touch("login_enter")

    def leaves(self) -> None:
        """Whoever works at the desk locks it and logs out."""
        self.desk_touch("desk_lock")
        self._tap(self.officer, self.officer.cover.other_button)
        self.until(lambda: self.login is LoginStep.BADGE)

    @property
    def login(self) -> LoginStep:
        return self.officer._login.step

    @property
    def at_the_desk(self) -> str:
        """Account of whoever works there, "" for nobody."""
        return self.stations["desk"].acting.principal().name if self.login is LoginStep.OPEN else ""

    def puts(self, who: Person) -> None:
        """Their document on the gate's reader."""
        self.reader.put(who)

    def desk_reads(self, who: Person) -> None:
        """Their document on the desk's reader, until the facts of the ticket are there."""
        self.desk_reader.put(who)
        self.desk_is(DeskState.FACTS)

    def comes_to_the_desk(self, who: Person) -> None:
        """The officer calls up the next one the gate sent, who lays the document down there."""
        self.until(lambda: self.officer.view.queue is not None and self.officer.view.queue.waiting, "somebody waits")
        self.desk_touch("desk_take_next")
        self.until(lambda: self.officer.view.queue is not None and self.officer.view.queue.serving, "called up")
        self.desk_reads(who)

    def admits(self, who: Person) -> None:
        """The officer reads their document and admits them; nobody had sent them."""
        self.desk_reads(who)
        self.desk_touch("desk_admit")
        self.desk_is(DeskState.ADMITTED, "desk.admitted_title", "desk.admitted_line")

    def types_number(self, number: str) -> None:
        """The officer's finger on the keypad's digits, then on *Find ticket*."""
        self.until(lambda: self.officer.keypad.isVisible())
        for digit in number:
            self._tap(self.officer, self.officer.keypad.digits.keys[digit])
        self._tap(self.officer, self.officer.keypad.search_button)

    def serve_queue(self) -> None:
        """Whoever waits was seen to elsewhere."""
        self.base.queue.clear()
        self.base.tell()

    @contextmanager
    def printer_gone(self) -> Iterator[None]:
        """Its line is not there meanwhile."""
        line = Path(self.printer.path)
        away = line.rename(line.with_name("unplugged"))
        try:
            yield
        finally:
            away.rename(line)

    @contextmanager
    def base_away(self) -> Iterator[None]:
        """Nobody reaches the venue's base meanwhile."""
        self.base.away = True
        self.base.tell()
        try:
            yield
        finally:
            self.base.away = False
            self.base.tell()

    def touch_language(self, code: str) -> None:
        """An attendee's finger on the name of a language."""
        self._tap(self.attendee, self.attendee._switch.segments[code])

    @contextmanager
    def in_language(self, code: str) -> Iterator[None]:
        """Sentences are looked for in this language meanwhile."""
        before, self.texts = self.texts, Texts(code)
        yield
        self.texts = before

    # --- eyes --------------------------------------------------------------------------------------------

    @property
    def glass(self) -> str:
        """Every word an attendee can read now."""
        return seen(self.attendee)

    @property
    def desk_glass(self) -> str:
        """Every word the officer can read now."""
        return seen(self.officer)

    def sees(self, screen: Screen, *keys: str, **words: object) -> None:
        """The attendee's screen, and sentences on it in their language."""
        self.until(lambda: self.attendee.view.screen is screen, f"{screen}, not {self.attendee.view.screen}")
        self.reads(*keys, **words)

    def reads(self, *keys: str, **words: object) -> None:
        for key in keys:
            assert self.texts(key, **words) in seen(self.attendee), (key, seen(self.attendee))

    def desk_is(self, state: DeskState, *keys: str, **words: object) -> None:
        """What the desk shows, and sentences on it in the officer's language."""
        self.until(lambda: self.officer.view.state is state, f"{state}, not {self.officer.view.state}")
        self.desk_says(*keys, **words)

    def desk_says(self, *keys: str, **words: object) -> None:
        for key in keys:
            said = self.texts(key, **words)
            self.until(lambda said=said: said in seen(self.officer), f"{key}; on the glass: {seen(self.officer)}")  # type: ignore[misc]

    # --- afterwards --------------------------------------------------------------------------------------

    def counts(self) -> dict[str, int]:
        """What the ledger says by now."""
        self.settle()
        ledger = SqliteLedger(self.evening.event.ledger_file, self._keys)
        try:
            return ledger.counts()
        finally:
            ledger.close()

    def recorded(self, kind: Kind, **fields: object) -> int:
        """How many such records chain and event's log hold."""
        return sum(one == kind and fields.items() <= found.items() for one, found in self._records())

    def _records(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for fact in DetailLog(self.evening.event.detail_file, self._keys).read():
            yield fact.entry.kind, dict(fact.entry.fields or {})
        for line in newest_first(self.evening.device.audit_file):
            if line.kind not in IN_DETAIL:
                yield line.kind, dict(line.fields)

    def screens(self) -> list[Screen]:
        """Of the attendee, in this flow, each once where it was shown again at once."""
        return [screen for screen, _ in itertools.groupby(view.screen for view in self.witness.views)]

    def personal(self) -> list[str]:
        """What attendees' screens and the device's log held, and must not."""
        log = self.evening.device.audit_file.read_text(encoding="utf-8")
        held = "\n".join(self.witness.texts)
        secrets = [secret for person in self.met for secret in person.secrets]
        return [secret for secret in secrets if secret in held or secret in log]

    # --- between flows -----------------------------------------------------------------------------------

    def begin(self) -> None:
        """An officer is there, else face lanes rest; the choice is on the glass; nobody is remembered."""
        self.pass_time(1.0)
        self.works("anna")
        self.until(lambda: self.attendee.view.screen is Screen.CHOICE and not self.attendee.view.face_paused, "choice")
        self.witness.views.clear()
        self.witness.texts.clear()
        self.met.clear()

    def clear_up(self) -> None:
        """Whatever result is still on the glass runs out; the desk is ready for the next person."""
        if self.attendee.view.screen is not Screen.CHOICE:
            self.pass_time(20.0)
        if self.login is LoginStep.OPEN and self.officer.view.state is not DeskState.WAITING:
            self.desk_touch("desk_next")

    def stop(self) -> None:
        for app in self._apps:
            app.stop()
            end(app.window)
        self._keys.forget()

    # --- putting together --------------------------------------------------------------------------------

    def _assemble(self, role: str) -> kiosk.app.Assembled:
        config = load_station(self.evening.machine_file(role, self.language))
        app = assemble(config, self.witness if role == "gate" else Silent())
        window = config.machine.window
        app.window.show_as_window(window.width_px, window.height_px)
        return app

    def _put_in(self, patch: pytest.MonkeyPatch) -> None:
        """Plugs, base, time. And what is slow for reasons of its own: hashes of PINs, the look at the seal, patience
        of fingers and ticks that only look whether the told time has passed."""
        readers = {"gate-reader": self.reader, "desk-reader": self.desk_reader}
        scanners = {"gate-scanner": Scanner(self.clock), "desk-scanner": self.desk_scanner}
        boards = {"gate-board": self.board, "desk-board": self.desk_board}

        def reader(family: str, port: str, *, rules: Any, **settings: Any) -> Reader:
            readers[port].rules = rules
            return readers[port]

        def engine(*settings: object, told: Callable[[bool], None]) -> Engine:
            self.engine = Engine(told)
            return self.engine

        def common(*given: Any) -> Common:
            made = kiosk.parts.common.common_parts(*given)
            self.stations[made.config.machine.role.value] = made
            return made

        patch.setattr(kiosk.app, "common_parts", common)
        patch.setattr(kiosk.app, "QtTimers", self.clock.make_timers)
        patch.setattr(kiosk.parts.common, "SystemClock", lambda: self.clock)
        patch.setattr(kiosk.parts.common, "make_ledger", self._ledger)
        patch.setattr(kiosk.parts.devices, "open_reader", reader)
        patch.setattr(kiosk.parts.devices, "open_scanner", lambda family, port, **how: scanners[port])
        patch.setattr(kiosk.parts.devices, "open_gate", lambda family, port, **how: boards[port])
        patch.setattr(kiosk.parts.capture, "WarmEngine", engine)
        patch.setattr(kiosk.parts.capture, "_camera", lambda camera, rehearsal: self.camera)
        patch.setattr(kiosk.parts.desk_tasks, "open_printer", lambda *given, **how: open_printer(self.printer.path))
        patch.setattr(kiosk.parts.duties, "deadline_of", lambda place, audit: self.deadline)
        patch.setattr(kiosk.parts.duties, "DeadlineWatch", partial(DeadlineWatch, look_every_s=TICK_MS / 1000))
        patch.setattr(kiosk.parts.duties, "station_look", lambda *given: lambda: IntegrityReport(State.NOT_SEALED))
        patch.setattr(kiosk.login, "SystemClock", lambda: self.clock)
        patch.setattr(kiosk.login, "SecretHasher", partial(SecretHasher, memory_kib=8, passes=1))
        patch.setattr(kiosk.ui.hold_button, "HOLD_MS", 30)
        for worker in (kiosk.workers.calling, kiosk.workers.gate_lanes, kiosk.workers.service):
            patch.setattr(worker, "LOOK_EVERY_MS", TICK_MS)

    def _ledger(self, config: StationConfig, places: Any, keys: Any, post: Any) -> tuple[SqliteLedger, Lanes]:
        machine = config.machine
        serves = (machine.gate_group,) if machine.role.value == "desk" else ()
        lanes = Lanes(self.base, machine.station, machine.gate_group, serves, post)
        return SqliteLedger(places.ledger_file, keys), lanes


def seen(window: KioskWindow) -> str:
    """Every word on the glass, one text a line."""
    words = [one.text() for one in shown(window, Words) if isinstance(one, Words)]
    buttons = [one.text() for one in shown(window, QAbstractButton) if isinstance(one, QAbstractButton)]
    return "\n".join((*words, *buttons))


def hall_in(folder: Path, evening: Evening, language: str, printer: PrinterSimulator) -> Iterator[Hall]:
    """A hall until it is not needed any more."""
    with pytest.MonkeyPatch.context() as patch:
        hall = Hall(evening.copied_to(folder / language), language, printer, patch)
        try:
            yield hall
        finally:
            hall.stop()
