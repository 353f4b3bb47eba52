"""The queue at a desk: who comes next and from which gate, or who is served. Why, nobody here knows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.station.desk_view import QueueView, Trouble
from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.call_panel import NON_BREAKING_HYPHEN
from kiosk.ui.icons import Icon
from kiosk.ui.signs import IconMark
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words


class QueuePanel(QFrame):
    """``take``: call the next one up; ``aside``: nobody came, or they are done with."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "card")
        self._mark = IconMark(Icon.DESK_PERSON, "ink")
        self._title = Words(Role.LEAD, fit_lines=2)
        self._line = Words(Role.SMALL, "soft", fit_lines=2)
        self.take = Button("primary", Icon.ARROW)
        self.take.setObjectName("desk_take_next")
        self.aside = Button("quiet")
        self.aside.setObjectName("desk_put_aside")
        words = QVBoxLayout()
        words.addWidget(self._title)
        words.addWidget(self._line)
        self._words = words
        self._top, self._whole = QHBoxLayout(), QVBoxLayout(self)
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        self._top.addLayout(words, 1)
        for button in (self.take, self.aside):
            self._buttons.addWidget(button, 1)
        self._whole.addLayout(self._top)
        self._whole.addLayout(self._buttons)
        self.hide()

    def show_queue(self, queue: QueueView | None, texts: Texts, gate_name: Callable[[str], str]) -> None:
        """None: there is no queue, or no room for it."""
        shown = queue is not None and bool(queue.waiting or queue.serving or queue.trouble or not queue.online)
        if queue is not None and shown:
            self._title.say(_title(queue, texts, gate_name))
            self._line.say(_line(queue, texts))
            self.take.say(texts("queue.take"))
            self.aside.say(texts("queue.aside"))
            self.take.setVisible(bool(queue.waiting) and queue.online)
            self.take.setEnabled(not queue.asking)
            self.aside.setVisible(queue.serving)
        self.setVisible(shown)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._mark.set_side(metrics.px(72, 44))
        side, pad = metrics.px(28, 18), metrics.px(12, 8)
        self._whole.setContentsMargins(side, pad, side, pad)
        self._whole.setSpacing(metrics.px(16, 8))
        self._top.setSpacing(metrics.px(24, 16))
        self._words.setSpacing(metrics.px(6, 2))
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._buttons.setDirection(across if metrics.portrait else down)
        self._buttons.setSpacing(metrics.px(16, 8))


def _title(queue: QueueView, texts: Texts, gate_name: Callable[[str], str]) -> str:
    if queue.serving:
        where = _where(queue.serving_group, queue.serving_station, gate_name)
        return texts("queue.serving", where=where)
    if queue.waiting and queue.online:
        return texts("queue.first", where=_where(queue.first_group, queue.first_station, gate_name))
    return texts("queue.empty" if queue.online else "queue.away_title")


def _line(queue: QueueView, texts: Texts) -> str:
    if queue.trouble is not Trouble.NONE:
        return texts(f"queue.trouble.{queue.trouble.value}")
    if not queue.online:
        return texts("queue.away_line")
    minutes = queue.serving_min if queue.serving else queue.first_min
    waited = texts("desk.call_minutes", count=minutes) if minutes else texts("desk.call_just_now")
    others = queue.waiting if queue.serving else queue.waiting - 1
    return f"{waited}  ·  {texts('queue.others', count=others)}" if others > 0 else waited


def _where(group: str, station: str, gate_name: Callable[[str], str]) -> str:
    return f"{gate_name(group)} ({station.replace('-', NON_BREAKING_HYPHEN)})"
