"""How a mark looks: a shape of its own on a ground of its own, so that nobody has to tell colours apart."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from kiosk.office.view import Mark
from kiosk.ui.icons import Icon, draw_icon
from kiosk.ui.skin import colour
from kiosk.ui.tokens import Palette

PANELS = {Mark.NONE: "card", Mark.GOOD: "go", Mark.LOOK: "caution", Mark.BAD: "halt", Mark.UNKNOWN: "staff"}
ICONS = {
    Mark.NONE: Icon.INFO,
    Mark.GOOD: Icon.CHECK,
    Mark.LOOK: Icon.HAND,
    Mark.BAD: Icon.CROSS,
    Mark.UNKNOWN: Icon.QUESTION,
}


def draw_mark(painter: QPainter, mark: Mark, box: QRectF, palette: Palette) -> None:
    """A disc (good), a square (bad, look, unknown) with its drawing; nothing for no mark."""
    if mark is Mark.NONE:
        return
    panel = PANELS[mark]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(colour(palette.line_strong))
    painter.setBrush(colour(getattr(palette, panel)))
    if mark is Mark.GOOD:
        painter.drawEllipse(box)
    else:
        painter.drawRoundedRect(box, box.width() * 0.14, box.width() * 0.14)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = box.width() * 0.18
    inner = box.adjusted(inset, inset, -inset, -inset)
    draw_icon(painter, ICONS[mark], inner, colour(getattr(palette, f"on_{panel}")), stroke=3.0)
    painter.restore()
