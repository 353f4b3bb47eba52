"""A page to be read: groups of labels and values, a QR code where there is one."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QWidget

from kiosk.office.view import SheetPage
from kiosk.ui.code_card import CodeCard
from kiosk.ui.field_sheet import FieldSheet
from kiosk.ui.pages.frame import PageFrame
from kiosk.ui.skin import skin_of


class SheetPageWidget(PageFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = FieldSheet(self)
        self._code = CodeCard(340)
        self.qr = self._code.qr
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.addWidget(self.sheet, 3)
        self._halves.addWidget(self._code, 2)
        self.put_body(self._halves)

    def show_page(self, page: SheetPage) -> None:
        self.show_head(page.title, page.lead, page.told)
        self.sheet.show_groups([(group.heading, group.fields) for group in page.groups])
        self._code.say(page.code, page.code_words)
        self.qr.setAccessibleDescription("")  # holding a secret, it is for the camera of the person's telephone alone
        self._code.apply_skin()
        self.show_acts(page.acts, with_row=True)

    def forget(self) -> None:
        self.sheet.show_groups([])
        self._code.say("", "")

    def apply_skin(self) -> None:
        super().apply_skin()
        metrics = skin_of(self).metrics
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._halves.setDirection(down if metrics.portrait else across)
        self._halves.setSpacing(metrics.gap)
        self._code.apply_skin()
