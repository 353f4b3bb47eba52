"""A monkey at a gate and at a desk: touches, keys, cards, plugs and time, in any order (R-21, R-44, R-67).

Real windows, rules and ledger over invented devices and a clock that is told. After every act: nothing was raised or
warned of, the camera's sign is lit exactly while the device is open, the attendee's window shows nothing of the
staff's, and no ticket has let two people in. Every so often nobody does anything any more: then the choice is offered
again, and the desk shows nobody. ``seed`` alone decides what is done; the last 50 acts are told with a failure.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QPoint, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from drivers.port import (
    ButtonFault,
    ButtonFaulty,
    ButtonMended,
    ButtonPressed,
    ButtonSide,
    CodeScanned,
    DeviceLost,
    DeviceReady,
    DocumentPresented,
    ReadFailed,
    ReadFailure,
)
from kiosk.domain.incident import Mode
from kiosk.domain.lane import Lane
from kiosk.station.desk_view import DeskState
from kiosk.station.login_view import LoginStep
from kiosk.ui.app_setup import make_application
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.screens.choice import ChoicePage
from kiosk.ui.signs import CameraSign
from kiosk.visit.states import Phase
from tests.helpers.monkey_world import PEOPLE, PIN, World
from tests.helpers.ui import end, shown, tap
from tests.soak.figures import Figures
from tests.soak.shares import shared

ACTS_A_REST = 40
RESTS_AN_EVENING = 10
NOTHING_S = 400.0
"""Longer than every patience there is: of the visit, of the desk, and of a log-in nobody uses."""
REMEMBERED = 50
PIECE = 5_000
STRANGE_KEYS = (
    (Qt.Key.Key_F4, Qt.KeyboardModifier.AltModifier),
    (Qt.Key.Key_Tab, Qt.KeyboardModifier.AltModifier),
    (Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier),
    (Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier),
    (Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier),
    *((key, Qt.KeyboardModifier.NoModifier) for key in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_F11)),
    *((key, Qt.KeyboardModifier.NoModifier) for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Menu)),
    *((key, Qt.KeyboardModifier.NoModifier) for key in (Qt.Key.Key_1, Qt.Key.Key_X, Qt.Key.Key_Backspace)),
)


class Broken(Exception):
    """A promise that was not kept."""


class Monkey:
    """Acts on one world. ``did``: the last acts, oldest first."""

    def __init__(self, world: World, rng: Random) -> None:
        self._world, self._rng = world, rng
        self.did: deque[str] = deque(maxlen=REMEMBERED)
        self.counts: Counter[str] = Counter()
        self.troubles: list[str] = []
        self._sign = next(iter(world.gate_window.findChildren(CameraSign)))
        self._acts: list[tuple[int, Callable[[], str]]] = [
            (22, self._touch_button),
            (14, self._touch_anywhere),
            (6, self._drag),
            (8, self._key),
            (10, self._lit_button),
            (14, self._card),
            (5, self._code),
            (20, self._answers),
            (14, self._everybody_is_quick),
            (6, self._choose_face),
            (8, self._time),
            (8, self._camera),
            (3, self._unplug),
            (3, self._plug_in),
            (2, self._store_fault),
            (2, self._service),
            (3, self._log_in),
            (1, self._close),
        ]

    def act(self) -> None:
        """One thing, and a look at everything. Raises Broken."""
        [(_, what)] = self._rng.choices(self._acts, [weight for weight, _ in self._acts])
        self.counts[what.__name__.strip("_")] += 1
        self.did.append(what())
        self._look()

    def rest(self) -> None:
        """Everything works and nobody does anything. Raises Broken unless the choice is offered and nobody is shown."""
        world = self._world
        self.did.append("rest")
        world.plug_in()
        world.gate.on_mode(Mode.NONE)
        for _ in range(3):
            world.let_all()
            world.pass_time(NOTHING_S / 3)
        world.let_all()
        self._look()
        gate, desk = world.gate_window, world.desk
        if world.gate.visit.phase is not Phase.IDLE or not isinstance(gate.page, ChoicePage):
            raise Broken(f"a dead end at the gate: {world.gate.visit.phase}, {type(gate.page).__name__}")
        if desk.view.state is not DeskState.WAITING or desk.view.party or desk.view.found or desk.view.masked_name:
            raise Broken(f"a dead end at the desk: {desk.view.state}")
        if world.login.open:
            raise Broken("a desk nobody works at stays open")

    # --- acts ------------------------------------------------------------------------------------

    def _window(self) -> KioskWindow:
        return self._rng.choice((self._world.gate_window, self._world.desk_window))

    def _touch_button(self) -> str:
        window = self._window()
        buttons = [button for button in shown(window, QAbstractButton) if button.isEnabled()]
        if not buttons:
            return "no button"
        button = self._rng.choice(buttons)
        tap(window, button)
        return f"touched {button.objectName() or type(button).__name__}"

    def _lit_button(self) -> str:
        """Mostly a press; now and then what else a board says."""
        rng, side = self._rng, self._rng.choice(list(ButtonSide))
        told = (ButtonFaulty(side, ButtonFault.HELD), ButtonMended(side), DeviceLost("gone"), DeviceReady())
        event = ButtonPressed(side, 0.0) if rng.random() < 0.8 else rng.choice(told)
        if rng.random() < 0.7:
            self._world.let_buttons_rest()
        self._world.buttons.on_board(event)
        return f"the board said {type(event).__name__} {side}"

    def _touch_anywhere(self) -> str:
        window = self._window()
        point = self._point(window)
        target = window.childAt(point) or window
        tap(window, target, target.mapFrom(window, point))
        return f"touched {type(window).__name__} at {point.x()},{point.y()}"

    def _drag(self) -> str:
        window = self._window()
        start, stop = self._point(window), self._point(window)
        QTest.mousePress(window, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(window, stop)
        QTest.mouseRelease(window, Qt.MouseButton.LeftButton, pos=stop)
        return f"dragged over {type(window).__name__}"

    def _point(self, window: QWidget) -> QPoint:
        return QPoint(self._rng.randrange(window.width()), self._rng.randrange(window.height()))

    def _key(self) -> str:
        window, (key, modifiers) = self._window(), self._rng.choice(STRANGE_KEYS)
        QTest.keyClick(window, key, modifiers)
        return f"pressed {key.name} at {type(window).__name__}"

    def _card(self) -> str:
        hear = self._rng.choice((self._world.gate.on_document, self._world.door.on_document))
        hear(DocumentPresented(self._world.clock.s))
        if self._rng.random() < 0.15:
            hear(ReadFailed(self._rng.choice(list(ReadFailure))))
            return "a card that could not be read"
        for event in self._world.document():
            if self._rng.random() < 0.95:
                hear(event)
        return "a card"

    def _code(self) -> str:
        badge = self._rng.random() < 0.2
        text = self._world.badge if badge else f"T-{self._rng.randrange(PEOPLE + 5)}"
        hear = self._rng.choice((self._world.gate.on_scanner, self._world.door.on_scanner))
        hear(CodeScanned(text))
        return "scanned a badge" if badge else f"scanned {text}"

    def _answers(self) -> str:
        queue = self._rng.choice(self._world.queues)
        for _ in range(self._rng.randint(1, 3)):
            queue.let_one()
        return "answers"

    def _everybody_is_quick(self) -> str:
        self._world.let_all()
        return "all answers"

    def _choose_face(self) -> str:
        """As somebody does who means it: card at once."""
        page = self._world.gate_window.page
        if isinstance(page, ChoicePage):
            tap(self._world.gate_window, page.face)
        self._world.gate.on_document(DocumentPresented(self._world.clock.s))
        for event in self._world.document():
            self._world.gate.on_document(event)
        for _ in range(4):
            self._world.let_all()
            self._world.camera.happen()
        return "chose a face check"

    def _time(self) -> str:
        seconds = self._rng.choice((0.5, 3.0, 11.0, 45.0))
        self._world.pass_time(seconds)
        return f"{seconds} s"

    def _camera(self) -> str:
        self._world.camera.happen()
        return "camera"

    def _unplug(self) -> str:
        door = self._rng.random() < 0.5
        self._world.unplug(door)
        return f"pulled the reader of the {'desk' if door else 'gate'}"

    def _plug_in(self) -> str:
        self._world.plug_in()
        return "plugged everything in"

    def _store_fault(self) -> str:
        self._world.ledger.unavailable = "locked"
        return "the store is locked"

    def _service(self) -> str:
        if self._rng.random() < 0.5:
            mode = self._rng.choice([mode for mode in Mode if mode is not Mode.FREE_FLOW])
            self._world.gate.on_mode(mode)
            return f"mode {mode.value or 'none'}"
        is_open = self._rng.random() < 0.5
        self._rng.choice((self._world.gate, self._world.desk)).on_service(is_open)
        return f"service {is_open}"

    def _log_in(self) -> str:
        world, cover = self._world, self._world.desk_window.cover
        world.door.on_scanner(CodeScanned(world.badge))
        world.let_all()
        if world.login.view.step in {LoginStep.PIN, LoginStep.UNLOCK}:
            for digit in PIN:
                tap(world.desk_window, cover.keys.keys[digit])
            tap(world.desk_window, cover.enter_button)
            world.let_all()
        return f"logged in: {world.login.open}"

    def _close(self) -> str:
        window = self._window()
        window.close()
        return f"closed {type(window).__name__}"

    # --- promises --------------------------------------------------------------------------------

    def _look(self) -> None:
        world = self._world
        world.camera.hear_of_the_handle()
        QCoreApplication.processEvents()
        if self.troubles:
            raise Broken(self.troubles[0])
        if world.camera.broken:
            raise Broken(world.camera.broken)
        if self._sign.isVisible() != world.camera.is_open:
            raise Broken(f"the camera is {'open' if world.camera.is_open else 'closed'}, its sign says otherwise")
        for window in (world.gate_window, world.desk_window):
            if not window.isVisible() or window.isMinimized():
                raise Broken(f"{type(window).__name__} was left")
        self._look_at_the_attendees_window()
        self._look_at_the_lamps()
        self._look_at_the_locked_desk()
        inside = world.ledger.inside()
        if len(inside) != len(set(inside)):
            raise Broken("two people are inside on one ticket")

    def _look_at_the_attendees_window(self) -> None:
        window = self._world.gate_window
        staffs = [
            one.objectName() for one in shown(window, QWidget) if one.objectName().startswith(("desk_", "login_"))
        ]
        if staffs:
            raise Broken(f"the attendee's window shows {staffs[0]}")
        others = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
        if set(others) - {window, self._world.desk_window}:
            raise Broken("another window is open")
        if any(lane is Lane.STAFF for lane in self._world.ledger.lanes_at("gate")):
            raise Broken("a gate admitted on the staff's word")

    def _look_at_the_lamps(self) -> None:
        buttons = self._world.gate_window.lit_buttons
        for side, pressed in buttons.pressable.items() if buttons is not None else ():
            if not (pressed.isVisible() and pressed.isEnabled()):
                raise Broken(f"the {side} lamp is lit for nothing that can be touched")

    def _look_at_the_locked_desk(self) -> None:
        world = self._world
        if not world.login.open and world.desk.view.masked_name:
            raise Broken("a locked desk knows somebody")


@contextmanager
def watched(monkey: Monkey) -> Iterator[None]:
    """What is raised in a slot, and what Qt or the product warns of, is the monkey's trouble."""

    def raised(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        where = trace
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        line = f" at {where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where is not None else ""
        monkey.troubles.append(f"{kind.__name__}: {error}{line}")

    def said(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
        if kind not in {QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg}:
            monkey.troubles.append(f"Qt: {message}")

    hook, handler = sys.excepthook, qInstallMessageHandler(said)
    sys.excepthook = raised
    try:
        yield
    finally:
        sys.excepthook = hook
        qInstallMessageHandler(handler)


def one_world(count: int, rng: Random, figures: Figures) -> None:
    """``count`` acts; the first broken promise ends them."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), rng)
        monkey = Monkey(world, rng)
        try:
            with watched(monkey):
                for number in range(count):
                    monkey.act()
                    if (number + 1) % ACTS_A_REST == 0 or number + 1 == count:
                        monkey.rest()
                        figures.count("times nobody did anything")
                        figures.highest("people inside, max", len(world.ledger.inside()))
                        if (number + 1) % (ACTS_A_REST * RESTS_AN_EVENING) == 0:
                            world.ledger.begin_anew()
        except Broken as broken:
            figures.require(False, f"{broken}; the last acts: {' | '.join(monkey.did)}")
        finally:
            for window in (world.gate_window, world.desk_window):
                QCoreApplication.processEvents()
                end(window)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        for name, times in monkey.counts.items():
            figures.count(name, times)
            figures.count("acts", times)
        figures.count("camera openings", world.camera.openings)


def acts(count: int, seed: int) -> Figures:
    """``count`` acts in one world."""
    if QApplication.instance() is None:
        globals()["_application"] = make_application([], "zh")  # kept: Qt needs it as long as there are windows
    logging.getLogger("kiosk").setLevel(logging.ERROR)
    figures = Figures("monkey", {"acts": 0})
    one_world(count, Random(seed), figures)
    figures.violations = [f"{violation}; seed {seed}" for violation in figures.violations]
    return figures


def monkey(count: int, seed: int) -> Figures:
    """``count`` acts, shared out over the processors."""
    return shared("monkey", acts, count, seed, PIECE)
