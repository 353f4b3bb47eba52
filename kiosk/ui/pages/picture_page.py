"""A page of pictures beside each other, each as large as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.office.view import Picture, PicturePage
from kiosk.ui.pages.frame import PageFrame
from kiosk.ui.skin import colour, skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words


class PicturePageWidget(PageFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout()
        self.put_body(self._row)

    def show_page(self, page: PicturePage) -> None:
        self.show_head(page.title, page.lead, page.told)
        self.forget()
        for picture in page.pictures:
            self._row.addWidget(_Framed(picture, self), 1)
        self.show_acts((), with_row=False)

    def forget(self) -> None:
        while item := self._row.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()

    def apply_skin(self) -> None:
        super().apply_skin()
        self._row.setSpacing(skin_of(self).metrics.gap)


class _Framed(QWidget):
    """One picture below its words."""

    def __init__(self, picture: Picture, parent: QWidget) -> None:
        super().__init__(parent)
        words = Words(Role.LABEL, "accent", align=Qt.AlignmentFlag.AlignHCenter, parent=self)
        words.say(picture.words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(words)
        column.addWidget(_Shown(picture, self), 1)
        self.show()


class _Shown(QWidget):
    def __init__(self, picture: Picture, parent: QWidget) -> None:
        super().__init__(parent)
        self._image = QImage.fromData(picture.png)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(picture.words)

    def sizeHint(self) -> QSize:
        return QSize(200, 300)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ratio = self.devicePixelRatioF()
        room = QSize(round(self.width() * ratio), round(self.height() * ratio))
        fitted = self._image.scaled(
            room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        fitted.setDevicePixelRatio(ratio)
        left = (self.width() - fitted.width() / ratio) / 2
        painter.drawImage(QPoint(round(left), 0), fitted)
        painter.setPen(colour(skin_of(self).palette.line))
        painter.drawRect(round(left), 0, round(fitted.width() / ratio) - 1, round(fitted.height() / ratio) - 1)
        painter.end()
