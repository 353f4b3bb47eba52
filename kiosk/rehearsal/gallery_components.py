"""The components of the design system, each in every state, on boards: what screens are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from kiosk.domain.act import Act
from kiosk.office.view import Column, Mark, Row, Told
from kiosk.text import Texts
from kiosk.ui.act_sign import ActSign, StepDots
from kiosk.ui.banner import Banner
from kiosk.ui.buttons import Button, ChoiceButton, LanguageSwitch
from kiosk.ui.desk_window import DEFAULT_KINDS
from kiosk.ui.framed_window import FramedWindow
from kiosk.ui.hold_button import HoldButton
from kiosk.ui.icons import Icon
from kiosk.ui.keypad import Keypad
from kiosk.ui.pages.table import Table
from kiosk.ui.pages.told_bar import ToldBar
from kiosk.ui.reader_picture import ReaderPicture
from kiosk.ui.signs import IconMark, Sign, VerdictSign
from kiosk.ui.skin import skin_of
from kiosk.ui.status_bar import Chip
from kiosk.ui.tokens import STRONG_PAIRS, TEXT_PAIRS, Role, contrast
from kiosk.ui.words import Words
from kiosk.ui.zone_view import ZoneView

BOARDS = ("colours", "type", "buttons", "choice", "panels", "signs", "inputs")
_GROUNDS = {"go": Sign.WELCOME, "way": Sign.GO_THERE, "staff": Sign.STAFF, "closed": Sign.CLOSED}


class ComponentsWindow(FramedWindow):
    """One board at a time; names of tokens are shown as the code has them."""

    def __init__(self, texts: Texts, now: Callable[[], float], *, motion: bool = False) -> None:
        super().__init__(now, motion=motion)
        self._texts = texts
        self._boards: dict[str, QWidget] = {
            "colours": _Colours(),
            "type": _Type(texts),
            "buttons": _Buttons(texts),
            "choice": _Choice(texts),
            "panels": _Panels(texts),
            "signs": _Signs(),
            "inputs": _Inputs(texts),
        }
        stack = QStackedLayout()
        self.fill(stack)
        for board in self._boards.values():
            stack.addWidget(board)
        self._stack = stack

    def show_board(self, name: str) -> None:
        self.say_bar(self._texts("gallery.components"), name)
        self._stack.setCurrentWidget(self._boards[name])
        self.settle()


class _Board(QWidget):
    """A grid filled row by row, with as many columns as the window's shape allows."""

    across = (2, 4)
    """Columns of an upright and of a lying window."""

    def __init__(self, cells: Iterator[QWidget]) -> None:
        super().__init__()
        self._cells = list(cells)
        self._grid = QGridLayout(self)
        for place, cell in enumerate(self._cells):
            self._grid.addWidget(cell, place, 0)  # the board's from the beginning; its place follows

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        margin, across = metrics.px(40, 24), self.across[0 if metrics.portrait else 1]
        self._grid.setContentsMargins(margin, margin, margin, margin)
        self._grid.setSpacing(max(8, metrics.px(20, 12)))
        for place, cell in enumerate(self._cells):
            self._grid.addWidget(cell, place // across, place % across)


def _labelled(name: str, widget: QWidget) -> QWidget:
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    label = Words(Role.LABEL, "soft")
    layout.addWidget(label)
    layout.addWidget(widget)
    layout.addStretch(1)
    label.say(name)  # not before it has a parent: it would open as a window
    return box


class _Swatch(QFrame):
    """A pair of the palette with its contrast, computed."""

    def __init__(self, text: str, ground: str) -> None:
        super().__init__()
        self._text, self._ground = text, ground
        self._words = Words(Role.SMALL)
        QVBoxLayout(self).addWidget(self._words)

    def apply_skin(self) -> None:
        palette = skin_of(self).palette
        ink, ground = getattr(palette, self._text), getattr(palette, self._ground)
        self.setStyleSheet(f"QFrame {{ background: {ground}; }} QLabel {{ color: {ink}; }}")
        self._words.say(f"{self._text}\n{self._ground}\n{contrast(ink, ground):.1f} : 1")


class _Colours(_Board):
    across = (3, 5)

    def __init__(self) -> None:
        super().__init__(_Swatch(*pair) for pair in dict.fromkeys((*STRONG_PAIRS, *TEXT_PAIRS)))


class _Type(_Board):
    across = (1, 2)

    def __init__(self, texts: Texts) -> None:
        super().__init__(self._sample(role, texts) for role in Role)

    @staticmethod
    def _sample(role: Role, texts: Texts) -> QWidget:
        words = Words(role, fit_lines=1)
        cell = _labelled(str(role), words)
        words.say("A 12" if role is Role.GIANT else texts("verdict.welcome"))
        return cell


class _Buttons(_Board):
    across = (3, 4)

    def __init__(self, texts: Texts) -> None:
        super().__init__(self._every(texts))

    @staticmethod
    def _every(texts: Texts) -> Iterator[QWidget]:
        icons = {"quiet": Icon.BELL, "admit": Icon.CHECK, "supervisor": Icon.DESK_PERSON}
        for kind in ("primary", "quiet", "admit", "supervisor", "danger"):
            for state in ("", "pressed", "disabled"):
                button = Button(kind, icons.get(kind), large=True)
                button.say(texts("common.close"))
                button.setDown(state == "pressed")
                button.setEnabled(state != "disabled")
                yield _labelled(f"{kind} {state}", button)
        hold = HoldButton()
        hold.say(texts("common.close"))
        yield _labelled("hold", hold)
        switch = LanguageSwitch(("zh", "en"), lambda code: Texts(code)("language_name"))
        switch.show_language("zh")
        yield _labelled("segment", switch)


class _Choice(_Board):
    across = (1, 2)

    def __init__(self, texts: Texts) -> None:
        super().__init__(self._every(texts))

    @staticmethod
    def _every(texts: Texts) -> Iterator[QWidget]:
        for muted in (False, True):
            choice = ChoiceButton(Icon.FACE)
            cell = _labelled("choice disabled" if muted else "choice", choice)
            choice.say(texts("choice.face"), texts("choice.face_line"))
            choice.set_available(not muted)
            choice.setMinimumHeight(520)
            yield cell


class _Panels(_Board):
    across = (2, 3)

    def __init__(self, texts: Texts) -> None:
        super().__init__(self._every(texts))

    @staticmethod
    def _every(texts: Texts) -> Iterator[QWidget]:
        for panel in ("card", "caution", "go", "halt", "way", "staff", "closed"):
            banner = Banner(Icon.INFO, panel)
            cell = _labelled(panel, banner)
            banner.say(texts("verdict.see_staff"))
            yield cell
        for mark in Mark:
            told = ToldBar()
            cell = _labelled(f"told {mark or 'running'}", told)
            told.show_told(Told(mark, texts("verdict.walk_through"), 0.4 if mark is Mark.NONE else None))
            yield cell
        chip, box = Chip("ink"), QWidget()
        row = QHBoxLayout(box)
        row.addWidget(chip)
        row.addStretch(1)
        chip.say(texts("common.rehearsal"))
        yield _labelled("chip", box)


class _OnGround(QFrame):
    def __init__(self, panel: str, widget: QWidget) -> None:
        super().__init__()
        self.setProperty("panel", panel)
        QVBoxLayout(self).addWidget(widget, 0, Qt.AlignmentFlag.AlignCenter)


class _Signs(_Board):
    across = (4, 8)

    def __init__(self) -> None:
        super().__init__(self._every())

    @staticmethod
    def _every() -> Iterator[QWidget]:
        for ground, sign in (*_GROUNDS.items(), ("way", Sign.PLACE), ("way", Sign.OTHER_DAY)):
            verdict = VerdictSign(sign, ground)
            verdict.set_side(96)
            yield _OnGround(ground, verdict)
        for act in Act:
            shown = ActSign("closed")
            shown.show_act(act)
            shown.set_side(96)
            yield _OnGround("closed", shown)
        for icon in Icon:
            mark = IconMark(icon)
            mark.set_side(56)
            yield _OnGround("card", mark)
        dots = StepDots()
        dots.show_step(2, 3)
        dots.set_side(28)
        dots.setMinimumWidth(160)
        yield _OnGround("closed", dots)


class _Inputs(_Board):
    across = (1, 2)

    def __init__(self, texts: Texts) -> None:
        super().__init__(self._every(texts))

    @staticmethod
    def _every(texts: Texts) -> Iterator[QWidget]:
        keypad = Keypad(DEFAULT_KINDS)
        keypad.speak(texts)
        keypad.strike("1")
        yield keypad
        beside = QWidget()
        column = QVBoxLayout(beside)
        reader, zone, table = ReaderPicture(), ZoneView(), Table()
        reader.set_reading(True)
        reader.set_share(0.4)
        zone.show_placeholder(True)
        columns = (Column(texts("office.audit.column.at")), Column(texts("office.audit.column.kind")))
        rows = tuple(Row(mark, ("18:42", mark.value or "-"), mark) for mark in Mark)
        table.show_rows(columns, rows, opens=False)
        row = QHBoxLayout()
        row.addWidget(reader, 1)
        row.addWidget(zone, 1)
        column.addLayout(row, 1)
        column.addWidget(table, 1)
        yield beside
