"""Which gates wait for staff, or send somebody to be compared with care; without either it takes no room."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.station.desk_view import WaitingCall
from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.icons import Icon
from kiosk.ui.signs import IconMark
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words

NON_BREAKING_HYPHEN = "\u2011"
OTHERS_SHOWN = 2
REST_MS = 800
"""How long a new first call cannot be answered: not by a double tap, not by a finger that was on its way."""


class CallPanel(QFrame):
    """The oldest call and its button; below it the next ones. ``answered`` carries the station."""

    answered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "caution")
        self._mark = IconMark(Icon.BELL, "on_caution")
        self._first = Words(Role.LEAD, "caution", fit_lines=2)
        self._others = Words(Role.SMALL, "caution", fit_lines=1)
        self.button = Button("primary", Icon.CHECK)
        self.button.setObjectName("desk_answer_call")
        self.button.clicked.connect(self._answer)
        self._station = ""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._column = QVBoxLayout()
        self._column.addWidget(self._first)
        self._column.addWidget(self._others)
        self._row = QHBoxLayout()
        self._row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(self._column, 1)
        self._whole = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._whole.addLayout(self._row, 1)
        self._whole.addWidget(self.button)
        self.hide()

    @property
    def resting(self) -> bool:
        return self._rest.isActive()

    def show_calls(
        self, calls: tuple[WaitingCall, ...], texts: Texts, gate_name: Callable[[str], str], *, brief: bool = False
    ) -> None:
        """``gate_name``: from a gate group's id to what a person reads. ``brief``: beside the facts of a ticket."""
        first = _where(calls[0], texts, gate_name, brief) if calls else ""
        others = [_told(call, texts, gate_name, brief) for call in calls[1:]]
        care = bool(calls) and calls[0].care
        notice = calls[0].notice if calls else ""
        title = call_title(calls[0]) if calls else ""
        self._first.say(texts(title, where=first) if first and (care or notice or not brief) else first)
        self._others.say(_others(others, texts, 0 if brief else OTHERS_SHOWN))
        self.button.say(texts("desk.answer_care" if care or notice else "desk.answer_call"))
        station = calls[0].station if calls else ""
        if station != self._station:
            self._station = station
            self._rest.start()
        self.setVisible(bool(calls))

    def _answer(self) -> None:
        if self._station and not self.resting:
            self.answered.emit(self._station)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._mark.set_side(metrics.px(72, 44))
        side, pad = metrics.px(28, 18), metrics.px(12, 8)
        self._whole.setContentsMargins(side, pad, side, pad)
        self._whole.setSpacing(metrics.px(24, 8))
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._whole.setDirection(across if metrics.portrait else down)
        self._row.setSpacing(metrics.px(24, 16))
        self._column.setSpacing(metrics.px(6, 2))


def call_title(call: WaitingCall) -> str:
    """Key of the words for a call, a word to compare with care, or a notice of the venue."""
    if call.notice:
        return f"venue.notice.{call.notice}"
    return "desk.care_title" if call.care else "desk.call_title"


def _others(lines: list[str], texts: Texts, shown: int) -> str:
    """The next ones in one line; more than fit are counted."""
    left = len(lines) - shown
    more = [texts("desk.call_more", count=left)] if left > 0 else []
    return "    ".join((*lines[:shown], *more))


def _told(call: WaitingCall, texts: Texts, gate_name: Callable[[str], str], brief: bool) -> str:
    """Below the first one: a call by its place, a notice in its own words."""
    where = _where(call, texts, gate_name, brief)
    return texts(call_title(call), where=where) if call.notice else where


def _where(call: WaitingCall, texts: Texts, gate_name: Callable[[str], str], brief: bool) -> str:
    if call.notice:
        return gate_name(call.gate_group)
    waited = texts("desk.call_minutes", count=call.waited_min) if call.waited_min else texts("desk.call_just_now")
    whole = call.station.replace("-", NON_BREAKING_HYPHEN)
    station = "" if brief else f" ({whole})"
    return f"{gate_name(call.gate_group)}{station}  ·  {waited}"
