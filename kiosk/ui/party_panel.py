"""Those who come in together, as far as they are gathered: a button to leave each out, and one to admit them all."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.station.desk_view import MOST_TOGETHER, DeskView, PartyMember
from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.icons import Icon
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words

_COLUMNS = 2


class _MemberRow(QFrame):
    """One of them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("panel", "card")
        self.key = ""
        self.who, self.line = Words(Role.LEAD, fit_lines=1), Words(Role.SMALL, "soft", fit_lines=1)
        self.leave_out = Button("quiet", Icon.CROSS)
        self.leave_out.setProperty("small", True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.who)
        words.addWidget(self.line)
        self._row = QHBoxLayout(self)
        self._row.addLayout(words, 1)
        self._row.addWidget(self.leave_out, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_member(self, number: int, member: PartyMember | None, texts: Texts) -> None:
        self.setVisible(member is not None)
        self.key = member.key if member is not None else ""
        if member is None:
            self.who.say("")
            self.line.say("")
            return
        self.setProperty("panel", "caution" if member.refused else "card")
        self.style().polish(self)
        self.who.say(f"{number}  {member.masked_name}" if member.masked_name else str(number))
        parts = [member.seat_area]
        if member.refused:
            parts = [texts(f"desk.outcome.{member.refused}.title")]
        elif member.child:
            parts.append(texts("desk.value.age_under"))
        self.line.say("  ·  ".join(part for part in parts if part))
        self.leave_out.setText("")
        self.leave_out.setAccessibleName(texts("desk.party.leave_out", number=number))

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        side, pad = metrics.px(24, 16), metrics.px(8, 4)
        self._row.setContentsMargins(side, pad, pad, pad)
        self.leave_out.setMinimumWidth(metrics.target(96, 64))


class PartyPanel(QWidget):
    """``left_out``: the key of one of them. The window's thread only."""

    admit_tapped = Signal()
    left_out = Signal(str)
    dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.line = Words(Role.HEADING), Words(Role.BODY, "soft", fit_lines=3)
        self.rows = [_MemberRow(self) for _ in range(MOST_TOGETHER)]
        self.admit = Button("admit", Icon.CHECK, large=True)
        self.admit.setObjectName("desk_admit_party")
        self.drop = Button("quiet")
        self.drop.setObjectName("desk_drop_party")
        self._grid = QGridLayout()
        for place, row in enumerate(self.rows):
            self._grid.addWidget(row, place // _COLUMNS, place % _COLUMNS)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self.drop.setProperty("small", True)
        self._top = QHBoxLayout()
        self._top.addWidget(self.title, 1)
        self._top.addWidget(self.drop, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._top)
        self._column.addWidget(self.line)
        self._column.addLayout(self._grid)
        self._column.addStretch(1)
        self._column.addWidget(self.admit)
        self.admit.clicked.connect(self.admit_tapped)
        self.drop.clicked.connect(self.dropped)
        for row in self.rows:
            row.leave_out.clicked.connect(lambda _=False, row=row: self.left_out.emit(row.key))

    def show_party(self, view: DeskView, texts: Texts) -> None:
        """An empty party leaves nothing of the last one behind."""
        party = view.party
        self.title.say(texts("desk.party.title", count=len(party)))
        self.line.say(texts(f"desk.party.{_said(view)}"))
        self.line.setVisible(not view.calls)  # a call needs the room
        for number, row in enumerate(self.rows):
            row.show_member(number + 1, party[number] if number < len(party) else None, texts)
        self.admit.say(texts("desk.party.admit", count=len(party)))
        self.admit.setEnabled(view.party_ready)
        self.drop.say(texts("desk.party.drop"))

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(metrics.px(14, 8))
        self._grid.setSpacing(metrics.px(12, 8))
        self._top.setSpacing(metrics.gap)


def _said(view: DeskView) -> str:
    """What is to be done next, as a word of the texts."""
    if any(member.refused for member in view.party):
        return "refused"
    if all(member.child for member in view.party):
        return "no_guardian"
    return "full" if len(view.party) == MOST_TOGETHER else "more"
