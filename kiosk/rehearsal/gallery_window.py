"""The window of ``kiosk gallery``: every screen by name, and how it looks in each language, size, theme and text size.

What is shown is a picture of the real window, made behind the glass and fitted into the room there is.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.config.look import Theme
from kiosk.office.view import Column, Options, Row
from kiosk.rehearsal.catalogue import STAGES, Entry, Stage, rehearsal_props
from kiosk.rehearsal.comfort import scales_offered, show_entry
from kiosk.rehearsal.pictures import LANGUAGES, SCALES_PERCENT, SIZES, THEMES, Wish, end, file_name
from kiosk.text import PSEUDO, Texts
from kiosk.ui.framed_window import FramedWindow
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.pages.options_bar import OptionsBar
from kiosk.ui.pages.table import Table
from kiosk.ui.skin import skin_of
from kiosk.ui.station_window import StationWindow

_SIZES = {f"{width}x{height}": (width, height) for width, height in SIZES}


class GalleryWindow(FramedWindow):
    """``wish`` says with what it begins. Closes like any window."""

    def __init__(self, texts: Texts, now: Callable[[], float], wish: Wish) -> None:
        super().__init__(now, motion=False)
        self._texts, self._props = texts, rehearsal_props()
        self._chosen = {
            "language": wish.languages[0],
            "size": "x".join(map(str, wish.sizes[0])),
            "theme": wish.themes[0].value,
            "scale": str(wish.scales_percent[0]),
        }
        self._found = {entry.name: (stage, entry) for stage in STAGES for entry in wish.entries(stage)}
        self._behind: tuple[Stage, str, KioskWindow] | None = None
        self.table, self.options, self.glass = Table(), OptionsBar(), _Glass()
        self._row, self._right = QHBoxLayout(), QVBoxLayout()
        self._row.addWidget(self.table, 1)
        self._row.addLayout(self._right, 3)
        self._right.addWidget(self.options)
        self._right.addWidget(self.glass, 1)
        self.fill(self._row)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint, False)
        self.setWindowTitle(texts("gallery.title"))
        self.allow_close()
        self.table.chosen.connect(self.show_entry)
        self.options.chosen.connect(self.choose)
        rows = tuple(Row(name, (name,)) for name in self._found)
        self.table.show_rows((Column(texts("gallery.screen")),), rows, opens=False)
        self._show_options()
        self._name = next(iter(self._found), "")

    def begin(self) -> None:
        """Show the first screen; the window has to be shown before."""
        if self._name:
            self.show_entry(self._name)

    def show_entry(self, name: str) -> None:
        self._name = name
        stage, entry = self._found[name]
        language, scale = self._chosen["language"], int(self._chosen["scale"])
        size, theme = _SIZES[self._chosen["size"]], Theme(self._chosen["theme"])
        scale = scale if scale in scales_offered(self._window_of(stage)) else 100
        self.glass.show_picture(self._picture(stage, entry, size, theme, scale))
        self.say_bar(self._texts("gallery.title"), file_name(size, language, name, theme, scale))
        self.settle()

    def choose(self, name: str, value: str) -> None:
        self._chosen[name] = value
        self._show_options()
        if self._name:
            self.show_entry(self._name)

    def dressed(self) -> None:
        metrics = skin_of(self).metrics
        margin = metrics.px(28, 20)
        self._row.setContentsMargins(margin, margin, margin, margin)
        self._row.setSpacing(margin)
        self._right.setSpacing(metrics.gap)

    def let_go(self) -> None:
        """Free the window behind the glass."""
        if self._behind is not None:
            end(self._behind[2])
            self._behind = None

    def _picture(self, stage: Stage, entry: Entry, size: tuple[int, int], theme: Theme, scale: int) -> QPixmap:
        window = self._window_of(stage)
        window.show_as_window(*size)
        window.set_theme(THEMES[theme])
        show_entry(window, entry, scale)
        if isinstance(window, StationWindow):
            window.show_placeholder(True)
        QApplication.processEvents()
        return window.grab()

    def _window_of(self, stage: Stage) -> KioskWindow:
        """Made once for each stage and language; never on the glass itself."""
        language = self._chosen["language"]
        if self._behind is None or self._behind[:2] != (stage, language):
            self.let_go()
            window = stage.make(self._props, language)
            window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
            self._behind = (stage, language, window)
        return self._behind[2]

    def _show_options(self) -> None:
        texts = self._texts
        languages = tuple((code, Texts(code)("language_name")) for code in LANGUAGES)
        themes = tuple((theme.value, texts(f"look_setting.theme_{theme}")) for theme in THEMES)
        choices = {
            "language": (*languages, (PSEUDO, texts("gallery.pseudo"))),
            "size": tuple((name, name) for name in _SIZES),
            "theme": themes,
            "scale": tuple((str(percent), f"{percent} %") for percent in SCALES_PERCENT),
        }
        self.options.show_options(
            tuple(Options(name, texts(f"gallery.{name}"), self._chosen[name], of) for name, of in choices.items())
        )


class _Glass(QWidget):
    """A picture as large as fits."""

    def __init__(self) -> None:
        super().__init__()
        self.picture = QPixmap()

    def show_picture(self, picture: QPixmap) -> None:
        self.picture = picture
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.picture.isNull():
            return
        size = self.picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        where = QRect((self.width() - size.width()) // 2, 0, size.width(), size.height())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(where, self.picture)
        painter.end()
