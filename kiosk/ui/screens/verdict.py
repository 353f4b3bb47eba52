"""Result screens: one colour, one shape, one word each; seen from the end of the queue."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.incident import Mode
from kiosk.ui.event_words import Direction
from kiosk.ui.screens.page import Page, Saying
from kiosk.ui.signs import Sign, VerdictSign
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words
from kiosk.visit.view import Keeping, Screen, View, WhereReason


class VerdictPage(Page):
    """Sign, word, line, and one fact (label, value, note). Portrait: centred. Landscape: sign on the left."""

    def __init__(
        self, ground: str, sign: Sign, word_role: Role, line_role: Role, value_role: Role, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.ground = ground
        self._sign = VerdictSign(sign, ground)
        self._word = Words(word_role, ground)
        self._line = Words(line_role, ground)
        self._label = Words(Role.LEAD, ground)
        self._value = Words(value_role, ground, fit_lines=2)
        self._note = Words(Role.LEAD, ground)
        self._help = Words(Role.BODY, ground)
        self._column = QVBoxLayout()
        self._whole = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._whole.addStretch(1)
        self._whole.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignCenter)
        self._whole.addLayout(self._column, 0)
        self._whole.addStretch(1)
        self._column.addStretch(1)
        self._column.addWidget(self._word)
        self._column.addWidget(self._line)
        self._break = QWidget()
        self._column.addWidget(self._break)
        for words in (self._label, self._value, self._note):
            self._column.addWidget(words)
        self._column.addWidget(self._help)
        self._column.addStretch(1)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        portrait = metrics.portrait
        self._sign.set_side(metrics.px(430, 320))
        self._whole.setDirection(QBoxLayout.Direction.TopToBottom if portrait else QBoxLayout.Direction.LeftToRight)
        for index, stretch in enumerate((3, 0, 0, 4) if portrait else (0, 0, 1, 0)):
            self._whole.setStretch(index, stretch)
        align = Qt.AlignmentFlag.AlignHCenter if portrait else Qt.AlignmentFlag.AlignLeft
        for words in (self._word, self._line, self._label, self._value, self._note, self._help):
            words.setAlignment(align)
        side = metrics.px(72, 84)
        self._whole.setContentsMargins(side, metrics.px(48, 24), side, metrics.px(16, 8))
        self._whole.setSpacing(metrics.px(72, 76))
        self._column.setSpacing(metrics.px(22, 12))
        self._break.setFixedHeight(metrics.px(28, 16))


class WelcomePage(VerdictPage):
    """Admitted: the same for both lanes (R-107). Masked name and area, nothing else (R-38)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("go", Sign.WELCOME, Role.DISPLAY, Role.TITLE, Role.DISPLAY, parent)

    def show_view(self, view: View, saying: Saying) -> None:
        self._word.say(saying.texts("verdict.welcome"))
        self._line.say(view.masked_name)
        self._label.say(saying.texts("verdict.seat_area") if view.seat_area else "")
        self._value.say(view.seat_area)
        self._note.say(saying.texts("verdict.walk_through"))
        self._help.say("")

    def forget(self) -> None:
        for words in (self._line, self._value):
            words.say("")


class WherePage(VerdictPage):
    """Another gate or another day: where, in the largest letters there are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("way", Sign.PLACE, Role.HEADING, Role.LEAD, Role.GIANT, parent)

    def show_view(self, view: View, saying: Saying) -> None:
        texts, event = saying.texts, saying.event
        other_day = view.where_reason is WhereReason.OTHER_DAY
        if other_day:
            self._sign.show_sign(Sign.OTHER_DAY)
            self._value.say(event.session(view.where))
            self._note.say("")
        else:
            direction = saying.scene.gate_directions.get(view.where)
            self._sign.show_sign(Sign.GO_THERE if direction else Sign.PLACE, direction)
            self._value.say(event.gate(view.where))
            self._note.say(event.gate_places.get(view.where, ""))
        self._word.say(texts("verdict.day_title" if other_day else "verdict.where_title"))
        self._line.say("")
        self._label.say(texts("verdict.where_day" if other_day else "verdict.where_go"))
        self._help.say(texts("verdict.staff_help", desk=event.desk_place))


class StaffPage(VerdictPage):
    """To staff: chosen or sent, it looks alike, so that the queue behind learns nothing (R-33, R-107)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("staff", Sign.STAFF, Role.DISPLAY, Role.LEAD, Role.TITLE, parent)

    def show_view(self, view: View, saying: Saying) -> None:
        texts = saying.texts
        chosen = view.screen is Screen.STAFF_CHOSEN
        everybody = view.mode is Mode.ALL_MANUAL
        self._word.say(texts("verdict.staff_chosen" if chosen else "verdict.see_staff"))
        self._line.say(texts("incident.all_manual_line" if everybody else "verdict.see_staff_line"))
        self._label.say(texts("verdict.where_desk"))
        self._value.say(_begin_large(saying.event.desk_place))
        self._note.say("")
        self._help.say(texts(f"hold.{view.keeping}") if view.keeping in {Keeping.PENDING, Keeping.FAILED} else "")
        if view.keeping is Keeping.KEPT:
            self._line.say(_begin_large(saying.event.desk_place))
            self._label.say(texts("hold.code_title"))
            self._value.say(in_groups(view.dispute_code))
            self._note.say(texts("hold.code_line"))

    def forget(self) -> None:
        """A dispute code is for one person."""
        self._value.say("")


class FreeFlowPage(VerdictPage):
    """Everybody walks in, unchecked: said by a supervisor, for as long as they say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("way", Sign.GO_THERE, Role.DISPLAY, Role.LEAD, Role.TITLE, parent)

    def show_view(self, view: View, saying: Saying) -> None:
        self._sign.show_sign(Sign.GO_THERE, Direction.AHEAD)
        self._word.say(saying.texts("incident.free_flow_title"))
        self._line.say(saying.texts("incident.free_flow_line"))


class ClosedPage(VerdictPage):
    """The machine serves nobody; staff do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("closed", Sign.CLOSED, Role.DISPLAY, Role.LEAD, Role.TITLE, parent)

    def show_view(self, view: View, saying: Saying) -> None:
        texts = saying.texts
        shut = view.mode is Mode.LANE_CLOSED
        self._word.say(texts("verdict.out_of_service"))
        self._line.say(texts("incident.lane_closed_line" if shut else "verdict.out_of_service_line"))
        self._label.say(texts("verdict.where_desk"))
        self._value.say(_begin_large(saying.event.desk_place))
        self._note.say("")
        self._help.say("")


def in_groups(code: str) -> str:
    """Three and three, as people read it out."""
    return f"{code[:3]} {code[3:]}"


def _begin_large(words: str) -> str:
    """The organiser's words standing on their own line."""
    return words[:1].upper() + words[1:]
