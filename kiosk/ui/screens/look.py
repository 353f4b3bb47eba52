"""Look here: the zone as it is seen, one advice or one act at a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from kiosk.ui.act_panel import ActPanel
from kiosk.ui.banner import Banner
from kiosk.ui.icons import Icon
from kiosk.ui.screens.page import Page, Saying
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words
from kiosk.ui.zone_view import Box, ZoneView
from kiosk.visit.view import View


class LookPage(Page):
    """Portrait: advice above the zone, near the camera. Landscape: zone beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zone = ZoneView()
        self._title = Words(Role.TITLE)
        self._attempt = Words(Role.LEAD, "soft")
        self._advice = Banner(Icon.FACE, "closed", Role.HEADING)
        self._steady = Banner(Icon.CHECK, "go", Role.HEADING)
        self.act = ActPanel()
        self._column = QVBoxLayout()
        self._column.addStretch(1)
        self._column.addWidget(self._title)
        self._column.addWidget(self._attempt)
        self._column.addWidget(self._advice)
        self._column.addWidget(self._steady)
        self._column.addWidget(self.act)
        self._column.addStretch(1)
        self._whole = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._whole.addWidget(self.zone, 1)
        self._whole.addLayout(self._column, 0)

    def show_view(self, view: View, saying: Saying) -> None:
        texts = saying.texts
        acts, good = view.act is not None, view.advice == "none"
        self._title.say("" if acts else texts("look.title"))
        self._attempt.say(texts("look.second_attempt") if view.attempt > 1 and not acts else "")
        advice = texts(f"look.advice.{view.advice}")
        self._advice.say("" if good or acts else advice)
        self._steady.say(advice if good and not acts else "")
        self.act.show_act(view.act, view.act_step, view.act_of, texts)
        self.zone.set_good(good)

    def forget(self) -> None:
        self.zone.forget()

    def set_preview(self, picture: npt.NDArray[np.uint8] | None) -> None:
        self.zone.set_preview(picture)

    def set_box(self, box: Box | None) -> None:
        self.zone.set_box(box)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        portrait = metrics.portrait
        self._whole.setDirection(QBoxLayout.Direction.BottomToTop if portrait else QBoxLayout.Direction.LeftToRight)
        self._whole.setStretch(0, 1)
        self._whole.setStretch(1, 0 if portrait else 1)
        align = Qt.AlignmentFlag.AlignHCenter if portrait else Qt.AlignmentFlag.AlignLeft
        for words in (self._title, self._attempt):
            words.setAlignment(align)
        margin = metrics.margin
        self._whole.setContentsMargins(margin, metrics.px(48, 24), margin, metrics.px(16, 12))
        self._whole.setSpacing(metrics.px(36, 48))
        self._column.setSpacing(metrics.px(20, 20))
