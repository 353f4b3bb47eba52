"""The product's side of a rehearsal: fingers come in, what happened goes out. Never loaded by ``kiosk run``.

Touches go through Qt's own touch events to the widget under the finger; nothing calls the station directly.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from drivers.sensitive_memory import sensitive_count
from kiosk.memory.allocator import overwrites
from kiosk.rehearsal.wire import Message, Wire
from kiosk.station.desk_view import DeskView
from kiosk.station.ports import VisitFacts
from kiosk.ui.hold_button import HOLD_MS, HoldButton
from kiosk.ui.pages.table import Table
from kiosk.ui.render import save_screen
from kiosk.visit.view import Screen, View
from kiosk.workers.mailbox import Mailbox
from kiosk.workers.pulse import Pulse


class Finger:
    """Touches a visible, enabled widget by its object name, in the middle, as a person would."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._device: QPointingDevice = QTest.createTouchDevice()

    def tap(self, name: str) -> bool:
        target = next(
            (w for w in self._window.findChildren(QAbstractButton, name) if w.isVisible() and w.isEnabled()), None
        )
        if target is None:
            return False
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        middle = target.rect().center()
        if self._window.childAt(target.mapTo(self._window, middle)) is not target:
            return False  # not where it will be yet, or something lies over it
        QTest.touchEvent(target, self._device).press(0, middle, target).commit(False)
        QTest.touchEvent(target, self._device).release(0, middle, target).commit(False)
        return True

    def choose_row(self, key: str) -> bool:
        """Touches the row of a table."""
        tables = (table for table in self._window.findChildren(Table) if table.isVisible())
        rows = next((table.rows for table in tables if key in {row.key for row in table.rows.shown}), None)
        if rows is None:
            return False
        middle = rows.box_of(key).center()
        QTest.touchEvent(rows, self._device).press(0, middle, rows).commit(False)
        QTest.touchEvent(rows, self._device).release(0, middle, rows).commit(False)
        return True

    def hold(self, name: str) -> bool:
        """Keeps the finger on a button that has to be held."""
        target = next((w for w in self._window.findChildren(HoldButton, name) if w.isVisible() and w.isEnabled()), None)
        if target is None:
            return False
        middle = target.rect().center()
        QTest.touchEvent(target, self._device).press(0, middle, target).commit(False)
        QTimer.singleShot(
            round(1.5 * HOLD_MS),
            target,
            lambda: QTest.touchEvent(target, self._device).release(0, middle, target).commit(False),
        )
        return True


class RehearsalLink:
    """An Observer that tells the conductor what happens, and obeys its fingers. ``name``: as the conductor calls us;
    ``finger`` is told before each touch.
    """

    def __init__(self, path: Path, name: str, finger: Callable[[], None]) -> None:
        self._name, self._touching = name, finger
        self._wire = Wire.connect(path, self._from_conductor, self._conductor_gone)
        self._cpu = psutil.Process(os.getpid())
        self._screen, self._screens = "", 0
        self._window: QWidget | None = None

    def attach(self, window: QWidget, mailbox: Mailbox, pulse: Pulse, leave: Callable[[], None]) -> None:
        """Give the link its window once it is there; ``leave`` ends the program."""
        self._window, self._mailbox, self._pulse, self._leave = window, mailbox, pulse, leave
        self._finger = Finger(window)

    def start(self, startup_s: float) -> None:
        self._wire.start()
        self._send({"hello": self._name, "pid": os.getpid(), "startup_s": startup_s})

    # --- going out -------------------------------------------------------------------------------

    def view_shown(self, view: View) -> None:
        self._screens += view.screen != self._screen
        self._screen = view.screen
        self._send(
            {
                "view": view.screen,
                "advice": view.advice,
                "attempt": view.attempt,
                "act": view.act,
                "where": view.where,
                "keeping": view.keeping,
                "mode": view.mode,
                "key_wanted": view.key_wanted,
                "key_here": view.key_here,
            }
        )

    def desk_shown(self, view: DeskView) -> None:
        self._send(
            {
                "desk": view.state,
                "outcome": view.outcome,
                "can_admit": view.can_admit,
                "heads": view.heads,
                "reader_online": view.reader_online,
                "calls": len(view.calls),
                "waiting": view.queue.waiting if view.queue is not None else 0,
            }
        )

    def painted(self, screen: Screen) -> None:
        self._send({"painted": screen})

    def camera(self, on: bool) -> None:
        self._send({"camera": on})

    def visit_ended(self, facts: VisitFacts) -> None:
        self._send(
            {"visit": {"ending": facts.ending, "cause": facts.cause, "score": facts.score, "stages": facts.stages}}
        )

    def _send(self, message: Message) -> None:
        if self._window is None:
            return  # not said hello yet
        try:
            self._wire.send(message)
        except OSError:
            self._conductor_gone()

    # --- coming in -------------------------------------------------------------------------------

    def _from_conductor(self, message: Message) -> None:
        self._mailbox.post(lambda: self._obey(message))

    def _conductor_gone(self) -> None:
        if self._window is None:
            return
        self._mailbox.post(self._leave)

    def _obey(self, message: Message) -> None:
        if self._window is None:
            return
        touches = {"tap": self._finger.tap, "row": self._finger.choose_row, "hold": self._finger.hold}
        for how, touch in touches.items():
            if how in message:
                self._touching()
                self._send({"tapped": message[how], "ok": touch(str(message[how]))})
        match message:
            case {"shot": str(path)}:
                save_screen(self._window, Path(path), rehearsal=True)
                self._send({"shot": path})
            case {"state": "send"}:
                self._send({"state": self._screen, "screens": self._screens})
            case {"figures": "reset"}:
                self._pulse.reset()
                self._cpu.cpu_percent(None)
            case {"figures": "send"}:
                self._send({"figures": self._figures()})
            case {"sensitive": "send"}:
                self._send({"sensitive": {**asdict(sensitive_count()), "overwrites_freed": overwrites()}})
            case {"key": str(name)}:
                QTest.keyClick(self._window, getattr(Qt.Key, name))
            case {"place": [int(x_px), int(y_px)]}:
                self._window.move(x_px, y_px)
            case {"front": _}:
                self._window.raise_()
            case {"quit": _}:
                self._leave()

    def _figures(self) -> dict[str, Any]:
        figures = self._pulse.figures
        return {
            "window_block_ms_max": figures.window_block_ms_max,
            "timer_late_ms_max": figures.timer_late_ms_max,
            "preview_fps": figures.previews / figures.preview_s if figures.preview_s else None,
            "cpu_percent": self._cpu.cpu_percent(None),
        }
