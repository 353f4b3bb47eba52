"""A page to be read: groups of labels and values, a QR code where there is one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout, QWidget

from kiosk.office.view import SheetPage
from kiosk.ui.field_sheet import FieldSheet
from kiosk.ui.pages.frame import PageFrame
from kiosk.ui.qr_mark import QrMark
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words


class SheetPageWidget(PageFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = FieldSheet(self)
        self.qr, self._scan = QrMark(), Words(Role.BODY, align=Qt.AlignmentFlag.AlignHCenter)
        self._code = QFrame()
        self._code.setProperty("panel", "card")
        self._inside = QVBoxLayout(self._code)
        self._inside.addStretch(1)
        self._inside.addWidget(self.qr, 0, Qt.AlignmentFlag.AlignHCenter)
        self._inside.addWidget(self._scan)
        self._inside.addStretch(1)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.addWidget(self.sheet, 3)
        self._halves.addWidget(self._code, 2)
        self.put_body(self._halves)

    def show_page(self, page: SheetPage) -> None:
        self.show_head(page.title, page.lead, page.told)
        self.sheet.show_groups([(group.heading, group.fields) for group in page.groups])
        self.qr.say(page.code)
        self.qr.setAccessibleDescription("")  # holding a secret, it is for the camera of the person's telephone alone
        self._scan.say(page.code_words)
        self._code.setVisible(bool(page.code))
        self._size_code()
        self.show_acts(page.acts, with_row=True)

    def forget(self) -> None:
        self.sheet.show_groups([])
        self.qr.say("")

    def apply_skin(self) -> None:
        super().apply_skin()
        metrics = skin_of(self).metrics
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._halves.setDirection(down if metrics.portrait else across)
        self._halves.setSpacing(metrics.gap)
        pad = metrics.px(28, 20)
        self._inside.setContentsMargins(pad, pad, pad, pad)
        self._inside.setSpacing(pad)
        self._size_code()

    def _size_code(self) -> None:
        self.qr.set_side(skin_of(self).metrics.px(520, 340))
