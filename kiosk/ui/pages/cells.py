"""Text in a cell of given size: on two lines, then smaller, before anything would be cut off."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter

_ONE_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_WRAPPED = _ONE_LINE | Qt.TextFlag.TextWordWrap
_ANYWHERE = _ONE_LINE | Qt.TextFlag.TextWrapAnywhere
_SHARES = (1.0, 0.9, 0.8, 0.7, 0.62)
_WAYS = [(flags, share) for share in _SHARES for flags in (_ONE_LINE, _WRAPPED)]
_WAYS += [(_ANYWHERE, share) for share in _SHARES]
"""Two lines in full size come before one line of small print; words are broken last."""
SMALLEST_PX = 13


@dataclass(frozen=True)
class Fitted:
    """How a text is set: with what font, and with which of Qt's flags."""

    font: QFont
    flags: int

    @property
    def breaks_words(self) -> bool:
        return bool(self.flags & Qt.TextFlag.TextWrapAnywhere.value)


def fitted(text: str, font: QFont, box: QRect) -> Fitted | None:
    """The largest way ``text`` fits into ``box``; None where none does."""
    full = font.pixelSize()
    for flags, share in _WAYS:
        tried = QFont(font)
        tried.setPixelSize(max(SMALLEST_PX, round(full * share)))
        needed = QFontMetrics(tried).boundingRect(box, int(flags), text)
        if needed.width() <= box.width() and needed.height() <= box.height():
            return Fitted(tried, int(flags))
    return None


def paint_cell(painter: QPainter, text: str, font: QFont, box: QRect) -> None:
    """In the painter's pen. What fits in no way is cut at the end, where the reader sees that more follows."""
    if not text:
        return
    way = fitted(text, font, box)
    if way is not None:
        painter.setFont(way.font)
        painter.drawText(box, way.flags, text)
        return
    smallest = QFont(font)
    smallest.setPixelSize(max(SMALLEST_PX, round(font.pixelSize() * _SHARES[-1])))
    painter.setFont(smallest)
    cut = QFontMetrics(smallest).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, int(_ONE_LINE), cut)
