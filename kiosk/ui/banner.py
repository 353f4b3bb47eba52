"""One line that says what is the matter, with a drawing; empty it takes no room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from kiosk.ui.icons import Icon
from kiosk.ui.signs import IconMark
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words


class Banner(QFrame):
    """``panel`` names ground and tone: card, caution, go, halt ... of the style sheet."""

    def __init__(
        self,
        icon: Icon,
        panel: str = "caution",
        role: Role = Role.LEAD,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        tone = "ink" if panel == "card" else panel
        self.setProperty("panel", panel)
        self.mark = IconMark(icon, "ink" if panel == "card" else f"on_{panel}")
        self.words = Words(role, tone)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self.words, 1)
        self.hide()

    def say(self, text: str, icon: Icon | None = None) -> None:
        if icon is not None:
            self.mark.set_icon(icon)
        self.words.say(text)
        self.setVisible(bool(text))

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self.mark.set_side(metrics.px(60, 40))
        self._row.setContentsMargins(metrics.px(32, 22), metrics.px(22, 15), metrics.px(32, 22), metrics.px(22, 15))
        self._row.setSpacing(metrics.px(24, 16))
