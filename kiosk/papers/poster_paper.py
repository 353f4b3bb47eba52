"""A poster on A4 or A3: the choice in letters to be read from afar, the whole notice, a code, the notice's hash."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from kiosk.documents.poster import Column, Poster, Size
from kiosk.papers.canvas import A4, MM, Canvas, Style, height_of, width_of
from kiosk.papers.sheet_file import pdf_of
from kiosk.ui.qr_mark import draw_qr, qr_matrix
from kiosk.ui.tokens import DAY

SIZES_MM = {Size.A4: (210.0, 297.0), Size.A3: (297.0, 420.0)}
HEADLINE = Style(31, DAY.on_accent, bold=True)
"""On A3 its capitals stand more than 10 mm high (R-74)."""

_MARGIN = 14 * MM
_WIDE = A4[0] - 2 * _MARGIN
_GUTTER = 9 * MM
_CODE_SIDE = 46 * MM
_FOOT = 15 * MM
_SMALLEST = 0.5


class DoesNotFit(Exception):
    """The notice is too long for one poster, even in small letters."""


class PosterPaper:
    """One page; paints on anything a QPainter can."""

    def __init__(self, poster: Poster) -> None:
        """Raises DoesNotFit."""
        self._poster = poster
        count = len(poster.columns)
        self._column_wide = (_WIDE - _GUTTER * (count - 1)) / count
        self._top = self._head_height() + 6 * MM
        room = A4[1] - _FOOT - _CODE_SIDE - 6 * MM - self._top
        self._scales = [self._fitting(column, room) for column in poster.columns]

    def paint(self, canvas: Canvas) -> None:
        self._paint_head(canvas)
        for number, column in enumerate(self._poster.columns):
            x = _MARGIN + number * (self._column_wide + _GUTTER)
            self._paint_column(canvas, column, x, self._scales[number])
            self._paint_code(canvas, column, x)
        self._paint_foot(canvas)

    def _head_height(self) -> float:
        banner = Style(10, DAY.on_camera, bold=True).line if self._poster.banner else 0.0
        lines = sum(height_of(column.headline, HEADLINE, _WIDE) for column in self._poster.columns)
        return banner + 7 * MM + lines + Style(12, DAY.on_accent).line + 6 * MM

    def _paint_head(self, canvas: Canvas) -> None:
        canvas.fill(QRectF(0, 0, A4[0], self._head_height()), DAY.accent)
        y = 0.0
        if self._poster.banner:
            style = Style(10, DAY.on_camera, bold=True)
            canvas.fill(QRectF(0, 0, A4[0], style.line), DAY.camera)
            y += canvas.text(self._poster.banner, style, _MARGIN, 0, _WIDE)
        y += 7 * MM
        names = " · ".join(dict.fromkeys(column.name for column in self._poster.columns))
        y += canvas.text(names, Style(12, DAY.on_accent), _MARGIN, y, _WIDE)
        for column in self._poster.columns:
            y += canvas.text(column.headline, HEADLINE, _MARGIN, y, _WIDE)

    def _fitting(self, column: Column, room: float) -> float:
        scale = 1.25
        while self._height(column, scale) > room:
            scale -= 0.025
            if scale < _SMALLEST:
                raise DoesNotFit
        return scale

    def _height(self, column: Column, scale: float) -> float:
        return sum(height_of(words, style, self._column_wide) + gap for words, style, gap in _lines(column, scale))

    def _paint_column(self, canvas: Canvas, column: Column, x: float, scale: float) -> None:
        y = self._top
        for words, style, gap in _lines(column, scale):
            y += canvas.text(words, style, x, y, self._column_wide) + gap

    def _paint_code(self, canvas: Canvas, column: Column, x: float) -> None:
        y = A4[1] - _FOOT - _CODE_SIDE
        draw_qr(canvas.painter, qr_matrix(column.code), QRectF(x, y, _CODE_SIDE, _CODE_SIDE))
        beside = _CODE_SIDE + 3 * MM
        words, style = column.code_words, Style(9.5, DAY.ink, bold=True)
        wide = self._column_wide - beside
        top = y + (_CODE_SIDE - height_of(words, style, wide)) / 2
        canvas.text(words, style, x + beside, top, wide)

    def _paint_foot(self, canvas: Canvas) -> None:
        y = A4[1] - _FOOT + 3 * MM
        canvas.rule(_MARGIN, y, _WIDE, DAY.line)
        style = Style(7, DAY.ink_soft)
        canvas.text(self._poster.hash_words, style, _MARGIN, y + 1.5 * MM, _WIDE)
        digest = Style(8, DAY.ink)
        left = A4[0] - _MARGIN - width_of(self._poster.hash, digest)
        canvas.text(self._poster.hash, digest, left, y + 1.5 * MM, _WIDE)


def _lines(column: Column, scale: float) -> list[tuple[str, Style, float]]:
    """(words, style, gap below) from top to bottom."""
    label, value = Style(8.2 * scale, DAY.accent, bold=True), Style(9.2 * scale, DAY.ink)
    lines = [
        (column.choice, Style(12.5 * scale, DAY.ink, bold=True), 3 * MM * scale),
        (column.short, Style(10.5 * scale, DAY.ink), 3.5 * MM * scale),
    ]
    for heading, words in column.fields:
        lines += [(heading, label, 0.0), (words, value, 1.8 * MM * scale)]
    return lines


def poster_pdf(poster: Poster) -> bytes:
    """Needs a QGuiApplication. Raises DoesNotFit."""
    paper = PosterPaper(poster)
    return pdf_of(poster.columns[0].headline, [paper.paint], SIZES_MM[poster.size])
