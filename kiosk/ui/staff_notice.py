"""A banner for staff across the foot of a station's window, whatever screen is on the glass."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject

from kiosk.ui.banner import Banner
from kiosk.ui.icons import Icon
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.tokens import Role


class StaffNotice(QObject):
    """``text`` is shown while it is on. Window's thread."""

    def __init__(self, window: KioskWindow, text: str) -> None:
        super().__init__(window)
        self._window, self._text = window, text
        self._banner = Banner(Icon.CLOCK, "caution", Role.BODY, window)
        window.installEventFilter(self)

    def show_it(self, on: bool) -> None:
        self._banner.say(self._text if on else "")
        self._banner.apply_skin()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        width_px = self._window.width()
        height_px = max(self._banner.heightForWidth(width_px), self._banner.sizeHint().height())
        self._banner.setGeometry(0, self._window.height() - height_px, width_px, height_px)
        self._banner.raise_()
