"""One picture of a person that does not move, in memory of ours: overwritten when it is forgotten, not only dropped."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.ui.preview_picture import PreviewPicture
from kiosk.ui.skin import colour, skin_of

Picture = npt.NDArray[np.uint8]


class StillPicture(QWidget):
    """As large as fits. ``centred``: in the middle, rather than top left, as words are. ``ground``: of the palette.

    ``smooth``: for windows whose process ends with them. Qt smoothes line by line on the stacks of threads of its own,
    where some lines stay; whoever goes on gives pictures that need no smoothing.
    """

    def __init__(self, *, centred: bool = False, ground: str = "ground", smooth: bool = False) -> None:
        super().__init__()
        self._centred, self._ground, self._smooth = centred, ground, smooth
        self._picture: PreviewPicture | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def picture(self) -> PreviewPicture | None:
        """What is shown now."""
        return self._picture

    def show_picture(self, picture: Picture) -> None:
        """Rows x columns x 3, blue-green-red; copied."""
        self.forget()
        self._picture = PreviewPicture(picture.shape[1], picture.shape[0])
        self._picture.show(picture, mirrored=False)
        self.update()

    def forget(self) -> None:
        """Overwrite it at once."""
        picture, self._picture = self._picture, None
        if picture is not None:
            picture.close()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(getattr(skin_of(self).palette, self._ground)))
        if self._picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
            painter.drawImage(self._fitted(*self._picture.size_px), self._picture.image)
        painter.end()

    def _fitted(self, width_px: int, height_px: int) -> QRect:
        scale = min(self.width() / width_px, self.height() / height_px)
        width, height = round(width_px * scale), round(height_px * scale)
        if not self._centred:
            return QRect(0, 0, width, height)
        return QRect((self.width() - width) // 2, (self.height() - height) // 2, width, height)
