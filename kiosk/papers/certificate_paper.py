"""A certificate on A4: Chinese and English side by side, made from the signed JSON alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
from PySide6.QtGui import QPainter, QPdfWriter

from kiosk.closing.certificate_file import Signed, sha256
from kiosk.closing.certificate_words import WRITING_LINE, Group, Row, groups_of, proof_code
from kiosk.papers.canvas import A4, MM, POINT, Canvas, Style, height_of, set_up, width_of
from kiosk.text import Texts
from kiosk.ui.icons import Icon, draw_icon
from kiosk.ui.qr_mark import draw_qr, qr_matrix
from kiosk.ui.skin import colour
from kiosk.ui.tokens import DAY

_LANGUAGES = ("zh", "en")
_PANELS = {"PASS": ("go", Icon.CHECK), "FAILED": ("halt", Icon.CROSS), "UNKNOWN": ("staff", Icon.QUESTION)}

_MARGIN = 15 * MM
_TOP_OF_NEXT = 12 * MM
_BOTTOM = A4[1] - 15 * MM
_WIDE = A4[0] - 2 * _MARGIN
_HEAD_HEIGHT = 44 * MM
_QR_SIDE = 36 * MM

_LABEL_WIDE = 36 * MM
_GUTTER = 3 * MM
_ZH_WIDE = 62 * MM
_ZH_LEFT = _LABEL_WIDE + _GUTTER
_EN_LEFT = _ZH_LEFT + _ZH_WIDE + _GUTTER
_EN_WIDE = _WIDE - _EN_LEFT
_BOTH_WIDE = _WIDE - _ZH_LEFT
_WRITING_HEIGHT = 7 * MM
_ROW_PAD = 1.6 * POINT

_LABEL = Style(6.6, DAY.ink_soft)
_VALUE = Style(7.8, DAY.ink)
_HEADING = Style(8.8, DAY.accent, bold=True)
_SMALL = Style(6.2, DAY.ink_soft)


@dataclass(frozen=True)
class Block:
    """A heading or a row: how high it is, and how it is painted at a height of the page."""

    height: float
    paint: Callable[[Canvas, float], None]
    keep_with_next: bool = False


class CertificatePaper:
    """The pages of one certificate; paints on anything a QPainter can."""

    def __init__(self, signed: Signed, json_sha256: str) -> None:
        self._signed, self._json_sha256 = signed, json_sha256
        self._texts = [Texts(language) for language in _LANGUAGES]
        chinese, english = (groups_of(signed, json_sha256, texts) for texts in self._texts)
        blocks = [block for both in zip(chinese, english, strict=True) for block in _blocks_of(*both)]
        self._pages = _paginate(blocks)

    @property
    def pages(self) -> int:
        return len(self._pages)

    def paint(self, canvas: Canvas, page: int) -> None:
        """Page ``page``, counted from 0."""
        if page == 0:
            self._paint_head(canvas)
        y = _first_y(page)
        for block in self._pages[page]:
            block.paint(canvas, y)
            y += block.height
        self._paint_foot(canvas, page)

    def _paint_head(self, canvas: Canvas) -> None:
        verdict = self._signed.certificate.verdict.value
        panel, icon = _PANELS[verdict]
        ground, ink = getattr(DAY, panel), getattr(DAY, f"on_{panel}")
        canvas.fill(QRectF(0, 0, A4[0], _HEAD_HEIGHT), ground)
        mark = QRectF(_MARGIN, 11 * MM, 20 * MM, 20 * MM)
        canvas.fill(mark, ink, 4 * MM)
        draw_icon(canvas.painter, icon, mark.adjusted(3 * MM, 3 * MM, -3 * MM, -3 * MM), colour(ground), stroke=2.8)
        left, wide = _MARGIN + 25 * MM, _WIDE - _QR_SIDE - 29 * MM
        y = 6 * MM
        title = " · ".join(texts("certificate.title") for texts in self._texts)
        y += canvas.text(title, Style(9.5, ink), left, y, wide) + POINT
        y += canvas.text(verdict, Style(19, ink, bold=True), left, y, wide)
        for texts in self._texts:
            y += canvas.text(texts(f"certificate.verdict.{verdict}"), Style(10.5, ink, bold=True), left, y, wide)
        y += 2 * POINT
        for texts in self._texts:
            y += canvas.text(texts("certificate.lead"), Style(6.6, ink), left, y, wide)
        box = QRectF(A4[0] - _MARGIN - _QR_SIDE, 4 * MM, _QR_SIDE, _QR_SIDE)
        canvas.fill(box, DAY.surface, 2 * MM)
        draw_qr(canvas.painter, qr_matrix(proof_code(self._signed, self._json_sha256)), box)

    def _paint_foot(self, canvas: Canvas, page: int) -> None:
        y = _BOTTOM + 3 * MM
        canvas.rule(_MARGIN, y, _WIDE, DAY.line)
        y += 1.2 * MM
        event = self._signed.certificate.event.id
        canvas.text(f"{event}   SHA-256 {self._json_sha256}", _SMALL, _MARGIN, y, _WIDE)
        pages = {"page": page + 1, "pages": self.pages}
        numbers = "  ·  ".join(texts("certificate.page", **pages) for texts in self._texts)
        canvas.text(numbers, _SMALL, A4[0] - _MARGIN - width_of(numbers, _SMALL), y, _WIDE)


def certificate_pdf(signed: Signed, json_bytes: bytes) -> bytes:
    """The PDF, not signed yet. Needs a QGuiApplication."""
    paper = CertificatePaper(signed, sha256(json_bytes))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    set_up(writer, " / ".join(Texts(language)("certificate.title") for language in _LANGUAGES))
    painter = QPainter(writer)
    canvas = Canvas(painter)
    for page in range(paper.pages):
        if page:
            writer.newPage()
        paper.paint(canvas, page)
    painter.end()
    buffer.close()
    return bytes(data.data())


def _first_y(page: int) -> float:
    return _HEAD_HEIGHT + 4 * MM if page == 0 else _TOP_OF_NEXT


def _paginate(blocks: list[Block]) -> list[list[Block]]:
    """A heading never stands alone at the end of a page."""
    pages: list[list[Block]] = [[]]
    y = _first_y(0)
    for number, block in enumerate(blocks):
        needed = block.height + (blocks[number + 1].height if block.keep_with_next else 0)
        if y + needed > _BOTTOM and pages[-1]:
            pages.append([])
            y = _first_y(len(pages) - 1)
        pages[-1].append(block)
        y += block.height
    return pages


def _blocks_of(chinese: Group, english: Group) -> list[Block]:
    return [_heading(chinese, english), *(_row(*both) for both in zip(chinese.rows, english.rows, strict=True))]


def _heading(chinese: Group, english: Group) -> Block:
    def paint(canvas: Canvas, y: float) -> None:
        canvas.text(f"{chinese.heading}  {english.heading}", _HEADING, _MARGIN, y + 2.2 * MM, _WIDE)
        canvas.rule(_MARGIN, y + 2.2 * MM + _HEADING.line, _WIDE, DAY.accent, 0.8)

    return Block(_HEADING.line + 3.2 * MM, paint, keep_with_next=True)


def _row(chinese: Row, english: Row) -> Block:
    """Label in both languages; the value once where both say the same, such as a number, else side by side."""
    if any(WRITING_LINE in value for value in chinese.values):
        return _labelled(chinese, english, _writing_cells(chinese.values, english.values))
    if chinese.values == english.values:
        return _labelled(chinese, english, _stacked(chinese.values, _ZH_LEFT, _BOTH_WIDE))
    cells = (*_stacked(chinese.values, _ZH_LEFT, _ZH_WIDE), *_stacked(english.values, _EN_LEFT, _EN_WIDE))
    return _labelled(chinese, english, cells)


@dataclass(frozen=True)
class Cell:
    """One value at its place in the row; ``line``: a hand writes behind the words."""

    words: str
    left: float
    top: float
    width: float
    line: bool = False

    @property
    def bottom(self) -> float:
        return self.top + (_WRITING_HEIGHT if self.line else height_of(self.words, _VALUE, self.width))

    def paint(self, canvas: Canvas, y: float) -> None:
        x = _MARGIN + self.left
        if not self.line:
            canvas.text(self.words, _VALUE, x, y + self.top, self.width)
            return
        base = y + self.top + _WRITING_HEIGHT
        if self.words:
            canvas.text(self.words, _LABEL, x, base - _LABEL.line, self.width)
        canvas.rule(x, base - POINT, self.width, DAY.line_strong, 0.6)


def _stacked(values: tuple[str, ...], left: float, width: float) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for value in values:
        cells.append(Cell(value, left, cells[-1].bottom if cells else 0.0, width))
    return tuple(cells)


def _writing_cells(chinese: tuple[str, ...], english: tuple[str, ...]) -> tuple[Cell, ...]:
    """Both languages on one line to write on, two lines to a row; what was given in print goes first."""
    pairs = [_merged(*pair) for pair in zip(chinese, english, strict=True)]
    cells = list(_stacked(tuple(words for words, by_hand in pairs if not by_hand), _ZH_LEFT, _BOTH_WIDE))
    top = cells[-1].bottom if cells else 0.0
    lines = [words for words, by_hand in pairs if by_hand]
    for number, words in enumerate(lines):
        left, width = ((_ZH_LEFT, _ZH_WIDE), (_EN_LEFT, _EN_WIDE))[number % 2]
        whole = number % 2 == 0 and number == len(lines) - 1
        cells.append(Cell(words, left, top + number // 2 * _WRITING_HEIGHT, _BOTH_WIDE if whole else width, line=True))
    return tuple(cells)


def _merged(chinese: str, english: str) -> tuple[str, bool]:
    """One text for both, and whether a hand writes behind it."""
    by_hand = WRITING_LINE in chinese
    parts = dict.fromkeys(part.replace(WRITING_LINE, "").strip() for part in (chinese, english))
    return "  ".join(part for part in parts if part), by_hand


def _labelled(chinese: Row, english: Row, cells: tuple[Cell, ...]) -> Block:
    labels = (chinese.label, english.label)
    label_height = sum(height_of(label, _LABEL, _LABEL_WIDE) for label in labels)
    height = max(label_height, *(cell.bottom for cell in cells)) + 2 * _ROW_PAD

    def paint(canvas: Canvas, y: float) -> None:
        at = y + _ROW_PAD
        for label in labels:
            at += canvas.text(label, _LABEL, _MARGIN, at, _LABEL_WIDE)
        for cell in cells:
            cell.paint(canvas, y + _ROW_PAD)
        canvas.rule(_MARGIN, y + height - 0.3 * POINT, _WIDE, DAY.line, 0.3)

    return Block(height, paint)
