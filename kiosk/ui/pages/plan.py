"""A plan painted by us: groups of tiles, each with a mark, a name, a word and lines; as many abreast as fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from kiosk.office.view import Mark, PlanGroup, PlanTile
from kiosk.ui.fonts import base_font
from kiosk.ui.pages.cells import fitted, paint_cell
from kiosk.ui.pages.marks import PANELS, draw_mark
from kiosk.ui.scrolling import finger_scrolled
from kiosk.ui.skin import colour, skin_of
from kiosk.ui.tokens import Role

_EDGE_PX = 3


class Plan(QFrame):
    """All groups, to be scrolled by a finger; it stays where it is while its tiles change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "card")
        self.sheet = _Sheet()
        self._column = QVBoxLayout(self)
        self._column.addWidget(finger_scrolled(self.sheet))

    def show_groups(self, groups: tuple[PlanGroup, ...]) -> None:
        self.sheet.show_groups(groups)

    def cut_off(self) -> list[str]:
        """Texts that fit in no way: what a test asks."""
        return [text for text, font, box in self.sheet.texts() if text and fitted(text, font, box) is None]

    def apply_skin(self) -> None:
        pad = skin_of(self).metrics.px(18, 12)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self.sheet.apply_skin()


@dataclass(frozen=True)
class _Placed:
    tile: PlanTile
    box: QRect


class _Sheet(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._groups: tuple[PlanGroup, ...] = ()

    def show_groups(self, groups: tuple[PlanGroup, ...]) -> None:
        self._groups = groups
        self._said()
        self._size()
        self.update()

    def apply_skin(self) -> None:
        self._size()

    def texts(self) -> Iterator[tuple[str, QFont, QRect]]:
        """Everything that is written, in which font at most and where."""
        for group, head, tiles in self._placed():
            yield group.heading, self._font(Role.LABEL), head
            yield group.line, self._font(Role.SMALL), QRect(0, head.bottom() + 1, head.width(), self._about_px)
            for placed in tiles:
                yield from self._texts_of(placed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._size()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = skin_of(self).palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for _, _, tiles in self._placed():
            for placed in tiles:
                self._paint_tile(painter, placed)
        painter.setPen(colour(palette.ink))
        for text, font, box in self.texts():
            paint_cell(painter, text, font, box)
        painter.end()

    def _paint_tile(self, painter: QPainter, placed: _Placed) -> None:
        """The edge in the mark's colour too, so that a wall of tiles shows from afar where to look."""
        palette, mark = skin_of(self).palette, placed.tile.mark
        calm = mark in {Mark.NONE, Mark.GOOD}
        painter.setPen(colour(palette.line_strong))
        painter.setBrush(colour(palette.surface if calm else getattr(palette, PANELS[mark])))
        radius = skin_of(self).metrics.px(16, 10)
        painter.drawRoundedRect(QRectF(placed.box), radius, radius)
        if not calm:
            inner = placed.box.adjusted(2 * _EDGE_PX, 2 * _EDGE_PX, -2 * _EDGE_PX, -2 * _EDGE_PX)
            painter.setBrush(colour(palette.surface))
            painter.drawRoundedRect(QRectF(inner), radius, radius)
        draw_mark(painter, mark, QRectF(self._mark_box(placed.box)), palette)

    # --- where everything is --------------------------------------------------------------------------

    def _placed(self) -> Iterator[tuple[PlanGroup, QRect, list[_Placed]]]:
        """Every group, the box of its heading (its line stands below), and its tiles."""
        y, gap = 0, self._gap
        for group in self._groups:
            head = QRect(0, y, self.width() - gap, self._line_px(Role.BODY))
            y += head.height() + self._about_px + gap
            across = max(1, (self.width() + gap) // (self._tile_least_px + gap))
            wide = (self.width() - gap * across) // across
            high = self._tile_px(max((len(tile.lines) for tile in group.tiles), default=0))
            tiles = [
                _Placed(tile, QRect(n % across * (wide + gap), y + n // across * (high + gap), wide, high))
                for n, tile in enumerate(group.tiles)
            ]
            y += -(-len(tiles) // across) * (high + gap) + gap
            yield group, head, tiles

    def _texts_of(self, placed: _Placed) -> Iterator[tuple[str, QFont, QRect]]:
        tile, pad = placed.tile, self._gap
        inner = placed.box.adjusted(pad, pad, -pad, -pad)
        mark = self._mark_box(placed.box)
        top = QRect(mark.right() + pad // 2, inner.top(), inner.right() - mark.right() - pad // 2, mark.height())
        yield tile.name, self._font(Role.LABEL), top
        line_px = self._line_px(Role.SMALL)
        y = inner.top() + mark.height() + pad // 2
        for number, text in enumerate((tile.state, *tile.lines)):
            yield text, self._font(Role.SMALL), QRect(inner.left(), y + number * line_px, inner.width(), line_px)

    def _mark_box(self, tile: QRect) -> QRect:
        side = skin_of(self).metrics.px(56, 40)
        return QRect(tile.left() + self._gap, tile.top() + self._gap, side, side)

    def _tile_px(self, lines: int) -> int:
        return self._mark_box(QRect()).height() + self._gap * 5 // 2 + (1 + lines) * self._line_px(Role.SMALL)

    @property
    def _tile_least_px(self) -> int:
        return skin_of(self).metrics.px(300, 220)

    @property
    def _about_px(self) -> int:
        """For the line about a group: two lines of it on an upright screen."""
        return self._line_px(Role.SMALL) * (2 if skin_of(self).metrics.portrait else 1)

    @property
    def _gap(self) -> int:
        return skin_of(self).metrics.px(18, 12)

    def _line_px(self, role: Role) -> int:
        return round(1.2 * QFontMetrics(self._font(role)).height())

    def _font(self, role: Role) -> QFont:
        font = base_font()
        font.setPixelSize(skin_of(self).metrics.type_px(role))
        font.setBold(role is Role.LABEL)
        return font

    def _size(self) -> None:
        bottom = 0
        for _, head, tiles in self._placed():
            bottom = max([head.bottom() + self._about_px, *(placed.box.bottom() for placed in tiles)])
        self.setFixedHeight(max(1, bottom + self._gap))

    def _said(self) -> None:
        """For whoever is read to: what is painted has no widget that could say it."""
        tiles = (tile for group in self._groups for tile in group.tiles)
        self.setAccessibleName("; ".join(f"{tile.name}: {tile.state}" for tile in tiles))
