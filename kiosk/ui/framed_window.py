"""The frame that staff's windows share: the bar at the top, the page below it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.status_bar import StatusBar
from kiosk.ui.tokens import DAY, Palette


class FramedWindow(KioskWindow):
    """Base of windows without a camera. ``now``: UTC seconds for the bar's clock."""

    def __init__(self, now: Callable[[], float], *, palette_tokens: Palette = DAY, motion: bool = True) -> None:
        super().__init__(palette_tokens, motion=motion)
        self._bar = StatusBar(now, with_camera=False)
        self._whole = QVBoxLayout(self)
        self._whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the screen decides, not the words
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addWidget(self._bar)

    def fill(self, *parts: QWidget | QLayout) -> None:
        """What stands below the bar; several share the room, or the place when only one is shown."""
        for part in parts:
            if isinstance(part, QLayout):
                self._whole.addLayout(part, 1)
            else:
                self._whole.addWidget(part, 1)

    def say_bar(self, title: str, line: str, rehearsal: str = "") -> None:
        """What the bar says: what this window is, about what, and the mark of a rehearsal."""
        self._bar.event_name.say(title)
        self._bar.gate_name.say(line)
        self._bar.rehearsal.say(rehearsal)
