"""What an attendant can do about the person at the desk: admit, send on, take back, go on."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

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
        for button in (self.exit, self.admit, self.supervisor, self.gather, self.undo):
            self._column.addWidget(button)
        self.more = Button("quiet", large=True)
        self.more.setObjectName("desk_more")
        self.more.setProperty("small", True)
        self._column.insertStretch(_ROOM, 1)
        self._last = QHBoxLayout()
        for button, share in ((self.more, 41), (self.next, 59)):
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # facts need the width
            self._last.addWidget(button, share)
        self._column.addLayout(self._last)
        self._refusing = False

    def dock(self, calls: QWidget) -> None:
        """Take the calls into the room between deciding and going on."""
        if self._column.indexOf(calls) < 0:
            self._column.insertWidget(_ROOM, calls)

    def speak(self, texts: Texts) -> None:
        self.supervisor.say(texts("desk.supervisor"))
        self.next.say(texts("desk.next"))
        self.undo.say(texts("desk.undo"))
        self.more.say(texts("desk.more"))
        self.gather.say(texts("desk.party.begin"))
        self.exit.say(texts("desk.exit"))

    def set_refusing(self, on: bool) -> None:
        """Whether whoever works here refuses, rather than sends on to whoever does."""
        self._refusing = on

    def show_view(self, view: DeskView, texts: Texts) -> None:
        deciding = view.state is DeskState.FACTS
        gathering = bool(view.party)
        self._show_admit(view, texts)
        self.exit.setVisible(deciding and view.can_exit)
        self.gather.setVisible(deciding and view.can_gather and not (gathering or view.calls))  # a call needs the room
        self.supervisor.say(texts("desk.refuse" if self._refusing else "desk.supervisor"))
        self.more.setVisible(deciding)
        in_service = not view.trouble.startswith("service.")
        self.supervisor.setVisible(deciding or (view.state is DeskState.TROUBLE and in_service))
        self.next.setVisible(in_service)
        self.undo.setVisible(view.can_undo)
        self.next.set_kind("quiet" if deciding else "primary")

    def _show_admit(self, view: DeskView, texts: Texts) -> None:
        """Admit, admit on a used ticket, or take into the group, whatever is open."""
        gathering = bool(view.party)
        again = view.can_admit_again and not view.can_admit and not gathering
        opens = view.can_gather if gathering else view.can_admit or again
        open_key, closed_key = ("desk.party.add", "desk.party.not_with_them") if gathering else _ADMIT
        self.admit.setVisible(view.state is DeskState.FACTS and (again or not view.can_exit))
        self.admit.setEnabled(opens)
        self.admit.say(texts("desk.admit_again" if again else open_key if opens else closed_key))
        self.admit.set_kind("quiet" if again and view.can_exit else "primary" if again else "admit")

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(metrics.gap)
        self._last.setSpacing(max(8, metrics.px(16, 10)))
        self.admit.setMinimumHeight(metrics.px(180, 190))
        self.supervisor.setMinimumHeight(metrics.px(132, 120))
