"""What the six pages share: a title, a lead, one sentence above the body, buttons at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from kiosk.office.view import Act, Told, Weight
from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.hold_button import HoldButton
from kiosk.ui.icons import Icon
from kiosk.ui.pages.told_bar import ToldBar
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words

_ACROSS_PORTRAIT = 3


class PageFrame(QWidget):
    """``acted``: a button's name. ``went_back``: the button that every page but home has."""

    acted = Signal(str)
    went_back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back_button = Button("quiet", Icon.BACK)
        self.back_button.setObjectName("office_back")
        self.back_button.clicked.connect(self.went_back)
        self._title, self._lead = Words(Role.TITLE, fit_lines=1), Words(Role.BODY, "soft")
        self.told = ToldBar()
        self.acts: dict[str, Button] = {}
        self._shown_acts: tuple[Act, ...] = ()
        self._top, self._body, self._foot = QHBoxLayout(), QVBoxLayout(), QGridLayout()
        self._top.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._top.addWidget(self._title, 1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._top)
        self._column.addWidget(self._lead)
        self._column.addWidget(self.told)
        self._column.addLayout(self._body, 1)
        self._column.addLayout(self._foot)
        for button in (self.back_button,):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def speak(self, texts: Texts) -> None:
        self.back_button.say(texts("office.back"))

    def put_body(self, *parts: QWidget | QLayout) -> None:
        """The page's own part; the last one takes the room."""
        for place, part in enumerate(parts):
            stretch = 1 if place == len(parts) - 1 else 0
            if isinstance(part, QLayout):
                self._body.addLayout(part, stretch)
            else:
                self._body.addWidget(part, stretch)

    def show_head(self, title: str, lead: str, told: Told | None) -> None:
        self._title.say(title)
        self._lead.say(lead)
        self.told.show_told(told)

    def show_acts(self, acts: Sequence[Act], *, with_row: bool) -> None:
        """``with_row``: whether a row is chosen, for the acts that need one."""
        if tuple(acts) != self._shown_acts:
            self._shown_acts = tuple(acts)
            self._make_acts()
        for act in acts:
            self.acts[act.name].setEnabled(with_row or not act.on_row)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._column.setContentsMargins(metrics.margin, metrics.px(36, 18), metrics.margin, metrics.px(36, 18))
        self._column.setSpacing(metrics.px(22, 12))
        self._body.setSpacing(metrics.px(18, 12))
        self._top.setSpacing(metrics.gap)
        self._foot.setSpacing(max(8, metrics.px(18, 12)))
        self._place_acts()

    def _make_acts(self) -> None:
        while item := self._foot.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.acts.clear()
        for act in self._shown_acts:
            button = HoldButton(self) if act.weight is Weight.DANGER else Button(act.weight.value, parent=self)
            button.say(act.words)
            button.setObjectName(f"office_{act.name}")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            pressed = button.held if isinstance(button, HoldButton) else button.clicked
            pressed.connect(lambda *_, name=act.name: self.acted.emit(name))
            button.apply_skin()
            button.setMinimumHeight(skin_of(self).metrics.target(96, 64))
            button.show()
            self.acts[act.name] = button
        self._place_acts()

    def _across(self) -> int:
        """As many as their words allow."""
        margins = self._column.contentsMargins()
        room = self.window().width() - margins.left() - margins.right()
        widest = max((button.sizeHint().width() for button in self.acts.values()), default=0)
        across = _ACROSS_PORTRAIT
        while across > 1 and across * widest + (across - 1) * self._foot.spacing() > room:
            across -= 1
        return across

    def _place_acts(self) -> None:
        """Beside each other; on an upright screen at most three."""
        across = self._across() if skin_of(self).metrics.portrait else len(self.acts)
        for place, button in enumerate(self.acts.values()):
            row, column = divmod(place, across)
            last = place + 1 == len(self.acts)
            self._foot.addWidget(button, row, column, 1, across - column if last else 1)
