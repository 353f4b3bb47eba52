"""A paper of an organiser's (``kiosk.documents.paper``) on as many pages of A4 as it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush

from kiosk.documents.paper import AnyPart, Bars, Facts, Heading, Lines, Paper, Table, Text
from kiosk.papers.canvas import A4, MM, POINT, Canvas, Style, height_of, width_of
from kiosk.papers.sheet_file import pdf_of
from kiosk.text import Texts
from kiosk.ui.skin import colour
from kiosk.ui.tokens import DAY

_MARGIN = 18 * MM
_WIDE = A4[0] - 2 * _MARGIN
_TOP = 16 * MM
_BOTTOM = A4[1] - 20 * MM
_PAD = 1.3 * MM
_LABEL_WIDE = 46 * MM
_GUTTER = 4 * MM
_BAR_HEIGHT = 34 * MM

_TITLE, _SUBTITLE = Style(17, DAY.ink, bold=True), Style(9.5, DAY.ink_soft)
_HEADING = Style(11, DAY.accent, bold=True)
_TEXT, _QUIET = Style(9.2, DAY.ink), Style(8, DAY.ink_soft)
_LABEL, _VALUE = Style(8.4, DAY.ink_soft), Style(9.2, DAY.ink)
_HEAD, _CELL = Style(8, DAY.ink_soft, bold=True), Style(8.6, DAY.ink)
_FOOT = Style(7, DAY.ink_soft)


@dataclass(frozen=True)
class Block:
    """What is not torn apart: its height, and how it is painted at a height of the page. ``keep``: with the next."""

    height: float
    paint: Callable[[Canvas, float], None]
    keep: bool = False


class DocumentPaper:
    """The pages of one paper; paints on anything a QPainter can."""

    def __init__(self, paper: Paper) -> None:
        self._paper, self._texts = paper, Texts(paper.language)
        self._pages = list(_paginate([_title(paper), *(block for part in paper.parts for block in _blocks(part))]))

    @property
    def pages(self) -> int:
        return len(self._pages)

    def paint(self, canvas: Canvas, page: int) -> None:
        """Page ``page``, counted from 0."""
        y = _TOP
        for block in self._pages[page]:
            block.paint(canvas, y)
            y += block.height
        canvas.rule(_MARGIN, _BOTTOM + 4 * MM, _WIDE, DAY.line)
        number = self._texts("certificate.page", page=page + 1, pages=self.pages)
        y, right = _BOTTOM + 5.5 * MM, A4[0] - _MARGIN - width_of(number, _FOOT)
        canvas.text(self._paper.foot, _FOOT, _MARGIN, y, right - _MARGIN - _GUTTER)
        canvas.text(number, _FOOT, right, y, _WIDE)


def document_pdf(paper: Paper) -> bytes:
    """Needs a QGuiApplication."""
    document = DocumentPaper(paper)
    pages = [lambda canvas, page=page: document.paint(canvas, page) for page in range(document.pages)]
    return pdf_of(paper.title, pages)


def _paginate(blocks: list[Block]) -> Iterator[list[Block]]:
    """Blocks that are kept with the next go to the next page with it."""
    page: list[Block] = []
    used, kept = 0.0, list[Block]()
    for block in blocks:
        kept.append(block)
        if block.keep:
            continue
        height = sum(each.height for each in kept)
        if page and _TOP + used + height > _BOTTOM:
            yield page
            page, used = [], 0.0
        page += kept
        used, kept = used + height, []
    yield page + kept


def _title(paper: Paper) -> Block:
    title, subtitle = height_of(paper.title, _TITLE, _WIDE), height_of(paper.subtitle, _SUBTITLE, _WIDE)

    def paint(canvas: Canvas, y: float) -> None:
        canvas.text(paper.title, _TITLE, _MARGIN, y, _WIDE)
        canvas.text(paper.subtitle, _SUBTITLE, _MARGIN, y + title + MM, _WIDE)
        canvas.rule(_MARGIN, y + title + subtitle + 3 * MM, _WIDE, DAY.accent, 1.2)

    return Block(title + subtitle + 6 * MM, paint)


def _blocks(part: AnyPart) -> Iterator[Block]:
    match part:
        case Heading():
            yield _heading(part.words)
        case Text():
            yield from _paragraphs(part)
        case Facts():
            yield from (_fact(label, words) for label, words in part.rows)
            yield _gap(3 * MM)
        case Table():
            yield from _table(part)
        case Bars():
            yield _bars(part)
        case Lines():
            yield from (_line(label) for label in part.labels)


def _gap(height: float) -> Block:
    return Block(height, lambda canvas, y: None)


def _heading(words: str) -> Block:
    height = height_of(words, _HEADING, _WIDE)

    def paint(canvas: Canvas, y: float) -> None:
        canvas.text(words, _HEADING, _MARGIN, y + 3 * MM, _WIDE)

    return Block(height + 4.5 * MM, paint, keep=True)


def _paragraphs(part: Text) -> Iterator[Block]:
    style = _QUIET if part.quiet else _TEXT
    for words in part.words.split("\n"):
        height = height_of(words, style, _WIDE) if words else 0.0

        def paint(canvas: Canvas, y: float, words: str = words) -> None:
            canvas.text(words, style, _MARGIN, y, _WIDE)

        yield Block(height + 1.6 * MM, paint)


def _fact(label: str, words: str) -> Block:
    left, wide = _LABEL_WIDE + _GUTTER, _WIDE - _LABEL_WIDE - _GUTTER
    height = max(height_of(label, _LABEL, _LABEL_WIDE), height_of(words, _VALUE, wide)) + 2 * _PAD

    def paint(canvas: Canvas, y: float) -> None:
        canvas.text(label, _LABEL, _MARGIN, y + _PAD, _LABEL_WIDE)
        canvas.text(words, _VALUE, _MARGIN + left, y + _PAD, wide)
        canvas.rule(_MARGIN, y + height, _WIDE, DAY.line, 0.3)

    return Block(height, paint)


def _table(part: Table) -> Iterator[Block]:
    shares = part.shares or (1.0,) * len(part.columns)
    edges = [_MARGIN + _WIDE * sum(shares[:n]) / sum(shares) for n in range(len(shares) + 1)]
    boxes = [(left, right - left - 2 * MM) for left, right in pairwise(edges)]
    yield _row(part.columns, boxes, _HEAD, numbers=part.numbers, keep=bool(part.rows))
    for row in part.rows:
        yield _row(row, boxes, _CELL, numbers=part.numbers)
    yield _gap(3 * MM)


def _row(
    cells: tuple[str, ...], boxes: list[tuple[float, float]], style: Style, *, numbers: bool, keep: bool = False
) -> Block:
    placed = list(zip(cells, boxes, strict=True))
    height = max(height_of(cell, style, wide) for cell, (_, wide) in placed) + 2 * _PAD

    def paint(canvas: Canvas, y: float) -> None:
        for number, (cell, (left, wide)) in enumerate(placed):
            indent = max(0.0, wide - width_of(cell, style)) if numbers and number else 0.0
            canvas.text(cell, style, left + indent, y + _PAD, wide)
        ink, thickness = (DAY.line_strong, 0.6) if keep else (DAY.line, 0.3)
        canvas.rule(_MARGIN, y + height, _WIDE, ink, thickness)

    return Block(height, paint, keep=keep)


def _bars(part: Bars) -> Block:
    """A number nobody is told is a hatched stub: that there is one is seen, how high is not."""
    title, label = height_of(part.words, _HEAD, _WIDE), Style(6.4, DAY.ink_soft)
    most = max([value for value in part.values if value is not None], default=0) or 1
    count = max(1, len(part.values))
    step = min(_WIDE / count, 22 * MM)
    every = max(1, -(-round(width_of("00:00 ", label)) // max(1, round(step))))

    def paint(canvas: Canvas, y: float) -> None:
        canvas.text(part.words, _HEAD, _MARGIN, y, _WIDE)
        base = y + title + 5 * MM + _BAR_HEIGHT
        for number, (words, value) in enumerate(zip(part.labels, part.values, strict=True)):
            left = _MARGIN + number * step
            height = 2.4 * MM if value is None else _BAR_HEIGHT * value / most
            box = QRectF(left + step * 0.12, base - height, step * 0.76, height)
            if value is None:
                canvas.painter.fillRect(box, QBrush(colour(DAY.line_strong), Qt.BrushStyle.BDiagPattern))
            elif value:
                canvas.fill(box, DAY.accent, 0.6 * MM)
            figure = "" if value is None or step < 7 * MM else f"{value:g}"
            canvas.text(figure, label, left + (step - width_of(figure, label)) / 2, box.top() - label.line, step * 2)
            if number % every == 0:
                canvas.text(words, label, left + step * 0.12, base + 0.6 * MM, step * every)
        canvas.rule(_MARGIN, base, step * count, DAY.line_strong, 0.6)

    return Block(title + 5 * MM + _BAR_HEIGHT + label.line + 4 * MM, paint)


def _line(label: str) -> Block:
    height = 10 * MM

    def paint(canvas: Canvas, y: float) -> None:
        canvas.text(label, _LABEL, _MARGIN, y + height - _LABEL.line, _LABEL_WIDE)
        canvas.rule(_MARGIN + _LABEL_WIDE + _GUTTER, y + height - POINT, _WIDE * 0.6, DAY.line_strong, 0.6)

    return Block(height, paint)
