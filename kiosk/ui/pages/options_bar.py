"""Choices among few, as segments; where there are too many for that, a button that asks for a page of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from kiosk.office.view import Options
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words


class OptionsBar(QWidget):
    """``chosen`` carries (name, value)."""

    chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None, *, upright: bool = False) -> None:
        """``upright``: one choice below the other, each over the whole width."""
        super().__init__(parent)
        self._shown: tuple[Options, ...] = ()
        self.buttons: dict[tuple[str, str], QPushButton] = {}
        self._row = QVBoxLayout(self) if upright else QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_options(self, options: tuple[Options, ...]) -> None:
        if options != self._shown:
            self._shown = options
            self._make()
        self.setVisible(bool(options))

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._row.setSpacing(metrics.gap)
        for button in self.buttons.values():
            button.setMinimumHeight(metrics.target(76, 56))

    def _make(self) -> None:
        while item := self._row.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.buttons.clear()
        for each in self._shown:
            box = QWidget(self)
            column, row = QVBoxLayout(box), QHBoxLayout()
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(skin_of(self).metrics.px(8, 4))
            row.setSpacing(8)
            label = Words(Role.LABEL, "accent", parent=box)
            label.say(each.words)
            column.addWidget(label)
            column.addLayout(row)
            for value, words in each.options or (("", f"{each.chosen} ›"),):
                row.addWidget(self._button(each, value, words), 1)
            self._row.addWidget(box, max(2, len(each.options)))
            box.show()
        self.apply_skin()

    def _button(self, options: Options, value: str, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setProperty("kind", "segment")
        button.setAutoDefault(False)
        button.setAccessibleName(f"{options.words}: {words}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCheckable(bool(options.options))
        chosen = options.chosen.split(",") if options.many else [options.chosen]
        button.setChecked(bool(options.options) and value in chosen)
        button.setObjectName(f"office_{options.name}_{value}")
        button.clicked.connect(lambda *_: self.chosen.emit(options.name, value))
        self.buttons[options.name, value] = button
        return button
