"""A table painted by us: a mark and cells per row, chosen by finger or arrow keys, opened by a second tap or Enter."""

from __future__ import annotations

from itertools import accumulate, pairwise

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from kiosk.office.view import Column, Mark, Row
from kiosk.ui.fonts import base_font
from kiosk.ui.pages.cells import fitted, paint_cell
from kiosk.ui.pages.marks import draw_mark
from kiosk.ui.scrolling import finger_scrolled
from kiosk.ui.skin import colour, skin_of
from kiosk.ui.tokens import Role

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
_OPENING = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class Table(QFrame):
    """``chosen`` and ``opened`` carry the row's key."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "card")
        self._head, self.rows = _Head(), _Rows()
        self._area = finger_scrolled(self.rows)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # columns stay where they are
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(self._head)
        self._column.addWidget(self._area, 1)
        self.rows.chosen.connect(self.chosen)
        self.rows.opened.connect(self.opened)
        self.rows.in_view.connect(lambda top, bottom: self._area.ensureVisible(0, (top + bottom) // 2, 0, bottom - top))

    @property
    def chosen_key(self) -> str:
        return self.rows.chosen_key

    def show_rows(self, columns: tuple[Column, ...], rows: tuple[Row, ...], *, opens: bool) -> None:
        """Rows whose key stays keep the choice; the first row is where a new list begins."""
        if [row.key for row in rows] != [row.key for row in self.rows.shown]:
            self._area.verticalScrollBar().setValue(0)
        self._head.show_columns(columns, marked=any(row.mark is not Mark.NONE for row in rows))
        self.rows.show_rows(columns, rows, opens=opens)

    def cut_off(self) -> list[str]:
        """Cells whose text fits in no way, headings also where a word is broken: what a test asks."""
        return [*self._head.cut_off(), *self.rows.cut_off()]

    def apply_skin(self) -> None:
        metrics = skin_of(self).metrics
        pad = metrics.px(18, 12)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._head.setFixedHeight(metrics.px(84, 40))
        self._head.setContentsMargins(0, 0, metrics.px(14, 10), 0)  # the scroll bar's
        self.rows.apply_skin()


def _edges(columns: tuple[Column, ...], left: int, width: int) -> list[tuple[int, int]]:
    """(left, right) of every column, in pixels."""
    whole = sum(column.share for column in columns) or 1.0
    sums = list(accumulate((column.share for column in columns), initial=0.0))
    return [(left + round(a / whole * width), left + round(b / whole * width)) for a, b in pairwise(sums)]


class _Grid(QWidget):
    """What head and rows share: where columns begin and end."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: tuple[Column, ...] = ()
        self._marked = False

    @property
    def _mark_px(self) -> int:
        return skin_of(self).metrics.px(44, 28)

    def _boxes(self, top: int, height: int) -> list[QRect]:
        gap = skin_of(self).metrics.px(16, 12)
        left = self._mark_px + gap if self._marked else 0
        left += gap // 2
        room = self.contentsRect().width() - left - skin_of(self).metrics.px(24, 16)
        return [QRect(a, top + 3, b - a - gap, height - 6) for a, b in _edges(self._columns, left, room)]

    def _font(self, role: Role) -> QFont:
        font = base_font()
        font.setPixelSize(skin_of(self).metrics.type_px(role))
        font.setBold(role is Role.LABEL)
        return font


class _Head(_Grid):
    def show_columns(self, columns: tuple[Column, ...], *, marked: bool) -> None:
        self._columns, self._marked = columns, marked
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = skin_of(self).palette
        painter = QPainter(self)
        painter.setPen(colour(palette.accent))
        font = self._common_font()
        for column, box in zip(self._columns, self._boxes(0, self.height()), strict=True):
            paint_cell(painter, column.words, font, box)
        painter.fillRect(0, self.height() - 2, self.width(), 2, colour(palette.line_strong))
        painter.end()

    def _common_font(self) -> QFont:
        """One size for all headings: the longest one's."""
        font = self._font(Role.LABEL)
        boxes = self._boxes(0, self.height())
        ways = [fitted(column.words, font, box) for column, box in zip(self._columns, boxes, strict=True)]
        font.setPixelSize(min((way.font.pixelSize() for way in ways if way), default=font.pixelSize()))
        return font

    def cut_off(self) -> list[str]:
        font = self._font(Role.LABEL)
        boxes = zip(self._columns, self._boxes(0, self.height()), strict=True)
        ways = [(column.words, fitted(column.words, font, box)) for column, box in boxes if column.words]
        return [words for words, way in ways if way is None or way.breaks_words]


class _Rows(_Grid):
    chosen = Signal(str)
    opened = Signal(str)
    in_view = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.shown: tuple[Row, ...] = ()
        self.chosen_key = ""
        self._opens = False
        self._row_px = 56
        self._pressed: QPoint | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_rows(self, columns: tuple[Column, ...], rows: tuple[Row, ...], *, opens: bool) -> None:
        self._columns, self.shown, self._opens = columns, rows, opens
        self._marked = any(row.mark is not Mark.NONE for row in rows)
        if self._place() is None:
            self.chosen_key = ""
        self.setAccessibleName(f"{len(rows)}")
        self.setFixedHeight(self._row_px * max(1, len(rows)))
        self.update()

    def box_of(self, key: str) -> QRect:
        """Where a row is, in this widget's pixels."""
        place = [row.key for row in self.shown].index(key)
        return QRect(0, place * self._row_px, self.width(), self._row_px)

    def apply_skin(self) -> None:
        line_px = QFontMetrics(self._font(Role.SMALL)).height()
        self._row_px = max(skin_of(self).metrics.target(84, 56), round(1.9 * line_px) + 8)
        self.setFixedHeight(self._row_px * max(1, len(self.shown)))

    def cut_off(self) -> list[str]:
        return [
            cell
            for row in self.shown
            for cell, box in zip(row.cells, self._boxes(0, self._row_px), strict=True)
            if cell and fitted(cell, self._font(Role.SMALL), box) is None
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        skin = skin_of(self)
        palette, font = skin.palette, self._font(Role.SMALL)
        painter = QPainter(self)
        first, last = event.rect().top() // self._row_px, event.rect().bottom() // self._row_px
        for place, row in enumerate(self.shown[first : last + 1], first):
            top = place * self._row_px
            if row.key == self.chosen_key:
                painter.fillRect(0, top, self.width(), self._row_px, colour(palette.pressed))
                painter.fillRect(0, top, skin.metrics.px(8, 5), self._row_px, colour(palette.accent))
            side = self._mark_px
            box = QRectF(skin.metrics.px(14, 9), top + (self._row_px - side) / 2, side, side)
            draw_mark(painter, row.mark, box, palette)
            painter.setPen(colour(palette.ink))
            for cell, where in zip(row.cells, self._boxes(top, self._row_px), strict=True):
                paint_cell(painter, cell, font, where)
            painter.fillRect(0, top + self._row_px - 1, self.width(), 1, colour(palette.line))
        if self.hasFocus():
            painter.setPen(colour(palette.accent))
            painter.drawRect(self.visibleRegion().boundingRect().adjusted(0, 0, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A finger that scrolled meant no row."""
        pressed, self._pressed = self._pressed, None
        spot = event.position().toPoint()
        if pressed is None or (spot - pressed).manhattanLength() > self._row_px // 2:
            return
        place = spot.y() // self._row_px
        if not 0 <= place < len(self.shown):
            return
        key = self.shown[place].key
        if key == self.chosen_key and self._opens:
            self.opened.emit(key)
        else:
            self._choose(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS and self.shown:
            place = self._place()
            step = _STEPS[key]
            next_place = 0 if place is None else min(len(self.shown) - 1, max(0, place + step))
            self._choose(self.shown[next_place].key)
        elif key in _OPENING and self.chosen_key and self._opens:
            self.opened.emit(self.chosen_key)
        else:
            event.ignore()

    def _choose(self, key: str) -> None:
        self.chosen_key = key
        self.update()
        box = self.box_of(key)
        self.in_view.emit(box.top(), box.bottom())
        self.chosen.emit(key)

    def _place(self) -> int | None:
        return next((place for place, row in enumerate(self.shown) if row.key == self.chosen_key), None)
