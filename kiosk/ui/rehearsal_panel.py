"""The panel to play the world: cards, ticket codes, who stands before the camera, what breaks. Rehearsal only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QScrollArea,
    QScroller,
    QVBoxLayout,
    QWidget,
)

from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.tokens import DAY, Role
from kiosk.ui.words import Words

GATE, DESK = "gate", "desk"


@dataclass(frozen=True)
class Choice:
    """Something to pick: ``key`` goes out with the signal, ``title`` (and ``note``) is what a person reads."""

    key: str
    title: str
    note: str = ""


@dataclass(frozen=True)
class PanelContents:
    """Everything the panel offers; ``photo_credits`` is shown wherever the photographs are."""

    cards: tuple[Choice, ...]
    codes: tuple[Choice, ...] = ()
    people: tuple[Choice, ...] = ()
    faults: tuple[Choice, ...] = ()
    photo_credits: str = ""
    readers: tuple[str, ...] = field(default=(GATE, DESK))


class RehearsalPanel(KioskWindow):
    """A small ordinary window beside the kiosk. Signals only; what they do is the stage's business."""

    card_put = Signal(str, str)
    card_lifted = Signal(str)
    code_scanned = Signal(str)
    person_shown = Signal(str)
    fault = Signal(str)

    def __init__(self, texts_for: Callable[[str], Texts], language: str, contents: PanelContents) -> None:
        super().__init__(DAY, motion=False)
        self._texts, self._contents = texts_for(language), contents
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint, False)
        self.setWindowTitle(self._texts("panel.title"))
        self._chosen = contents.cards[0].key if contents.cards else ""
        self.cards: dict[str, QPushButton] = {}
        self.buttons: dict[tuple[str, str], QPushButton] = {}
        self._on_reader: dict[str, Words] = {}
        self._build()
        self.allow_close()

    def show_on_reader(self, reader: str, card_key: str) -> None:
        """Say what lies on a reader; "" for nothing."""
        titles = {card.key: card.title for card in self._contents.cards}
        self._on_reader[reader].say(titles.get(card_key, self._texts("panel.lifted")))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._column.activate()

    def _build(self) -> None:
        texts, contents = self._texts, self._contents
        sheet = QWidget()
        self._column = QVBoxLayout(sheet)
        self._column.setContentsMargins(20, 20, 20, 20)
        self._column.setSpacing(10)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(sheet)
        QScroller.grabGesture(area.viewport(), QScroller.ScrollerGestureType.LeftMouseButtonGesture)
        whole = QVBoxLayout(self)
        whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self._words(Role.LABEL, "soft", texts("panel.banner"))
        if contents.cards:
            self._heading("panel.cards")
            self._card_rows()
            for reader in contents.readers:
                self._reader_row(reader)
        self._section("panel.codes", "code", contents.codes, self.code_scanned)
        self._section("panel.people", "person", contents.people, self.person_shown, checkable=True)
        self._section("panel.faults", "fault", contents.faults, self.fault)
        if contents.photo_credits:
            self._heading("panel.credits")
            self._words(Role.SMALL, "soft", contents.photo_credits)
        self._column.addStretch(1)

    def _card_rows(self) -> None:
        group = QButtonGroup(self)
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, card in enumerate(self._contents.cards):
            button = self._button(f"{card.title}\n{card.note}" if card.note else card.title, checkable=True)
            button.clicked.connect(lambda _checked, key=card.key: self._choose(key))
            button.setChecked(card.key == self._chosen)
            group.addButton(button)
            grid.addWidget(button, place // 2, place % 2)
            self.cards[card.key] = button
        self._column.addLayout(grid)

    def _reader_row(self, reader: str) -> None:
        texts = self._texts
        put = self._button(texts(f"panel.{reader}_reader"), kind="primary")
        lift = self._button(texts(f"panel.lift_{reader}"), kind="quiet")
        put.clicked.connect(lambda: self._put(reader))
        lift.clicked.connect(lambda: self._lift(reader))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(put, 1)
        row.addWidget(lift, 1)
        self._column.addLayout(row)
        self._on_reader[reader] = self._words(Role.SMALL, "soft", texts("panel.lifted"))
        self.buttons["put", reader] = put
        self.buttons["lift", reader] = lift

    def _section(
        self, heading: str, group_name: str, choices: Sequence[Choice], signal: object, checkable: bool = False
    ) -> None:
        if not choices:
            return
        self._heading(heading)
        grid = QGridLayout()
        grid.setSpacing(8)
        group = QButtonGroup(self)
        for place, choice in enumerate(choices):
            button = self._button(choice.title, checkable=checkable)
            button.clicked.connect(lambda _checked, key=choice.key: signal.emit(key))  # type: ignore[attr-defined]  # a bound Signal; its class is private to PySide6
            if checkable:
                group.addButton(button)
            grid.addWidget(button, place // 2, place % 2)
            self.buttons[group_name, choice.key] = button
        self._column.addLayout(grid)

    def _choose(self, card_key: str) -> None:
        self._chosen = card_key

    def _put(self, reader: str) -> None:
        if self._chosen:
            self.show_on_reader(reader, self._chosen)
            self.card_put.emit(reader, self._chosen)

    def _lift(self, reader: str) -> None:
        self.show_on_reader(reader, "")
        self.card_lifted.emit(reader)

    def _heading(self, key: str) -> None:
        self._words(Role.LABEL, "accent", self._texts(key))

    def _words(self, role: Role, tone: str, text: str) -> Words:
        words = Words(role, tone)
        self._column.addWidget(words)
        words.say(text)
        return words

    def _button(self, text: str, *, kind: str = "segment", checkable: bool = False) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("kind", kind)
        button.setProperty("small", True)
        button.setCheckable(checkable)
        button.setMinimumHeight(56)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(text)
        return button
