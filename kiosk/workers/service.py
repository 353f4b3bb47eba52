"""Watches the event's state file: a station serves while its event is open, and rests otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QTimer

from kiosk.closing.state import OVER, EventState, read_state

LOOK_EVERY_MS = 1000


ENDED = frozenset({EventState.CLOSING, *OVER})


class AsksStaff(Protocol):
    """While ``asking`` is true nobody knows what time it is, and the event's data rests. ``changed``: its settings are
    not as they were bound.
    """

    asking: bool
    changed: bool

    def start(self) -> None: ...
    def stop(self) -> None: ...


class ServiceWatch:
    """Calls ``changed(open)`` at the start and whenever the event opens or stops, ``ended()`` once and last when the
    event is being closed for good, ``asked(on)`` whenever staff begin or cease to be asked about the clock, and
    ``warned(on)`` about changed settings, while they are not asked. Window's thread.
    """

    def __init__(
        self,
        state_file: Path,
        changed: Callable[[bool], None],
        ended: Callable[[], None],
        deadline: AsksStaff | None = None,
        asked: Callable[[bool], None] = lambda on: None,
        warned: Callable[[bool], None] = lambda on: None,
    ) -> None:
        self._state_file, self._changed, self._ended = state_file, changed, ended
        self._deadline, self._asked, self._warned = deadline, asked, warned
        self._open: bool | None = None
        self._asking = self._warning = False
        self._timer = QTimer()
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        if self._deadline is not None:
            self._deadline.start()
        self._timer.start()
        self._look()

    def stop(self) -> None:
        self._timer.stop()
        if self._deadline is not None:
            self._deadline.stop()

    def _look(self) -> None:
        state = read_state(self._state_file)
        if state in ENDED:
            self._timer.stop()  # nothing follows, and the closing looks for whoever still opens files of the event
            self._ask(False)
            self._warn(False)
            self._ended()
            return
        asking = self._deadline is not None and self._deadline.asking
        serves = state is EventState.OPEN and not asking
        if serves != self._open:
            self._open = serves
            self._changed(serves)
        self._ask(asking)
        self._warn(self._deadline is not None and self._deadline.changed and not asking)

    def _ask(self, asking: bool) -> None:
        if asking != self._asking:
            self._asking = asking
            self._asked(asking)

    def _warn(self, changed: bool) -> None:
        if changed != self._warning:
            self._warning = changed
            self._warned(changed)
