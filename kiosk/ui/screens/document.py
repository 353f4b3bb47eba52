"""Put the document down, or draw it through the slot; leave it there while it is read. One picture: nothing jumps."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.incident import Mode
from kiosk.ui.banner import Banner
from kiosk.ui.icons import Icon
from kiosk.ui.reader_picture import ReaderPicture
from kiosk.ui.screens.page import Page, Saying
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words
from kiosk.visit.view import Screen, View


def _stem(view: View) -> str:
    """Which pair of title and line says what is to be done, or waited for."""
    if view.screen is Screen.READING:
        if view.proving:
            return "document.proving_"
        return "document.reading_" if view.reading_share is None else "document.chip_"
    if view.key_wanted:
        return "document.key_wanted_"
    return "document.key_here_" if view.key_here else "document."


class DocumentPage(Page):
    """Present document and reading."""

    def __init__(self, passports: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._passports = passports
        self._picture = ReaderPicture()
        self._title = Words(Role.TITLE)
        self._line = Words(Role.LEAD, "soft")
        self._code = Banner(Icon.CODE, "card")
        self._column = QVBoxLayout()
        self._column.addStretch(1)
        self._column.addWidget(self._title)
        self._column.addWidget(self._line)
        self._column.addWidget(self._code)
        self._column.addStretch(1)
        self._whole = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._whole.addWidget(self._picture, 5)
        self._whole.addLayout(self._column, 4)

    def show_view(self, view: View, saying: Saying) -> None:
        texts = saying.texts
        reading = view.screen is Screen.READING
        self._picture.set_reading(reading)
        self._picture.set_share(view.reading_share if reading else None)
        stem = _stem(view)
        self._title.say(texts(f"{stem}title"))
        by_document = view.mode is Mode.DOCUMENT_ONLY and not reading
        self._line.say(texts("incident.document_only_line" if by_document else f"{stem}line"))
        if view.swipe_failed:
            self._code.say(texts("document.swipe_again"), Icon.CARD)
        elif self._passports and stem == "document.":
            self._code.say(texts("document.passport_line"), Icon.CARD)
        elif view.code_seen:
            self._code.say(texts("document.code_seen"), Icon.CHECK)
        elif view.code_needed:
            self._code.say(texts("document.code_needed"), Icon.CODE)
        else:
            self._code.say("")

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        portrait = metrics.portrait
        self._whole.setDirection(QBoxLayout.Direction.TopToBottom if portrait else QBoxLayout.Direction.RightToLeft)
        self._whole.setStretch(0, 5 if portrait else 1)
        self._whole.setStretch(1, 4 if portrait else 1)
        align = Qt.AlignmentFlag.AlignHCenter if portrait else Qt.AlignmentFlag.AlignLeft
        for words in (self._title, self._line):
            words.setAlignment(align)
        margin = metrics.margin
        self._whole.setContentsMargins(margin, margin, margin, metrics.px(16, 12))
        self._whole.setSpacing(metrics.px(40, 48))
        self._column.setSpacing(metrics.px(28, 20))
