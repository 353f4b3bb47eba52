"""A QR code on a card, with what to do with it below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from kiosk.ui.qr_mark import QrMark
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words


class CodeCard(QFrame):
    """Hidden while there is no code. Whoever holds it sizes it with ``apply_skin``."""

    def __init__(self, landscape_px: int) -> None:
        super().__init__()
        self._landscape_px = landscape_px
        self.setProperty("panel", "card")
        self.qr, self._scan = QrMark(), Words(Role.BODY, align=Qt.AlignmentFlag.AlignHCenter)
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addWidget(self.qr, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addWidget(self._scan)
        self._column.addStretch(1)

    def say(self, code: str, words: str) -> None:
        self.qr.say(code)
        self._scan.say(words if code else "")
        self.setVisible(bool(code))

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        pad = metrics.px(28, 16)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(pad)
        self.qr.set_side(metrics.px(520, self._landscape_px))
