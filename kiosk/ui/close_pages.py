"""The three pages of closing an event: what will be destroyed, the steps, what an independent look found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.close_view import CloseFacts, CloseResult, CloseStep, StepState, WipeVerdict
from kiosk.ui.hold_button import HoldButton
from kiosk.ui.icons import Icon, draw_icon
from kiosk.ui.scrolling import finger_scrolled
from kiosk.ui.signs import IconMark
from kiosk.ui.skin import colour, skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words

MOST_LINES = 40
"""More lines than this nobody reads; the report on disk has them all."""


class _CardPage(QWidget):
    """A title, a card with rows, buttons below."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Words(Role.TITLE)
        self._lead = Words(Role.LEAD, "soft")
        self._frame = QFrame()
        self._frame.setProperty("panel", "card")
        self._card = QVBoxLayout(self._frame)
        self._buttons = QHBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addWidget(self._lead)
        self._column.addWidget(self._frame)
        self._column.addStretch(1)
        self._column.addLayout(self._buttons)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        margin = metrics.margin
        self._column.setContentsMargins(margin, metrics.px(64, 32), margin, metrics.px(48, 28))
        self._column.setSpacing(metrics.px(32, 18))
        pad = metrics.px(40, 26)
        self._card.setContentsMargins(pad, pad, pad, pad)
        self._card.setSpacing(metrics.px(18, 10))
        self._buttons.setSpacing(metrics.gap)


class AskPage(_CardPage):
    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._title.say(texts("close.title"))
        self._lead.say(texts("close.lead"))
        heading = Words(Role.LABEL, "accent")
        self._card.addWidget(heading)
        heading.say(texts("close.what"))
        self._rows = {name: Words(Role.LEAD) for name in ("tickets", "admissions", "keys", "log", "memory")}
        for row in self._rows.values():
            self._card.addWidget(row)
        self.cancel = Button("quiet", large=True)
        self.cancel.say(texts("close.cancel"))
        self.hold = HoldButton()
        self.hold.say(texts("close.hold"))
        self.hold.pressed.connect(lambda: self.hold.say(texts("close.holding")))
        self.hold.released.connect(lambda: self.hold.say(texts("close.hold")))
        self._buttons.addWidget(self.cancel, 1)
        self._buttons.addWidget(self.hold, 2)

    def show_facts(self, facts: CloseFacts) -> None:
        counts = {"tickets": facts.tickets, "admissions": facts.admissions}
        for name, row in self._rows.items():
            count = counts.get(name)
            arguments = {"count": "–" if count is None else f"{count:,}"} if name in counts else {}
            row.say(self._texts(f"close.item.{name}", **arguments))


class _StepMark(QWidget):
    """A ring, a filled ring, a tick, or a bar."""

    def __init__(self) -> None:
        super().__init__()
        self._state = StepState.WAITING

    def show_state(self, state: StepState) -> None:
        self._state = state
        self.update()

    def apply_skin(self) -> None:
        side = skin_of(self).metrics.px(52, 34)
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = skin_of(self).palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        fill = {
            StepState.DONE: palette.go,
            StepState.RUNNING: palette.accent,
            StepState.STUCK: palette.halt,
            StepState.WAITING: palette.line,
        }[self._state]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(fill))
        painter.drawEllipse(box)
        inner = box.adjusted(box.width() * 0.2, box.width() * 0.2, -box.width() * 0.2, -box.width() * 0.2)
        if self._state is StepState.DONE:
            draw_icon(painter, Icon.CHECK, inner, colour(palette.on_go), stroke=3.4)
        elif self._state is StepState.STUCK:
            draw_icon(painter, Icon.CROSS, inner, colour(palette.on_halt), stroke=3.4)
        else:
            painter.setBrush(colour(palette.surface))
            painter.drawEllipse(inner)
        painter.end()


class WorkPage(_CardPage):
    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._title.say(texts("close.working"))
        self._lead.hide()
        self._rows: list[tuple[_StepMark, Words]] = []

    def show_steps(self, steps: Sequence[CloseStep]) -> None:
        while len(self._rows) < len(steps):
            row = QHBoxLayout()
            mark, words = _StepMark(), Words(Role.LEAD, parent=self)
            row.addWidget(mark)
            row.addWidget(words, 1)
            row.setSpacing(skin_of(self).metrics.px(28, 18))
            self._card.addLayout(row)
            mark.apply_skin()
            self._rows.append((mark, words))
        for (mark, words), step in zip(self._rows, steps, strict=False):
            mark.show_state(step.state)
            said = self._texts(f"close.step.{step.key}")
            words.say(said if step.share is None else f"{said}  {step.share:.0%}")


class EndPage(_CardPage):
    _PANELS: ClassVar = {WipeVerdict.PASS: "go", WipeVerdict.FAILED: "halt", WipeVerdict.UNKNOWN: "staff"}

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._title.hide()
        self._lead.hide()
        self._banners = {verdict: _ResultBanner(panel) for verdict, panel in self._PANELS.items()}
        for place, banner in enumerate(self._banners.values()):
            self._column.insertWidget(place, banner)
        self._sections = {
            name: (Words(Role.LABEL, "accent"), Words(Role.BODY)) for name in ("checked", "left", "not_measured")
        }
        self._card.addWidget(self._scrolling_sections())
        self._column.setStretchFactor(self._frame, 1000)  # all there is: nobody knows how much is left over
        self.done = Button("primary", Icon.CHECK, large=True)
        self.done.say(texts("close.done"))
        self.certificate = Button("quiet", large=True)
        self.certificate.say(texts("certificate.show"))
        self._buttons.addWidget(self.certificate, 1)
        self._buttons.addWidget(self.done, 1)

    def _scrolling_sections(self) -> QScrollArea:
        sheet = QWidget()
        column = QVBoxLayout(sheet)
        column.setContentsMargins(0, 0, 0, 0)
        for heading, body in self._sections.values():
            column.addWidget(heading)
            column.addWidget(body)
        column.addStretch(1)
        return finger_scrolled(sheet)

    def show_result(self, result: CloseResult) -> None:
        texts = self._texts
        self.certificate.setVisible(result.certified)
        for verdict, banner in self._banners.items():
            banner.setVisible(verdict is result.verdict)
        stem = f"close.verdict.{result.verdict}"
        self._banners[result.verdict].say(str(result.verdict), texts(f"{stem}.title"), texts(f"{stem}.line"))
        left = result.left or (texts("close.nothing_left"),)
        for name, lines in (("checked", result.checked), ("left", left), ("not_measured", result.not_measured)):
            heading, body = self._sections[name]
            heading.say(texts(f"close.{name}") if lines else "")
            more = (texts("close.more", count=len(lines) - MOST_LINES),) if len(lines) > MOST_LINES else ()
            body.say("\n".join((*lines[:MOST_LINES], *more)))


class _ResultBanner(QFrame):
    """The verdict: colour, shape, word."""

    _MARKS: ClassVar = {"go": Icon.CHECK, "halt": Icon.CROSS, "staff": Icon.QUESTION}

    def __init__(self, panel: str) -> None:
        super().__init__()
        self.setProperty("panel", panel)
        self._mark = IconMark(self._MARKS[panel], f"on_{panel}")
        self._word = Words(Role.LABEL, panel)
        self._title = Words(Role.TITLE, panel)
        self._line = Words(Role.LEAD, panel)
        self._words = QVBoxLayout()
        for words in (self._word, self._title, self._line):
            self._words.addWidget(words)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(self._words, 1)

    def say(self, word: str, title: str, line: str) -> None:
        self._word.say(word)
        self._title.say(title)
        self._line.say(line)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._mark.set_side(metrics.px(150, 100))
        pad = metrics.px(44, 28)
        self._row.setContentsMargins(pad, pad, pad, pad)
        self._row.setSpacing(metrics.px(40, 28))
        self._words.setSpacing(metrics.px(8, 4))
