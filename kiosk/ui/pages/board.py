"""A board painted by us: big numbers in a row, charts below them, side by side where there is room."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.office.view import BigNumber, Mark, Panel
from kiosk.ui.charts import Look, height_of, paint_panel, texts_of
from kiosk.ui.fonts import base_font
from kiosk.ui.pages.cells import fitted, paint_cell
from kiosk.ui.pages.marks import PANELS, draw_mark
from kiosk.ui.scrolling import finger_scrolled
from kiosk.ui.skin import colour, skin_of
from kiosk.ui.tokens import Role


class Board(QWidget):
    """Everything, to be scrolled by a finger; it stays where it is while its numbers change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = _Sheet()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(finger_scrolled(self.sheet))

    def show_board(self, numbers: tuple[BigNumber, ...], panels: tuple[Panel, ...]) -> None:
        self.sheet.show_board(numbers, panels)

    def cut_off(self) -> list[str]:
        """Texts that fit in no way: what a test asks."""
        return [text for text, font, box in self.sheet.texts() if text and fitted(text, font, box) is None]

    def apply_skin(self) -> None:
        self.sheet.apply_skin()


class _Sheet(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._numbers: tuple[BigNumber, ...] = ()
        self._panels: tuple[Panel, ...] = ()

    def show_board(self, numbers: tuple[BigNumber, ...], panels: tuple[Panel, ...]) -> None:
        self._numbers, self._panels = numbers, panels
        self.setAccessibleName("; ".join(f"{one.words}: {one.number}" for one in numbers))
        self.apply_skin()
        self.update()

    def apply_skin(self) -> None:
        """Only as high as everything on it."""
        boxes = [*self._number_boxes(), *(box for _, box in self._panel_boxes())]
        self.setFixedHeight(max([1, *(box.bottom() + self._gap for box in boxes)]))

    def texts(self) -> Iterator[tuple[str, QFont, QRect]]:
        """Everything that is written, in which font at most and where."""
        for number, box in zip(self._numbers, self._number_boxes(), strict=True):
            words, figure, _ = self._in_number(number, box)
            yield number.words, self._font(Role.SMALL), words
            yield number.number, self._font(Role.TITLE, bold=True), figure
        for panel, box in self._panel_boxes():
            yield from texts_of(panel, self._inside(box), self._look)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.apply_skin()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, box in zip(self._numbers, self._number_boxes(), strict=True):
            self._paint_number(painter, number, box)
        for panel, box in self._panel_boxes():
            self._paint_card(painter, box, Mark.NONE)
            paint_panel(painter, panel, self._inside(box), self._look)
        painter.end()

    def _paint_number(self, painter: QPainter, number: BigNumber, box: QRect) -> None:
        palette = skin_of(self).palette
        self._paint_card(painter, box, number.mark)
        words, figure, mark = self._in_number(number, box)
        painter.setPen(colour(palette.ink_soft))
        paint_cell(painter, number.words, self._font(Role.SMALL), words)
        painter.setPen(colour(palette.ink))
        paint_cell(painter, number.number, self._font(Role.TITLE, bold=True), figure)
        if number.mark not in {Mark.NONE, Mark.GOOD}:
            draw_mark(painter, number.mark, QRectF(mark), palette)

    def _paint_card(self, painter: QPainter, box: QRect, mark: Mark) -> None:
        """The edge in the mark's colour, so that it is seen from afar where to look."""
        palette, calm = skin_of(self).palette, mark in {Mark.NONE, Mark.GOOD}
        painter.setPen(colour(palette.line if calm else getattr(palette, PANELS[mark])))
        painter.setBrush(colour(palette.surface))
        radius = skin_of(self).metrics.px(14, 9)
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    # --- where everything is --------------------------------------------------------------------------

    def _number_boxes(self) -> list[QRect]:
        count = len(self._numbers)
        if not count:
            return []
        least = skin_of(self).metrics.px(210, 150)
        across = min(count, max(1, (self._wide + self._gap) // (least + self._gap)))
        across = -(-count // -(-count // across))  # rows of about the same length
        wide = (self._wide - self._gap * (across - 1)) // across
        high = self._gap + self._line_px(Role.SMALL) * 2 + self._line_px(Role.TITLE)
        return [
            QRect(n % across * (wide + self._gap), n // across * (high + self._gap), wide, high) for n in range(count)
        ]

    def _in_number(self, number: BigNumber, box: QRect) -> tuple[QRect, QRect, QRect]:
        """Words, number and mark; the mark's room is the number's where there is none."""
        pad, line, high = self._gap, self._line_px(Role.SMALL) * 2, self._line_px(Role.TITLE)
        inner = box.adjusted(pad, pad // 2, -pad, -pad // 2)
        side = 0 if number.mark in {Mark.NONE, Mark.GOOD} else round(high * 0.7)
        mark = QRect(inner.right() - side, inner.top() + line + (high - side) // 2, side, side)
        figure = QRect(inner.left(), inner.top() + line, inner.width() - side, high)
        return QRect(inner.left(), inner.top(), inner.width(), line), figure, mark

    def _panel_boxes(self) -> Iterator[tuple[Panel, QRect]]:
        """Each in the column that is shorter so far."""
        top = max([-self._gap, *(box.bottom() for box in self._number_boxes())]) + self._gap + 1
        across = 1 if skin_of(self).metrics.portrait else 2
        wide = (self._wide - self._gap * (across - 1)) // across
        bottoms = [top] * across
        for panel in self._panels:
            column = bottoms.index(min(bottoms))
            high = height_of(panel, self._look) + 2 * self._gap
            yield panel, QRect(column * (wide + self._gap), bottoms[column], wide, high)
            bottoms[column] += high + self._gap

    def _inside(self, box: QRect) -> QRect:
        return box.adjusted(self._gap, self._gap, -self._gap, -self._gap)

    @property
    def _wide(self) -> int:
        """Without the room of the bar that scrolls."""
        return self.width() - self._gap

    @property
    def _look(self) -> Look:
        heading, text = self._font(Role.LABEL, bold=True), self._font(Role.SMALL)
        return Look(skin_of(self).palette, heading, text, round(1.5 * self._line_px(Role.SMALL)), self._gap)

    @property
    def _gap(self) -> int:
        return skin_of(self).metrics.px(18, 12)

    def _line_px(self, role: Role) -> int:
        return round(1.2 * QFontMetrics(self._font(role)).height())

    def _font(self, role: Role, *, bold: bool = False) -> QFont:
        font = base_font()
        font.setPixelSize(skin_of(self).metrics.type_px(role))
        font.setBold(bold)
        return font
