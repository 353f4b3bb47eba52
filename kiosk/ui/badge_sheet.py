"""Badges and PIN slips as PDF: A4, eight cards a page, with a code for the scanner, the name, and digits for the eye.

``python -m kiosk.ui.badge_sheet badges|slips`` in a process of its own: JSON on standard input, the PDF on standard
output, so that no secret is in an argument or a file. Badges and slips are two documents: whoever finds one has one
factor.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import segno
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from kiosk.text import Texts
from kiosk.ui.app_setup import make_application

ACROSS, DOWN = 2, 4
CARD_MM = (85.6, 54.0)
"""ID-1 (ISO/IEC 7810), the size of a bank card and of every badge holder."""

_DOTS_PER_MM = 12.0
_PAGE_MM = (210.0, 297.0)
_INK, _SOFT, _LINE = QColor("#10161d"), QColor("#4a5560"), QColor("#b5bec7")


@dataclass(frozen=True)
class Card:
    """One person's card. ``role`` is a key below ``account.role`` in the translations."""

    account_id: str
    name: str
    role: str
    event_name: str
    code: str
    shown: str


def draw(cards: Sequence[Card], language: str, *, slips: bool) -> bytes:
    """The PDF's bytes. Needs a QGuiApplication."""
    texts, buffer = Texts(language), QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(texts("badge.slips" if slips else "badge.title"))
    writer.setResolution(round(_DOTS_PER_MM * 25.4))
    layout = QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    writer.setPageLayout(layout)
    painter = QPainter(writer)
    try:
        for index, card in enumerate(cards):
            place = index % (ACROSS * DOWN)
            if index and place == 0:
                writer.newPage()
            painter.save()
            painter.scale(_DOTS_PER_MM, _DOTS_PER_MM)
            painter.translate(*_corner_mm(place))
            _draw_card(painter, card, texts, slips)
            painter.restore()
    finally:
        painter.end()
    return bytes(buffer.data().data())


def _corner_mm(place: int) -> tuple[float, float]:
    left = (_PAGE_MM[0] - ACROSS * CARD_MM[0]) / 2
    top = (_PAGE_MM[1] - DOWN * CARD_MM[1]) / 2
    return left + place % ACROSS * CARD_MM[0], top + place // ACROSS * CARD_MM[1]


def _draw_card(painter: QPainter, card: Card, texts: Texts, slips: bool) -> None:
    painter.setPen(QPen(_LINE, 0.2))
    painter.drawRect(QRectF(0, 0, *CARD_MM))
    code_mm = 0.0 if slips else 30.0
    width = CARD_MM[0] - 10 - (code_mm + 3 if code_mm else 0)
    _say(painter, QRectF(5, 4, CARD_MM[0] - 10, 5), card.event_name, 3.0, _SOFT)
    _say(painter, QRectF(5, 11, width, 15), card.name, 6.5, _INK, bold=True)
    _say(painter, QRectF(5, 27, width, 6), texts(f"account.role.{card.role}"), 4.0, _INK)
    _say(painter, QRectF(5, 33.5, width, 5), card.account_id, 3.2, _SOFT)
    if slips:
        _say(painter, QRectF(5, 39, width, 8), texts("badge.pin", pin=card.shown), 5.5, _INK, bold=True)
        _say(painter, QRectF(5, 47, CARD_MM[0] - 10, 4), texts("badge.pin_line"), 2.5, _SOFT)
        return
    _draw_code(painter, card.code, QRectF(CARD_MM[0] - 5 - code_mm, 11, code_mm, code_mm))
    _say(painter, QRectF(5, 43.5, CARD_MM[0] - 10, 6), card.shown, 4.2, _INK, align=Qt.AlignmentFlag.AlignRight)


def _draw_code(painter: QPainter, text: str, box: QRectF) -> None:
    """A QR code (ISO/IEC 18004) at error correction Q, its quiet zone included."""
    matrix = [bytes(row) for row in segno.make(text, micro=False, error="q", boost_error=False).matrix_iter(border=2)]
    side = box.width() / len(matrix)
    painter.setPen(Qt.PenStyle.NoPen)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                painter.fillRect(QRectF(box.left() + x * side, box.top() + y * side, side * 1.01, side * 1.01), _INK)


def _say(
    painter: QPainter,
    box: QRectF,
    text: str,
    size_mm: float,
    ink: QColor,
    *,
    bold: bool = False,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """One text in its box, smaller until it fits: names have any length. Fonts are set at ten times their size,
    because Qt's sizes in pixels are whole numbers."""
    painter.save()
    painter.scale(0.1, 0.1)
    room = QRectF(box.x() * 10, box.y() * 10, box.width() * 10, box.height() * 10)
    flags = align | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    font = QFont(painter.font())
    font.setBold(bold)
    pixels = round(size_mm * 10)
    while pixels > 12:
        font.setPixelSize(pixels)
        painter.setFont(font)
        needed = painter.boundingRect(room, int(flags), text)
        if needed.height() <= room.height() and needed.width() <= room.width() + 1:
            break
        pixels -= 2
    painter.setPen(ink)
    painter.drawText(room, int(flags), text)
    painter.restore()


def main() -> None:
    request = json.load(sys.stdin)
    application = make_application(sys.argv[:1], request["language"])
    cards = [Card(**card) for card in request["cards"]]
    sys.stdout.buffer.write(draw(cards, request["language"], slips=sys.argv[1:] == ["slips"]))
    application.quit()


if __name__ == "__main__":
    main()
