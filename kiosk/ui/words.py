"""Text as we set it: line height by role, balanced headings, shrinking to a number of lines, never an ellipsis."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from kiosk.ui.tokens import TYPE, Role

_BALANCED = {Role.GIANT, Role.DISPLAY, Role.TITLE, Role.HEADING, Role.LEAD}
_SMALLEST_SHARE = 0.5


class Words(QLabel):
    """A paragraph in one role and tone. ``fit_lines``: words of unknown length shrink (to half) to stay within it."""

    def __init__(
        self,
        role: Role,
        tone: str = "ink",
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        fit_lines: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._broken: dict[tuple[int, int], tuple[tuple[str, ...], float]] = {}
        self._heights: dict[int, int] = {}
        self._share = 1.0
        super().__init__(parent)
        self._role = role
        self._fit_lines = fit_lines
        self.setProperty("role", str(role))
        self.setProperty("tone", tone)
        self.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def say(self, text: str) -> None:
        """Set the text; an empty text takes no room."""
        if text != self.text():
            self._forget_layout()
            self.setText(text)
            self.updateGeometry()
        self.setVisible(bool(text))

    def set_share(self, share: float) -> None:
        """Set the text a little larger or smaller than its role says: for organisers' texts of any length."""
        if share != self._share:
            self._share = share
            self._forget_layout()
            self.updateGeometry()
            self.update()

    def lines_at(self, width_px: int) -> list[str]:
        """The lines the text breaks into at a width (a test asks, too)."""
        return list(self._set(self._font_at(width_px), width_px)[0])

    def whole_lines_px(self, width_px: int, room_px: int) -> int:
        """The most of ``room_px`` that shows no line in part; where not even one is whole, all of it."""
        step = self._line_px(self._font_at(width_px))
        return int(room_px // step * step) or room_px

    def overflows(self) -> bool:
        """True when the text does not fit the widget's present rectangle."""
        inner = self.contentsRect()
        if not self.text():
            return False
        _, widest = self._set(self._font_at(inner.width()), inner.width())
        return widest > inner.width() + 1 or self.heightForWidth(self.width()) > self.height() + 1

    def fits_in(self, page: QWidget) -> bool:
        """Whether the text is whole, inside its parent and inside ``page``; an unseen one is."""
        parent = self.parentWidget()
        if not self.isVisible() or parent is None:
            return True
        there = QRect(self.mapTo(page, QPoint(0, 0)), self.size())
        return parent.rect().contains(self.geometry()) and page.rect().contains(there) and not self.overflows()

    def setAlignment(self, alignment: Qt.AlignmentFlag) -> None:
        self._forget_layout()
        super().setAlignment(alignment)

    def setContentsMargins(self, left: int, top: int, right: int, bottom: int) -> None:  # type: ignore[override]  # Qt's second form, by QMargins, is not used here
        self._forget_layout()
        super().setContentsMargins(left, top, right, bottom)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._forget_layout()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width_px: int) -> int:
        known = self._heights.get(width_px)
        if known is None:
            known = self._heights[width_px] = self._height(width_px)
        return known

    def _height(self, width_px: int) -> int:
        if not self.text():
            return 0
        margins = self.contentsMargins()
        inner = max(1, width_px - margins.left() - margins.right())
        font = self._font_at(inner)
        lines, _ = self._set(font, inner)
        height = len(lines) * self._line_px(font) + self._hang(font)
        return math.ceil(height) + margins.top() + margins.bottom()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        metrics = QFontMetricsF(self.font())
        widest = max((metrics.horizontalAdvance(line) for line in self.text().split("\n")), default=0.0)
        margins = self.contentsMargins()
        width = min(round(widest) + 2 + margins.left() + margins.right(), 16_000)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        self.ensurePolished()
        metrics = QFontMetricsF(self.font())
        share = _SMALLEST_SHARE if self._fit_lines else 1.0
        widest = max((metrics.horizontalAdvance(word) for word in self._unbreakable()), default=0.0)
        margins = self.contentsMargins()
        return QSize(round(widest * share) + 2 + margins.left() + margins.right(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        inner = self.contentsRect()
        if not self.text() or inner.width() <= 0:
            return
        font = self._font_at(inner.width())
        lines, _ = self._set(font, inner.width())
        metrics = QFontMetricsF(font)
        step = self._line_px(font)
        # Centre the em box, not the font's own tall line, so that Han and Latin sit alike.
        on_top = bool(self.alignment() & Qt.AlignmentFlag.AlignTop)
        spare_height = 0 if on_top else (inner.height() - step * len(lines) - self._hang(font)) / 2
        baseline = inner.top() + spare_height + step / 2 + metrics.capHeight() / 2
        painter = QPainter(self)
        painter.setFont(font)
        painter.setPen(self.palette().color(self.foregroundRole()))
        for index, line in enumerate(lines):
            spare = inner.width() - metrics.horizontalAdvance(line)
            left = float(inner.left())
            if self.alignment() & Qt.AlignmentFlag.AlignHCenter:
                left += spare / 2
            elif self.alignment() & Qt.AlignmentFlag.AlignRight:
                left += spare
            painter.drawText(QPointF(left, baseline + index * step), line)
        painter.end()

    def _set(self, font: QFont, width_px: int) -> tuple[tuple[str, ...], float]:
        """Lines and the widest line's width. Remembered for this text only: texts can be personal."""
        key = (font.pixelSize(), width_px)
        if key not in self._broken:
            self._broken[key] = _break_evenly(self.text(), font, width_px, self._balanced)
        return self._broken[key]

    def _forget_layout(self) -> None:
        self._broken.clear()
        self._heights.clear()

    @property
    def _balanced(self) -> bool:
        return self._role in _BALANCED or bool(self.alignment() & Qt.AlignmentFlag.AlignHCenter)

    def _line_px(self, font: QFont) -> float:
        return font.pixelSize() * TYPE[self._role].line

    def _hang(self, font: QFont) -> float:
        """Room below tight lines, so that a g keeps its tail."""
        return max(0.0, 1.36 - TYPE[self._role].line) * 0.36 * font.pixelSize()

    def _unbreakable(self) -> list[str]:
        """What a line cannot be broken inside: words of letters; Han characters one by one."""
        return [piece for word in self.text().split() for piece in _pieces(word)]

    def _font_at(self, width_px: int) -> QFont:
        self.ensurePolished()
        font = QFont(self.font())
        if self._share != 1.0:
            font.setPixelSize(max(14, round(font.pixelSize() * self._share)))
        if not self._fit_lines or not self.text():
            return font
        full = font.pixelSize()
        for share in (1.0, 0.9, 0.8, 0.72, 0.64, 0.57, _SMALLEST_SHARE):
            font.setPixelSize(max(14, round(full * share)))
            lines, widest = self._set(font, width_px)
            if len(lines) <= self._fit_lines and widest <= width_px:
                break
        return font


def _pieces(word: str) -> list[str]:
    pieces = [""]
    for letter in word:
        if letter == "\N{ZERO WIDTH SPACE}":
            pieces.append("")
        elif ord(letter) >= 0x2E80:
            pieces.extend((letter, ""))
        else:
            pieces[-1] += letter
    return [piece for piece in pieces if piece]


def _break_evenly(text: str, font: QFont, width_px: int, balanced: bool) -> tuple[tuple[str, ...], float]:
    """Break into lines; balanced: as even as the same number of lines allows."""
    lines, widest = _break(text, font, width_px)
    if not balanced or len(lines) == 1:
        return lines, widest
    low, high = width_px // 2, width_px
    while high - low > 4:
        middle = (low + high) // 2
        tried, tried_widest = _break(text, font, middle)
        if len(tried) == len(lines) and tried_widest <= middle:
            high, lines, widest = middle, tried, tried_widest
        else:
            low = middle
    return lines, widest


def _break(text: str, font: QFont, width_px: float) -> tuple[tuple[str, ...], float]:
    lines: list[str] = []
    widest = 0.0
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    for paragraph in text.split("\n"):
        units = paragraph.encode("utf-16-le")  # Qt counts in UTF-16; rare Han characters take two
        layout = QTextLayout(paragraph, font)
        layout.setTextOption(option)
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1.0, width_px))
            start = 2 * line.textStart()
            lines.append(units[start : start + 2 * line.textLength()].decode("utf-16-le").rstrip())
            widest = max(widest, line.naturalTextWidth())
        layout.endLayout()
        if not paragraph:
            lines.append("")
    return tuple(lines), widest
