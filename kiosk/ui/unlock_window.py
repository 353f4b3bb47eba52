"""A locked station: asks for the event's opening secret, and shows nothing else. What is typed leaves as SecretText."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from drivers.secret import SecretText
from kiosk.text import Texts
from kiosk.ui.buttons import Button, LanguageSwitch
from kiosk.ui.framed_window import FramedWindow
from kiosk.ui.icons import Icon
from kiosk.ui.keypad import CODE_KEYS, Keys
from kiosk.ui.signs import IconMark
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import DAY, UNBOUNDED_PX, Palette, Role
from kiosk.ui.typed import Typed
from kiosk.ui.words import Words

MOST_TYPED = 64
MOST_SHOWN = 20
_DOT = "●"


class UnlockState(StrEnum):
    ASKING = "asking"
    CHECKING = "checking"
    WRONG = "wrong"
    WAITING = "waiting"  # too many wrong ones, or the next one too soon
    GONE = "gone"  # the event was closed meanwhile
    UNUSABLE = "unusable"  # the key file; ``detail`` is its code


_NOTHING_TO_UNLOCK = {UnlockState.GONE, UnlockState.UNUSABLE}


@dataclass(frozen=True)
class UnlockView:
    """``tries_left``: before the long wait; ``wait_s``: until the next try."""

    state: UnlockState
    tries_left: int = 0
    wait_s: float = 0.0
    detail: str = ""


class UnlockWindow(FramedWindow):
    """``secret_given`` carries a SecretText; whoever takes it wipes it. Call from the window's thread only."""

    secret_given = Signal(object)

    def __init__(
        self,
        texts_for: Callable[[str], Texts],
        names: dict[str, str],
        languages: Sequence[str],
        *,
        with_scanner: bool = False,
        rehearsal: bool = False,
        palette_tokens: Palette = DAY,
        motion: bool = True,
        now: Callable[[], float] = time.time,
    ) -> None:
        """``names``: the event's name by language."""
        super().__init__(now, palette_tokens=palette_tokens, motion=motion)
        self._texts_for, self._names, self._with_scanner, self._rehearsal = texts_for, names, with_scanner, rehearsal
        self._view = UnlockView(UnlockState.ASKING)
        self._side = _Side(LanguageSwitch(languages, lambda code: texts_for(code)("language_name")))
        self.entry = SecretEntry()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.addWidget(self._side, 4)
        self._columns.addWidget(self.entry, 7)
        self.fill(self._columns)
        self.entry.given.connect(self.secret_given)
        self._side.switch.chosen.connect(self.set_language)
        self.set_language(languages[0])

    @property
    def view(self) -> UnlockView:
        return self._view

    @property
    def switch(self) -> LanguageSwitch:
        return self._side.switch

    def set_language(self, language: str) -> None:
        self._texts = self._texts_for(language)
        mark = self._texts("common.rehearsal") if self._rehearsal else ""
        self.say_bar(self._names[language], self._texts("unlock.bar"), mark)
        self._side.speak(self._texts, self._with_scanner)
        self._side.switch.show_language(language)
        self.entry.speak(self._texts)
        self.show_view(self._view)

    def show_view(self, view: UnlockView) -> None:
        self._view = view
        asks = view.state not in _NOTHING_TO_UNLOCK
        self._side.say(_sentence(view, self._texts), calm=view.state is UnlockState.CHECKING, asks=asks)
        self.entry.setVisible(asks)
        self.entry.allow(view.state in {UnlockState.ASKING, UnlockState.WRONG})
        self.settle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A keyboard types into the entry; nothing else a key does reaches anything."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entry.give()
        elif event.key() == Qt.Key.Key_Backspace:
            self.entry.delete()
        else:
            self.entry.strike(event.text().upper())
        event.accept()

    def dressed(self) -> None:
        metrics = self.skin.metrics
        self._columns.setContentsMargins(metrics.margin, metrics.px(64, 28), metrics.margin, metrics.px(64, 28))
        self._columns.setSpacing(metrics.px(48, 36))
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(down if metrics.portrait else across)


class _Side(QWidget):
    """What this screen is, what to do, and what came of the last try."""

    def __init__(self, switch: LanguageSwitch) -> None:
        super().__init__()
        self.switch = switch
        self._mark = IconMark(Icon.LOCK, "on_accent", "accent")
        self._title, self._lead = Words(Role.TITLE), Words(Role.LEAD, "soft")
        self._told = QFrame()
        self._told_words = Words(Role.BODY, "caution")
        self._told_row = QVBoxLayout(self._told)
        self._told_row.addWidget(self._told_words)
        self._audience = Words(Role.BODY, "soft")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._mark)
        for words in (self._title, self._lead):
            self._column.addWidget(words)
        self._column.addWidget(self._told)
        self._column.addStretch(1)
        self._column.addWidget(self._audience)
        self._column.addWidget(switch, 0, Qt.AlignmentFlag.AlignLeft)

    def speak(self, texts: Texts, with_scanner: bool) -> None:
        self._title.say(texts("unlock.title"))
        self._what_to_do = texts("unlock.lead_scan" if with_scanner else "unlock.lead")
        self._audience.say(texts("unlock.audience"))

    def say(self, sentence: str, *, calm: bool, asks: bool) -> None:
        """``calm``: nothing is wrong; ``asks``: a secret can still be given."""
        self._lead.say(self._what_to_do if asks else "")
        self._told_words.say(sentence)
        self._told.setProperty("panel", "well" if calm else "caution")
        self._told_words.setProperty("tone", "ink" if calm else "caution")
        for widget in (self._told, self._told_words):
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self._told.setVisible(bool(sentence))

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._mark.set_side(metrics.px(132, 76))
        pad = metrics.px(30, 18)
        self._told_row.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(metrics.px(28, 14))


class SecretEntry(QFrame):
    """Keys and what was struck, as dots unless *show* is held on. The text is overwritten once it was given."""

    given = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("panel", "card")
        self._typed = Typed(CODE_KEYS, MOST_TYPED)
        self._plain, self._allowed = False, True
        self._frame = QFrame()
        self._frame.setProperty("panel", "well")
        self._shown, self._hint = Words(Role.HEADING, fit_lines=1), Words(Role.BODY, "soft", fit_lines=2)
        self._inside = QHBoxLayout(self._frame)
        self._inside.addWidget(self._shown, 1)
        self._inside.addWidget(self._hint, 1)
        self.show_button, self.clear_button = Button("quiet"), Button("quiet")
        self.unlock_button = Button("primary")
        self.keys = Keys(CODE_KEYS, 10, True)
        self._entry_row, self._end_row = QHBoxLayout(), QHBoxLayout()
        self._entry_row.addWidget(self._frame, 1)
        self._entry_row.addWidget(self.show_button)
        self._end_row.addWidget(self.clear_button, 1)
        self._end_row.addWidget(self.unlock_button, 2)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._entry_row)
        self._column.addWidget(self.keys, 1)
        self._column.addLayout(self._end_row)
        self.show_button.clicked.connect(self.toggle)
        self.clear_button.clicked.connect(self.clear)
        self.unlock_button.clicked.connect(self.give)
        self.keys.struck.connect(self.strike)
        self.keys.deleted.connect(self.delete)

    def speak(self, texts: Texts) -> None:
        self._texts = texts
        self._hint_text = texts("unlock.hint")
        self.clear_button.say(texts("unlock.clear"))
        self.unlock_button.say(texts("unlock.open"))
        self.keys.delete.setAccessibleName(texts("desk.delete"))
        self._refresh()

    def strike(self, letter: str) -> None:
        """One key, from the glass or from a keyboard; what the glass does not have is ignored."""
        if self._typed.strike(letter):
            self._refresh()

    def fill(self, text: str) -> None:
        """What a scanner read, in place of what was typed; whoever stands there still has to open."""
        self.clear()
        for letter in text.upper():
            self.strike(letter)

    def delete(self) -> None:
        self._typed.delete()
        self._refresh()

    def clear(self) -> None:
        self._typed.clear()
        self._plain = False
        self._refresh()

    def toggle(self) -> None:
        """Show what was typed, or hide it again."""
        self._plain = not self._plain
        self._refresh()

    def give(self) -> None:
        if self._typed and self._allowed:
            secret = SecretText(self._typed.text)
            self.clear()
            self.given.emit(secret)

    def allow(self, allowed: bool) -> None:
        """Whether a try may be made now; typing goes on."""
        self._allowed = allowed
        self._refresh()

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        pad = metrics.px(28, 18)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(metrics.px(26, 14))
        # Upright, the keys stay where they are, whatever is said above them.
        self.setMinimumHeight(metrics.px(800) if metrics.portrait else 0)
        self.setMaximumHeight(metrics.px(800) if metrics.portrait else UNBOUNDED_PX)
        self._frame.setFixedHeight(metrics.px(112, 76))
        self._inside.setContentsMargins(metrics.px(28, 18), 0, metrics.px(28, 18), 0)
        for row in (self._entry_row, self._end_row):
            row.setSpacing(max(8, metrics.px(18, 12)))

    def _refresh(self) -> None:
        typed = self._typed.text[-MOST_SHOWN:]
        if not self._plain:
            typed = _DOT * len(typed)
        self._shown.say(f"… {typed}" if len(self._typed) > MOST_SHOWN else typed)
        self._hint.say("" if typed else self._hint_text)
        self.show_button.say(self._texts("unlock.hide" if self._plain else "unlock.show"))
        self.clear_button.setEnabled(bool(self._typed))
        self.show_button.setEnabled(bool(self._typed))
        self.unlock_button.setEnabled(bool(self._typed) and self._allowed)


def _sentence(view: UnlockView, texts: Texts) -> str:
    match view.state:
        case UnlockState.ASKING:
            return ""
        case UnlockState.WRONG:
            return texts("unlock.wrong", count=view.tries_left)
        case UnlockState.WAITING:
            minutes, seconds = divmod(math.ceil(view.wait_s), 60)
            return texts("unlock.waiting", wait=f"{minutes}:{seconds:02d}")
        case UnlockState.UNUSABLE:
            return texts("unlock.unusable", code=view.detail)
    return texts(f"unlock.{view.state.value}")
