"""A window nobody leaves by accident: no chrome, keys ignored, close refused, one skin for everything in it."""

from __future__ import annotations

from PySide6.QtCore import QChildEvent, QCoreApplication, QEvent, Qt
from PySide6.QtGui import QCloseEvent, QContextMenuEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from kiosk.ui.skin import colour
from kiosk.ui.style import style_sheet
from kiosk.ui.tokens import DAY, Metrics, Palette, Skin
from kiosk.ui.training_band import TrainingBand, is_training

_LAYOUT_PASSES = 4


class KioskWindow(QWidget):
    """Base of all full-screen windows (R-67). ``palette_tokens``: day or night."""

    def __init__(self, palette_tokens: Palette = DAY, *, motion: bool = True) -> None:
        super().__init__()
        self._palette, self._motion, self._text_scale = palette_tokens, motion, 1.0
        self._low = False
        self._skin = Skin(palette_tokens, Metrics.for_window(1280, 800), motion)
        self._dressed: Skin | None = None
        self._may_close = False
        self._band = TrainingBand(self) if is_training() else None
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint, True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def skin(self) -> Skin:
        return self._skin

    def allow_close(self) -> None:
        """The program ends this window; until then no key, gesture or window manager does."""
        self._may_close = True

    def set_theme(self, palette_tokens: Palette) -> None:
        self._palette = palette_tokens
        self._dress()

    def set_look(self, palette_tokens: Palette, *, motion: bool) -> None:
        """Day or night, and whether anything may move by itself."""
        self._palette, self._motion = palette_tokens, motion
        self._dress()

    def set_text_scale(self, text_scale: float) -> None:
        """1.0 to 2.0 (R-106)."""
        self._text_scale = min(2.0, max(1.0, text_scale))
        self._dress()

    def set_low(self, low: bool) -> None:
        """Whether everything that is touched lies in the lower half (R-104); on high screens only."""
        self._low = low
        self._dress()

    def show_full_screen(self) -> None:
        # Without a window manager, as on many a kiosk, nobody else makes the window as large as the glass.
        self.setGeometry(self.screen().geometry())
        self.showFullScreen()

    def show_as_window(self, width_px: int, height_px: int) -> None:
        """For rehearsals and tests: a plain size, still without chrome keys."""
        self.resize(width_px, height_px)
        self._dress()
        self.show()

    def settle(self) -> None:
        """Lay everything out now. A new height travels up one container per pass, so the glass could show a half; and
        a window made as large as the screen before it is shown never hears that its size changed."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
        for _ in range(_LAYOUT_PASSES):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)

    def dressed(self) -> None:
        """Called after sizes or colours changed; windows set their own margins here."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._dress()

    def childEvent(self, event: QChildEvent) -> None:
        super().childEvent(event)
        band = getattr(self, "_band", None)
        if band is not None and event.added() and event.child() is not band:
            band.raise_()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.setAccepted(self._may_close)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), colour(self._skin.palette.ground))
        painter.end()

    def _dress(self) -> None:
        metrics = Metrics.for_window(self.width(), self.height() - self._place_band(), self._text_scale)
        skin = Skin(self._palette, metrics, self._motion, self._low and metrics.portrait)
        if skin == self._dressed:
            return
        self._skin = self._dressed = skin
        self.setStyleSheet(style_sheet(skin))
        # Inner widgets first, so that whoever contains them has the last word on their sizes.
        for child in reversed(self.findChildren(QWidget)):
            apply_skin = getattr(child, "apply_skin", None)
            if apply_skin is not None:
                apply_skin()
        self.dressed()
        self.settle()
        self.update()

    def _place_band(self) -> int:
        """What a training's band takes of the height; everything else is laid out below it."""
        if self._band is None:
            return 0
        band_px = self._band.place(Metrics.for_window(self.width(), self.height(), self._text_scale))
        self.setContentsMargins(0, band_px, 0, 0)
        return band_px
