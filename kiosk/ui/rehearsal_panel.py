"""The panel to play the world: cards, ticket codes, who stands before the camera, what breaks. Rehearsal only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QLayout,
    QPushButton,
    QScrollArea,
    QScroller,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.task_line import TaskLine
from kiosk.ui.tokens import DAY, Role
from kiosk.ui.words import Words

GATE, DESK = "gate", "desk"
PICTURE_PX = QSize(40, 50)
_MARGIN_PX, _GAP_PX, _BUTTON_PX, _PICTURE_BUTTON_PX = 10, 8, 56, 66


@dataclass(frozen=True)
class Choice:
    """Something to pick: ``key`` goes out with the signal, ``title`` (and ``note``) is what a person reads."""

    key: str
    title: str
    note: str = ""
    picture: QImage | None = None


@dataclass(frozen=True)
class PanelContents:
    """Everything the panel offers; ``photo_credits`` is shown wherever the photographs are.

    ``windows``: the kiosk's windows to bring to the front, where the display is too small for all of them.
    """

    cards: tuple[Choice, ...]
    codes: tuple[Choice, ...] = ()
    people: tuple[Choice, ...] = ()
    faults: tuple[Choice, ...] = ()
    windows: tuple[Choice, ...] = ()
    photo_credits: str = ""
    tasks: tuple[Choice, ...] = ()
    """Of a training's course; ``note`` says how a task is begun."""
    readers: tuple[str, ...] = field(default=(GATE, DESK))


class RehearsalPanel(KioskWindow):
    """A small ordinary window beside the kiosk. Signals only; what they do is the stage's business."""

    card_chosen = Signal(str)
    card_put = Signal(str, str)
    card_lifted = Signal(str)
    code_scanned = Signal(str)
    person_shown = Signal(str)
    fault = Signal(str)
    window_wanted = Signal(str)
    walked_through = Signal()
    end_wanted = Signal()

    def __init__(self, texts_for: Callable[[str], Texts], language: str, contents: PanelContents) -> None:
        super().__init__(DAY, motion=False)
        self._texts, self._contents = texts_for(language), contents
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint, False)
        self.setWindowTitle(self._texts("panel.title"))
        self.setMinimumWidth(480)
        self._chosen = contents.cards[0].key if contents.cards else ""
        self.cards: dict[str, QPushButton] = {}
        self.buttons: dict[tuple[str, str], QPushButton] = {}
        self.tasks: dict[str, TaskLine] = {}
        self._build()
        self.allow_close()

    @property
    def chosen_card(self) -> str:
        """Key of the card in hand; "" where there are no cards."""
        return self._chosen

    def show_on_reader(self, reader: str, card_key: str) -> None:
        """Say what lies on a reader; "" for nothing, and nothing can be lifted."""
        titles = {card.key: card.title for card in self._contents.cards}
        lift, lies_there = self.buttons["lift", reader], titles.get(card_key)
        lift.setText(f"{self._texts(f'panel.lift_{reader}')}\n{lies_there or self._texts('panel.lifted')}")
        lift.setAccessibleName(lift.text().replace("\n", ", "))
        lift.setEnabled(lies_there is not None)

    def mark_person(self, person_key: str) -> None:
        """Show who stands before the camera without being asked to change it."""
        self.buttons["person", person_key].setChecked(True)

    def mark_done(self, task: str) -> None:
        """Tick a task of the course, and say how far it has come."""
        self.tasks[task].tick(self._texts("training.done"))
        self._say_course()

    def dressed(self) -> None:
        """The style sheet's button texts are for the kiosk's glass; here they may be as small as the small text."""
        for sheet in (self._sheet, self._foot):
            sheet.activate()

    def _build(self) -> None:
        whole = QVBoxLayout(self)
        whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self._sheet, self._foot = self._column(), self._column()
        whole.addWidget(self._scrolling(self._sheet), 1)
        foot = QFrame()
        foot.setProperty("panel", "card")
        foot.setLayout(self._foot)
        whole.addWidget(foot)
        self._fill_sheet()
        for reader in self._contents.readers if self._contents.cards else ():
            self._reader_row(reader)
        windows = self._contents.windows
        self._section(self._foot, "panel.windows", "window", windows, self.window_wanted, checkable=True)
        self._last_row()

    def _fill_sheet(self) -> None:
        contents, sheet = self._contents, self._sheet
        self._words(sheet, Role.LABEL, "soft", self._texts("panel.banner"))
        if contents.tasks:
            self._fill_course(sheet)
        self._section(sheet, "panel.cards", "card", contents.cards, self.card_chosen, checkable=True)
        self.cards = {key: button for (group, key), button in self.buttons.items() if group == "card"}
        if self._chosen:
            self.cards[self._chosen].setChecked(True)
        self.card_chosen.connect(self._choose)
        self._section(sheet, "panel.people", "person", contents.people, self.person_shown, checkable=True)
        self._section(sheet, "panel.codes", "code", contents.codes, self.code_scanned)
        self._section(sheet, "panel.faults", "fault", contents.faults, self.fault)
        if contents.photo_credits:
            self._words(sheet, Role.LABEL, "accent", self._texts("panel.credits"))
            self._words(sheet, Role.SMALL, "soft", contents.photo_credits)
        sheet.addStretch(1)

    def _fill_course(self, sheet: QVBoxLayout) -> None:
        self._course = self._words(sheet, Role.LABEL, "accent", "")
        self._words(sheet, Role.SMALL, "soft", self._texts("training.lead"))
        for task in self._contents.tasks:
            line = TaskLine(task.title, task.note)
            self.tasks[task.key] = line
            sheet.addWidget(line)
        self._say_course()

    def _say_course(self) -> None:
        done = sum(line.done for line in self.tasks.values())
        self._course.say(self._texts("training.course", done=done, tasks=len(self.tasks)))

    @staticmethod
    def _column() -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(_MARGIN_PX, 12, _MARGIN_PX, 12)
        column.setSpacing(_GAP_PX)
        return column

    @staticmethod
    def _scrolling(column: QVBoxLayout) -> QScrollArea:
        sheet = QWidget()
        sheet.setLayout(column)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(sheet)
        QScroller.grabGesture(area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        return area

    def _reader_row(self, reader: str) -> None:
        texts = self._texts
        put = self._button(texts(f"panel.{reader}_reader"), kind="primary")
        lift = self._button(texts(f"panel.lift_{reader}"), kind="segment")
        put.clicked.connect(lambda: self._put(reader))
        lift.clicked.connect(lambda: self._lift(reader))
        grid = self._grid()
        grid.addWidget(put, 0, 0)
        grid.addWidget(lift, 0, 1)
        self._foot.addLayout(grid)
        self.buttons["put", reader] = put
        self.buttons["lift", reader] = lift
        self.show_on_reader(reader, "")

    def _last_row(self) -> None:
        grid = self._grid()
        for place, (name, signal) in enumerate((("walk", self.walked_through), ("end", self.end_wanted))):
            ends_training = name == "end" and self._contents.tasks
            button = self._button(self._texts("training.end" if ends_training else f"panel.{name}"))
            button.clicked.connect(lambda _checked, chosen=signal: chosen.emit())
            grid.addWidget(button, 0, place)
            self.buttons[name, ""] = button
        self._foot.addLayout(grid)

    def _section(
        self,
        column: QVBoxLayout,
        heading: str,
        group_name: str,
        choices: Sequence[Choice],
        signal: SignalInstance,
        *,
        checkable: bool = False,
    ) -> None:
        if not choices:
            return
        self._words(column, Role.LABEL, "accent", self._texts(heading))
        grid, group = self._grid(), QButtonGroup(self)
        for place, choice in enumerate(choices):
            button = self._button(f"{choice.title}\n{choice.note}" if choice.note else choice.title)
            button.setCheckable(checkable)
            button.clicked.connect(lambda _checked, key=choice.key: signal.emit(key))
            if checkable:
                group.addButton(button)
            if choice.picture is not None:
                button.setIcon(QIcon(QPixmap.fromImage(choice.picture)))
                button.setIconSize(PICTURE_PX)
                button.setMinimumHeight(_PICTURE_BUTTON_PX)
                button.setStyleSheet("text-align: left;")  # pictures stand under each other
            grid.addWidget(button, place // 2, place % 2)
            self.buttons[group_name, choice.key] = button
        column.addLayout(grid)

    @staticmethod
    def _grid() -> QGridLayout:
        """Two columns of equal width."""
        grid = QGridLayout()
        grid.setSpacing(_GAP_PX)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _choose(self, card_key: str) -> None:
        self._chosen = card_key

    def _put(self, reader: str) -> None:
        if self._chosen:
            self.show_on_reader(reader, self._chosen)
            self.card_put.emit(reader, self._chosen)

    def _lift(self, reader: str) -> None:
        self.show_on_reader(reader, "")
        self.card_lifted.emit(reader)

    @staticmethod
    def _words(column: QVBoxLayout, role: Role, tone: str, text: str) -> Words:
        words = Words(role, tone)
        column.addWidget(words)
        words.say(text)
        return words

    @staticmethod
    def _button(text: str, *, kind: str = "segment") -> QPushButton:
        button = QPushButton(text)
        button.setProperty("kind", kind)
        button.setProperty("small", True)
        button.setMinimumHeight(_BUTTON_PX)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # the columns say how wide
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(text.replace("\n", ", "))
        return button
