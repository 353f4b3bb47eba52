"""A page to be filled in: lines to type in, a keyboard on the glass, one button that gives it in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from kiosk.office.view import Act, Field, FormPage, Weight
from kiosk.text import Texts
from kiosk.ui.keyboard import Keyboard
from kiosk.ui.pages.entry import Entry
from kiosk.ui.pages.frame import PageFrame
from kiosk.ui.pages.options_bar import OptionsBar
from kiosk.ui.scrolling import finger_scrolled
from kiosk.ui.skin import skin_of

SUBMIT = "submit"


class FormPageWidget(PageFrame):
    """``submitted`` carries what stands in the lines, by name; ``also`` another button's name, and the same."""

    submitted = Signal(object)
    also = Signal(str, object)
    chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keyboard, self.options = Keyboard(), OptionsBar(upright=True)
        self.entries: dict[str, Entry] = {}
        self._fields: tuple[Field, ...] = ()
        self._active: Entry | None = None
        self._sheet, self._lines = QWidget(), QVBoxLayout()
        column = QVBoxLayout(self._sheet)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.options)
        column.addLayout(self._lines, 1)
        self._area = finger_scrolled(self._sheet)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.addWidget(self._area)
        self._halves.addWidget(self.keyboard)
        self.put_body(self._halves)
        self.options.chosen.connect(self.chosen)
        self.keyboard.struck.connect(self._strike)
        self.keyboard.deleted.connect(self._delete)
        self.acted.connect(self._press)

    def speak(self, texts: Texts) -> None:
        super().speak(texts)
        self.keyboard.speak(texts)

    def show_page(self, page: FormPage) -> None:
        """A form that is shown again, with another sentence above it, keeps what was typed."""
        self.show_head(page.title, page.lead, page.told)
        self.options.show_options(page.options)
        if page.fields != self._fields:
            self._fields = page.fields
            self._make()
        self.keyboard.setVisible(bool(page.fields))
        self.show_acts((*page.acts, Act(SUBMIT, page.submit, Weight.PRIMARY)), with_row=False)

    def forget(self) -> None:
        self._fields = ()
        self._make()
        self.options.show_options(())

    def apply_skin(self) -> None:
        super().apply_skin()
        metrics = skin_of(self).metrics
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._halves.setDirection(down if metrics.portrait else across)
        for place, stretch in enumerate((11, 9) if metrics.portrait else (5, 7)):
            self._halves.setStretch(place, stretch)
        self._halves.setSpacing(metrics.px(40, 36))
        column = self._sheet.layout()
        if column is not None:
            column.setSpacing(metrics.px(24, 14))
            column.setContentsMargins(0, 0, metrics.px(20, 16), 0)  # the scroll bar's
        self._lines.setSpacing(metrics.px(24, 14))

    def _make(self) -> None:
        while item := self._lines.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for entry in self.entries.values():
            entry.put("")
        self.entries = {field.name: self._entry(field) for field in self._fields}
        self._lines.addStretch(1)
        self._active = next(iter(self.entries.values()), None)
        if self._active is not None:
            self._active.setFocus(Qt.FocusReason.OtherFocusReason)

    def _entry(self, field: Field) -> Entry:
        entry = Entry(field.longest, self, several=field.several, hidden=field.hidden)
        entry.setObjectName(f"office_{field.name}")
        entry.say(field.words, field.hint)
        entry.put(field.value)
        entry.taken.connect(lambda: self._take(entry))
        entry.given.connect(lambda: self._next(entry))
        self._lines.addWidget(entry)
        entry.apply_skin()
        entry.show()
        return entry

    def _take(self, entry: Entry) -> None:
        self._active = entry
        self._area.ensureWidgetVisible(entry, 0, 0)

    def _strike(self, letter: str) -> None:
        if self._active is not None:
            self._active.strike(letter)

    def _delete(self) -> None:
        if self._active is not None:
            self._active.delete()

    def _next(self, entry: Entry) -> None:
        """Enter goes to the next line, and from the last one gives the form in."""
        entries = list(self.entries.values())
        place = entries.index(entry) + 1
        if place < len(entries):
            entries[place].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._give()

    def _press(self, name: str) -> None:
        if name == SUBMIT:
            self._give()
        else:
            self.also.emit(name, self._typed())

    def _give(self) -> None:
        self.submitted.emit(self._typed())

    def _typed(self) -> dict[str, str]:
        return {name: entry.text.strip() for name, entry in self.entries.items()}
