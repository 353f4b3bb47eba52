"""Keys on the glass: digits and X for document numbers, letters and digits for ticket codes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kiosk.text import Texts
from kiosk.ui.buttons import Button
from kiosk.ui.icons import Icon, pixmap_icon
from kiosk.ui.skin import colour, skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.typed import Typed
from kiosk.ui.words import Words

DIGIT_KEYS = "123456789X0"
CODE_KEYS = "1234567890QWERTYUIOPASDFGHJKL-ZXCVBNM"
NUMBER_LENGTH = 18
CODE_LENGTH = 64
KEY_LENGTH = 36
"""A document number of up to 22 characters and two dates, with a hyphen between."""


class Keys(QWidget):
    """A grid of one-letter keys and a delete key at its end."""

    struck = Signal(str)
    deleted = Signal()

    def __init__(self, letters: str, columns: int, small: bool) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._small = small
        self.keys: dict[str, QPushButton] = {}
        for place, letter in enumerate(letters):
            key = self._key(letter)
            key.setText(letter.replace("&", "&&"))  # one alone would be a mnemonic
            key.setAccessibleName(letter)
            key.clicked.connect(lambda _checked, struck=letter: self.struck.emit(struck))
            self._grid.addWidget(key, place // columns, place % columns)
            self.keys[letter] = key
        self.delete = self._key("delete")
        self.delete.clicked.connect(self.deleted)
        used = len(letters) % columns
        self._grid.addWidget(self.delete, len(letters) // columns, used, 1, columns - used)

    def apply_skin(self) -> None:
        skin = skin_of(self)
        metrics = skin.metrics
        self._grid.setSpacing(max(8, metrics.px(14, 8)))
        for key in (*self.keys.values(), self.delete):
            key.setMinimumSize(metrics.target(70, 56), metrics.target(64, 56))
        side = metrics.px(52, 34)
        self.delete.setIcon(pixmap_icon(Icon.BACK, side, colour(skin.palette.ink)))
        self.delete.setIconSize(QSize(side, side))

    def _key(self, name: str) -> QPushButton:
        key = QPushButton()
        key.setObjectName(f"key-{name}")
        key.setProperty("kind", "key")
        key.setProperty("small", self._small)
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        key.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        return key


class Keypad(QFrame):
    """Emits what was typed and forgets it at once; it never holds a number longer than it is being typed."""

    number_typed = Signal(str, str)
    code_typed = Signal(str)
    key_typed = Signal(str)

    def __init__(self, kinds: Sequence[str], chips: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "card")
        self._typed = Typed(DIGIT_KEYS, NUMBER_LENGTH)
        self._kind = kinds[0]
        self._mode = "number"
        self.modes = {name: self._segment() for name in ("number", "code", *(["key"] if chips else []))}
        self.kinds = {kind: self._segment() for kind in kinds}
        self._entry = Words(Role.HEADING, fit_lines=1)
        self._hint = Words(Role.LEAD, "soft")
        self.digits = Keys(DIGIT_KEYS, 3, False)
        self.letters = Keys(CODE_KEYS, 10, True)
        self.clear_button = Button("quiet", large=True)
        self.search_button = Button("primary", large=True)
        self._lay_out()
        self._connect()
        self._show_mode()

    def speak(self, texts: Texts) -> None:
        self.modes["number"].setText(texts("desk.by_number"))
        self.modes["code"].setText(texts("desk.by_code"))
        if "key" in self.modes:
            self.modes["key"].setText(texts("desk.by_key"))
        for kind, segment in self.kinds.items():
            segment.setText(texts(f"desk.kind.{kind}"))
        for segment in (*self.modes.values(), *self.kinds.values()):
            segment.setAccessibleName(segment.text())
        self._hints = {name: texts(f"desk.{name}_hint") for name in ("number", "code", "key")}
        self.clear_button.say(texts("desk.clear"))
        self.search_button.say(texts("desk.search"))
        for keys in (self.digits, self.letters):
            keys.delete.setAccessibleName(texts("desk.delete"))
        self._show_entry()

    def strike(self, letter: str) -> None:
        """One key, from the glass or from a keyboard; letters the mode does not know are ignored."""
        if self._typed.strike(letter):
            self._show_entry()

    def delete(self) -> None:
        self._typed.delete()
        self._show_entry()

    def clear(self) -> None:
        self._typed.clear()
        self._show_entry()

    def search(self) -> None:
        typed = self._typed.take()
        self._show_entry()
        if not typed:
            return
        if self._mode == "code":
            self.code_typed.emit(typed)
        elif self._mode == "key":
            self.key_typed.emit(typed)
        else:
            self.number_typed.emit(self._kind, typed)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        pad = metrics.px(24, 18)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(max(8, metrics.px(20, 10)))
        for segment in (*self.modes.values(), *self.kinds.values()):
            segment.setMinimumHeight(metrics.target(76, 56))
        self._frame.setFixedHeight(metrics.px(96, 62))
        self._inside.setContentsMargins(metrics.px(28, 18), 0, metrics.px(28, 18), 0)
        for row in (self._mode_row, self._kind_row, self._end_row):
            row.setSpacing(max(8, metrics.px(14, 10)))

    def _lay_out(self) -> None:
        self._mode_row, self._kind_row, self._end_row = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for segment in self.modes.values():
            self._mode_row.addWidget(segment, 1)
        for segment in self.kinds.values():
            self._kind_row.addWidget(segment, 1)
        self._frame = QFrame()
        self._frame.setProperty("panel", "well")
        self._inside = QHBoxLayout(self._frame)
        self._inside.addWidget(self._entry, 1)
        self._inside.addWidget(self._hint, 1)
        self._end_row.addWidget(self.clear_button, 1)
        self._end_row.addWidget(self.search_button, 2)
        self._boards = QVBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._mode_row)
        self._column.addLayout(self._kind_row)
        self._column.addWidget(self._frame)
        self._column.addLayout(self._boards, 1)
        self._column.addLayout(self._end_row)
        self._boards.addWidget(self.digits)
        self._boards.addWidget(self.letters)
        self._hints = {"number": "", "code": "", "key": ""}

    def _connect(self) -> None:
        self._groups = (QButtonGroup(self), QButtonGroup(self))
        for name, segment in self.modes.items():
            self._groups[0].addButton(segment)
            segment.clicked.connect(lambda _checked, mode=name: self._choose_mode(mode))
        for kind, segment in self.kinds.items():
            self._groups[1].addButton(segment)
            segment.clicked.connect(lambda _checked, chosen=kind: self._choose_kind(chosen))
        self.modes["number"].setChecked(True)
        self.kinds[self._kind].setChecked(True)
        for keys in (self.digits, self.letters):
            keys.struck.connect(self.strike)
            keys.deleted.connect(self.delete)
        self.clear_button.clicked.connect(self.clear)
        self.search_button.clicked.connect(self.search)

    def _segment(self) -> QPushButton:
        segment = QPushButton()
        segment.setProperty("kind", "segment")
        segment.setCheckable(True)
        segment.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return segment

    def _choose_mode(self, mode: str) -> None:
        self._mode = mode
        self._typed.clear()
        lengths = {"number": NUMBER_LENGTH, "code": CODE_LENGTH, "key": KEY_LENGTH}
        # Codes may be names as well; a keyboard has more letters than the glass.
        letters = {"number": DIGIT_KEYS, "key": CODE_KEYS}.get(mode)
        self._typed = Typed(letters, lengths[mode])
        self._show_mode()

    def _choose_kind(self, kind: str) -> None:
        self._kind = kind
        self.clear()

    def _show_mode(self) -> None:
        for segment in self.kinds.values():
            segment.setVisible(self._mode == "number")
        self.letters.setVisible(self._mode != "number")
        self.digits.setVisible(self._mode == "number")
        self._show_entry()

    def _show_entry(self) -> None:
        typed = self._typed.text
        if self._mode == "number" and len(typed) > 6:
            typed = " ".join(part for part in (typed[:6], typed[6:14], typed[14:]) if part)
        self._entry.say(typed)
        self._hint.say("" if typed else self._hints[self._mode])
        self.search_button.setEnabled(bool(typed))
        self.clear_button.setEnabled(bool(typed))
