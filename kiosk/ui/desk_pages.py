"""The desk between two decisions: waiting and reading, and the three ends of a decision."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.station.code_camera import CodeLook
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.icons import Icon
from kiosk.ui.reader_picture import ReaderPicture
from kiosk.ui.signs import IconMark, Sign, VerdictSign
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words

UNCONFIRMED_SHOWN = 3
TROUBLES = {"document": "desk.trouble_document", "service": "desk.trouble_service"}
"""Which words a trouble is told with, by the first part of its code."""


class UnconfirmedPanel(QFrame):
    """Admissions whose passage nobody saw: an attendant has to look."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "caution")
        self._mark = IconMark(Icon.INFO, "on_caution")
        self._title = Words(Role.LABEL, "caution")
        self._line = Words(Role.SMALL, "caution")
        self._rows = [Words(Role.LEAD, "caution") for _ in range(UNCONFIRMED_SHOWN)]
        self._more = Words(Role.SMALL, "caution")
        self._column = QVBoxLayout()
        for words in (self._title, self._line, *self._rows, self._more):
            self._column.addWidget(words)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(self._column, 1)

    def show_lines(self, lines: tuple[str, ...], texts: Texts, rows_shown: int = UNCONFIRMED_SHOWN) -> None:
        self._title.say(texts("desk.unconfirmed_title"))
        self._line.say(texts("desk.unconfirmed_line"))
        for index, words in enumerate(self._rows):
            words.say(lines[index] if index < min(len(lines), rows_shown) else "")
        left = len(lines) - rows_shown
        self._more.say(texts("desk.unconfirmed_more", count=left) if left > 0 else "")
        self.setVisible(bool(lines))

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._mark.set_side(metrics.px(52, 34))
        pad = metrics.px(28, 18)
        self._row.setContentsMargins(pad, pad, pad, pad)
        self._row.setSpacing(metrics.px(22, 14))
        self._column.setSpacing(metrics.px(6, 3))


def _stem(view: DeskView) -> str:
    """Which title and line says what is waited for."""
    if view.state is DeskState.READING:
        return "desk.reading" if view.reading_share is None else "desk.chip"
    if view.key_unreadable:
        return "desk.key_unreadable"
    return "desk.key_wanted" if view.key_wanted else "desk.waiting"


class WaitingPage(QWidget):
    """What to do next, drawn and in words; below it what a crash or a stuck gate left open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = ReaderPicture()
        self._title = Words(Role.HEADING)
        self._line = Words(Role.LEAD, "soft")
        self._unconfirmed = UnconfirmedPanel()
        self.code_button, self._code_offered = Button("quiet", Icon.CAMERA), False
        self.code_button.setObjectName("desk_code_camera")
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._picture, 1)
        self._column.addWidget(self._title)
        self._column.addWidget(self._line)
        self._column.addWidget(self.code_button)
        self._column.addWidget(self._unconfirmed)
        self._foot = QHBoxLayout()
        self._foot.addStretch(1)
        self._column.addLayout(self._foot)

    def add_switch(self, switch: QWidget) -> None:
        """Beside those that are there, at the foot."""
        self._foot.insertWidget(self._foot.count() - 1, switch)

    def offer_code_camera(self) -> None:
        """Ticket codes can be read with a camera here."""
        self._code_offered = True

    def show_view(self, view: DeskView, texts: Texts, look: CodeLook = CodeLook.OFF) -> None:
        reading = view.state is DeskState.READING
        self._picture.set_reading(reading)
        self._picture.set_share(view.reading_share if reading else None)
        looked = look is not CodeLook.OFF and view.state is DeskState.WAITING and not view.key_wanted
        stem = f"desk.code_camera.{look}" if looked else _stem(view)
        self._title.say(texts(f"{stem}_title"))
        self._line.say(texts(f"{stem}_line"))
        # What has happened goes before what to do next, where calls and gates both need room.
        panels = (view.calls, view.unconfirmed, view.queue and (view.queue.waiting or view.queue.serving))
        roomy = sum(map(bool, panels)) < 2
        narrow = self._code_offered and skin_of(self).metrics.portrait  # what is left would be a stamp
        self._picture.setVisible(roomy and not narrow)
        self._line.setVisible(roomy)
        looking = look is CodeLook.LOOKING
        self.code_button.say(texts("desk.code_camera.stop" if looking else "desk.code_camera.button"))
        self.code_button.setVisible(self._code_offered and (looking or (roomy and not reading)))
        self._unconfirmed.show_lines(view.unconfirmed, texts, 1 if view.calls else UNCONFIRMED_SHOWN)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(metrics.px(18, 12))
        self._foot.setSpacing(metrics.gap)


class ResultPage(QFrame):
    """Admitted, sent on, or nothing could be done: one colour, one shape, one word, one line."""

    def __init__(self, panel: str, sign: Sign, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", panel)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._sign = VerdictSign(sign, panel)
        self._title = Words(Role.TITLE, panel, align=centre)
        self._line = Words(Role.LEAD, panel, align=centre)
        self._who = Words(Role.HEADING, panel, align=centre)
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addWidget(self._sign, 0, centre)
        for words in (self._title, self._line, self._who):
            self._column.addWidget(words)
        self._column.addStretch(1)

    def show_view(self, view: DeskView, texts: Texts) -> None:
        if view.state is DeskState.ADMITTED:
            stem = "desk.admitted_there" if view.from_gate else "desk.admitted"
            stem = "desk.admitted_together" if view.heads > 1 else stem
        elif view.state is DeskState.OUT:
            stem = "desk.out"
        elif view.state is DeskState.TO_SUPERVISOR:
            stem = "desk.supervisor"
        elif view.state is DeskState.REFUSED:
            stem = "desk.refused"
        else:
            stem = TROUBLES.get(view.trouble.partition(".")[0], "desk.trouble")
        self._title.say(texts(f"{stem}_title", **({"count": view.heads} if view.heads > 1 else {})))
        self._line.say(texts(f"{stem}_line"))
        admitted = view.state is DeskState.ADMITTED
        self._who.say("  ·  ".join(part for part in (view.masked_name, view.seat_area) if part) if admitted else "")

    def forget(self) -> None:
        """Leave nothing of the last person behind."""
        self._who.say("")

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._sign.set_side(metrics.px(300, 200))
        pad = metrics.px(56, 36)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(metrics.px(26, 18))
