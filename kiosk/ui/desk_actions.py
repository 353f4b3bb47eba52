"""What an attendant can do about the person at the desk: admit, send on, take back, go on."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.station.desk_view import DeskState, DeskView
from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.icons import Icon
from kiosk.ui.skin import skin_of

_ADMIT = ("desk.admit", "desk.admit_closed")
_ROOM = 4
"""Between what decides and what goes on."""


class DeskActions(QWidget):
    """The attendant's buttons: at most two taps from document to decision."""

    def __init__(self) -> None:
        super().__init__()
        self.admit = Button("admit", Icon.CHECK, large=True)
        self.admit.setObjectName("desk_admit")
        self.gather = Button("quiet", Icon.DESK_PERSON, large=True)
        self.gather.setObjectName("desk_gather")
        self.exit = Button("primary", Icon.ARROW, large=True)
        self.exit.setObjectName("desk_exit")
        self.supervisor = Button("supervisor", Icon.DESK_PERSON, large=True)
        self.supervisor.setObjectName("desk_supervisor")
        self.next = Button("primary", Icon.ARROW, large=True)
        self.next.setObjectName("desk_next")
        self.undo = Button("quiet", Icon.UNDO, large=True)
        self.undo.setObjectName("desk_undo")
        self._column = QVBoxLayout(self)
        for button in (self.admit, self.exit, self.supervisor, self.gather, self.undo, self.next):
            self._column.addWidget(button)
        self._column.insertStretch(_ROOM, 1)

    def dock(self, calls: QWidget) -> None:
        """Take the calls into the room between deciding and going on."""
        if self._column.indexOf(calls) < 0:
            self._column.insertWidget(_ROOM, calls)

    def speak(self, texts: Texts) -> None:
        self.supervisor.say(texts("desk.supervisor"))
        self.next.say(texts("desk.next"))
        self.undo.say(texts("desk.undo"))
        self.gather.say(texts("desk.party.begin"))
        self.exit.say(texts("desk.exit"))

    def show_view(self, view: DeskView, texts: Texts) -> None:
        deciding = view.state is DeskState.FACTS
        self.admit.setVisible(deciding and not view.can_exit)
        self.exit.setVisible(deciding and view.can_exit)
        gathering = bool(view.party)
        self.gather.setVisible(deciding and view.can_gather and not (gathering or view.calls))  # a call needs the room
        opens = view.can_gather if gathering else view.can_admit
        self.admit.setEnabled(opens)
        open_key, closed_key = ("desk.party.add", "desk.party.not_with_them") if gathering else _ADMIT
        self.admit.say(texts(open_key if opens else closed_key))
        in_service = not view.trouble.startswith("service.")
        self.supervisor.setVisible(deciding or (view.state is DeskState.TROUBLE and in_service))
        self.next.setVisible(in_service)
        self.undo.setVisible(view.can_undo)
        self.next.set_kind("quiet" if deciding else "primary")

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(metrics.gap)
        self.admit.setMinimumHeight(metrics.px(180, 190))
        self.supervisor.setMinimumHeight(metrics.px(132, 120))
