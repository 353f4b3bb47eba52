"""What an attendant can do about the person at the desk: admit, send on, take back, go on."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.station.desk_view import DeskState, DeskView
from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.icons import Icon
from kiosk.ui.skin import skin_of


class DeskActions(QWidget):
    """The attendant's buttons: at most two taps from document to decision."""

    def __init__(self) -> None:
        super().__init__()
        self.admit = Button("admit", Icon.CHECK, large=True)
        self.admit.setObjectName("desk_admit")
        self.supervisor = Button("supervisor", Icon.DESK_PERSON, large=True)
        self.supervisor.setObjectName("desk_supervisor")
        self.next = Button("primary", Icon.ARROW, large=True)
        self.next.setObjectName("desk_next")
        self.undo = Button("quiet", Icon.UNDO, large=True)
        self.undo.setObjectName("desk_undo")
        self._column = QVBoxLayout(self)
        for button in (self.admit, self.supervisor, self.undo):
            self._column.addWidget(button)
        self.more = Button("quiet", large=True)
        self.more.setObjectName("desk_more")
        self.more.setProperty("small", True)
        self._column.insertStretch(2, 1)
        self._last = QHBoxLayout()
        for button, share in ((self.more, 41), (self.next, 59)):
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # facts need the width
            self._last.addWidget(button, share)
        self._column.addLayout(self._last)
        self._refusing = False

    def dock(self, calls: QWidget) -> None:
        """Take the calls into the room between deciding and going on."""
        if self._column.indexOf(calls) < 0:
            self._column.insertWidget(2, calls)

    def speak(self, texts: Texts) -> None:
        self.supervisor.say(texts("desk.supervisor"))
        self.next.say(texts("desk.next"))
        self.undo.say(texts("desk.undo"))
        self.more.say(texts("desk.more"))

    def set_refusing(self, on: bool) -> None:
        """Whether whoever works here refuses, rather than sends on to whoever does."""
        self._refusing = on

    def show_view(self, view: DeskView, texts: Texts) -> None:
        deciding = view.state is DeskState.FACTS
        self.admit.setVisible(deciding)
        self.admit.setEnabled(view.can_admit or view.can_admit_again)
        word = "desk.admit" if view.can_admit else "desk.admit_again" if view.can_admit_again else "desk.admit_closed"
        self.admit.say(texts(word))
        self.admit.set_kind("admit" if view.can_admit or not view.can_admit_again else "primary")
        self.supervisor.say(texts("desk.refuse" if self._refusing else "desk.supervisor"))
        self.more.setVisible(deciding)
        in_service = not view.trouble.startswith("service.")
        self.supervisor.setVisible(deciding or (view.state is DeskState.TROUBLE and in_service))
        self.next.setVisible(in_service)
        self.undo.setVisible(view.can_undo)
        self.next.set_kind("quiet" if deciding else "primary")

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(metrics.gap)
        self._last.setSpacing(max(8, metrics.px(16, 10)))
        self.admit.setMinimumHeight(metrics.px(180, 190))
        self.supervisor.setMinimumHeight(metrics.px(132, 120))
