"""Buttons: every one painted by the style sheet, none of them takes the focus by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from kiosk.ui.icons import Icon, pixmap_icon
from kiosk.ui.signs import IconMark
from kiosk.ui.skin import skin_of
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words

_INK_OF_KIND = {"primary": "on_accent", "admit": "on_go", "supervisor": "on_staff", "danger": "on_halt"}
_SHARES = (0.92, 0.84, 0.76, 0.68, 0.6, 0.52)


def _fit(buttons: Sequence[QPushButton], fits: Callable[[], bool]) -> None:
    """All in one size of letters: the style sheet's, or the first smaller one that ``fits``."""
    for button in buttons:
        if button.styleSheet():
            button.setStyleSheet("")
        button.ensurePolished()
    full = [button.font().pixelSize() for button in buttons]
    for share in _SHARES:
        if fits():
            break
        for button, size_px in zip(buttons, full, strict=True):
            button.setStyleSheet(f"font-size: {round(size_px * share)}px;")


class Button(QPushButton):
    """A button of one *kind*, with an optional drawing before its word. ``large``: a visit turns on it."""

    def __init__(
        self, kind: str, icon: Icon | None = None, *, large: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._kind, self._icon, self._large = kind, icon, large
        self.setProperty("kind", kind)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def say(self, text: str) -> None:
        # The space keeps word and drawing apart: style sheets know no icon spacing.
        self.setText(f" {text}" if self._icon else text)
        self.setAccessibleName(text)

    def set_kind(self, kind: str) -> None:
        """Change how much the button stands out."""
        if kind != self._kind:
            self._kind = kind
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)
            self._draw_icon()

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self.setMinimumHeight(metrics.primary() if self._large else metrics.target(96, 64))
        self._draw_icon()

    def fit_to(self, width_px: int) -> None:
        """Letters that somebody wants larger grow as far as the word stays within ``width_px``."""
        _fit([self], lambda: self.sizeHint().width() <= width_px)

    def _draw_icon(self) -> None:
        skin = skin_of(self)
        if self._icon:
            side = round(skin.metrics.type_px(Role.BUTTON) * 1.15)
            ink = QColor(getattr(skin.palette, _INK_OF_KIND.get(self._kind, "ink")))
            self.setIcon(pixmap_icon(self._icon, side, ink, QColor(skin.palette.ink_soft)))
            self.setIconSize(QSize(side, side))


class ChoiceButton(QPushButton):
    """One of the two equal ways in, or of a page of tiles: drawing, word, one line."""

    def __init__(self, icon: Icon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "choice")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAutoDefault(False)
        self._mark = IconMark(icon, "on_accent", "accent")
        self._compact = False
        centre = Qt.AlignmentFlag.AlignHCenter
        self.word = Words(Role.HEADING, align=centre)
        self.word.setAlignment(centre | Qt.AlignmentFlag.AlignTop)
        self.line = Words(Role.BODY, align=centre)
        self.line.setAlignment(centre | Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addWidget(self._mark, 0, centre)
        self._column.addWidget(self.word)
        self._column.addWidget(self.line)
        self._column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def say(self, word: str, line: str) -> None:
        self.word.say(word)
        self.line.say(line)
        self.setAccessibleName(word)
        self.setAccessibleDescription(line)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._mark.set_side(metrics.px(104, 72) if self._compact else metrics.px(176, 100))
        pad = metrics.px(20, 12) if self._compact else metrics.px(40, 20)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(metrics.px(12, 6) if self._compact else metrics.px(26, 12))

    def set_compact(self, compact: bool) -> None:
        """Less room around the words, where there are many of them."""
        if compact != self._compact:
            self._compact = compact
            self.apply_skin()

    def set_available(self, available: bool) -> None:
        """Whether it can be pressed; it keeps its place, so that no finger lands on the other one."""
        if available != self.isEnabled():
            self.setEnabled(available)
            self._mark.set_muted(not available)

    def set_share(self, share: float) -> None:
        """Set the second text smaller, for languages that need many words."""
        self.line.set_share(share)

    @staticmethod
    def align(buttons: Sequence[ChoiceButton], width_px: int) -> None:
        """Give the texts of all buttons the height of the longest, so that they begin on the same lines."""
        margins = buttons[0]._column.contentsMargins()
        inner = width_px - margins.left() - margins.right()
        for texts in ([button.word for button in buttons], [button.line for button in buttons]):
            height = max(0, *(text.heightForWidth(inner) for text in texts))  # -1 where there is nothing to say
            for text in texts:
                text.setFixedHeight(height)

    def height_needed(self, width_px: int) -> int:
        """Smallest height that clips nothing at this width."""
        return self._column.heightForWidth(width_px)


def make_segment(word: str = "") -> QPushButton:
    """One of several that stand together; the chosen one is filled."""
    segment = QPushButton(word)
    segment.setProperty("kind", "segment")
    segment.setCheckable(True)
    segment.setAutoDefault(False)
    segment.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return segment


class LanguageSwitch(QWidget):
    """One segment per language, each in its own language."""

    chosen = Signal(str)

    def __init__(self, languages: Sequence[str], name_of: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._group = QButtonGroup(self)
        self.segments: dict[str, QPushButton] = {}
        for language in languages:
            segment = make_segment(name_of(language))
            segment.setObjectName(f"language_{language}")
            segment.setAccessibleName(name_of(language))
            segment.clicked.connect(lambda _checked, code=language: self.chosen.emit(code))
            self._group.addButton(segment)
            self._row.addWidget(segment)
            self.segments[language] = segment

    def fit_to(self, width_px: int) -> None:
        """Names of languages in letters small enough to stand beside each other within ``width_px``."""

        def fits() -> bool:
            self._row.invalidate()
            return self._row.sizeHint().width() <= width_px

        _fit(tuple(self.segments.values()), fits)
        self.updateGeometry()

    def show_language(self, language: str) -> None:
        if language in self.segments:
            self.segments[language].setChecked(True)

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        self._row.setSpacing(max(8, metrics.px(12, 10)))
        for segment in self.segments.values():
            segment.setMinimumHeight(metrics.target(96, 64))
            segment.setMinimumWidth(metrics.target(150, 104))
