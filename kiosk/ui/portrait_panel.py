"""The portrait of the document that lies there, for an officer's own eye: no figure, no judgement, half a minute."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from kiosk.station.desk_view import DeskView, PortraitLook
from kiosk.text import Texts
from kiosk.ui.skin import skin_of
from kiosk.ui.still_picture import StillPicture
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words

_WORDS = {PortraitLook.SHOWN: "compare", PortraitLook.FAILED: "failed"}


class PortraitPanel(QFrame):
    """In place of the facts. The picture is shown by ``show_picture`` and overwritten by ``forget``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "card")
        self._title, self._list, self._until = Words(Role.HEADING), Words(Role.BODY), Words(Role.SMALL, "soft")
        self.picture = StillPicture(centred=True, ground="surface")
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addWidget(self.picture, 1)
        self._column.addWidget(self._list)
        self._column.addWidget(self._until)
        self._column.addStretch(0)

    def show_view(self, view: DeskView, texts: Texts) -> None:
        shown = view.portrait is PortraitLook.SHOWN
        self.picture.setVisible(shown)
        self._title.say(texts("desk.portrait.title"))
        self._list.say(texts(f"desk.portrait.{_WORDS.get(view.portrait, 'coming')}"))
        self._until.say(texts("desk.portrait.until") if shown else "")

    def show_picture(self, picture: npt.NDArray[np.uint8]) -> None:
        """Rows x columns x 3, blue-green-red; copied."""
        self.picture.show_picture(picture)

    def forget(self) -> None:
        self.picture.forget()

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        pad = metrics.px(36, 20)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(metrics.px(18, 10))
